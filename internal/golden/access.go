package golden

import (
	"github.com/rhyton/rhyton/internal/layeraccess"
	"github.com/rhyton/rhyton/layers"
)

// access provides what package layers hides from its users.
var access = layeraccess.Of[layers.Module, *layers.Value]()

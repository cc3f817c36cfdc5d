package layers_test

import (
	"github.com/rhyton/rhyton/internal/layeraccess"
	"github.com/rhyton/rhyton/layers"
)

// access gives the tests access to the internals that package layers exposes to other packages.
var access = layeraccess.Of[layers.Module, *layers.Value]()

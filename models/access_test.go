package models_test

import (
	"github.com/rhyton/rhyton/internal/layeraccess"
	"github.com/rhyton/rhyton/layers"
)

// access holds the internal functions of package layers.
var access = layeraccess.Of[layers.Module, *layers.Value]()

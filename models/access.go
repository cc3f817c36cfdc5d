package models

import (
	"github.com/rhyton/rhyton/internal/layeraccess"
	"github.com/rhyton/rhyton/layers"
)

// access is what package layers keeps from its users.
var access = layeraccess.Of[layers.Module, *layers.Value]()

package cpu

import (
	"testing"

	"github.com/rhyton/rhyton/backend/backendtest"
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
)

func TestDeviceConforms(t *testing.T) {
	best := kernel.Best()
	defer kernel.SetLevel(kernel.SetLevel(best))
	for level := kernel.Generic; level <= best; level++ {
		t.Run(level.String(), func(t *testing.T) {
			kernel.SetLevel(level)
			backendtest.Run(t, open1(t, "cpu"))
		})
	}
}

package xla

import (
	"testing"

	"github.com/rhyton/rhyton/backend/backendtest"
)

func TestConformance(t *testing.T) {
	for _, l := range backendtest.Run(t, testDevice(t)).Lines {
		if l.Status != backendtest.Supported {
			t.Errorf("%s of %v: %v %s", l.Op, l.DType, l.Status, l.Note)
		}
	}
}

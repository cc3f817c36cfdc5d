package golden

import (
	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/session"
	"github.com/rhyton/rhyton/tensor"
)

// A Session runs graphs on a device and keeps their variables between runs.
type Session = session.Session

// NewSession returns a session without variables.
func NewSession(dev backend.Device) *Session { return session.New(dev) }

// Eval traces build with one input for each element of in and runs the graph.
func Eval(dev backend.Device, build func(in []*graph.Node) []*graph.Node, in ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	return session.Eval(dev, build, in...)
}

// Device opens the named device. If name is empty it opens "cpu", or "ref" if there is no "cpu".
func Device(name string) (backend.Device, error) { return session.Device(name) }

// Floats returns t's elements as float64, with bools as 0 and 1, or nil for strings.
func Floats(t *tensor.Tensor) []float64 { return session.Floats(t) }

// Package ref is the reference device, which defines the meaning of every primitive: plain loops
// over float64 and int64, rounded to the element type after each operation. It is slow; other
// devices are tested against it.
//
// It registers itself as "ref".
package ref

import (
	"fmt"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hostbuffer"
)

func init() {
	backend.Register("ref", func(config string) (backend.Device, error) {
		if config != "" {
			return nil, fmt.Errorf("ref: config %q; it takes none", config)
		}
		return New(), nil
	})
}

type device struct{}

// New returns the reference device.
func New() backend.Device { return device{} }

func (device) Caps() backend.Caps {
	return backend.Caps{Name: "ref (plain loops, float64 accumulation)", SharedMemory: true}
}

func (device) Compile(g *graph.Graph) (backend.Executable, error) {
	p, err := compile(g)
	if err != nil {
		return nil, err
	}
	return &executable{p}, nil
}

func (device) NewBuffer(t graph.Type) (backend.Buffer, error) {
	return hostbuffer.New("ref", t)
}

func (device) Close() error { return nil }

// Package gorgonia is a device that runs graphs with gorgonia.org/gorgonia. It translates a graph,
// which is already differentiated, to a Gorgonia ExprGraph and runs it on Gorgonia's tape machine.
// Import it to register the device:
//
//	import _ "github.com/rhyton/rhyton/backend/gorgonia"
//
// # What Gorgonia computes
//
// Elementwise float arithmetic, matrix products, transposition, sums over adjacent axes and the
// window matrix of convolutions are Gorgonia operations. Operations that it lacks (selection,
// comparisons to bools, casts, gather and scatter, sorting, cumulative sums, pooling, the
// gradients of convolutions, integers …) are loops in this package, as nodes of the same
// ExprGraph. Gorgonia's automatic differentiation is not used. Random numbers are drawn by
// Rhyton's generator and passed in, so they are the same as on other devices.
//
// It runs on the CPU, on one thread except for products and windows, and allocates at every
// step: the device "cpu" is about ten times faster. It is meant for Gorgonia users and as an
// independent check.
//
// # Limits
//
// bfloat16 and float16 are not supported. Loops (recurrent layers) are unrolled when a graph is
// compiled, up to 8192 operations in total, and compile time is quadratic in their number.
// For unsupported graphs Compile returns one error, which wraps [backend.ErrUnsupported] and lists
// the operations and their layers. Shapes are static: a batch of another size is compiled again.
// Runs of one executable are serialized.
//
// # CUDA
//
// With the build tag cuda, Gorgonia is built with its CUDA support, and its operations that
// have a CUDA kernel are passed to its planner. This support is upstream's: it needs cgo,
// CUDA 11 and cuDNN 8 (its code does not compile with CUDA 12), and kernels that its cudagen
// generates on the machine. It has not been tested here; for a GPU use backend/xla.
//
// # Dependencies
//
// Gorgonia pins a version of go4.org/unsafe/assume-no-moving-gc that panics with current Go
// releases; this module requires a later version. A program that does not import this package
// neither downloads nor links Gorgonia.
package gorgonia

import (
	"fmt"
	"sync/atomic"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hostbuffer"
)

func init() {
	backend.Register("gorgonia", func(config string) (backend.Device, error) {
		if config != "" {
			return nil, fmt.Errorf("gorgonia: config %q; it takes none", config)
		}
		return New(), nil
	})
}

type device struct{ closed atomic.Bool }

// New returns the device.
func New() backend.Device { return &device{} }

func (*device) Caps() backend.Caps {
	return backend.Caps{Name: "gorgonia v0.9.18 (tape machine)", SharedMemory: true}
}

func (d *device) Compile(g *graph.Graph) (backend.Executable, error) {
	if d.closed.Load() {
		return nil, errClosed
	}
	x, err := compile(g)
	if err != nil {
		return nil, err
	}
	return x, nil
}

func (d *device) NewBuffer(t graph.Type) (backend.Buffer, error) {
	if d.closed.Load() {
		return nil, errClosed
	}
	return hostbuffer.New("gorgonia", t)
}

func (d *device) Close() error {
	d.closed.Store(true)
	return nil
}

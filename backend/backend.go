// Package backend is what a device implements, as database/sql/driver is for databases.
// A device gets whole graphs, not single operations.
package backend

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// ErrUnsupported is wrapped by the error of a Compile that meets an operation, an element
// type or an attribute the device does not take.
var ErrUnsupported = errors.New("not supported")

// A Device compiles graphs and holds memory. It is safe for concurrent use.
type Device interface {
	// Caps says what the device can do.
	Caps() Caps
	// Compile returns an executable for g, whose composites are those of Caps.Native
	// alone (see [Compile]). A graph it cannot take is an error that names the operation.
	Compile(g *graph.Graph) (Executable, error)
	// NewBuffer returns memory for one value of type t, filled with zeros.
	NewBuffer(t graph.Type) (Buffer, error)
	Close() error
}

// Caps are a device's capabilities as data. The zero value is the least a device can be.
type Caps struct {
	// Name describes the device to people: "cpu (avx512, 2 threads)".
	Name string
	// Native reports whether the device takes a composite whole. Nil means none.
	Native func(op graph.Op) bool
	// SharedMemory says that buffers are memory of the host: Buffer.Lend does not copy, and the
	// garbage collector takes what is dropped without Close.
	SharedMemory bool
	// Memory asks the device's allocator. Nil means that the device has none.
	Memory func() (Memory, error)
}

// Memory is the state of a device's allocator, in bytes. A number that it does not know is 0.
type Memory struct{ InUse, Peak, Limit int64 }

// An Executable runs one compiled graph.
type Executable interface {
	// Run computes the graph c.Steps times. Variables are updated in place when everything
	// of a step is computed.
	//
	// A run ends early, with ctx's error, only before the first step or between two steps. On
	// a device that works asynchronously Run may return before the work is done; Buffer.Read
	// waits. Concurrent runs are safe if they share no out buffer and no variable one updates.
	Run(ctx context.Context, c Call) error
	// Size is how many bytes of memory the executable holds between runs, as far as the
	// device knows.
	Size() int64
	Close() error
}

// A Call is what an Executable runs with.
type Call struct {
	// Seed drives the Random operations: the same seed draws the same numbers, in every step.
	Seed uint64
	// Vars belong to the graph's Variables, In to its Inputs, Out to its Outputs, in order.
	// After several steps Out has the results of the last.
	Vars, In, Out []Buffer
	// Steps is how many times the graph is computed; 0: once.
	Steps int
	// Rows, unless it is nil, has an array for each of the Inputs, of Steps times its rows:
	// before step i the i-th share of them is lent to In. A device that computes the steps
	// of a small net without returning in between saves what each call costs; others call
	// [Call.Each].
	Rows []*tensor.Tensor
}

// A Buffer is memory of one value on a device. It is used by one goroutine at a time,
// but several may read what none writes.
type Buffer interface {
	// Write copies t, which has the buffer's type, to the device.
	Write(t *tensor.Tensor) error
	// Lend makes the buffer stand for t's own memory until the next Write or Lend, where
	// the device shares memory with the host; elsewhere it is Write. The caller leaves t
	// unchanged until every Run that reads it has returned: a device that works on after
	// Run has returned must copy. It is for inputs, not for variables.
	Lend(t *tensor.Tensor) error
	// Read copies the value into t, which has the buffer's type.
	Read(t *tensor.Tensor) error
	Close() error
}

// Compile lowers and simplifies g for dev and has it compiled.
func Compile(dev Device, g *graph.Graph) (Executable, error) {
	return dev.Compile(graph.Prepare(g, dev.Caps().Native))
}

// Opener opens a device; config is the part of the name after the first colon.
type Opener func(config string) (Device, error)

var (
	mu      sync.Mutex
	openers = map[string]Opener{}
)

// Register makes a device available by name. It is called in init; a name taken twice panics.
func Register(name string, open Opener) {
	mu.Lock()
	defer mu.Unlock()
	if openers[name] != nil {
		panic("backend: " + name + " registered twice")
	}
	openers[name] = open
}

// Open opens the device called "name" or "name:config", such as "cpu" or "xla:cuda". Options
// after a "?" are part of the configuration: "cpu?matmul=bf16x3" is "cpu:?matmul=bf16x3".
func Open(name string) (Device, error) {
	kind, config := name, ""
	if i := strings.IndexAny(name, ":?"); i >= 0 {
		kind, config = name[:i], strings.TrimPrefix(name[i:], ":")
	}
	mu.Lock()
	open := openers[kind]
	mu.Unlock()
	if open == nil {
		return nil, fmt.Errorf("backend: no device %q; there are %s; import the package that registers it, such as _ %q",
			name, strings.Join(Names(), ", "), "github.com/rhyton/rhyton/backend/"+kind)
	}
	return open(config)
}

// Names lists the registered devices in order.
func Names() []string {
	mu.Lock()
	defer mu.Unlock()
	var names []string
	for n := range openers {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Package backend defines the interfaces that a device implements, and the registry of devices,
// like database/sql/driver for databases. A device receives whole graphs, not single operations.
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

// ErrUnsupported is wrapped by errors of Compile for operations, element types and attributes
// that the device does not support.
var ErrUnsupported = errors.New("not supported")

// A Device compiles graphs and holds memory. It is safe for concurrent use.
type Device interface {
	// Caps returns the device's capabilities.
	Caps() Caps
	// Compile returns an executable for g, whose only composites are those of Caps.Native (see
	// [Compile]). For an unsupported graph it returns an error that names the operation.
	Compile(g *graph.Graph) (Executable, error)
	// NewBuffer returns memory for one value of type t, filled with zeros.
	NewBuffer(t graph.Type) (Buffer, error)
	Close() error
}

// Caps are a device's capabilities as data. The zero value is the minimum.
type Caps struct {
	// Name describes the device to people: "cpu (avx512, 2 threads)".
	Name string
	// Native reports whether the device implements a composite itself. Nil means none.
	Native func(op graph.Op) bool
	// SharedMemory says that buffers are in host memory: Buffer.Lend does not copy, and buffers
	// and executables dropped without Close are garbage-collected.
	SharedMemory bool
	// Memory queries the device's allocator. Nil means that the device has none.
	Memory func() (Memory, error)
}

// Memory is the state of a device's allocator, in bytes. Unknown numbers are 0.
type Memory struct{ InUse, Peak, Limit int64 }

// An Executable runs one compiled graph.
type Executable interface {
	// Run computes the graph c.Steps times. Variables are updated in place at the end of each
	// step.
	//
	// If ctx is canceled, Run returns its error before the first step or between two steps. On an
	// asynchronous device, Run may return before the work is done; Buffer.Read waits. Concurrent
	// runs are safe if they share no out buffer and no variable one updates.
	Run(ctx context.Context, c Call) error
	// Size is the memory in bytes that the executable holds between runs, as far as the device
	// knows.
	Size() int64
	Close() error
}

// A Call has the arguments of [Executable.Run].
type Call struct {
	// Seed drives the Random operations: the same seed draws the same numbers, in every step.
	Seed uint64
	// Vars are the buffers of the graph's Variables, In of its Inputs, Out of its Outputs, in
	// order. After several steps Out has the results of the last.
	Vars, In, Out []Buffer
	// Steps is the number of times the graph is computed; 0 means 1.
	Steps int
	// Rows, if not nil, has an array for each of the Inputs with Steps times its rows: before
	// step i, the i-th part of them is lent to In. This lets a device amortize the overhead of a
	// call over the steps of a small model; other devices use [Call.Each].
	Rows []*tensor.Tensor
}

// A Buffer is the memory of one value on a device. Only one goroutine may use it at a time,
// except for concurrent reads.
type Buffer interface {
	// Write copies t, which has the buffer's type, to the device.
	Write(t *tensor.Tensor) error
	// Lend makes the buffer refer to t's memory until the next Write or Lend if the device shares
	// memory with the host; otherwise it is Write. The caller must not change t until every Run
	// that reads it has returned, so an asynchronous device must copy. Use it for inputs, not for
	// variables.
	Lend(t *tensor.Tensor) error
	// Read copies the value into t, which has the buffer's type.
	Read(t *tensor.Tensor) error
	Close() error
}

// Compile lowers and simplifies g for dev and compiles it.
func Compile(dev Device, g *graph.Graph) (Executable, error) {
	return dev.Compile(graph.Prepare(g, dev.Caps().Native))
}

// Opener opens a device; config is the part of the name after the first colon.
type Opener func(config string) (Device, error)

var (
	mu      sync.Mutex
	openers = map[string]Opener{}
)

// Register makes a device available by name. Call it in init; registering a name twice panics.
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
		return nil, fmt.Errorf("backend: unknown device %q; known: %s; import the package that registers it, such as _ %q",
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

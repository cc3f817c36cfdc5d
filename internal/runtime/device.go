// Package runtime runs graphs on devices: it opens each device once, keeps the values of variables
// between runs, and compiles programs with the buffers they need. Models, jit and the tests are
// built on it.
//
// It owns device resources: each buffer and each executable is closed once, by the program or the
// variable that it belongs to, either when that is closed or after the garbage collector finds
// that it is unreachable.
package runtime

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
)

// A Device is an open backend device. All users of the same name share it, and can therefore share
// the memory of variables.
type Device struct {
	backend.Device
	Name   string
	shared bool // buffers are host memory

	programs, buffers, bytes atomic.Int64 // currently open
	collectAt                atomic.Int64 // number of bytes that triggers a garbage collection
}

// New returns dev as a private device, which is not shared by name.
func New(name string, dev backend.Device) *Device {
	d := &Device{Device: dev, Name: name, shared: dev.Caps().SharedMemory}
	d.collectAt.Store(leastGarbage)
	return d
}

var (
	devicesMu sync.Mutex
	devices   = map[string]*Device{}
)

// Open returns the device with the given name. It is opened once per process and stays open until
// [CloseDevice].
func Open(name string) (*Device, error) {
	devicesMu.Lock()
	defer devicesMu.Unlock()
	if d := devices[name]; d != nil {
		return d, nil
	}
	dev, err := backend.Open(name)
	if err != nil {
		return nil, err
	}
	d := New(name, dev)
	devices[name] = d
	return d, nil
}

// CloseDevice closes the device with the given name, if it is open and not in use.
func CloseDevice(name string) error {
	devicesMu.Lock()
	defer devicesMu.Unlock()
	d := devices[name]
	if d == nil {
		return nil
	}
	if u := d.Usage(); u.Programs > 0 || u.Buffers > 0 {
		return fmt.Errorf("device %s is in use: it holds %d programs and %d buffers; close the models, steps, functions and variables on it first", name, u.Programs, u.Buffers)
	}
	delete(devices, name)
	return d.Close()
}

// Usage is the resource usage of a device.
type Usage struct {
	Programs, Buffers int64
	Bytes             int64 // of the buffers
}

// Usage returns the current resource usage of the device.
func (d *Device) Usage() Usage {
	return Usage{Programs: d.programs.Load(), Buffers: d.buffers.Load(), Bytes: d.bytes.Load()}
}

// A buffer is device memory that is counted.
type buffer struct {
	backend.Buffer
	dev   *Device
	bytes int64
}

// newBuffer allocates memory for one value.
func (d *Device) newBuffer(t graph.Type) (buffer, error) {
	b, err := d.NewBuffer(t)
	if err != nil {
		return buffer{}, err
	}
	n := int64(t.Shape.Size() * t.DType.Size())
	d.buffers.Add(1)
	if total := d.bytes.Add(n); !d.shared && total > d.collectAt.Load() {
		d.collect()
	}
	return buffer{b, d, n}, nil
}

// close releases the memory.
func (b buffer) close() error {
	b.forget()
	return b.Buffer.Close()
}

// forget counts b as closed.
func (b buffer) forget() {
	b.dev.buffers.Add(-1)
	b.dev.bytes.Add(-b.bytes)
}

// leastGarbage is the number of bytes allocated on a device before the first garbage collection.
const leastGarbage = 256 << 20

// collect runs the garbage collector, which does not see device memory and would otherwise leave
// unreachable models there. It runs again when the memory in use has doubled.
func (d *Device) collect() {
	runtime.GC()
	d.collectAt.Store(max(leastGarbage, 2*d.bytes.Load()))
}

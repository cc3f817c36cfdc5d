// Package runtime runs graphs on devices: it opens each device once, keeps the values of
// variables between runs, and compiles programs with the buffers they need. Models, jit and
// the tests stand on it.
//
// It owns what a device gives: each buffer and each executable is closed once, by the program
// or the variable that it belongs to, either when that is closed or after the garbage
// collector has found that nobody has it any more.
package runtime

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
)

// A Device is an open backend device. Whoever names the same one shares it, and can so share
// the memory of variables.
type Device struct {
	backend.Device
	Name   string
	shared bool // buffers are memory of the host

	programs, buffers, bytes atomic.Int64 // that are open
	collectAt                atomic.Int64 // bytes at which garbage is looked for
}

// New returns dev as a device of its own, which no other shares.
func New(name string, dev backend.Device) *Device {
	d := &Device{Device: dev, Name: name, shared: dev.Caps().SharedMemory}
	d.collectAt.Store(leastGarbage)
	return d
}

var (
	devicesMu sync.Mutex
	devices   = map[string]*Device{}
)

// Open returns the device of that name, opened once a process and open until [CloseDevice].
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

// CloseDevice closes the device of that name, if it is open and nothing is on it.
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

// Usage is what is open on a device.
type Usage struct {
	Programs, Buffers int64
	Bytes             int64 // of the buffers
}

// Usage returns what is open on the device.
func (d *Device) Usage() Usage {
	return Usage{Programs: d.programs.Load(), Buffers: d.buffers.Load(), Bytes: d.bytes.Load()}
}

// A buffer is memory of a device that counts.
type buffer struct {
	backend.Buffer
	dev   *Device
	bytes int64
}

// newBuffer takes memory for one value.
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

// close gives the memory back.
func (b buffer) close() error {
	b.forget()
	return b.Buffer.Close()
}

// forget counts b as closed.
func (b buffer) forget() {
	b.dev.buffers.Add(-1)
	b.dev.bytes.Add(-b.bytes)
}

// leastGarbage is how many bytes of a device are taken before garbage is looked for.
const leastGarbage = 256 << 20

// collect runs the garbage collector, which does not see a device's memory and so would leave
// dropped models there. It runs again when the memory in use has doubled.
func (d *Device) collect() {
	runtime.GC()
	d.collectAt.Store(max(leastGarbage, 2*d.bytes.Load()))
}

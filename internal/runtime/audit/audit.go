// Package audit is a device for tests that records what is opened and closed on it.
package audit

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
)

// A Device forwards everything to another device, whose memory it presents as its own.
type Device struct {
	backend.Device

	mu     sync.Mutex
	counts Counts
	faults []string
}

// Counts holds the number of resources opened so far and the number open now.
type Counts struct{ Executables, Buffers, OpenExecutables, OpenBuffers int }

// Register registers a device under name, on top of the device on, and returns it.
func Register(name, on string) *Device {
	d := &Device{}
	backend.Register(name, func(string) (backend.Device, error) {
		dev, err := backend.Open(on)
		d.Device = dev
		return d, err
	})
	return d
}

// Counts returns the current counts.
func (d *Device) Counts() Counts {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.counts
}

// AllClosed fails a test unless something was opened and nothing is open.
func (d *Device) AllClosed(t testing.TB) {
	t.Helper()
	c := d.Counts()
	if c.Executables == 0 || c.Buffers == 0 || c.OpenExecutables != 0 || c.OpenBuffers != 0 {
		t.Errorf("open are %d of %d executables and %d of %d buffers; want none of some", c.OpenExecutables, c.Executables, c.OpenBuffers, c.Buffers)
	}
	d.NoFaults(t)
}

// Collected is AllClosed after the garbage collector has closed what is unreachable.
func (d *Device) Collected(t testing.TB) {
	t.Helper()
	for range 200 {
		runtime.GC()
		if c := d.Counts(); c.OpenExecutables+c.OpenBuffers == 0 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	d.AllClosed(t)
}

// NoFaults fails a test if something was used after Close or closed twice.
func (d *Device) NoFaults(t testing.TB) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range d.faults {
		t.Error(f)
	}
}

func (d *Device) fault(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = append(d.faults, fmt.Sprintf(format, args...))
}

func (d *Device) count(executables, buffers int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.counts.Executables += max(executables, 0)
	d.counts.Buffers += max(buffers, 0)
	d.counts.OpenExecutables += executables
	d.counts.OpenBuffers += buffers
}

// Caps returns the capabilities of a device with separate memory.
func (d *Device) Caps() backend.Caps {
	c := d.Device.Caps()
	c.SharedMemory = false
	return c
}

// Compile counts an executable.
func (d *Device) Compile(g *graph.Graph) (backend.Executable, error) {
	exe, err := d.Device.Compile(g)
	if err != nil {
		return nil, err
	}
	d.count(1, 0)
	return &executable{Executable: exe, d: d}, nil
}

// NewBuffer counts a buffer.
func (d *Device) NewBuffer(t graph.Type) (backend.Buffer, error) {
	b, err := d.Device.NewBuffer(t)
	if err != nil {
		return nil, err
	}
	d.count(0, 1)
	return &buffer{b, d, once{}}, nil
}

// once records whether something is closed.
type once struct {
	mu     sync.Mutex
	closed bool
}

func (o *once) isClosed() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.closed
}

// close reports whether it was open.
func (o *once) close() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	was := o.closed
	o.closed = true
	return !was
}

type executable struct {
	backend.Executable
	d *Device
	once
}

// Run runs with the buffers of the underlying device.
func (x *executable) Run(ctx context.Context, c backend.Call) error {
	if x.isClosed() {
		x.d.fault("an executable runs after Close")
	}
	c.Vars, c.In, c.Out = x.d.below("variable", c.Vars), x.d.below("input", c.In), x.d.below("output", c.Out)
	return x.Executable.Run(ctx, c)
}

func (d *Device) below(what string, all []backend.Buffer) []backend.Buffer {
	var below []backend.Buffer
	for i, b := range all {
		own := b.(*buffer)
		if own.isClosed() {
			d.fault("%s %d of a run is closed", what, i)
		}
		below = append(below, own.Buffer)
	}
	return below
}

// Close counts the executable as closed. The underlying device keeps it open, so that a fault is
// reported here.
func (x *executable) Close() error {
	if !x.close() {
		x.d.fault("an executable is closed twice")
		return nil
	}
	x.d.count(-1, 0)
	return nil
}

type buffer struct {
	backend.Buffer
	d *Device
	once
}

// Close counts the buffer as closed.
func (b *buffer) Close() error {
	if !b.close() {
		b.d.fault("a buffer is closed twice")
		return nil
	}
	b.d.count(0, -1)
	return nil
}

package models

import (
	"fmt"
	"sync"

	"github.com/rhyton/rhyton/backend"
	_ "github.com/rhyton/rhyton/backend/cpu" // the default device
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// DefaultDevice is the device of a Compile that names none. It is registered by this package.
const DefaultDevice = "cpu"

// A device is an open backend device. Models that name the same one share it, and so can
// share the memory of weights.
type device struct {
	backend.Device
	name string
}

var (
	devicesMu sync.Mutex
	devices   = map[string]*device{}
)

// openDevice returns the device of that name, opened once a process.
func openDevice(name string) (*device, error) {
	devicesMu.Lock()
	defer devicesMu.Unlock()
	if d := devices[name]; d != nil {
		return d, nil
	}
	dev, err := backend.Open(name)
	if err != nil {
		return nil, err
	}
	d := &device{dev, name}
	devices[name] = d
	return d, nil
}

// A cell is where a variable's value lives between runs: it is the variable's Storage.
type cell struct {
	dev *device
	buf backend.Buffer
	// doubtful says that the value given last, not by a step, is not finite.
	doubtful bool
}

var cellsMu sync.Mutex

// cellOf returns v's cell on d. A value that lives on another device moves over; one that
// lives nowhere yet begins as v.Initial.
func (d *device) cellOf(v *graph.Variable) (*cell, error) {
	cellsMu.Lock()
	defer cellsMu.Unlock()
	old, _ := v.Storage.(*cell)
	if old != nil && old.dev == d {
		return old, nil
	}
	buf, err := d.NewBuffer(v.Type)
	if err != nil {
		return nil, fmt.Errorf("variable %s: %w", v.Path, err)
	}
	value := v.Initial
	if old != nil {
		value = tensor.New(v.Type.DType, v.Type.Shape...)
		if err := old.buf.Read(value); err != nil {
			return nil, fmt.Errorf("variable %s: moving it from %s to %s: %w", v.Path, old.dev.name, d.name, err)
		}
		old.buf.Close()
	}
	if value != nil {
		if err := buf.Write(value); err != nil {
			return nil, fmt.Errorf("variable %s: %w", v.Path, err)
		}
	}
	c := &cell{dev: d, buf: buf, doubtful: value != nil && !value.Finite()}
	v.Storage, v.Initial = c, nil // the value lives in the cell now: a large table is not kept twice
	return c, nil
}

// valueOf returns a copy of v's value, wherever it lives.
func valueOf(v *graph.Variable) (*tensor.Tensor, error) {
	cellsMu.Lock()
	defer cellsMu.Unlock()
	t := tensor.New(v.Type.DType, v.Type.Shape...)
	if c, _ := v.Storage.(*cell); c != nil {
		return t, c.buf.Read(t)
	}
	if v.Initial != nil {
		return v.Initial.Clone(), nil
	}
	return t, t.Err()
}

// setValue gives v a value, wherever it lives. The type has been checked.
func setValue(v *graph.Variable, t *tensor.Tensor) error {
	cellsMu.Lock()
	defer cellsMu.Unlock()
	if c, _ := v.Storage.(*cell); c != nil {
		c.doubtful = !t.Finite()
		return c.buf.Write(t)
	}
	v.Initial = t.Clone()
	return nil
}

// doubted reports whether v was given a value that is not finite.
func doubted(v *graph.Variable) bool {
	cellsMu.Lock()
	defer cellsMu.Unlock()
	if c, _ := v.Storage.(*cell); c != nil {
		return c.doubtful
	}
	return v.Initial != nil && !v.Initial.Finite()
}

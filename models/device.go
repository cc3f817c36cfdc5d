package models

import (
	"fmt"

	"github.com/rhyton/rhyton/backend"
	_ "github.com/rhyton/rhyton/backend/cpu" // the default device
	"github.com/rhyton/rhyton/internal/runtime"
)

// DefaultDevice is the device used when Compile names none. This package registers it.
const DefaultDevice = "cpu"

// A DeviceUsage is what this process uses on a device.
type DeviceUsage struct {
	Programs, Buffers int64 // open
	Bytes             int64 // of the buffers: weights, optimizers' state, inputs and outputs

	// Allocator holds the counters of the device's own allocator, in bytes, including the memory
	// of running programs; zeros if the device does not report them, as "cpu" and "xla:cpu".
	Allocator backend.Memory
}

// UsageOf returns what models, steps and jit functions use on a device, opening the device if
// needed.
func UsageOf(device string) (DeviceUsage, error) {
	d, err := runtime.Open(device)
	if err != nil {
		return DeviceUsage{}, fmt.Errorf("models: usage: %w", err)
	}
	u := d.Usage()
	usage := DeviceUsage{Programs: u.Programs, Buffers: u.Buffers, Bytes: u.Bytes}
	if ask := d.Caps().Memory; ask != nil {
		if m, err := ask(); err == nil {
			usage.Allocator = m
		}
	}
	return usage, nil
}

// CloseDevice closes a device, which releases the memory of a GPU to other processes. A device is
// opened by the first Compile that names it and stays open until then. It is an error while
// models, steps, jit functions or variables on the device are open.
func CloseDevice(device string) error {
	if err := runtime.CloseDevice(device); err != nil {
		return fmt.Errorf("models: %w", err)
	}
	return nil
}

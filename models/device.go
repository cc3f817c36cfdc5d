package models

import (
	"fmt"

	"github.com/rhyton/rhyton/backend"
	_ "github.com/rhyton/rhyton/backend/cpu" // the default device
	"github.com/rhyton/rhyton/internal/runtime"
)

// DefaultDevice is the device of a Compile that names none. It is registered by this package.
const DefaultDevice = "cpu"

// A DeviceUsage is what this process holds on a device.
type DeviceUsage struct {
	Programs, Buffers int64 // that are open
	Bytes             int64 // of the buffers: weights, optimizers' state, inputs and outputs

	// Allocator is what the device's own allocator counts, in bytes, with the memory of
	// running programs; zeros where it does not tell, as on "cpu" and "xla:cpu".
	Allocator backend.Memory
}

// UsageOf returns what models, steps and jit functions hold on a device, which is opened if it
// is not open yet.
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

// CloseDevice closes a device, which gives the memory of a GPU back to other processes.
// Devices are opened by the first Compile that names them and stay open until then. It is an
// error while models, steps, jit functions or variables on the device are open.
func CloseDevice(device string) error {
	if err := runtime.CloseDevice(device); err != nil {
		return fmt.Errorf("models: %w", err)
	}
	return nil
}

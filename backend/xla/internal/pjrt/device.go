package pjrt

import "unsafe"

// Device is one device of a client.
type Device struct {
	ID   int    // as in CompileOptions.Device
	Kind string // such as "cpu" or "NVIDIA H100 80GB HBM3"
	Name string

	plugin *Plugin
	handle uintptr
}

const intOutSize = 28 // struct_size, extensions, handle and an int, without the trailing padding

func (p *Plugin) device(handle uintptr) (Device, error) {
	d := Device{plugin: p, handle: handle}
	desc, err := p.scalar(fnDeviceGetDescription, handle)
	if err != nil {
		return d, err
	}
	id, err := p.word(fnDescriptionID, desc, intOutSize)
	if err != nil {
		return d, err
	}
	d.ID = int(int32(id))
	if d.Kind, err = p.text(fnDescriptionKind, desc); err != nil {
		return d, err
	}
	d.Name, err = p.text(fnDescriptionString, desc)
	return d, err
}

// MemoryStats is the state of a device's allocator, in bytes. Values unknown to the plugin are -1.
type MemoryStats struct {
	InUse, PeakInUse, Limit, LargestFree, Pool int64
}

type optionalInt64 struct {
	value int64
	set   bool
}

func (o optionalInt64) orUnknown() int64 {
	if o.set {
		return o.value
	}
	return -1
}

// MemoryStats queries the allocator. Plugins without one, such as the CPU's, return [Unimplemented].
func (d Device) MemoryStats() (MemoryStats, error) {
	a := &struct {
		header
		device                                  uintptr
		inUse                                   int64
		peak, allocs, largest, limit            optionalInt64
		reserved, peakReserved, reservableLimit optionalInt64
		largestFree, pool, peakPool             optionalInt64
	}{device: d.handle}
	a.size = unsafe.Sizeof(*a)
	if err := d.plugin.call(fnDeviceMemoryStats, unsafe.Pointer(a)); err != nil {
		return MemoryStats{}, err
	}
	return MemoryStats{
		InUse: a.inUse, PeakInUse: a.peak.orUnknown(), Limit: a.limit.orUnknown(),
		LargestFree: a.largestFree.orUnknown(), Pool: a.pool.orUnknown(),
	}, nil
}

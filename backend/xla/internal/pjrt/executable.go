package pjrt

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// Executable is a compiled program, loaded on its device.
type Executable struct {
	client  *Client
	handle  atomic.Uintptr // PJRT_LoadedExecutable
	program Program
	outputs int
	pool    sync.Pool // of *launch
}

// newExecutable takes ownership of handle, for which the caller holds a reference to c.
func (c *Client) newExecutable(handle uintptr) (*Executable, error) {
	e := &Executable{client: c}
	e.handle.Store(handle)
	e.program.plugin = c.Plugin
	h, err := c.Plugin.scalar(fnLoadedGetExecutable, handle)
	if err == nil {
		e.program.handle.Store(h)
		e.outputs, err = e.program.outputs()
	}
	if err != nil {
		e.Destroy()
		return nil, err
	}
	return e, nil
}

// MemoryStats returns the memory that an execution needs.
func (e *Executable) MemoryStats() (ProgramMemory, error) { return e.program.MemoryStats() }

// Destroy unloads the program once its executions have ended.
func (e *Executable) Destroy() error {
	h := e.handle.Swap(0)
	if h == 0 {
		return nil
	}
	e.program.Destroy()
	err := e.client.Plugin.on(fnLoadedDestroy, h)
	if r := e.client.release(); err == nil {
		err = r
	}
	return err
}

// Program is a compiled program that is not loaded, as returned by compiling without a device.
type Program struct {
	plugin *Plugin
	handle atomic.Uintptr // PJRT_Executable
}

// Destroy frees the program.
func (p *Program) Destroy() error {
	if h := p.handle.Swap(0); h != 0 {
		return p.plugin.on(fnExecutableDestroy, h)
	}
	return nil
}

func (p *Program) outputs() (int, error) {
	n, err := p.plugin.scalar(fnExecutableNumOutputs, p.handle.Load())
	return int(n), err
}

// ProgramMemory is the device memory that an execution needs, in bytes.
type ProgramMemory struct {
	Code, Arguments, Outputs, Aliased, Temporary int64
}

// MemoryStats returns the memory that an execution needs.
func (p *Program) MemoryStats() (ProgramMemory, error) {
	h := p.handle.Load()
	if h == 0 {
		return ProgramMemory{}, errorf(fnNames[fnExecutableMemoryStats], FailedPrecondition, "the executable is destroyed")
	}
	a := &struct {
		header
		executable uintptr
		device     ProgramMemory
		host       ProgramMemory
		peak, all  int64
	}{executable: h}
	a.size = unsafe.Sizeof(*a)
	err := p.plugin.call(fnExecutableMemoryStats, unsafe.Pointer(a))
	return a.device, err
}

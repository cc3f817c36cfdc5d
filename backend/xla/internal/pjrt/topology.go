package pjrt

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// Topology describes devices to compile for, which need not be present.
type Topology struct {
	plugin *Plugin
	handle atomic.Uintptr
}

// NewTopology describes devices. Plugins for NVIDIA require the options "topology", such as "1x1x1"
// (processes, hosts per process, devices), and "target_config", a GpuTargetConfigProto as text
// (openxla's xla/backends/gpu/target_config/specs has one for each GPU).
func (p *Plugin) NewTopology(name string, opts Options) (*Topology, error) {
	o, err := newOptions(opts)
	if err != nil {
		return nil, err
	}
	n := []byte(name)
	a := &struct {
		header
		name       *byte
		nname      uintptr
		options    unsafe.Pointer
		numOptions uintptr
		topology   uintptr
	}{name: bytesPtr(n), nname: uintptr(len(n)), options: o.pointer(), numOptions: uintptr(len(o.array))}
	a.size = unsafe.Sizeof(*a)
	err = p.call(fnTopologyCreate, unsafe.Pointer(a))
	runtime.KeepAlive(o)
	if err != nil {
		return nil, err
	}
	t := &Topology{plugin: p}
	t.handle.Store(a.topology)
	return t, nil
}

// Destroy frees the description. Programs compiled for it remain valid.
func (t *Topology) Destroy() error {
	if h := t.handle.Swap(0); h != 0 {
		return t.plugin.on(fnTopologyDestroy, h)
	}
	return nil
}

// Compile compiles a module in StableHLO text for t, without a device.
func (t *Topology) Compile(text string, o CompileOptions) (*Program, error) {
	h := t.handle.Load()
	if h == 0 {
		return nil, errorf(fnNames[fnCompile], FailedPrecondition, "the topology is destroyed")
	}
	opts, err := o.encode()
	if err != nil {
		return nil, err
	}
	a := &compileArgs{owner: h, program: newProgram(text), options: bytesPtr(opts), numOptions: uintptr(len(opts))}
	a.header.size = unsafe.Sizeof(*a)
	if err := t.plugin.call(fnCompile, unsafe.Pointer(a)); err != nil {
		return nil, err
	}
	p := &Program{plugin: t.plugin}
	p.handle.Store(a.executable)
	return p, nil
}

package pjrt

import "unsafe"

// executeOptions has the C layout; all fields except its size stay zero.
type executeOptions struct {
	header
	_, _ unsafe.Pointer // send and receive callbacks
	_, _ uintptr        // their number
	_    int32          // launch id
	_    int32
	_    *int64         // non-donatable inputs
	_    uintptr        // their number
	_    uintptr        // context
	_    *byte          // call location
	_    uintptr        // tasks
	_, _ unsafe.Pointer // task ids, incarnations
}

type executeArgs struct {
	header
	executable uintptr
	options    *executeOptions
	arguments  **uintptr
	numDevices uintptr
	numArgs    uintptr
	outputs    **uintptr
	events     *uintptr
	device     uintptr
}

// launch is the memory of one execution's call. It is allocated once, with its arrays, and reused.
type launch struct {
	args     executeArgs
	options  executeOptions
	in, out  []uintptr
	inList   *uintptr
	outList  *uintptr
	executed uintptr // the event
}

func (e *Executable) newLaunch(inputs int) *launch {
	l, _ := e.pool.Get().(*launch)
	if l == nil || len(l.in) != inputs {
		l = &launch{in: make([]uintptr, inputs), out: make([]uintptr, e.outputs)}
		l.inList, l.outList = unsafe.SliceData(l.in), unsafe.SliceData(l.out)
		l.options.size = unsafe.Sizeof(l.options)
		l.args = executeArgs{options: &l.options, arguments: &l.inList, numDevices: 1, numArgs: uintptr(inputs),
			outputs: &l.outList}
		l.args.size = unsafe.Sizeof(l.args)
	}
	clear(l.out)
	return l
}

// Execute starts the program and returns without waiting for it. Outputs are new arrays in the
// Buffers of out, whose previous arrays are destroyed. An output may be the Buffer of an input,
// donated or not. A donated input that is not also an output becomes unusable and must still be
// destroyed. An error in the computation itself is returned when an output is awaited or read.
func (e *Executable) Execute(in, out []*Buffer) error { return e.execute(in, out, nil) }

// Run is Execute followed by waiting for the end.
func (e *Executable) Run(in, out []*Buffer) error {
	var handle uintptr
	if err := e.execute(in, out, &handle); err != nil {
		return err
	}
	return pending{plugin: e.client.Plugin, handle: handle}.await()
}

func (e *Executable) execute(in, out []*Buffer, event *uintptr) error {
	const op = "LoadedExecutable_Execute"
	h := e.handle.Load()
	if h == 0 {
		return errorf(op, FailedPrecondition, "the executable is destroyed")
	}
	if len(out) != e.outputs {
		return errorf(op, InvalidArgument, "got %d output buffers; want %d", len(out), e.outputs)
	}
	l := e.newLaunch(len(in))
	defer e.pool.Put(l)
	for i, b := range in {
		if l.in[i] = b.handle.Load(); l.in[i] == 0 {
			return errorf(op, FailedPrecondition, "input %d: the buffer is destroyed", i)
		}
	}
	l.args.executable, l.args.events, l.executed = h, nil, 0
	if event != nil {
		l.args.events = &l.executed
	}
	if err := e.client.Plugin.call(fnLoadedExecute, unsafe.Pointer(&l.args)); err != nil {
		return err
	}
	if event != nil {
		*event = l.executed
	}
	// The executable's reference keeps the client alive here, so it is not too late to take more.
	for i, b := range out {
		e.client.refs.Add(1)
		b.replace(e.client, l.out[i])
	}
	return nil
}

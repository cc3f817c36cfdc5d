package pjrt

import (
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// minMinor is the oldest supported version: plugins older than 0.54 (summer 2024) use argument
// structs that differ from the ones bound here.
const minMinor = 54

// Plugin is a PJRT plugin, opened and initialized.
type Plugin struct {
	Path         string
	Major, Minor int // the version of the C API that it was built with

	table     unsafe.Pointer
	functions int
}

type header struct {
	size uintptr
	ext  unsafe.Pointer
}

var loaded = struct {
	sync.Mutex
	byPath map[string]*Plugin
}{byPath: map[string]*Plugin{}}

// Load opens the plugin in the shared library at path, checks its version and initializes it.
// Loading the same path again returns the same Plugin: a plugin can be initialized only once per
// process.
func Load(path string) (*Plugin, error) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		return nil, fmt.Errorf("pjrt: %s: plugins are 64-bit libraries; this program is not", path)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("pjrt: %w", err)
	}
	loaded.Lock()
	defer loaded.Unlock()
	if p := loaded.byPath[abs]; p != nil {
		return p, nil
	}
	p, err := load(abs)
	if err == nil {
		loaded.byPath[abs] = p
	}
	return p, err
}

func load(path string) (*Plugin, error) {
	get, err := open(path, "GetPjrtApi")
	if err != nil {
		return nil, fmt.Errorf("pjrt: plugin %s: %w", path, err)
	}
	r, _, _ := purego.SyscallN(get)
	if r == 0 {
		return nil, fmt.Errorf("pjrt: plugin %s: GetPjrtApi gave no table", path)
	}
	table := *(*unsafe.Pointer)(unsafe.Pointer(&r))
	p := &Plugin{Path: path, table: table}
	p.Major = int(*(*int32)(unsafe.Add(table, 32)))
	p.Minor = int(*(*int32)(unsafe.Add(table, 36)))
	p.functions = (int(*(*uintptr)(table)) - apiPrefix) / 8
	if p.Major != 0 || p.Minor < minMinor {
		return nil, fmt.Errorf("pjrt: plugin %s: has API %d.%d; want 0.%d or a later 0.x: install a newer plugin",
			path, p.Major, p.Minor, minMinor)
	}
	in := &header{size: unsafe.Sizeof(header{})}
	if err := p.call(fnPluginInitialize, unsafe.Pointer(in)); err != nil {
		return nil, fmt.Errorf("pjrt: plugin %s: %w", path, err)
	}
	return p, nil
}

// onHeap makes the compiler allocate the arguments of call on the heap, where they do not move. never
// is false.
var onHeap struct {
	never bool
	args  unsafe.Pointer
}

// words holds the argument list of a call. A list written in the call would be allocated each time.
var words = sync.Pool{New: func() any { return new([1]uintptr) }}

// call calls function fn, whose signature is PJRT_Error* f(Args*).
func (p *Plugin) call(fn int, args unsafe.Pointer) error {
	if fn >= p.functions {
		return errorf(fnNames[fn], Unimplemented, "plugin %s with API %d.%d lacks it", p.Path, p.Major, p.Minor)
	}
	f := *(*uintptr)(unsafe.Add(p.table, apiPrefix+8*fn))
	if f == 0 {
		return errorf(fnNames[fn], Unimplemented, "plugin %s lacks it", p.Path)
	}
	if onHeap.never {
		onHeap.args = args
	}
	w := words.Get().(*[1]uintptr)
	w[0] = uintptr(args)
	e, _, _ := purego.SyscallN(f, w[:]...)
	runtime.KeepAlive(args)
	words.Put(w)
	if e == 0 {
		return nil
	}
	return p.takeError(fnNames[fn], e)
}

// takeError converts a PJRT_Error to a Go error and destroys it.
func (p *Plugin) takeError(op string, e uintptr) error {
	fn := func(i int) uintptr { return *(*uintptr)(unsafe.Add(p.table, apiPrefix+8*i)) }
	m := &struct {
		header
		err uintptr
		msg *byte
		n   uintptr
	}{err: e}
	m.size = unsafe.Sizeof(*m)
	purego.SyscallN(fn(fnErrorMessage), uintptr(unsafe.Pointer(m)))
	c := &struct {
		header
		err  uintptr
		code int32
	}{err: e}
	c.size = 28 // up to code, without the trailing padding
	purego.SyscallN(fn(fnErrorGetCode), uintptr(unsafe.Pointer(c)))
	out := &Error{Op: op, Code: Code(c.code), Message: goString(m.msg, m.n)}
	d := &handleArgs{handle: e}
	d.size = unsafe.Sizeof(*d)
	purego.SyscallN(fn(fnErrorDestroy), uintptr(unsafe.Pointer(d)))
	return out
}

// handleArgs are the arguments of every function that takes one object and returns nothing.
type handleArgs struct {
	header
	handle uintptr
}

var handlePool = sync.Pool{New: func() any {
	return &handleArgs{header: header{size: unsafe.Sizeof(handleArgs{})}}
}}

// on calls fn with one object.
func (p *Plugin) on(fn int, handle uintptr) error {
	a := handlePool.Get().(*handleArgs)
	a.handle = handle
	err := p.call(fn, unsafe.Pointer(a))
	handlePool.Put(a)
	return err
}

type stringArgs struct {
	header
	handle uintptr
	s      *byte
	n      uintptr
}

// text calls fn, which returns a string that belongs to the object.
func (p *Plugin) text(fn int, handle uintptr) (string, error) {
	a := &stringArgs{handle: handle}
	a.size = unsafe.Sizeof(*a)
	if err := p.call(fn, unsafe.Pointer(a)); err != nil {
		return "", err
	}
	return goString(a.s, a.n), nil
}

type wordArgs struct {
	header
	handle uintptr
	word   uintptr
}

var wordPool = sync.Pool{New: func() any { return new(wordArgs) }}

// word calls fn, which returns one word: a size or another object. size is that of the argument
// struct, which is smaller if the word is an int.
func (p *Plugin) word(fn int, handle, size uintptr) (uintptr, error) {
	a := wordPool.Get().(*wordArgs)
	*a = wordArgs{header: header{size: size}, handle: handle}
	err := p.call(fn, unsafe.Pointer(a))
	word := a.word
	wordPool.Put(a)
	return word, err
}

// scalar is word for a full word.
func (p *Plugin) scalar(fn int, handle uintptr) (uintptr, error) {
	return p.word(fn, handle, unsafe.Sizeof(wordArgs{}))
}

func goString(s *byte, n uintptr) string { return string(unsafe.Slice(s, n)) }

// bytesPtr returns the address of b's data, never nil: some plugins check for null before the length.
func bytesPtr(b []byte) *byte {
	if len(b) == 0 {
		return new(byte)
	}
	return &b[0]
}

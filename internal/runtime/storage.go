package runtime

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// A storage holds a variable's value between runs.
type storage struct {
	v    *graph.Variable
	lock *Lock // guards the fields below, and v.Initial

	buf   buffer // the value; if it has no device, the value is that before the first run
	moves int    // number of times that buf was replaced
	clean runtime.Cleanup
	// doubtful is set if the last value assigned other than by a run is not finite.
	doubtful bool
}

// Values holds values of variables for one user, such as a test. A nil *Values refers to the
// values that all models and functions share, in the variables' own Storage.
type Values struct {
	lock Lock
	kept map[*graph.Variable]*storage
}

// NewValues returns Values in which each variable starts at its initial value.
func NewValues() *Values { return &Values{kept: map[*graph.Variable]*storage{}} }

var (
	storagesMu sync.Mutex // guards the Storage of variables and the numbers of locks
	lastLock   uint64
)

// of returns v's storage. The first use of v creates it, guarded by lock.
func (vs *Values) of(v *graph.Variable, lock *Lock) *storage {
	storagesMu.Lock()
	defer storagesMu.Unlock()
	if vs != nil {
		lock = &vs.lock
		if s := vs.kept[v]; s != nil {
			return s
		}
	} else if s, _ := v.Storage.(*storage); s != nil {
		return s
	}
	lock.number()
	s := &storage{v: v, lock: lock, doubtful: v.Initial != nil && !v.Initial.Finite()}
	if vs == nil {
		v.Storage = s
		return s
	}
	own := *v // so that others still find the initial value
	s.v = &own
	vs.kept[v] = s
	return s
}

// existing returns v's storage, nil before its first use.
func (vs *Values) existing(v *graph.Variable) *storage {
	storagesMu.Lock()
	defer storagesMu.Unlock()
	if vs != nil {
		return vs.kept[v]
	}
	s, _ := v.Storage.(*storage)
	return s
}

// bring moves the value to d if it is elsewhere.
func (s *storage) bring(d *Device) error {
	old := s.buf
	if old.dev == d {
		return nil
	}
	b, err := d.newBuffer(s.v.Type)
	if err != nil {
		return fmt.Errorf("variable %s: %w", s.v.Path, err)
	}
	var value *tensor.Tensor
	if old.dev == nil {
		value, err = initial(s.v)
	} else if value, err = s.get(nil); err != nil {
		err = fmt.Errorf("variable %s: moving it from %s to %s: %w", s.v.Path, old.dev.Name, d.Name, err)
	}
	if err != nil {
		b.close()
		return err
	}
	if value != nil {
		if err := b.Write(value); err != nil {
			b.close()
			return fmt.Errorf("variable %s: %w", s.v.Path, err)
		}
	}
	err = s.free()
	s.buf = b
	s.moves++
	if d.shared {
		b.Buffer = nil // a buffer that a cleanup refers to outlives one more garbage collection
	}
	s.clean = runtime.AddCleanup(s, drop, b)
	s.v.Initial, s.v.Make = nil, nil // do not keep a large table twice
	return err
}

// drop closes the buffer of an unreachable variable. Host memory is left to the garbage collector:
// such a buffer is nil here.
func drop(b buffer) {
	if b.Buffer == nil {
		b.forget()
		return
	}
	b.close()
}

// free closes the buffer, if there is one.
func (s *storage) free() error {
	b := s.buf
	if b.dev == nil {
		return nil
	}
	s.clean.Stop()
	s.buf = buffer{}
	s.moves++
	return b.close()
}

// get returns a copy of the value, using into if it is not nil and the value is on a device.
func (s *storage) get(into *tensor.Tensor) (*tensor.Tensor, error) {
	t := s.v.Type
	if s.buf.dev == nil {
		value, err := initial(s.v)
		switch {
		case err != nil:
			return nil, err
		case value != nil:
			return value.Clone(), nil
		}
		zeros := tensor.New(t.DType, t.Shape...)
		return zeros, zeros.Err()
	}
	if into == nil {
		into = tensor.New(t.DType, t.Shape...)
	}
	return into, s.buf.Read(into)
}

// initial returns v's value before the first run; nil means zeros.
func initial(v *graph.Variable) (*tensor.Tensor, error) {
	if v.Initial != nil || v.Make == nil {
		return v.Initial, nil
	}
	t, err := v.Make()
	if err != nil {
		return nil, fmt.Errorf("variable %s: %w", v.Path, err)
	}
	return t, nil
}

// set sets the variable to t, which has its type.
func (s *storage) set(t *tensor.Tensor) error {
	s.doubtful = !t.Finite()
	if s.buf.dev != nil {
		return s.buf.Write(t)
	}
	s.v.Initial, s.v.Make = t.Clone(), nil
	return nil
}

// leave moves the value to the host.
func (s *storage) leave() error {
	if s.buf.dev == nil {
		return nil
	}
	t, err := s.get(nil)
	if err != nil {
		return fmt.Errorf("variable %s: taking it from %s: %w", s.v.Path, s.buf.dev.Name, err)
	}
	s.v.Initial = t
	return s.free()
}

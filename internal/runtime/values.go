package runtime

import (
	"errors"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// shared refers to the values that all models and functions share.
var shared *Values

// Value returns a copy of v's shared value, wherever it is stored.
func Value(v *graph.Variable) (*tensor.Tensor, error) { return shared.Get(v) }

// ValueInto is Value, but copies into the given array of v's type if the value is on a device; a
// nil array means a new one.
func ValueInto(into *tensor.Tensor, v *graph.Variable) (*tensor.Tensor, error) {
	return shared.get(into, v)
}

// SetValue sets v's shared value to t, which has v's type, wherever it is stored.
func SetValue(v *graph.Variable, t *tensor.Tensor) error { return shared.Set(v, t) }

// Guard makes lock guard the shared values of the variables in vars not used before.
func Guard(lock *Lock, vars ...*graph.Variable) {
	storagesMu.Lock()
	lock.number()
	storagesMu.Unlock()
	for _, v := range vars {
		shared.of(v, lock)
	}
}

// Get returns a copy of v's value, wherever it is stored.
func (vs *Values) Get(v *graph.Variable) (*tensor.Tensor, error) { return vs.get(nil, v) }

func (vs *Values) get(into *tensor.Tensor, v *graph.Variable) (*tensor.Tensor, error) {
	s := vs.existing(v)
	if s == nil {
		return (&storage{v: v}).get(into)
	}
	s.lock.RLock()
	defer s.lock.RUnlock()
	return s.get(into)
}

// Set sets v's value to t, which has v's type, wherever it is stored.
func (vs *Values) Set(v *graph.Variable, t *tensor.Tensor) error {
	s := vs.existing(v)
	if s == nil && vs == nil {
		return (&storage{v: v}).set(t)
	}
	if s == nil {
		s = vs.of(v, nil)
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.set(t)
}

// Doubtful reports whether v was set to a value that is not finite, other than by a run.
func Doubtful(v *graph.Variable) bool {
	s := shared.existing(v)
	if s == nil {
		return doubtful(v)
	}
	s.lock.RLock()
	defer s.lock.RUnlock()
	return s.doubtful || s.buf.dev == nil && doubtful(v)
}

// doubtful reports whether v's value before the first run is not finite.
func doubtful(v *graph.Variable) bool {
	t, err := initial(v)
	return err == nil && t != nil && !t.Finite()
}

// DeviceOf returns the device that holds v's value, nil if there is none yet.
func DeviceOf(v *graph.Variable) *Device {
	s := shared.existing(v)
	if s == nil {
		return nil
	}
	s.lock.RLock()
	defer s.lock.RUnlock()
	return s.buf.dev
}

// Leave moves the values of vars to the host and releases their device memory. The next run that
// uses them moves them back.
func Leave(vars ...*graph.Variable) error {
	return each(vars, (*storage).leave)
}

// Discard releases the memory of vars and forgets their values, which are no longer needed.
func Discard(vars ...*graph.Variable) error {
	return each(vars, func(s *storage) error {
		s.v.Initial, s.v.Make = nil, nil
		return s.free()
	})
}

func each(vars []*graph.Variable, f func(*storage) error) (err error) {
	for _, v := range vars {
		if s := shared.existing(v); s != nil {
			s.lock.Lock()
			err = errors.Join(err, f(s))
			s.lock.Unlock()
		}
	}
	return err
}

// Close releases the memory of all variables of private Values.
func (vs *Values) Close() (err error) {
	vs.lock.Lock()
	defer vs.lock.Unlock()
	for _, s := range vs.kept {
		err = errors.Join(err, s.free())
	}
	clear(vs.kept)
	return err
}

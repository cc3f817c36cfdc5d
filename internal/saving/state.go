package saving

import (
	"fmt"
	"strconv"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/saving/format"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// A slot reads array number n of an optimizer's state.
type slot func(n int, shape graph.Shape) (*tensor.Tensor, error)

// HasState reports whether a file has the state of an optimizer.
func HasState(f *format.File) (bool, error) {
	switch f.Layout {
	case format.ByPath:
		_, has := f.Tensors.Metadata["iterations"]
		return has, nil
	case format.ByLayer:
		names, err := legacySlotNames(f.HDF5)
		return len(names) > 0, err
	}
	return f.HDF5.Root().Has("optimizer/vars/0"), nil
}

// ReadState reads the state of an optimizer whose variables are made.
func ReadState(f *format.File, s *optimizers.State) (*Assignment, error) {
	switch f.Layout {
	case format.ByPath:
		return readPathState(f.Tensors, s)
	case format.ByLayer:
		at, err := legacySlots(f.HDF5)
		if err != nil {
			return nil, err
		}
		return readSlots(at, s)
	}
	return readSlots(placedSlots(f.HDF5), s)
}

// placedSlots reads the optimizer's arrays by their numbers.
func placedSlots(h *hdf5.File) slot {
	return func(n int, shape graph.Shape) (*tensor.Tensor, error) {
		o, err := h.Root().Lookup(fmt.Sprintf("optimizer/vars/%d", n))
		if err != nil {
			return nil, err
		}
		return o.Read(shape)
	}
}

// readSlots reads the entries of s, in Keras' order.
func readSlots(at slot, s *optimizers.State) (*Assignment, error) {
	a := &Assignment{}
	for i, e := range s.Entries() {
		shape := graph.Shape{}
		if e.Var != nil {
			shape = e.Var.Type.Shape
		}
		t, err := at(i, shape)
		if err != nil {
			return nil, fmt.Errorf("optimizer: %s: %w", nameOfEntry(e), err)
		}
		if e.Var != nil {
			a.add(e.Var, t)
			continue
		}
		x, err := tensor.As[float64](t)
		if err == nil {
			err = e.Check(x[0])
		}
		if err != nil {
			return nil, fmt.Errorf("optimizer: %w", err)
		}
		a.host = append(a.host, func() error { return e.Set(x[0]) })
	}
	return a, nil
}

func nameOfEntry(e optimizers.Entry) string {
	switch {
	case e.Var != nil:
		return e.Var.Path
	case e.Kind == optimizers.Iteration || e.Kind == optimizers.UnusedIteration:
		return "iteration"
	}
	return "learning rate"
}

// putState writes the state of an optimizer, unless it has made no step.
func putState(t *hdf5.Tree, s *optimizers.State, valueOf Values) error {
	if s == nil || s.Iterations == 0 {
		return nil
	}
	for _, g := range s.EntryGroups() {
		for i, e := range g.Entries {
			value, err := valueOfEntry(e, valueOf)
			if err != nil {
				return err
			}
			t.Put(fmt.Sprintf("optimizer/%s/%d", g.Path, i), value)
		}
	}
	return nil
}

// valueOfEntry returns what of the optimizer's state stands in files.
func valueOfEntry(e optimizers.Entry, valueOf Values) (*tensor.Tensor, error) {
	switch e.Kind {
	case optimizers.Iteration, optimizers.UnusedIteration:
		return tensor.Scalar(int64(e.Value)), nil
	case optimizers.LearningRate, optimizers.UnusedRate:
		return tensor.Scalar(float32(e.Value)), nil
	}
	value, err := valueOf(e.Var)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Var.Path, err)
	}
	return value, nil
}

// parseSteps reads the iterations of a safetensors file's metadata.
func parseSteps(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("metadata iterations %q; wants a number of steps", text)
	}
	return n, nil
}

package saving

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/saving/format"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// HasState reports whether a file has the state of an optimizer.
func HasState(f *format.File) (bool, error) {
	if f.Layout == format.ByPath {
		_, has := f.Tensors.Metadata["iterations"]
		return has, nil
	}
	arrays, err := stateArrays(f)
	return len(arrays) > 0, err
}

// ReadState reads the state of an optimizer whose variables exist. The state of an optimizer of
// another class is an error, if the file records its class.
func ReadState(f *format.File, s *optimizers.State) (*Assignment, error) {
	have := config.ClassOf(s.Optimizer())
	if class := optimizerIn(f); class != "" && class != have {
		return nil, fmt.Errorf("optimizer: the file has the state of %s, the model is compiled with %s: compile it with that, or load the weights alone by LoadWeights", class, have)
	}
	if f.Layout == format.ByPath {
		return readPathState(f.Tensors, s)
	}
	arrays, err := stateArrays(f)
	if err != nil {
		return nil, err
	}
	entries := s.Entries()
	if v, ok := parseVersion(f.Version); ok && v.before(keras3[0], keras3[1]) {
		return readOldSlots(arrays, entries, s, oldOptimizer(f)), nil
	}
	return readSlots(arrays, orderedFor(arrays, entries, s))
}

// optimizerIn returns the class of the optimizer whose state is in a file, "" if not recorded.
func optimizerIn(f *format.File) string {
	if f.Layout == format.ByPath {
		return f.Tensors.Metadata["optimizer"]
	}
	conf, err := CompileConfig(f)
	if err != nil || conf == nil {
		return ""
	}
	var c struct{ Optimizer json.RawMessage }
	if json.Unmarshal(conf, &c) != nil || null(c.Optimizer) {
		return ""
	}
	o, err := config.Unmarshal[optimizers.Optimizer](c.Optimizer)
	if err != nil {
		return ""
	}
	return config.ClassOf(o)
}

// stateArrays lists the arrays of an optimizer's state in order.
func stateArrays(f *format.File) (all []*hdf5.Object, err error) {
	root := f.HDF5.Root()
	if f.Layout == format.ByPlace {
		for root.Has(fmt.Sprintf("optimizer/vars/%d", len(all))) {
			o, err := root.Lookup(fmt.Sprintf("optimizer/vars/%d", len(all)))
			if err != nil {
				return nil, err
			}
			all = append(all, o)
		}
		return all, nil
	}
	if !root.Has("optimizer_weights") {
		return nil, nil
	}
	group, err := root.Lookup("optimizer_weights")
	if err != nil {
		return nil, err
	}
	names, err := group.Strings("weight_names")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		o, err := group.Lookup(name)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

// orderedFor returns the entries that a Keras 3 file has, in its order. Before the first step it
// has only the numbers kept on the host; up to version 3.8, Nadam's product came first.
func orderedFor(arrays []*hdf5.Object, entries []optimizers.Entry, s *optimizers.State) []optimizers.Entry {
	isSlot := func(e optimizers.Entry) bool { return e.Var != nil }
	first := slices.IndexFunc(entries, isSlot)
	if first > 0 && len(arrays) == first {
		return entries[:first]
	}
	_, nadam := s.Optimizer().(*optimizers.Nadam)
	if last := len(entries) - 1; nadam && first > 0 && len(arrays) == len(entries) && isScalar(arrays[first]) {
		entries = slices.Concat(entries[:first], entries[last:], entries[first:last])
	}
	return entries
}

func isScalar(o *hdf5.Object) bool {
	shape, err := o.Shape()
	return err == nil && len(shape) == 0
}

// readSlots reads the entries of an optimizer's state from arrays in the same order.
func readSlots(arrays []*hdf5.Object, entries []optimizers.Entry) (*Assignment, error) {
	a := &Assignment{}
	if len(arrays) > len(entries) {
		return nil, fmt.Errorf("optimizer: the state has %d arrays, the model's optimizer %d: it is of another optimizer, or of one with other options", len(arrays), len(entries))
	}
	for i, e := range entries {
		if i >= len(arrays) {
			return nil, fmt.Errorf("optimizer: the state has %d arrays; %s, number %d, is missing", len(arrays), nameOfEntry(e), i)
		}
		if err := a.addEntry(arrays[i], e); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// addEntry reads one entry of an optimizer's state.
func (a *Assignment) addEntry(o *hdf5.Object, e optimizers.Entry) error {
	shape := graph.Shape{}
	if e.Var != nil {
		shape = e.Var.Type.Shape
	}
	t, err := o.Read(shape)
	if err != nil {
		return fmt.Errorf("optimizer: %s: %w", nameOfEntry(e), err)
	}
	if e.Var != nil {
		a.add(e.Var, t)
		return nil
	}
	x, err := tensor.As[float64](t)
	if err == nil {
		err = e.Check(x[0])
	}
	if err != nil {
		return fmt.Errorf("optimizer: %w", err)
	}
	a.host = append(a.host, func() error { return e.Set(x[0]) })
	return nil
}

// readOldSlots reads the state of a Keras 2 optimizer, which has no learning rate. The older kind
// of optimizers groups the arrays of all variables by slot. A state in any other form is skipped,
// as in Keras, and the optimizer starts fresh.
func readOldSlots(arrays []*hdf5.Object, entries []optimizers.Entry, s *optimizers.State, old bool) *Assignment {
	entries = slices.DeleteFunc(slices.Clone(entries), func(e optimizers.Entry) bool { return e.Var == nil && e.Kind != optimizers.Iteration })
	if _, nadam := s.Optimizer().(*optimizers.Nadam); nadam && len(entries) > 0 { // files do not have its product
		entries = entries[:len(entries)-1]
		if old && len(arrays) == len(entries)+1 { // but they may have its momentum cache
			arrays = slices.Delete(slices.Clone(arrays), 1, 2)
		}
	}
	if _, ftrl := s.Optimizer().(*optimizers.Ftrl); old && !ftrl {
		bySort(entries)
	}
	if len(arrays) == 1 { // before the first step
		entries = entries[:1]
	}
	if len(arrays) != len(entries) {
		return &Assignment{}
	}
	a, err := readSlots(arrays, entries)
	if err != nil {
		return &Assignment{}
	}
	return a
}

// bySort groups entries by the last name in their path.
func bySort(entries []optimizers.Entry) {
	var order []string
	sortOf := func(e optimizers.Entry) string {
		if e.Var == nil {
			return ""
		}
		return e.Var.Path[strings.LastIndexByte(e.Var.Path, '/')+1:]
	}
	for _, e := range entries {
		if !slices.Contains(order, sortOf(e)) {
			order = append(order, sortOf(e))
		}
	}
	slices.SortStableFunc(entries, func(a, b optimizers.Entry) int {
		return slices.Index(order, sortOf(a)) - slices.Index(order, sortOf(b))
	})
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

// putState writes the state of an optimizer, unless it has not made a step.
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

// valueOfEntry returns the value of an entry of the optimizer's state as saved in files.
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

// parseSteps parses the iterations in a safetensors file's metadata.
func parseSteps(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err == nil && n < 0 {
		err = errors.New("it is negative")
	}
	if err != nil {
		return 0, fmt.Errorf("metadata iterations %q; want a number of steps: %w", text, err)
	}
	return n, nil
}

package datasets

import (
	"fmt"
	"iter"
	"slices"

	"github.com/rhyton/rhyton/tensor"
)

// Transform returns a data set that yields d with inputs replaced by the result of f, such as a
// preprocessing layer's Transform method. It is [Indexed] if d is. If no input numbers are given,
// f receives all inputs and its result becomes the only input. Otherwise f receives the inputs
// with those numbers; its result replaces the first of them and the others are removed.
func Transform(d Dataset, f func(x ...*tensor.Tensor) (*tensor.Tensor, error), inputs ...int) Dataset {
	t := &transformed{f: f, inputs: inputs}
	t.derived = *Map(d, t.batch).(*derived)
	if ix, ok := d.(Indexed); ok {
		return &transformedIndexed{t, ix}
	}
	return t
}

type transformed struct {
	derived
	f      func(x ...*tensor.Tensor) (*tensor.Tensor, error)
	inputs []int
}

// batch returns b transformed.
func (t *transformed) batch(b Batch) (Batch, error) {
	in, rest, at := b.X, []*tensor.Tensor{nil}, 0
	if len(t.inputs) > 0 {
		var err error
		if in, rest, at, err = pick(b.X, t.inputs); err != nil {
			return b, err
		}
	}
	y, err := t.f(in...)
	if err != nil {
		return b, err
	}
	rest[at] = y
	b.X = rest
	return b, nil
}

// pick splits x into the arrays with the given numbers, in, and rest, which keeps the first of
// them as a placeholder, at index at.
func pick(x []*tensor.Tensor, numbers []int) (in, rest []*tensor.Tensor, at int, err error) {
	for _, i := range numbers {
		if i < 0 || i >= len(x) || slices.Contains(in, x[i]) {
			return nil, nil, 0, fmt.Errorf("transform: input %d of %d, or it is named twice", i, len(x))
		}
		in = append(in, x[i])
	}
	for i, t := range x {
		if i == numbers[0] {
			at = len(rest)
		}
		if i == numbers[0] || !slices.Contains(numbers, i) {
			rest = append(rest, t)
		}
	}
	return in, rest, at, nil
}

// A transformedIndexed is a transformed [Indexed] data set.
type transformedIndexed struct {
	*transformed
	of Indexed
}

// Len returns the number of samples.
func (t *transformedIndexed) Len() int { return t.of.Len() }

// Types returns the types of a sample, determined by transforming the first one.
func (t *transformedIndexed) Types() Types {
	var b Batch
	if t.of.Len() == 0 || t.Slice(&b, 0, 1) != nil {
		return Types{}
	}
	return Types{rowTypes(b.X), rowTypes(b.Y), rowTypes(b.Weights)}
}

// Gather fills dst with the given samples; see [Indexed].
func (t *transformedIndexed) Gather(dst *Batch, rows []int) error {
	var raw Batch
	err := t.of.Gather(&raw, rows)
	return t.into(dst, raw, err)
}

// Slice fills dst with samples lo to hi-1; see [Indexed].
func (t *transformedIndexed) Slice(dst *Batch, lo, hi int) error {
	var raw Batch
	err := t.of.Slice(&raw, lo, hi)
	return t.into(dst, raw, err)
}

func (t *transformedIndexed) into(dst *Batch, raw Batch, err error) error {
	if err == nil {
		*dst, err = t.batch(raw)
	}
	return err
}

// Inputs yields input i of the batches of d, for example for a layer's Adapt method. An [Indexed]
// data set is yielded as one batch.
func Inputs(d Dataset, i int) iter.Seq2[*tensor.Tensor, error] {
	return func(yield func(*tensor.Tensor, error) bool) {
		give := func(b Batch, err error) bool {
			if err == nil && (i < 0 || i >= len(b.X)) {
				err = fmt.Errorf("datasets: input %d of %d", i, len(b.X))
			}
			if err != nil {
				yield(nil, err)
				return false
			}
			return yield(b.X[i], nil)
		}
		if ix, ok := d.(Indexed); ok {
			var all Batch
			err := ix.Slice(&all, 0, ix.Len())
			give(all, err)
			return
		}
		for b, err := range d.Batches() {
			if !give(b, err) {
				return
			}
		}
	}
}

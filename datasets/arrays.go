package datasets

import (
	"fmt"
	"iter"

	"github.com/rhyton/rhyton/tensor"
)

// Arrays is a data set in memory. X has an array for each input of the model, Y for each output;
// the first axis of every array is the sample axis. Weights, one array or one per output, may be
// nil, which means a weight of 1 for every sample.
type Arrays struct {
	X, Y, Weights []*tensor.Tensor
}

// Of returns the data set with one input and one output. A nil y omits the output.
func Of(x, y *tensor.Tensor) *Arrays {
	a := &Arrays{X: []*tensor.Tensor{x}}
	if y != nil {
		a.Y = []*tensor.Tensor{y}
	}
	return a
}

// FromSlices returns a data set with copies of the rows x and their targets y.
func FromSlices[X, Y tensor.Element](x [][]X, y []Y) *Arrays {
	return Of(tensor.FromRows(x), tensor.Of(append([]Y{}, y...)))
}

// WithWeights returns the data set with sample weights w, of shape (samples,).
func (a *Arrays) WithWeights(w *tensor.Tensor) *Arrays {
	return &Arrays{X: a.X, Y: a.Y, Weights: []*tensor.Tensor{w}}
}

// Err returns an error if an array is invalid or has no rows, or if the numbers of rows differ.
func (a *Arrays) Err() error {
	if len(a.X) == 0 {
		return fmt.Errorf("datasets: no arrays in X")
	}
	if a.sound() { // fast path without building names, as it is called at every step
		return nil
	}
	n, first := -1, ""
	for name, t := range a.each() {
		switch {
		case t == nil:
			return fmt.Errorf("datasets: %s is nil", name)
		case t.Err() != nil:
			return fmt.Errorf("datasets: %s: %w", name, t.Err())
		case t.Rank() == 0:
			return fmt.Errorf("datasets: %s is a scalar: the first axis counts the samples", name)
		case n < 0:
			n, first = t.Shape()[0], name
		case t.Shape()[0] != n:
			return fmt.Errorf("datasets: %s has %d rows, %s has %d: every array needs one row per sample", first, n, name, t.Shape()[0])
		}
	}
	return nil
}

func (a *Arrays) sound() bool {
	for _, ts := range [...][]*tensor.Tensor{a.X, a.Y, a.Weights} {
		for _, t := range ts {
			if t == nil || t.Err() != nil || t.Rank() == 0 || a.X[0] == nil || a.X[0].Rank() == 0 || t.Shape()[0] != a.X[0].Shape()[0] {
				return false
			}
		}
	}
	return true
}

// each yields the arrays with their names in error messages: x, x[1], y, weights.
func (a *Arrays) each() iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) {
		for _, part := range []struct {
			name string
			ts   []*tensor.Tensor
		}{{"x", a.X}, {"y", a.Y}, {"weights", a.Weights}} {
			for i, t := range part.ts {
				name := part.name
				if len(part.ts) > 1 {
					name = fmt.Sprintf("%s[%d]", name, i)
				}
				if !yield(name, t) {
					return
				}
			}
		}
	}
}

// Len returns the number of samples, or 0 if [Arrays.Err] returns an error.
func (a *Arrays) Len() int {
	if a.Err() != nil {
		return 0
	}
	return a.X[0].Shape()[0]
}

// Types returns the types of the rows of the arrays.
func (a *Arrays) Types() Types {
	if a.Err() != nil {
		return Types{}
	}
	return Types{rowTypes(a.X), rowTypes(a.Y), rowTypes(a.Weights)}
}

func rowTypes(ts []*tensor.Tensor) []Type {
	out := make([]Type, len(ts))
	for i, t := range ts {
		out[i] = Type{t.DType(), t.Shape()[1:].Clone()}
	}
	return out
}

// Gather copies the given samples into dst; see [Indexed].
func (a *Arrays) Gather(dst *Batch, rows []int) error {
	return a.fill(dst, len(rows), func(old, t *tensor.Tensor) *tensor.Tensor { return tensor.Gather(old, t, rows) })
}

// Slice fills dst with samples lo to hi-1, which are shared, not copied; see [Indexed].
func (a *Arrays) Slice(dst *Batch, lo, hi int) error {
	return a.fill(dst, hi-lo, func(old, t *tensor.Tensor) *tensor.Tensor { return tensor.RowsInto(old, t, lo, hi) })
}

func (a *Arrays) fill(dst *Batch, n int, take func(old, t *tensor.Tensor) *tensor.Tensor) error {
	if err := a.Err(); err != nil {
		return err
	}
	dst.N = n
	for _, part := range []struct {
		to   *[]*tensor.Tensor
		from []*tensor.Tensor
	}{{&dst.X, a.X}, {&dst.Y, a.Y}, {&dst.Weights, a.Weights}} {
		resize(part.to, len(part.from))
		for i, t := range part.from {
			got := take((*part.to)[i], t)
			if got.Err() != nil {
				return fmt.Errorf("datasets: %w", got.Err())
			}
			(*part.to)[i] = got
		}
	}
	return nil
}

// resize sets the length of a list of arrays to n, keeping existing elements.
func resize(list *[]*tensor.Tensor, n int) {
	for len(*list) < n {
		*list = append(*list, nil)
	}
	*list = (*list)[:n]
}

// Batches yields the samples in order, 32 at a time. Use [Arrays.Batch] or [Batched] for other
// options.
func (a *Arrays) Batches() iter.Seq2[Batch, error] { return a.Batch(0).Batches() }

// BatchesFrom starts a pass without its first n batches; see [Seeker].
func (a *Arrays) BatchesFrom(n int) iter.Seq2[Batch, error] { return a.Batch(0).BatchesFrom(n) }

// Steps returns the number of batches in a pass.
func (a *Arrays) Steps() int { return a.Batch(0).Steps() }

// Batch returns the samples in batches of the given size, in order. Set Shuffle and Seed of the
// result for a different order in each epoch.
func (a *Arrays) Batch(size int) *Batched { return &Batched{Data: a, Size: size} }

package datasets

import (
	"fmt"
	"iter"

	"github.com/rhyton/rhyton/tensor"
)

// A Sample is one sample: an array, without batch axis, for each input, output and weight.
type Sample struct{ X, Y, Weights []*tensor.Tensor }

// Samples collects single samples yielded by a function into batches. All samples must have the
// types and shapes of the first.
type Samples struct {
	Each func() iter.Seq2[Sample, error] // starts a pass
	Size int                             // samples in a batch; 32 if 0
}

// Batches starts a pass. The last batch may be smaller.
func (s Samples) Batches() iter.Seq2[Batch, error] { return s.BatchesFrom(0) }

// Steps is [Unknown].
func (s Samples) Steps() int { return Unknown }

// BatchesFrom starts a pass without its first n batches, whose samples are discarded.
func (s Samples) BatchesFrom(n int) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		size := s.Size
		if size == 0 {
			size = 32
		}
		if size < 0 || s.Each == nil {
			yield(Batch{}, fmt.Errorf("datasets: samples: size %d and a function that yields samples are wanted", size))
			return
		}
		var held []Sample
		i := 0
		flush := func() bool {
			b, err := joined(held)
			if err != nil {
				err = fmt.Errorf("datasets: samples %d to %d: %w", i-len(held), i-1, err)
			}
			held = held[:0]
			return yield(b, err) && err == nil
		}
		for sample, err := range s.Each() {
			if err != nil {
				yield(Batch{}, fmt.Errorf("datasets: sample %d: %w", i, err))
				return
			}
			if i++; i <= n*size {
				continue
			}
			held = append(held, sample)
			if len(held) == size && !flush() {
				return
			}
		}
		if len(held) > 0 {
			flush()
		}
	}
}

func joined(held []Sample) (b Batch, err error) {
	b.N = len(held)
	for _, part := range []struct {
		to *[]*tensor.Tensor
		of func(Sample) []*tensor.Tensor
	}{
		{&b.X, func(s Sample) []*tensor.Tensor { return s.X }},
		{&b.Y, func(s Sample) []*tensor.Tensor { return s.Y }},
		{&b.Weights, func(s Sample) []*tensor.Tensor { return s.Weights }},
	} {
		for k := range part.of(held[0]) {
			column := make([]*tensor.Tensor, len(held))
			for i, s := range held {
				if len(part.of(s)) != len(part.of(held[0])) {
					return Batch{}, fmt.Errorf("%d arrays, earlier samples have %d", len(part.of(s)), len(part.of(held[0])))
				}
				column[i] = part.of(s)[k]
			}
			t := tensor.Stack(column...)
			if t.Err() != nil {
				return Batch{}, t.Err()
			}
			*part.to = append(*part.to, t)
		}
	}
	return b, nil
}

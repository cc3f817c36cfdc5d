package models

import (
	"fmt"
	"iter"
	"math"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/internal/panicerr"
	"github.com/rhyton/rhyton/tensor"
)

// A source supplies a run with batches, epoch by epoch.
type source struct {
	data    datasets.Dataset
	batched *datasets.Batched // data that Fit may split into batches, else nil
	steps   int               // batches per epoch; 0: a full pass
	checked bool              // all values were checked before the first step

	// The position of the training: the pass and the number of batches done in it.
	pass, batch int
	next        func() (datasets.Batch, error, bool) // of a pass that continues in the next epoch
	stop        func()
}

// newSource returns the source of data, split into batches of size if data is [datasets.Indexed].
func newSource(data datasets.Dataset, size int, shuffle bool, seed uint64, steps int) *source {
	s := &source{data: data, steps: steps}
	if ix, ok := data.(datasets.Indexed); ok {
		s.batched = &datasets.Batched{Data: ix, Size: size, Shuffle: shuffle, Seed: seed}
		s.data = s.batched
	}
	return s
}

// samples returns the number of samples, 0 if unknown.
func (s *source) samples() int {
	if s.batched != nil {
		return s.batched.Data.Len()
	}
	return 0
}

// batches returns the number of batches per epoch, 0 if unknown.
func (s *source) batches() int {
	if s.steps > 0 {
		return s.steps
	}
	return max(datasets.Steps(s.data), 0)
}

// epoch yields the batches of an epoch, skipping the first ones, which are done. If steps is set,
// a pass that is not used up continues in the next epoch, as in Keras.
func (s *source) epoch(number, done int) iter.Seq2[datasets.Batch, error] {
	if s.steps == 0 {
		s.pass, s.batch = number, done
		datasets.Seek(s.data, number)
		return batchesOf(s.data, done)
	}
	return func(yield func(datasets.Batch, error) bool) {
		if done >= s.steps {
			return
		}
		fresh := s.batch == done // the pass began with this epoch
		b, err, ok := s.take()
		if !ok && done == 0 && !fresh { // the pass of the previous epochs is used up
			s.rewind(s.pass + 1)
			fresh = true
			b, err, ok = s.take()
		}
		for ; ok; b, err, ok = s.take() {
			if !yield(b, err) || err != nil {
				return
			}
			if done++; done == s.steps {
				return
			}
		}
		if fresh && done > 0 {
			yield(datasets.Batch{}, fmt.Errorf("the data ended at step %d of %d: give more data, or datasets.Repeat", done, s.steps))
		}
	}
}

// take returns the next batch of the pass, beginning the pass if needed.
func (s *source) take() (datasets.Batch, error, bool) {
	if s.next == nil {
		datasets.Seek(s.data, s.pass)
		s.next, s.stop = iter.Pull2(batchesOf(s.data, s.batch))
	}
	return s.next()
}

// rewind moves to the beginning of a pass.
func (s *source) rewind(pass int) {
	s.close()
	s.pass, s.batch = pass, 0
}

// goTo moves to the beginning of an epoch. If the length of a pass is unknown, the data is read up
// to there.
func (s *source) goTo(epoch int) error {
	if s.steps == 0 || epoch == 0 {
		return nil
	}
	switch n := datasets.Steps(s.data); {
	case n == datasets.Endless:
		s.batch = epoch * s.steps
	case n > 0:
		epochs := (n + s.steps - 1) / s.steps // per pass
		s.pass, s.batch = epoch/epochs, epoch%epochs*s.steps
	default:
		for e := range epoch {
			for _, err := range s.epoch(e, 0) {
				if err != nil {
					return err
				}
				s.batch++
			}
		}
	}
	return nil
}

// batchesOf is a pass over data, without its first n batches, that turns a panic of the data set
// into an error. A panic after the consumer stopped is dropped.
func batchesOf(data datasets.Dataset, n int) iter.Seq2[datasets.Batch, error] {
	return func(yield func(datasets.Batch, error) bool) {
		yielding, over := false, false
		defer func() {
			if yielding {
				return // the panic is the consumer's
			}
			if r := recover(); r != nil && !over {
				yield(datasets.Batch{}, panicerr.Of(nameOfData(data), r))
			}
		}()
		for b, err := range datasets.BatchesFrom(data, n) {
			yielding = true
			over = !yield(b, err)
			yielding = false
			if over {
				return
			}
		}
	}
}

// nameOfData returns the name of a data set for messages.
func nameOfData(data datasets.Dataset) string {
	if b, ok := data.(*datasets.Batched); ok && b.Data != nil {
		data = b.Data
	}
	return fmt.Sprintf("the data set %T", data)
}

// close ends a pass in progress.
func (s *source) close() {
	if s.stop != nil {
		s.stop()
		s.next, s.stop = nil, nil
	}
}

// open creates the sources of a run.
func (r *run) open(data datasets.Dataset) error {
	if data == nil {
		return fmt.Errorf("there is no data")
	}
	train, val := data, r.f.Validation
	if r.f.ValidationSplit > 0 && val == nil {
		var err error
		if train, val, err = splitOff(data, r.f.ValidationSplit); err != nil {
			return err
		}
	}
	if ix, ok := train.(datasets.Indexed); ok && ix.Len() > 0 {
		batches := (&datasets.Batched{Data: ix, Size: r.f.BatchSize}).Len()
		if r.f.StepsPerEpoch > batches {
			return fmt.Errorf("StepsPerEpoch is %d and the data has %d batches: give more data, or datasets.Repeat", r.f.StepsPerEpoch, batches)
		}
	}
	r.train = newSource(train, r.f.BatchSize, !r.f.NoShuffle, r.c.cfg.Seed, r.f.StepsPerEpoch)
	if val != nil {
		size := r.f.ValidationBatchSize
		if size == 0 {
			size = r.f.BatchSize
		}
		r.validation = newSource(val, size, false, 0, r.f.ValidationSteps)
	}
	return nil
}

// splitOff holds out the last samples, from ⌊n·(1-split)⌋ on, as in Keras except for the rounding
// of 1-split: .9 of 10 samples leaves 1.
func splitOff(data datasets.Dataset, split float64) (train, val datasets.Dataset, err error) {
	if a, ok := data.(*datasets.Arrays); ok && a.Err() != nil {
		return nil, nil, a.Err()
	}
	ix, ok := data.(datasets.Indexed)
	if !ok {
		return nil, nil, fmt.Errorf("ValidationSplit is for data in memory (datasets.Arrays); give Validation for a stream")
	}
	n := ix.Len()
	at := int(math.Floor(float64(n)*(1-split) + 1e-9))
	if at < 1 || at >= n {
		return nil, nil, fmt.Errorf("ValidationSplit %v of %d samples leaves %d to train with and %d to validate with; both need one", split, n, at, n-at)
	}
	if a, ok := data.(*datasets.Arrays); ok {
		return rowsOf(a, 0, at), rowsOf(a, at, n), nil
	}
	return datasets.Pick(ix, upTo(0, at)), datasets.Pick(ix, upTo(at, n)), nil
}

// rowsOf returns samples lo to hi-1, which share memory with a.
func rowsOf(a *datasets.Arrays, lo, hi int) *datasets.Arrays {
	part := &datasets.Arrays{}
	for _, p := range []struct{ from, to *[]*tensor.Tensor }{{&a.X, &part.X}, {&a.Y, &part.Y}, {&a.Weights, &part.Weights}} {
		for _, t := range *p.from {
			*p.to = append(*p.to, t.Rows(lo, hi))
		}
	}
	return part
}

func upTo(lo, hi int) []int {
	rows := make([]int, hi-lo)
	for i := range rows {
		rows[i] = lo + i
	}
	return rows
}

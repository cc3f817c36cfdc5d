package datasets

import (
	"fmt"
	"iter"
)

// A derived data set is computed from other data sets.
type derived struct {
	from  []Dataset
	steps func() int                                 // batches in a pass; see [Steps]
	pass  func(n int, yield func(Batch, error) bool) // yields a pass without its first n batches
}

func (d *derived) Batches() iter.Seq2[Batch, error] { return d.BatchesFrom(0) }

func (d *derived) BatchesFrom(n int) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) { d.pass(n, yield) }
}

func (d *derived) Steps() int { return d.steps() }

func (d *derived) Seek(epoch int) {
	for _, f := range d.from {
		Seek(f, epoch)
	}
}

// Map yields f(b) for each batch b of d. An error of f ends the pass and includes the number of
// the batch. Training that resumes within a pass calls f only for the remaining batches, so the
// result of f must depend only on its batch, not on earlier calls.
func Map(d Dataset, f func(Batch) (Batch, error)) Dataset {
	return &derived{[]Dataset{d}, func() int { return Steps(d) }, func(n int, yield func(Batch, error) bool) {
		i := n
		for b, err := range BatchesFrom(d, n) {
			if err == nil {
				if b, err = f(b); err != nil {
					err = fmt.Errorf("datasets: map of batch %d: %w", i, err)
				}
			}
			if !yield(b, err) || err != nil {
				return
			}
			i++
		}
	}}
}

// Take yields the first n batches.
func Take(d Dataset, n int) Dataset {
	n = max(n, 0)
	steps := func() int {
		switch s := Steps(d); s {
		case Unknown:
			return Unknown
		case Endless:
			return n
		default:
			return min(s, n)
		}
	}
	return &derived{[]Dataset{d}, steps, func(from int, yield func(Batch, error) bool) {
		if n == 0 {
			return
		}
		if from >= n { // the last batch is computed anyway: it moves d to the next epoch
			for range BatchesFrom(d, n-1) {
				break
			}
			return
		}
		i := from
		for b, err := range BatchesFrom(d, from) {
			// Stop at the last batch, not at the next one, which may cost a read.
			if i++; !yield(b, err) || err != nil || i == n {
				return
			}
		}
	}}
}

// Skip yields all but the first n batches.
func Skip(d Dataset, n int) Dataset {
	n = max(n, 0)
	steps := func() int {
		if s := Steps(d); s >= 0 {
			return max(s-n, 0)
		}
		return Steps(d)
	}
	return &derived{[]Dataset{d}, steps, func(from int, yield func(Batch, error) bool) {
		for b, err := range BatchesFrom(d, n+from) {
			if !yield(b, err) || err != nil {
				return
			}
		}
	}}
}

// Repeat yields n passes as one, or endless passes if n is 0. A pass without batches ends it.
func Repeat(d Dataset, n int) Dataset {
	steps := func() int {
		s := Steps(d)
		switch {
		case s > 0 && n == 0:
			return Endless
		case s > 0:
			return s * n
		}
		return s
	}
	return &derived{[]Dataset{d}, steps, func(from int, yield func(Batch, error) bool) {
		for i := 0; n == 0 || i < n; i++ {
			before := from
			any := false
			for b, err := range after(d, &from) {
				if any = true; !yield(b, err) || err != nil {
					return
				}
			}
			if !any && from == before {
				return
			}
		}
	}}
}

// Concat yields a pass over each data set in turn.
func Concat(ds ...Dataset) Dataset {
	return &derived{ds, func() int { return sumOfSteps(ds) }, func(from int, yield func(Batch, error) bool) {
		for _, d := range ds {
			for b, err := range after(d, &from) {
				if !yield(b, err) || err != nil {
					return
				}
			}
		}
	}}
}

func sumOfSteps(ds []Dataset) (sum int) {
	for _, d := range ds {
		s := Steps(d)
		if s < 0 {
			return s
		}
		sum += s
	}
	return sum
}

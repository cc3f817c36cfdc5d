package datasets

import (
	"fmt"
	"iter"
)

// A derived data set is made from others by its pass.
type derived struct {
	from []Dataset
	pass func(yield func(Batch, error) bool)
}

func (d *derived) Batches() iter.Seq2[Batch, error] { return d.pass }

func (d *derived) Seek(epoch int) {
	for _, f := range d.from {
		Seek(f, epoch)
	}
}

// Map yields f of each batch. An error of f ends the pass, with the batch's number.
func Map(d Dataset, f func(Batch) (Batch, error)) Dataset {
	return &derived{[]Dataset{d}, func(yield func(Batch, error) bool) {
		i := 0
		for b, err := range d.Batches() {
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
	return &derived{[]Dataset{d}, func(yield func(Batch, error) bool) {
		if n <= 0 {
			return
		}
		i := 0
		for b, err := range d.Batches() {
			// Stop at the last batch, not at the one after it, which may cost a read.
			if i++; !yield(b, err) || err != nil || i == n {
				return
			}
		}
	}}
}

// Skip yields all but the first n batches.
func Skip(d Dataset, n int) Dataset {
	return &derived{[]Dataset{d}, func(yield func(Batch, error) bool) {
		i := 0
		for b, err := range d.Batches() {
			if i++; i <= n && err == nil {
				continue
			}
			if !yield(b, err) || err != nil {
				return
			}
		}
	}}
}

// Repeat yields n passes as one, or passes without end where n is 0. A pass without batches ends it.
func Repeat(d Dataset, n int) Dataset {
	return &derived{[]Dataset{d}, func(yield func(Batch, error) bool) {
		for i := 0; n == 0 || i < n; i++ {
			any := false
			for b, err := range d.Batches() {
				if any = true; !yield(b, err) || err != nil {
					return
				}
			}
			if !any {
				return
			}
		}
	}}
}

// Concat yields a pass over each data set in turn.
func Concat(ds ...Dataset) Dataset {
	return &derived{ds, func(yield func(Batch, error) bool) {
		for _, d := range ds {
			for b, err := range d.Batches() {
				if !yield(b, err) || err != nil {
					return
				}
			}
		}
	}}
}

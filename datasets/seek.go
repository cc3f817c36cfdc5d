package datasets

import "iter"

// Seek makes the next pass over d the one of that epoch (0 is the first), so that training that
// goes on after a break sees the order it would have seen. It reaches through this package's
// own data sets, and any that have a method Seek(epoch int); others are left as they are.
func Seek(d Dataset, epoch int) {
	if s, ok := d.(interface{ Seek(epoch int) }); ok {
		s.Seek(epoch)
	}
}

// A Seeker is a Dataset that can begin a pass in its middle. Those of this package that are
// made of data sets which can, and all data in memory or in files, are Seekers; a Dataset of
// your own becomes one by these two methods.
type Seeker interface {
	Dataset
	// BatchesFrom starts a pass without its first n batches, which are not made.
	BatchesFrom(n int) iter.Seq2[Batch, error]
	// Steps returns the number of batches in a pass, [Endless] if it has no end, [Unknown] if
	// that can't be told; then BatchesFrom has to make the batches that it leaves out.
	Steps() int
}

// Numbers of batches in a pass that are none.
const (
	Unknown = -1
	Endless = -2
)

// Steps returns the number of batches in a pass over d, or [Endless], or [Unknown].
func Steps(d Dataset) int {
	if s, ok := d.(Seeker); ok {
		return s.Steps()
	}
	return Unknown
}

// BatchesFrom starts a pass over d without its first n batches. Where d is no [Seeker] they are
// made and dropped.
func BatchesFrom(d Dataset, n int) iter.Seq2[Batch, error] {
	if n <= 0 {
		return d.Batches()
	}
	if s, ok := d.(Seeker); ok {
		return s.BatchesFrom(n)
	}
	return func(yield func(Batch, error) bool) {
		left := n
		dropping(d.Batches(), &left)(yield)
	}
}

// dropping yields a pass without its first *n batches, and lowers *n by how many it left out.
func dropping(pass iter.Seq2[Batch, error], n *int) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		for b, err := range pass {
			if err == nil && *n > 0 {
				*n--
				continue
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

// after is BatchesFrom for a pass that may have fewer than *n batches: it lowers *n by how many
// it left out.
func after(d Dataset, n *int) iter.Seq2[Batch, error] {
	steps := Steps(d)
	if steps == Unknown {
		return dropping(d.Batches(), n)
	}
	left := *n
	if steps == Endless {
		*n = 0
	} else {
		*n = max(left-steps, 0)
	}
	return BatchesFrom(d, left)
}

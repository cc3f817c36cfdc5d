package datasets

import "iter"

// Seek sets the epoch (0 is the first) of the next pass over d, so that resumed training sees the
// same order as uninterrupted training. It works for the data sets of this package, including
// nested ones, and for any with a method Seek(epoch int); others are left unchanged.
func Seek(d Dataset, epoch int) {
	if s, ok := d.(interface{ Seek(epoch int) }); ok {
		s.Seek(epoch)
	}
}

// A Seeker is a Dataset that can start a pass in the middle. All data sets in memory or in files
// are Seekers, as are the data sets that this package derives from Seekers. A custom Dataset
// becomes a Seeker by implementing these two methods.
type Seeker interface {
	Dataset
	// BatchesFrom starts a pass without its first n batches, which are not computed.
	BatchesFrom(n int) iter.Seq2[Batch, error]
	// Steps returns the number of batches in a pass, [Endless] if it has no end, or [Unknown]. If
	// it is Unknown, BatchesFrom has to compute the batches that it skips.
	Steps() int
}

// Unknown and Endless are special results of [Steps].
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

// BatchesFrom starts a pass over d without its first n batches. If d is not a [Seeker], they are
// computed and discarded.
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

// dropping yields a pass without its first *n batches and subtracts the number of skipped batches
// from *n.
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

// after is like BatchesFrom, but the pass may have fewer than *n batches: it subtracts the number
// of skipped batches from *n.
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

package datasets

import (
	"fmt"
	"iter"
	"math/bits"
	"math/rand/v2"
)

// Batched yields the samples of an indexed data set in batches.
//
// The order of a shuffled pass depends only on (Seed, Epoch), so an interrupted pass can be
// resumed by setting Epoch and Start.
type Batched struct {
	Data          Indexed
	Size          int // samples in a batch; 32 if 0
	Shuffle       bool
	Seed          uint64
	DropRemainder bool // leave out a last batch with fewer samples
	Epoch         int  // epoch of the next pass; each pass adds 1
	Start         int  // number of batches to skip in the next pass; reset to 0 afterwards
}

// Seek sets the epoch of the next pass, which starts at the beginning, or at Start if that epoch
// was next anyway.
func (b *Batched) Seek(epoch int) {
	if b.Epoch != epoch {
		b.Epoch, b.Start = epoch, 0
	}
}

// Steps returns the number of batches in a pass, like Len, or [Unknown] while Start makes the
// next pass shorter.
func (b *Batched) Steps() int {
	if b.check() != nil || b.Start > 0 {
		return Unknown
	}
	return b.Len()
}

// Len returns the number of batches in a pass.
func (b *Batched) Len() int {
	if b.DropRemainder {
		return b.Data.Len() / b.size()
	}
	return (b.Data.Len() + b.size() - 1) / b.size()
}

func (b *Batched) size() int {
	if b.Size == 0 {
		return 32
	}
	return b.Size
}

// Batches starts a pass.
func (b *Batched) Batches() iter.Seq2[Batch, error] { return b.BatchesFrom(0) }

// BatchesFrom starts a pass without its first n batches, in addition to those skipped by Start.
func (b *Batched) BatchesFrom(n int) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		if err := b.check(); err != nil {
			yield(Batch{}, err)
			return
		}
		start := b.Start + n
		var order []int
		if b.Shuffle && start < b.Len() {
			order = Permutation(b.Data.Len(), b.Seed, b.Epoch)
		}
		b.Epoch, b.Start = b.Epoch+1, 0
		var batch Batch
		for i := start; i < b.Len(); i++ {
			lo, hi := i*b.size(), min((i+1)*b.size(), b.Data.Len())
			err := b.fill(&batch, order, lo, hi)
			if err != nil {
				yield(Batch{}, fmt.Errorf("batch %d: %w", i, err))
				return
			}
			if !yield(batch, nil) {
				return
			}
		}
	}
}

func (b *Batched) check() error {
	if b.Data == nil {
		return fmt.Errorf("datasets: batched: no data")
	}
	if e, ok := b.Data.(interface{ Err() error }); ok && e.Err() != nil {
		return e.Err() // more specific than an error about no samples
	}
	switch {
	case b.Size < 0:
		return fmt.Errorf("datasets: batched: a batch of %d samples; want at least 1, or 0 for 32", b.Size)
	case b.Start < 0:
		return fmt.Errorf("datasets: batched: start at batch %d; want 0 or more", b.Start)
	case b.Data.Len() == 0:
		return fmt.Errorf("datasets: no samples")
	}
	return nil
}

func (b *Batched) fill(dst *Batch, order []int, lo, hi int) error {
	if order == nil {
		return b.Data.Slice(dst, lo, hi)
	}
	return b.Data.Gather(dst, order[lo:hi])
}

// Permutation returns the numbers 0 to n-1 in an order that depends only on seed and epoch: a
// Fisher-Yates shuffle with PCG, implemented here so that it never changes.
func Permutation(n int, seed uint64, epoch int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	src := rand.NewPCG(seed, uint64(epoch))
	for i := n - 1; i > 0; i-- {
		// Lemire's multiplication without rejection: for n under 2^32 no order is favored by more
		// than one part in 2^32.
		j, _ := bits.Mul64(src.Uint64(), uint64(i+1))
		order[i], order[j] = order[j], order[i]
	}
	return order
}

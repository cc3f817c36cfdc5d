package datasets

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/rhyton/rhyton/tensor"
)

// Split splits samples into two parts, for training and for testing.
//
// Without Shuffle, the second part consists of the last samples, as with Keras' validation_split.
// Stratify preserves the class proportions in both parts (and shuffles).
type Split struct {
	Fraction float64 // fraction of the samples in the second part; 0.2 if 0
	Shuffle  bool
	Stratify bool
	Seed     uint64
}

// Of splits a. Unshuffled parts share the memory of a; others are copies.
func (s Split) Of(a *Arrays) (first, second *Arrays, err error) {
	if err := a.Err(); err != nil {
		return nil, nil, err
	}
	var labels *tensor.Tensor
	if len(a.Y) > 0 {
		labels = a.Y[0]
	}
	one, two, err := s.Rows(a.Len(), labels)
	if err != nil {
		return nil, nil, err
	}
	if !s.Shuffle && !s.Stratify {
		return a.part(len(one), 0), a.part(-len(two), a.Len()), nil
	}
	return a.pick(one), a.pick(two), nil
}

// part returns n rows starting at row at, or the -n rows before it.
func (a *Arrays) part(n, at int) *Arrays {
	lo, hi := min(at, at+n), max(at, at+n)
	var b Batch
	_ = a.Slice(&b, lo, hi) // a and the range have been checked
	return &Arrays{X: b.X, Y: b.Y, Weights: b.Weights}
}

func (a *Arrays) pick(rows []int) *Arrays {
	var b Batch
	_ = a.Gather(&b, rows) // a and the rows have been checked
	return &Arrays{X: b.X, Y: b.Y, Weights: b.Weights}
}

// Rows splits the numbers 0 to n-1. Stratify requires labels, of shape (n,) or (n, 1) or one-hot.
func (s Split) Rows(n int, labels *tensor.Tensor) (first, second []int, err error) {
	f := s.Fraction
	if f == 0 {
		f = 0.2
	}
	at := int(math.Floor(float64(n)*(1-f) + 1e-9)) // Keras: int(floor(n * (1 - validation_split))); 1-f is rounded
	if !(f > 0 && f < 1) || at <= 0 || at >= n {
		return nil, nil, fmt.Errorf("datasets: split: fraction %v of %d samples leaves a part empty", f, n)
	}
	if s.Stratify {
		return s.stratified(n, n-at, labels)
	}
	order := make([]int, n)
	if s.Shuffle {
		order = Permutation(n, s.Seed, 0)
	} else {
		for i := range order {
			order[i] = i
		}
	}
	return order[:at], order[at:], nil
}

func (s Split) stratified(n, want int, labels *tensor.Tensor) (first, second []int, err error) {
	classes, err := classesOf(n, labels)
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: split: stratify: %w", err)
	}
	byClass := map[int64]*group{}
	for _, i := range Permutation(n, s.Seed, 0) {
		if byClass[classes[i]] == nil {
			byClass[classes[i]] = &group{class: classes[i]}
		}
		g := byClass[classes[i]]
		g.rows = append(g.rows, i)
	}
	groups := make([]*group, 0, len(byClass))
	left := want
	for _, g := range byClass {
		share := float64(len(g.rows)) * float64(want) / float64(n)
		g.take = int(share)
		g.rest = share - float64(g.take)
		left -= g.take
		groups = append(groups, g)
	}
	// Distribute the samples lost by rounding down to the largest remainders.
	slices.SortFunc(groups, func(a, b *group) int {
		return cmp.Or(cmp.Compare(b.rest, a.rest), cmp.Compare(a.class, b.class))
	})
	for i := range left {
		groups[i].take++
	}
	for _, g := range groups {
		second = append(second, g.rows[:g.take]...)
		first = append(first, g.rows[g.take:]...)
	}
	return shuffled(first, s.Seed, 1), shuffled(second, s.Seed, 2), nil
}

// A group is the samples of a class.
type group struct {
	class int64
	rows  []int
	take  int     // number that go into the second part
	rest  float64 // fraction lost by rounding down
}

func shuffled(rows []int, seed uint64, stream int) []int {
	out := make([]int, len(rows))
	for i, p := range Permutation(len(rows), seed, -stream) {
		out[i] = rows[p]
	}
	return out
}

// classesOf returns the class of each of n rows of labels or one-hot rows.
func classesOf(n int, labels *tensor.Tensor) ([]int64, error) {
	if labels == nil {
		return nil, fmt.Errorf("no labels")
	}
	if labels.Rank() == 0 || labels.Shape()[0] != n {
		return nil, fmt.Errorf("labels of shape %v for %d samples", labels.Shape(), n)
	}
	v, err := tensor.As[float64](labels)
	if err != nil {
		return nil, err
	}
	w := len(v) / max(n, 1)
	if w == 0 || labels.Rank() > 2 {
		return nil, fmt.Errorf("labels of shape %v; want one a sample, or one-hot rows", labels.Shape())
	}
	classes := make([]int64, n)
	for i := range classes {
		row := v[i*w : (i+1)*w]
		if w != 1 {
			classes[i] = int64(slices.Index(row, slices.Max(row)))
			continue
		}
		if classes[i] = int64(row[0]); float64(classes[i]) != row[0] {
			return nil, fmt.Errorf("label %v of sample %d is not an integer", row[0], i)
		}
	}
	return classes, nil
}

// Pick returns the given samples of d as a data set, without copying them.
func Pick(d Indexed, rows []int) Indexed { return &picked{d, rows} }

type picked struct {
	from Indexed
	rows []int
}

func (p *picked) Len() int     { return len(p.rows) }
func (p *picked) Types() Types { return p.from.Types() }

func (p *picked) Batches() iter.Seq2[Batch, error] { return (&Batched{Data: p}).Batches() }

// BatchesFrom starts a pass without its first n batches; see [Seeker].
func (p *picked) BatchesFrom(n int) iter.Seq2[Batch, error] {
	return (&Batched{Data: p}).BatchesFrom(n)
}

// Steps returns the number of batches in a pass.
func (p *picked) Steps() int { return (&Batched{Data: p}).Steps() }

func (p *picked) Gather(dst *Batch, rows []int) error {
	through := make([]int, len(rows))
	for i, r := range rows {
		if r < 0 || r >= len(p.rows) {
			return fmt.Errorf("datasets: row %d of %d", r, len(p.rows))
		}
		through[i] = p.rows[r]
	}
	return p.from.Gather(dst, through)
}

func (p *picked) Slice(dst *Batch, lo, hi int) error {
	if lo < 0 || hi < lo || hi > len(p.rows) {
		return fmt.Errorf("datasets: rows %d to %d of %d", lo, hi, len(p.rows))
	}
	rows := p.rows[lo:hi]
	for i, r := range rows {
		if r != rows[0]+i { // not contiguous
			return p.from.Gather(dst, rows)
		}
	}
	if hi == lo {
		return p.from.Slice(dst, 0, 0)
	}
	return p.from.Slice(dst, rows[0], rows[0]+hi-lo)
}

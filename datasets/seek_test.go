package datasets

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

// A pass started at batch k, and the pass after it, yield the same batches as a full pass.
func TestAPassThatBeginsInTheMiddleGoesOnAsTheWhole(t *testing.T) {
	for seed := range uint64(200) {
		name, _ := composed(seed)
		whole := func(epoch int) []string {
			_, d := composed(seed)
			Seek(d, epoch)
			return batchesOf(t, Take(d, 25))
		}
		epoch := int(seed % 3)
		want := whole(epoch)
		_, d := composed(seed)
		if s := Steps(d); s >= 0 && min(s, 25) != len(want) || s == Endless && len(want) < 25 {
			t.Errorf("%s: %d steps are stated, there are %d", name, s, len(want))
		}
		for k := range len(want) + 2 {
			_, d := composed(seed)
			Seek(d, epoch)
			got := batchesOf(t, limited{BatchesFrom(d, k), max(len(want)-k, 0)})
			if fmt.Sprint(got) != fmt.Sprint(want[min(k, len(want)):]) {
				t.Fatalf("%s from %d: %v, want %v", name, k, got, want[min(k, len(want)):])
			}
		}
	}
}

// limited yields only the first batches of a pass.
type limited struct {
	pass iter.Seq2[Batch, error]
	n    int
}

func (l limited) Batches() iter.Seq2[Batch, error] {
	return Take(Func(func() iter.Seq2[Batch, error] { return l.pass }), l.n).Batches()
}

func batchesOf(t *testing.T, d Dataset) (all []string) {
	t.Helper()
	for b, err := range d.Batches() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint(b.X[0].Data()))
	}
	return all
}

// composed returns a random composition of data sets, the same for the same seed.
func composed(seed uint64) (name string, d Dataset) {
	r := rand.New(rand.NewPCG(seed, 0))
	var make func(depth int) (string, Dataset)
	make = func(depth int) (string, Dataset) {
		if depth == 0 {
			return leaf(r)
		}
		name, d := make(depth - 1)
		n := r.IntN(4)
		switch r.IntN(7) {
		case 0:
			return "take(" + name + ")", Take(d, n+1)
		case 1:
			return "skip(" + name + ")", Skip(d, n)
		case 2:
			return fmt.Sprintf("repeat(%s,%d)", name, n), Repeat(d, n)
		case 3:
			other, o := make(r.IntN(depth))
			return "concat(" + name + "," + other + ")", Concat(d, o)
		case 4:
			return "prefetch(" + name + ")", Prefetch(d, n)
		case 5:
			return "transform(" + name + ")", Transform(d, func(x ...*tensor.Tensor) (*tensor.Tensor, error) { return x[0], nil })
		}
		return "map(" + name + ")", Map(d, func(b Batch) (Batch, error) { return b, nil })
	}
	return make(r.IntN(5))
}

func leaf(r *rand.Rand) (string, Dataset) {
	n := 1 + r.IntN(9)
	switch r.IntN(4) {
	case 0:
		return "arrays", counted(n)
	case 1:
		return "samples", Samples{Size: 2, Each: func() iter.Seq2[Sample, error] {
			return func(yield func(Sample, error) bool) {
				for i := range n {
					if !yield(Sample{X: []*tensor.Tensor{tensor.Of([]float32{float32(i)}, 1)}}, nil) {
						return
					}
				}
			}
		}}
	case 2:
		return "func", Func(counted(n).Batch(2).Batches)
	}
	return "batched", &Batched{Data: counted(n), Size: 1 + r.IntN(3), Shuffle: true, Seed: r.Uint64(), DropRemainder: r.IntN(3) == 0}
}

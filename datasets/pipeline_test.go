package datasets

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rhyton/rhyton/tensor"
)

func TestPipelines(t *testing.T) {
	d := func() Dataset { return counted(5).Batch(2) } // [0 1] [2 3] [4]
	empty := Take(d(), 0)
	for _, c := range []struct {
		name string
		d    Dataset
		want string
	}{
		{"take", Take(d(), 2), "[[0 1] [2 3]]"},
		{"take more", Take(d(), 9), "[[0 1] [2 3] [4]]"},
		{"take none", empty, "[]"},
		{"skip", Skip(d(), 2), "[[4]]"},
		{"skip all", Skip(d(), 9), "[]"},
		{"repeat", Repeat(d(), 2), "[[0 1] [2 3] [4] [0 1] [2 3] [4]]"},
		{"repeat for ever", Take(Repeat(d(), 0), 4), "[[0 1] [2 3] [4] [0 1]]"},
		{"repeat nothing", Repeat(empty, 0), "[]"},
		{"concat", Concat(d(), empty, Take(d(), 1)), "[[0 1] [2 3] [4] [0 1]]"},
		{"prefetch", Prefetch(d(), 3), "[[0 1] [2 3] [4]]"},
		{"prefetch of prefetch", Take(Prefetch(Prefetch(Repeat(d(), 0), 1), 0), 2), "[[0 1] [2 3]]"},
	} {
		for range 2 { // a data set can be read several times
			if got := fmt.Sprint(pass(t, c.d)); got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
		}
	}
	for _, c := range []Dataset{Repeat(d(), 0), Concat(d(), d()), Map(d(), func(b Batch) (Batch, error) { return b, nil }), Skip(d(), 1), Prefetch(d(), 1)} {
		for range c.Batches() {
			break // must be allowed at any batch
		}
	}
}

func TestSeekReachesThroughPipelines(t *testing.T) {
	b := &Batched{Data: counted(20), Shuffle: true}
	want := fmt.Sprint(pass(t, &Batched{Data: counted(20), Shuffle: true, Epoch: 3}))
	d := Prefetch(Map(Concat(Take(Skip(b, 0), 9)), func(b Batch) (Batch, error) { return b, nil }), 1)
	Seek(d, 3)
	if got := fmt.Sprint(pass(t, d)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// stream yields an endless sequence of numbered batches and counts them.
func stream(made *int, ended *bool) Dataset {
	return Func(func() iter.Seq2[Batch, error] {
		return func(yield func(Batch, error) bool) {
			defer func() { *ended = true }()
			x := tensor.New(tensor.Float32, 1, 1) // all batches share this memory
			for {
				v, _ := tensor.Data[float32](x)
				v[0] = float32(*made)
				*made++
				if !yield(Batch{N: 1, X: []*tensor.Tensor{x}}, nil) {
					return
				}
			}
		}
	})
}

func TestPrefetchWorksAheadWithinItsBoundAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		made, ended, i := 0, false, 0
		for b, err := range Prefetch(stream(&made, &ended), 3).Batches() {
			synctest.Wait() // the goroutine is now as far ahead as it can be
			if v, _ := b.X[0].At(0, 0); err != nil || v != float64(i) {
				t.Fatalf("batch %d is %v, %v", i, b.X[0], err)
			}
			// One batch in use, 3 in the queue, one held, and one waiting for memory.
			if ahead := made - i; ahead < 4 || ahead > 6 {
				t.Errorf("at batch %d: %d made", i, made)
			}
			if i++; i == 10 {
				break
			}
		}
		if !ended {
			t.Error("the data set's pass goes on after the break")
		}
	}) // fails if a goroutine is left
}

func TestPrefetchPassesErrorsAndPanicsOn(t *testing.T) {
	bad := errors.New("disk died")
	d := Concat(counted(2).Batch(1), Func(func() iter.Seq2[Batch, error] {
		return func(yield func(Batch, error) bool) { yield(Batch{}, bad) }
	}))
	n := 0
	for _, err := range Prefetch(d, 2).Batches() {
		if n++; n == 3 && !errors.Is(err, bad) || n < 3 && err != nil {
			t.Errorf("batch %d: %v", n, err)
		}
	}
	if n != 3 {
		t.Errorf("%d things yielded", n)
	}
	n = 0
	for _, err := range Prefetch(Map(d, func(Batch) (Batch, error) { panic("a bug") }), 2).Batches() {
		n++
		if err == nil || !strings.Contains(err.Error(), "panicked: a bug\n") || !strings.Contains(err.Error(), "TestPrefetchPassesErrorsAndPanicsOn") {
			t.Errorf("a batch, or an error that does not say what panicked where: %v", err)
		}
	}
	if n != 1 {
		t.Errorf("%d things yielded after a panic", n)
	}
}

func TestSamplesAreJoinedToBatches(t *testing.T) {
	each := func(n int, odd *tensor.Tensor) func() iter.Seq2[Sample, error] {
		return func() iter.Seq2[Sample, error] {
			return func(yield func(Sample, error) bool) {
				for i := range n {
					x := tensor.Of([]float32{float32(i)})
					if i == 3 && odd != nil {
						x = odd
					}
					if !yield(Sample{X: []*tensor.Tensor{x}, Y: []*tensor.Tensor{tensor.Scalar(int32(2 * i))}}, nil) {
						return
					}
				}
			}
		}
	}
	if got := pass(t, Samples{Each: each(5, nil), Size: 2}); fmt.Sprint(got) != "[[0 1] [2 3] [4]]" {
		t.Errorf("%v", got)
	}
	last := error(nil)
	for _, err := range (Samples{Each: each(5, tensor.Of([]float32{1, 2})), Size: 2}).Batches() {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), "samples 2 to 3:") || !strings.Contains(last.Error(), "shape") {
		t.Errorf("%v", last)
	}
}

func ExamplePrefetch() {
	read := Map(counted(4).Batch(2), func(b Batch) (Batch, error) { // something slow
		b.X = []*tensor.Tensor{Rescaling{Scale: []float64{0.5}}.Apply(b.X[0])}
		return b, nil
	})
	for b, err := range Prefetch(read, 2).Batches() {
		fmt.Println(b.X[0].Reshape(-1), err)
	}
	// Output:
	// [0.  0.5] <nil>
	// [1.  1.5] <nil>
}

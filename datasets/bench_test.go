package datasets

import (
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

// The data of one step: 128 shuffled images of 28 x 28 float32, limited by memory bandwidth.
func BenchmarkGather128Images(b *testing.B) {
	a := Of(tensor.New(tensor.Float32, 8000, 28, 28), tensor.New(tensor.Int32, 8000))
	order := Permutation(8000, 1, 0)
	var batch Batch
	b.SetBytes(128 * 28 * 28 * 4)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at := i % 62 * 128
		if err := a.Gather(&batch, order[at:at+128]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPrefetchedPass(b *testing.B) {
	a := Of(tensor.New(tensor.Float32, 8000, 28, 28), tensor.New(tensor.Int32, 8000))
	d := Prefetch(&Batched{Data: a, Size: 128, Shuffle: true}, 2)
	b.SetBytes(8000 * 28 * 28 * 4)
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range d.Batches() {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkChecks(b *testing.B) {
	train, test, err := MNIST("testdata/mnist10k")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		Checks{Targets: []Target{{Classes: 10}}}.Of(train, test)
	}
}

func BenchmarkRescaling(b *testing.B) {
	x := tensor.New(tensor.Uint8, 1000, 28, 28)
	b.SetBytes(1000 * 28 * 28)
	for b.Loop() {
		Rescaling{Scale: []float64{1.0 / 255}}.Apply(x)
	}
}

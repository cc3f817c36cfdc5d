package datasets

import (
	"errors"
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

// add sums its inputs.
func add(x ...*tensor.Tensor) (*tensor.Tensor, error) {
	sum := tensor.New(tensor.Float32, x[0].Shape()...)
	to, _ := tensor.Data[float32](sum)
	for _, t := range x {
		from, _ := tensor.As[float32](t)
		for i, v := range from {
			to[i] += v
		}
	}
	return sum, nil
}

func TestTransformReplacesTheNamedInputs(t *testing.T) {
	data := &Arrays{X: []*tensor.Tensor{tensor.Of([]float32{1, 2, 3}), tensor.Of([]float32{10, 20, 30}), tensor.Of([]float32{100, 200, 300})}}
	for _, row := range []struct {
		inputs []int
		want   [][]float32
	}{
		{nil, [][]float32{{111, 222, 333}}},
		{[]int{1}, [][]float32{{1, 2, 3}, {10, 20, 30}, {100, 200, 300}}},
		{[]int{2, 0}, [][]float32{{10, 20, 30}, {101, 202, 303}}},
		{[]int{0, 1}, [][]float32{{11, 22, 33}, {100, 200, 300}}},
	} {
		d := Transform(data, add, row.inputs...).(Indexed)
		var b Batch
		if err := d.Gather(&b, []int{0, 1, 2}); err != nil {
			t.Fatal(err)
		}
		if len(b.X) != len(row.want) {
			t.Fatalf("%v: %d inputs, want %d", row.inputs, len(b.X), len(row.want))
		}
		for i, want := range row.want {
			if !b.X[i].Equal(tensor.Of(want)) {
				t.Errorf("%v: input %d is %v, want %v", row.inputs, i, b.X[i], want)
			}
		}
	}
}

func TestTransformedStreamsEndWithTheError(t *testing.T) {
	stop := errors.New("no more")
	d := Transform(Of(tensor.Of([]float32{1, 2, 3}), nil).Batch(1), func(...*tensor.Tensor) (*tensor.Tensor, error) { return nil, stop })
	n := 0
	for _, err := range d.Batches() {
		if n++; !errors.Is(err, stop) {
			t.Errorf("got %v", err)
		}
	}
	if n != 1 {
		t.Errorf("%d batches, want 1", n)
	}
}

func TestInputsGivesMemoryAtOnceAndStreamsBatchByBatch(t *testing.T) {
	data := Of(tensor.New(tensor.Float32, 70, 2), nil)
	for _, row := range []struct {
		d    Dataset
		want int
	}{{data, 1}, {data.Batch(32), 3}} {
		n := 0
		for x, err := range Inputs(row.d, 0) {
			if err != nil || x.Rank() != 2 {
				t.Fatal(err, x)
			}
			n++
		}
		if n != row.want {
			t.Errorf("%d batches, want %d", n, row.want)
		}
	}
	for _, err := range Inputs(data, 1) {
		if err == nil {
			t.Error("input 1 of 1 is no error")
		}
	}
}

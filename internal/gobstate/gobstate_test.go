package gobstate

import (
	"fmt"
	"math"
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

func TestArraysComeBackTheSame(t *testing.T) {
	in := Arrays{tensor.Of([]float32{1, 2, 3, float32(math.Inf(1))}, 2, 2), tensor.Of([]int64{-1}), tensor.Of([]float64{}, 0), tensor.Of([]bool{true, false}), tensor.New(tensor.BFloat16, 3), tensor.Scalar[uint8](9), tensor.Of([]int32{7})}
	data, err := Encode(in)
	if err != nil {
		t.Fatal(err)
	}
	var out Arrays
	if err := Decode(data, &out); err != nil {
		t.Fatal(err)
	}
	for i := range in {
		if got, want := fmt.Sprint(out[i].DType(), out[i].Shape(), out[i].Data()), fmt.Sprint(in[i].DType(), in[i].Shape(), in[i].Data()); got != want {
			t.Errorf("array %d: %s, want %s", i, got, want)
		}
	}
	for n := range data {
		if Decode(data[:n], &out) == nil {
			t.Errorf("%d of %d bytes are read without an error", n, len(data))
		}
	}
	if _, err := Encode(Arrays{tensor.Of([]string{"a"})}); err == nil {
		t.Error("strings are encoded without an error")
	}
}

package tensor_test

import (
	"fmt"
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

func TestOneElementIsWrittenAsANumber(t *testing.T) {
	for _, row := range []struct {
		format string
		t      *tensor.Tensor
		want   string
	}{
		{"%.4f", tensor.Scalar(float32(0.339)), "0.3390"},
		{"%8.2f", tensor.Of([]float64{2}, 1, 1), "    2.00"},
		{"%g", tensor.Scalar(int32(7)), "7"},
		{"%.2f", tensor.Of([]float64{1, 2}), "%!f(*tensor.Tensor=float64 (2,))"},
	} {
		if got := fmt.Sprintf(row.format, row.t); got != row.want {
			t.Errorf("%s: %q, want %q", row.format, got, row.want)
		}
	}
}

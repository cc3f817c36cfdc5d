package models_test

import (
	"context"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// The models of testdata/masked_functional.py, as saved by Keras 3.15.1: masks are operations
// between the layers.
func TestMasksInKerasFunctionalModelsAreFollowed(t *testing.T) {
	for _, row := range []struct {
		file string
		want []float32
	}{
		{"masked_concat", []float32{-0.88206816, -0.8956152, -0.74041593, -0.8129374}},
		{"masked_attention", []float32{0.93760085, -0.0025914172, 0.9304909, -0.00074922736}},
	} {
		m, err := models.Load("testdata/" + row.file + ".keras")
		if err != nil {
			t.Fatal(err)
		}
		x := tensor.Of([]float32{1, 2, 0, 0, 3, 0, 0, 0}, 2, 4)
		y := tensor.Of([]float32{4, 3, 2, 0, 1, 1, 0, 0}, 2, 4)
		got, err := m.Predict(context.Background(), x, y)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := tensor.Data[float32](got[0])
		if len(data) != len(row.want) {
			t.Fatalf("%s: %d numbers, want %d", row.file, len(data), len(row.want))
		}
		for i, w := range row.want {
			if math.Abs(float64(data[i]-w)) > 1e-6 {
				t.Errorf("%s: [%d] is %v, Keras has %v", row.file, i, data[i], w)
			}
		}
	}
}

func TestAMaskFromElsewhereIsRefused(t *testing.T) {
	text, err := os.ReadFile("testdata/masked_by_hand.json")
	if err != nil {
		t.Fatal(err)
	}
	_, err = models.FromJSON(text)
	if err == nil || !strings.Contains(err.Error(), `layer "gru": its call has a mask`) {
		t.Errorf("got %v", err)
	}
}

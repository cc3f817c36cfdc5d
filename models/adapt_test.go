package models_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// stream hides random access to the data, so that it is read batch by batch.
func stream(x *tensor.Tensor, size int) datasets.Dataset {
	return datasets.Func((&datasets.Batched{Data: datasets.Of(x, nil), Size: size}).Batches)
}

// Every layer that can be adapted, with a data set read batch by batch. The expected values are
// from Keras 3.15 after adapt(tf.data.Dataset.from_tensor_slices(data).batch(size)).
func TestEveryLayerAdaptsToADataSet(t *testing.T) {
	squares := tensor.New(tensor.Float32, 7, 2)
	for i := range 14 {
		squares.Data().([]float32)[i] = float32(i * i)
	}
	ramp := tensor.New(tensor.Float32, 20, 1)
	for i := range 20 {
		ramp.Data().([]float32)[i] = float32(i)
	}
	words := strings.Fields("b a c b c c d")
	for _, row := range []struct {
		l interface {
			layers.Adaptable
			layers.Transformer
		}
		data datasets.Dataset
		in   *tensor.Tensor
		want []float64
	}{
		{&layers.Normalization{}, stream(squares, 3), tensor.Of([]float32{4, 9}, 1, 2), []float64{-0.9607689, -0.9707254}},
		{&layers.Discretization{NumBins: 3}, stream(ramp, 6), tensor.Of([]float32{2, 5.6, 5.7, 12.3, 12.4}, 5, 1), []float64{0, 0, 1, 1, 2}},
		{&layers.StringLookup{}, stream(tensor.Of(words, 7, 1), 3), tensor.Of([]string{"a", "b", "c", "d", "x"}, 5, 1), []float64{4, 2, 1, 3, 0}},
		{&layers.IntegerLookup{}, stream(tensor.Of([]int64{5, 9, 5, 7, 9, 5, 1}, 7, 1), 3), tensor.Of([]int64{1, 5, 7, 9, 2}, 5, 1), []float64{4, 1, 3, 2, 0}},
		{&layers.TextVectorization{OutputMode: layers.AsTFIDF}, stream(tensor.Of([]string{"a b", "b c b", "a", "c c d", "d"}), 2), tensor.Of([]string{"a d d x"}), []float64{0.9808292, 0, 0, 1.9616585, 0.9808292}},
	} {
		if err := models.Adapt(row.l, row.data); err != nil {
			t.Errorf("%T: %v", row.l, err)
			continue
		}
		y, err := row.l.Transform(row.in)
		if err != nil {
			t.Errorf("%T: %v", row.l, err)
			continue
		}
		got, err := tensor.As[float64](y)
		if err != nil || len(got) != len(row.want) {
			t.Errorf("%T: %v (%v), want %v", row.l, got, err, row.want)
			continue
		}
		for i, v := range got {
			if math.Abs(v-row.want[i]) > 1e-5 {
				t.Errorf("%T: %s, want %v", row.l, fmt.Sprint(got), row.want)
				break
			}
		}
	}
}

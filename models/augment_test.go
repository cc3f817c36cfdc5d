package models_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// passOf formats a pass as text.
func passOf(t *testing.T, d datasets.Dataset) string {
	t.Helper()
	text := ""
	for b, err := range d.Batches() {
		if err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprintln(b.X[0].Data(), b.Y[0].Data())
	}
	return text
}

func TestAugmentDrawsBySeedPassAndBatch(t *testing.T) {
	x := tensor.New(tensor.Uint8, 6, 2, 2, 1)
	for i := range x.Data().([]uint8) {
		x.Data().([]uint8)[i] = uint8(i)
	}
	data := &datasets.Batched{Data: datasets.Of(x, datasets.ToCategorical(tensor.Of([]int32{0, 1, 2, 0, 1, 2}), 3)), Size: 3}
	of := func(seed uint64) datasets.Dataset {
		return models.Augment(data, seed, &layers.RandomFlip{}, &layers.MixUp{Alpha: 1})
	}
	a, b := of(3), of(3)
	first, second := passOf(t, a), passOf(t, a)
	if first == second {
		t.Error("two passes are alike")
	}
	if one, two := passOf(t, b), passOf(t, b); one != first || two != second {
		t.Errorf("another data set of the seed: %s and %s, want %s and %s", one, two, first, second)
	}
	datasets.Seek(a, 1)
	if got := passOf(t, a); got != second {
		t.Errorf("after Seek(1): %s, want %s", got, second)
	}
	if passOf(t, of(4)) == first {
		t.Error("two seeds are alike")
	}
}

func TestAugmentSaysWhatLabelsItTakes(t *testing.T) {
	data := datasets.Of(tensor.New(tensor.Float32, 4, 2, 2, 1), tensor.Of([]int32{0, 1, 2, 0}))
	for _, err := range models.Augment(data, 0, &layers.CutMix{}).Batches() {
		if err == nil || !strings.Contains(err.Error(), "class indices must be one-hot") {
			t.Errorf("class indices: %v", err)
		}
	}
	for b, err := range models.Augment(data, 0, &layers.RandomInvert{}).Batches() {
		if err != nil || !b.Y[0].Equal(data.Y[0]) {
			t.Errorf("a layer that leaves labels alone: %v", err)
		}
	}
}

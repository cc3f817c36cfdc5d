package models

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/tensor"
)

// A weigher sets the weight of each sample of a batch from its class.
type weigher struct {
	weight map[int]float64
	buf    []float32
}

// apply sets the batch's weights from its labels: class indices (batch) or (batch, 1), or one-hot
// rows, as in Keras. A class without a weight has weight 1.
func (w *weigher) apply(b *datasets.Batch) error {
	classes, err := losses.Labels(b.Y[0])
	if err != nil {
		return err
	}
	if cap(w.buf) < len(classes) {
		w.buf = make([]float32, len(classes))
	}
	w.buf = w.buf[:len(classes)]
	for i, c := range classes {
		w.buf[i] = 1
		if k, ok := w.weight[c]; ok {
			w.buf[i] = float32(k)
		}
	}
	b.Weights = []*tensor.Tensor{tensor.Of(w.buf)}
	return nil
}

// classesWithoutWeight names the classes of the data that have no weight, and so weight 1; "" if
// there are none.
func classesWithoutWeight(weight map[int]float64, data *datasets.Arrays) string {
	if len(weight) == 0 || data == nil || len(data.Y) == 0 {
		return ""
	}
	classes, err := losses.Labels(data.Y[0])
	if err != nil {
		return "" // the loss reports it in more detail
	}
	missing := map[int]bool{}
	for _, c := range classes {
		if _, ok := weight[c]; !ok {
			missing[c] = true
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return fmt.Sprintf("ClassWeight has no weight for classes %v, which count 1; fix: give each one", slices.Sorted(maps.Keys(missing)))
}

// checkClassWeight reports class weights that do not apply to the model or the data.
func checkClassWeight(weight map[int]float64, data *datasets.Arrays, c *compiled) error {
	if len(weight) == 0 {
		return nil
	}
	if len(c.outputs) > 1 {
		return fmt.Errorf("ClassWeight is for models of one output; this one has %d: give sample weights", len(c.outputs))
	}
	if data == nil {
		return nil
	}
	if len(data.Weights) > 0 {
		return fmt.Errorf("ClassWeight and sample weights are both given: multiply them yourself")
	}
	n := 2
	if s := c.m.trace.Outputs[0].Shape; s[len(s)-1] > 1 {
		n = s[len(s)-1]
	}
	for _, class := range slices.Sorted(maps.Keys(weight)) {
		if class < 0 || class >= n {
			return fmt.Errorf("ClassWeight has a weight for class %d; the model has classes 0 to %d", class, n-1)
		}
	}
	return nil
}

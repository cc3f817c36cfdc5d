package models

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/tensor"
)

// A prior is what the data in memory reveals about a run before it begins, for its verdict.
type prior struct {
	chance   float64 // loss of the best constant prediction; 0: not known
	mismatch string  // how the validation data differs from the training data; "" if it doesn't
}

// priorOf inspects the targets of a model with one output whose samples all have the same weight.
func (c *compiled) priorOf(train, val *datasets.Arrays, f *Fit) (p prior) {
	if len(c.outputs) != 1 || len(train.Y) != 1 || c.outputs[0].loss == nil {
		return p
	}
	loss := c.outputs[0].loss
	if len(train.Weights) == 0 && len(f.ClassWeight) == 0 && c.outputs[0].weight == 1 {
		p.chance = losses.Chance(loss, train.Y[0])
	}
	if val == nil || len(val.Y) != 1 {
		return p
	}
	p.mismatch = missingClasses(losses.ClassCounts(loss, train.Y[0]), losses.ClassCounts(loss, val.Y[0]))
	if p.mismatch == "" {
		p.mismatch = otherScale(train.X, val.X)
	}
	return p
}

// missingClasses names classes of one part that are missing from the other, where at least ten
// samples would be expected. By chance this happens once in e¹⁰ = 22,000 times.
func missingClasses(train, val map[int]float64) string {
	n, m := total(train), total(val)
	if n == 0 || m == 0 {
		return ""
	}
	if lost := lacking(val, train, n/m); len(lost) > 0 {
		return fmt.Sprintf("%s of the validation data not among the training data", are(lost))
	}
	if lost := lacking(train, val, m/n); len(lost) > 0 {
		return fmt.Sprintf("%s of the training data not among the %.0f validation samples", are(lost), m)
	}
	return ""
}

func total(counts map[int]float64) (n float64) {
	for _, c := range counts {
		n += c
	}
	return n
}

// lacking returns the classes of a that are missing from b, where ten would be expected at the
// given ratio of b to a.
func lacking(a, b map[int]float64, ratio float64) (classes []int) {
	for k, n := range a {
		if b[k] == 0 && n*ratio >= 10 {
			classes = append(classes, k)
		}
	}
	slices.Sort(classes)
	return classes
}

// are formats classes as a subject and verb: "class 3 is", "classes 3, 4 and 5 are".
func are(classes []int) string {
	if len(classes) == 1 {
		return fmt.Sprintf("class %d is", classes[0])
	}
	var names []string
	for _, k := range classes[:len(classes)-1] {
		names = append(names, fmt.Sprint(k))
	}
	return fmt.Sprintf("classes %s and %d are", strings.Join(names, ", "), classes[len(classes)-1])
}

// otherScale reports an input whose values have a very different scale in the validation data.
func otherScale(train, val []*tensor.Tensor) string {
	for i := range train {
		if i >= len(val) || !train[i].DType().IsFloat() || !val[i].DType().IsFloat() {
			continue
		}
		a, b := rootMeanSquare(train[i]), rootMeanSquare(val[i])
		if a > 0 && b > 0 && (b > 5*a || a > 5*b) {
			return fmt.Sprintf("the inputs of the validation data have the root mean square %.3g, those of the training data %.3g", b, a)
		}
	}
	return ""
}

// rootMeanSquare returns the root mean square of about 1000 evenly spaced rows of t.
func rootMeanSquare(t *tensor.Tensor) float64 {
	rows := t.Shape()[0]
	var some []int
	for i := 0; i < rows; i += max(rows/1000, 1) {
		some = append(some, i)
	}
	values, err := tensor.As[float64](tensor.Gather(nil, t, some))
	if err != nil || len(values) == 0 {
		return 0
	}
	sum := 0.
	for _, v := range values {
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(values)))
}

// evaluateTrain evaluates as many training samples as there are validation samples in the same
// way, with the moving averages of BatchNormalization. A model that overfits does better on them;
// if the moving averages lag, it does as badly. It runs only if the loss leaves the question open.
func (r *run) evaluateTrain() {
	loss, val := r.logs["loss"], r.logs["val_loss"]
	if r.validation == nil || r.train.batched == nil || !(val > loss*1.05) || !r.m.normalizesBatches() {
		return
	}
	size := max(r.train.batched.Size, 1)
	steps := min(r.train.batched.Len(), (r.validation.samples()+size-1)/size)
	some := newSource(r.train.batched.Data, size, true, r.c.cfg.Seed, max(steps, 1))
	defer some.close()
	some.checked = r.train.checked
	logs, err := r.c.evaluate(r.ctx, some, true)
	if err != nil {
		return // a failed verdict must not fail the run
	}
	name := "loss"
	if _, apart := logs["data_loss"]; apart {
		name = "data_loss"
	}
	r.info.TrainEvaluated = logs[name]
}

// normalizesBatches reports whether a layer learns moving averages of batch statistics, that is, a
// layer that needs more than one value per feature, whatever its axis.
func (m *Model) normalizesBatches() bool {
	for _, call := range m.calls() {
		out := m.results[call]
		if call.Layer == nil || len(out) == 0 || out[0].Rank() == 0 || access.Frozen(call.Layer) {
			continue
		}
		needs := func(features int) bool { return access.NeedsBatch(call.Layer, graph.Shape{1, features}) }
		if slices.ContainsFunc(out[0].Shape[1:], needs) {
			return true
		}
	}
	return false
}

package models_test

import (
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// value returns the first element of a layer's first weight.
func value(l layers.Module) float32 {
	v, _ := tensor.Data[float32](models.WeightsOf(l)[0])
	return v[0]
}

// Two models over the same layers: each trains its own head and the shared body, and immediately
// sees the updates of the other.
func TestModelsThatShareLayersTrainThemInTurn(t *testing.T) {
	body := &layers.Dense{Units: 1, NoBias: true, Name: "body"}
	headA, headB := &layers.Dense{Units: 1, NoBias: true, Name: "a"}, &layers.Dense{Units: 1, NoBias: true, Name: "b"}
	x := layers.Input(1)
	common := x.Then(body)
	a, b := models.New(x, common.Then(headA)), models.New(x, common.Then(headB))
	for _, m := range []*models.Model{a, b} {
		if err := m.Compile(models.Compile{Optimizer: &optimizers.SGD{LearningRate: 0.1}, Loss: losses.MeanSquaredError{}}); err != nil {
			t.Fatal(err)
		}
	}
	one := tensor.Of([]float32{1}, 1, 1)
	for l, v := range map[layers.Module]float32{body: 2, headA: 3, headB: -1} {
		if err := models.SetWeightsOf(l, tensor.Of([]float32{v}, 1, 1)); err != nil {
			t.Fatal(err)
		}
	}
	batch := datasets.Batch{N: 1, X: []*tensor.Tensor{one}, Y: []*tensor.Tensor{tensor.Of([]float32{5}, 1, 1)}}
	// The gradients by hand: loss = (w·h·x - y)², for w 2(wh-y)h, for h 2(wh-y)w.
	w, ha, hb := 2.0, 3.0, -1.0
	for i := range 3 {
		for _, turn := range []struct {
			m *models.Model
			h *float64
		}{{a, &ha}, {b, &hb}} {
			if _, err := turn.m.TrainOnBatch(ctx, batch); err != nil {
				t.Fatal(err)
			}
			d := 2 * (w**turn.h - 5)
			w, *turn.h = w-0.1*d**turn.h, *turn.h-0.1*d*w
		}
		for _, row := range []struct {
			l    layers.Module
			want float64
		}{{body, w}, {headA, ha}, {headB, hb}} {
			if got := float64(value(row.l)); math.Abs(got-row.want) > 1e-5*(1+math.Abs(row.want)) {
				t.Errorf("round %d: %s is %v, want %v", i, access.Path(row.l), got, row.want)
			}
		}
	}
}

// The classical GAN: the combined model freezes the discriminator, while the discriminator's own
// model, compiled before, continues to train it.
func TestAFrozenPartStaysWhileItsOwnModelTrainsIt(t *testing.T) {
	g, d := &layers.Dense{Units: 2, Name: "g"}, &layers.Dense{Units: 1, Name: "d"}
	discriminator := models.Sequential(layers.Input(2), d)
	compile := models.Compile{Optimizer: &optimizers.SGD{LearningRate: 0.1}, Loss: losses.MeanSquaredError{}}
	if err := discriminator.Compile(compile); err != nil {
		t.Fatal(err)
	}
	discriminator.Frozen = true
	gan := models.Sequential(layers.Input(3), g, discriminator)
	if err := gan.Compile(compile); err != nil {
		t.Fatal(err)
	}
	discriminator.Frozen = false
	y := []*tensor.Tensor{tensor.Of([]float32{9}, 1, 1)}
	g0, d0 := value(g), value(d)
	if _, err := gan.TrainOnBatch(ctx, datasets.Batch{N: 1, X: []*tensor.Tensor{tensor.Of([]float32{1, 2, 3}, 1, 3)}, Y: y}); err != nil {
		t.Fatal(err)
	}
	if value(g) == g0 || value(d) != d0 {
		t.Errorf("the combined model changed the discriminator (%v to %v), or left the generator (%v to %v)", d0, value(d), g0, value(g))
	}
	g0 = value(g)
	if _, err := discriminator.TrainOnBatch(ctx, datasets.Batch{N: 1, X: []*tensor.Tensor{tensor.Of([]float32{1, 2}, 1, 2)}, Y: y}); err != nil {
		t.Fatal(err)
	}
	if value(g) != g0 || value(d) == d0 {
		t.Error("the discriminator's own model does not train it")
	}
}

func TestStepsOverSharedModelsTrainWhatTheyName(t *testing.T) {
	g, d := models.Sequential(layers.Input(1), &layers.Dense{Units: 1, Name: "g"}), models.Sequential(layers.Input(1), &layers.Dense{Units: 1, Name: "d"})
	step := &models.Step{Models: []*models.Model{g, d}, Training: true, Optimizer: &optimizers.SGD{LearningRate: 0.1},
		Build: func(t *models.Trace, in []*graph.Node) []*graph.Node {
			loss := ops.Mean(ops.Square(d.Call(t.Scope, g.Call(t.Scope, in[0]))))
			t.Minimize(loss, g.Variables()...)
			return []*graph.Node{loss}
		}}
	gl, dl := g.Layers()[0], d.Layers()[0]
	x := tensor.Of([]float32{1, 2}, 2, 1)
	if _, err := step.Run(ctx, x); err != nil {
		t.Fatal(err)
	}
	g0, d0 := value(gl), value(dl)
	first, err := step.Run(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	second, err := step.Run(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := tensor.Data[float32](first[0])
	b, _ := tensor.Data[float32](second[0])
	if value(gl) == g0 || value(dl) != d0 || b[0] >= a[0] {
		t.Errorf("g %v to %v, d %v to %v, loss %v to %v", g0, value(gl), d0, value(dl), a[0], b[0])
	}
}

func TestFrozenModelsDoNotTrain(t *testing.T) {
	fit := func(m *models.Model) error {
		_, err := m.Fit(ctx, datasets.Of(tensor.New(tensor.Float32, 4, 2), tensor.New(tensor.Float32, 4, 1)), models.Fit{})
		return err
	}
	compile := models.Compile{Optimizer: &optimizers.SGD{}, Loss: losses.MeanSquaredError{}}
	frozen := models.Sequential(layers.Input(2), &layers.Dense{Units: 1, Base: layers.Base{Frozen: true}})
	err := frozen.Compile(compile)
	if err == nil {
		err = fit(frozen)
	}
	if err == nil || !strings.Contains(err.Error(), "nothing to train") {
		t.Errorf("146: %v", err)
	}
	later := &layers.Dense{Units: 1}
	m := models.Sequential(layers.Input(2), later)
	if err := m.Compile(compile); err != nil {
		t.Fatal(err)
	}
	later.Frozen = true
	if err := fit(m); err == nil || !strings.Contains(err.Error(), "Compile") {
		t.Errorf("147: Frozen was changed after Compile, and Fit says %v", err)
	}
}

// Frozen BatchNormalization uses its moving averages and does not update them, even in training.
func TestFrozenBatchNormalizationKeepsItsAverages(t *testing.T) {
	bn := &layers.BatchNormalization{Base: layers.Base{Frozen: true}}
	m := models.Sequential(layers.Input(2), bn, &layers.Dense{Units: 1})
	if err := m.Compile(models.Compile{Optimizer: &optimizers.SGD{}, Loss: losses.MeanSquaredError{}}); err != nil {
		t.Fatal(err)
	}
	before := models.WeightsOf(bn)
	data := datasets.Of(tensor.Of([]float32{5, 6, 7, 8, 9, 1, 2, 3}, 4, 2), tensor.New(tensor.Float32, 4, 1))
	if _, err := m.Fit(ctx, data, models.Fit{}); err != nil {
		t.Fatal(err)
	}
	for i, w := range models.WeightsOf(bn) {
		if !w.Equal(before[i]) {
			t.Errorf("weight %d went from %v to %v", i, before[i], w)
		}
	}
}

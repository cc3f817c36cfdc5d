package models_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime/audit"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// A separate device for each test, so that no test counts what another left to the garbage
// collector.
var (
	closed      = audit.Register("audit-closed", "cpu")
	dropped     = audit.Register("audit-dropped", "cpu")
	evicted     = audit.Register("audit-evicted", "cpu")
	anew        = audit.Register("audit-anew", "cpu")
	moved       = audit.Register("audit-moved", "cpu")
	ofStep      = audit.Register("audit-step", "cpu")
	together    = audit.Register("audit-together", "cpu")
	ofPredictor = audit.Register("audit-predictor", "cpu")
)

func small() *models.Model {
	return models.Sequential(layers.Input(3), &layers.Dense{Units: 4}, &layers.Dropout{Rate: 0.2}, &layers.Dense{Units: 1})
}

func smallData(n int) *datasets.Arrays {
	return datasets.Of(tensor.New(tensor.Float32, n, 3), tensor.New(tensor.Float32, n, 1))
}

// fitSmall compiles m for a device and fits it, with validation and a last partial batch.
func fitSmall(t testing.TB, m *models.Model, device string) {
	t.Helper()
	err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: losses.MeanSquaredError{}, Metrics: []metrics.Metric{metrics.MeanAbsoluteError{}}, Device: device})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Fit(t.Context(), smallData(21), models.Fit{BatchSize: 8, Epochs: 2, Validation: smallData(9)}); err != nil {
		t.Fatal(err)
	}
}

func TestCloseGivesEverythingBack(t *testing.T) {
	m := small()
	fitSmall(t, m, "audit-closed")
	x := tensor.Of([]float32{1, 2, 3}, 1, 3)
	want, err := m.Predict(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		closed.AllClosed(t)
	}
	got, err := m.Predict(t.Context(), x) // on the default device, with the same weights
	if err != nil {
		t.Fatal(err)
	}
	if g, w := got[0].Data().([]float32)[0], want[0].Data().([]float32)[0]; g != w {
		t.Errorf("after Close the model predicts %v, before %v", g, w)
	}
	if err := models.CloseDevice("audit-closed"); err != nil {
		t.Error(err)
	}
}

func TestADeviceInUseIsNotClosed(t *testing.T) {
	m := small()
	fitSmall(t, m, "audit-moved")
	if err := models.CloseDevice("audit-moved"); err == nil {
		t.Error("a device with a model on it was closed")
	}
	u, err := models.UsageOf("audit-moved")
	if c := moved.Counts(); err != nil || u.Programs != int64(c.OpenExecutables) || u.Buffers != int64(c.OpenBuffers) || u.Bytes == 0 {
		t.Errorf("usage %+v, %v; the device has %+v", u, err, c)
	}
	fitSmall(t, m, "cpu") // moves the weights and the optimizer's state
	moved.AllClosed(t)
	if err := m.Close(); err != nil {
		t.Error(err)
	}
}

func TestADroppedModelIsClosed(t *testing.T) {
	for range 3 {
		fitSmall(t, small(), "audit-dropped")
	}
	dropped.Collected(t)
}

func TestCompilingAgainClosesWhatWasCompiled(t *testing.T) {
	m := small()
	fitSmall(t, m, "audit-anew")
	first := anew.Counts()
	fitSmall(t, m, "audit-anew")
	if c := anew.Counts(); c.OpenBuffers != first.OpenBuffers || c.OpenExecutables != first.OpenExecutables {
		t.Errorf("open are %+v after the second Compile; %+v after the first", c, first)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	anew.AllClosed(t)
}

func TestEvictedProgramsAreClosed(t *testing.T) {
	m := small()
	if err := m.Compile(models.Compile{MaxPrograms: 2, Device: "audit-evicted"}); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 2, 3, 3, 2, 4} {
		if _, err := m.Predict(t.Context(), tensor.New(tensor.Float32, n, 3)); err != nil {
			t.Fatal(err)
		}
	}
	if c := evicted.Counts(); c.Executables != 4 || c.OpenExecutables != 2 {
		t.Errorf("%d programs were compiled and %d are open; want 4 and 2", c.Executables, c.OpenExecutables)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	evicted.AllClosed(t)
}

func TestManyShapesStayCompiled(t *testing.T) {
	m := small()
	traced := 0
	m.Add(&layers.Lambda{Function: func(x *graph.Node) *graph.Node { traced++; return x }})
	for pass := range 2 {
		for n := 1; n <= 40; n++ {
			if _, err := m.Predict(t.Context(), tensor.New(tensor.Float32, n, 3)); err != nil {
				t.Fatal(err)
			}
		}
		if pass == 0 {
			traced = 0
		}
	}
	if traced != 0 {
		t.Errorf("%d of 40 shapes were compiled again", traced)
	}
}

func TestAPredictorStaysOpenUntilItIsClosed(t *testing.T) {
	m := small()
	if err := m.Compile(models.Compile{Device: "audit-predictor"}); err != nil {
		t.Fatal(err)
	}
	p, err := m.Predictor(2)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	x := tensor.New(tensor.Float32, 2, 3)
	if _, err := p.Predict(t.Context(), x); err != nil {
		t.Error(err)
	}
	if err := errors.Join(p.Close(), p.Close(), m.Close()); err != nil {
		t.Error(err)
	}
	if _, err := p.Predict(t.Context(), x); err == nil {
		t.Error("a closed predictor predicts")
	}
	ofPredictor.AllClosed(t)
}

func TestAStepIsClosed(t *testing.T) {
	m := small()
	s := &models.Step{Models: []*models.Model{m, m}, Optimizer: &optimizers.Adam{}, Device: "audit-step", Build: func(t *models.Trace, in []*graph.Node) []*graph.Node {
		loss := ops.Mean(ops.Square(m.Call(t.Scope, in[0])))
		t.Minimize(loss)
		return []*graph.Node{loss}
	}}
	for range 2 {
		for _, n := range []int{2, 3, 2} {
			if _, err := s.Run(t.Context(), tensor.New(tensor.Float32, n, 3)); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(s.Close(), m.Close()); err != nil {
			t.Fatal(err)
		}
		ofStep.AllClosed(t)
	}
}

// Two models share a layer; one is closed and compiled while the other predicts.
func TestClosingLeavesSharedWeightsToOthers(t *testing.T) {
	shared := &layers.Dense{Units: 3}
	a := models.Sequential(layers.Input(3), shared, &layers.Dense{Units: 1})
	b := models.Sequential(layers.Input(3), shared)
	var wait sync.WaitGroup
	wait.Go(func() {
		for range 20 {
			fitSmall(t, a, "audit-together")
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	if err := b.Compile(models.Compile{Device: "audit-together"}); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		if _, err := b.Predict(context.Background(), tensor.New(tensor.Float32, 2, 3)); err != nil {
			t.Error(err)
			break
		}
	}
	wait.Wait()
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	together.AllClosed(t)
}

package golden

import (
	"encoding/json"
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/tensor"
)

func runMetric(c *Case) error {
	var f struct {
		Class      string
		Config     json.RawMessage
		Serialized json.RawMessage
		Updates    []struct {
			YTrue        Array `json:"y_true"`
			YPred        Array `json:"y_pred"`
			SampleWeight Array `json:"sample_weight"`
			Result       Array
		}
		State []Array
		Reset Array `json:"result_after_reset"`
	}
	if err := c.Decode(&f); err != nil {
		return err
	}
	m, err := build[metrics.Metric](f.Class, f.Config)
	if err != nil {
		return err
	}
	if err := serializes(m, f.Serialized); err != nil {
		return err
	}
	run := metricRun{c, m, metrics.NewState("metric"), NewSession(c.Dev)}
	for i, u := range f.Updates {
		if err := run.update(u.YTrue, u.YPred, u.SampleWeight); err != nil {
			return err
		}
		if err := run.result(fmt.Sprintf("result %d", i), u.Result.Tensor); err != nil {
			return err
		}
	}
	if err := run.reset(f.State); err != nil {
		return err
	}
	return run.result("result after reset", f.Reset.Tensor)
}

// A metricRun is a metric being updated.
type metricRun struct {
	c       *Case
	m       metrics.Metric
	state   *metrics.State
	session *Session
}

func (r metricRun) update(y, pred, weight Array) error {
	var in []*tensor.Tensor
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		input := func(a Array) *graph.Node {
			if a.Tensor == nil {
				return nil
			}
			in = append(in, a.Tensor)
			return g.Input(a.DType(), a.Shape()...)
		}
		b := metrics.Batch{Y: input(y), Pred: input(pred), Weight: input(weight)}
		if b.Pred == nil { // Mean and Sum take only values
			b.Pred = b.Y
		}
		metrics.Update(g, r.m, r.state, b)
		return nil
	})
	if err != nil {
		return err
	}
	_, err = r.session.Run(g, in...)
	return err
}

func (r metricRun) result(what string, want *tensor.Tensor) error {
	var values []*tensor.Tensor
	for _, v := range r.state.Variables() {
		t, err := r.session.Read(v)
		if err != nil {
			return err
		}
		values = append(values, t)
	}
	got, err := metrics.Result(r.m, values)
	if err != nil {
		return err
	}
	return r.c.Compare(what, got, want, 1e-5)
}

// reset compares the sums with want and resets them to zero.
func (r metricRun) reset(want []Array) error {
	if n := len(r.state.Variables()); n != len(want) {
		return fmt.Errorf("%d variables of state, want %d", n, len(want))
	}
	for i, v := range r.state.Variables() {
		t, err := r.session.Read(v)
		if err != nil {
			return err
		}
		if err := r.c.CompareFloats(v.Path, Floats(t), Floats(want[i].Tensor), 5e-5); err != nil {
			return err
		}
		if err := r.session.Write(v, tensor.New(t.DType(), t.Shape()...)); err != nil {
			return err
		}
	}
	return nil
}

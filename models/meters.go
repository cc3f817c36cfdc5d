package models

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// meters are the running averages of an epoch, for training or evaluation: the losses and the
// metrics. They are variables of the step's graph; the host reads them on request.
type meters struct {
	path string
	list []*meter // in log order
}

// A meter is the running average of one loss or metric.
type meter struct {
	name   string
	metric metrics.Metric // nil: a mean
	state  *metrics.State
	values []*tensor.Tensor // of its variables, on the host
}

// find returns the meter of that name, nil if there is none.
func (m *meters) find(name string) *meter {
	for _, x := range m.list {
		if x.name == name {
			return x
		}
	}
	return nil
}

// meter returns the meter of that name, creating it at the first call.
func (m *meters) meter(name string, metric metrics.Metric) *meter {
	x := m.find(name)
	if x == nil {
		x = &meter{name: name, metric: metric, state: metrics.NewState(m.path + "/" + name)}
		m.list = append(m.list, x)
	}
	return x
}

// mode reports whether lower or higher values of the named log are better.
func (m *meters) mode(name string) training.Mode {
	x := m.find(name)
	switch {
	case x == nil:
		return training.Auto
	case x.metric == nil:
		return training.Min
	}
	return x.metric.Mode()
}

// A mean is the metric of a loss; it defines what its sums are.
type mean struct {
	metrics.Options
	value *graph.Node
	n     int
}

// Update adds value·n to the total and n to the count.
func (m mean) Update(s *metrics.State, _ metrics.Batch) {
	s.Add("total", ops.Scale(m.value, float64(m.n)))
	s.Add("count", ops.Scalar(m.value, float64(m.n)))
}

// Result returns total / count.
func (mean) Result(sums [][]float64) *tensor.Tensor {
	if sums[1][0] == 0 {
		return metrics.Scalar(0)
	}
	return metrics.Scalar(sums[0][0] / sums[1][0])
}

// tracedMeters are the meters while a step that updates them is traced.
type tracedMeters struct {
	*meters
	g    *graph.Graph
	seen map[string]bool // names used in this trace
}

func (m *meters) tracing(g *graph.Graph) *tracedMeters {
	return &tracedMeters{m, g, map[string]bool{}}
}

// mean updates the named meter with the average of a scalar over n samples, if wanted.
func (t *tracedMeters) mean(name string, value *graph.Node, n int, wanted bool) {
	if wanted {
		metrics.Update(t.g, mean{value: value, n: n}, t.meter(name, nil).state, metrics.Batch{})
	}
}

// metrics updates the metrics of an output with a batch.
func (t *tracedMeters) metrics(o output, y, pred, weight, mask *graph.Node, several bool) {
	prefix := ""
	if several {
		prefix = o.name + "_"
	}
	for _, m := range o.metrics {
		t.metric(prefix, "", m, metrics.Batch{Y: y, Pred: pred, Mask: mask})
	}
	for _, m := range o.weighted {
		t.metric(prefix, "weighted_", m, metrics.Batch{Y: y, Pred: pred, Weight: weight, Mask: mask})
	}
}

// metric updates one metric. If the name is taken, it creates another, as Keras does.
func (t *tracedMeters) metric(prefix, weighted string, m metrics.Metric, b metrics.Batch) {
	name := prefix + metrics.NameOf(m)
	if t.seen[name] && weighted != "" {
		name = prefix + weighted + metrics.NameOf(m)
	}
	base := name
	for i := 1; t.seen[name]; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	t.seen[name] = true
	metrics.Update(t.g, m, t.meter(name, m).state, b)
}

// logs reads the averages.
func (c *compiled) logs(md mode) (training.Logs, error) {
	logs := training.Logs{}
	for _, x := range c.metersOf(md).list {
		if err := x.read(); err != nil {
			return nil, fmt.Errorf("models: reading %s: %w", x.name, err)
		}
		metric := x.metric
		if metric == nil {
			metric = mean{}
		}
		r, err := metrics.Result(metric, x.values)
		if err != nil {
			return nil, fmt.Errorf("models: metric %s: %w", x.name, err)
		}
		v, _ := tensor.As[float64](r)
		if len(v) == 1 {
			logs[x.name] = v[0]
			continue
		}
		for i, one := range v { // a metric with several values
			logs[fmt.Sprintf("%s_%d", x.name, i)] = one
		}
	}
	return logs, nil
}

// read copies the meter's variables to the host.
func (x *meter) read() (err error) {
	for i, v := range x.state.Variables() {
		if i >= len(x.values) {
			x.values = append(x.values, nil)
		}
		if x.values[i], err = runtime.ValueInto(x.values[i], v); err != nil {
			return err
		}
	}
	return nil
}

// reset resets the averages.
func (c *compiled) reset(md mode) error {
	for _, x := range c.metersOf(md).list {
		for _, v := range x.state.Variables() {
			if err := runtime.SetValue(v, tensor.New(v.Type.DType, v.Type.Shape...)); err != nil {
				return fmt.Errorf("models: resetting %s: %w", x.name, err)
			}
		}
	}
	return nil
}

// variables returns the variables of all meters.
func (m *meters) variables() (all []*graph.Variable) {
	for _, x := range m.list {
		all = append(all, x.state.Variables()...)
	}
	return all
}

func (c *compiled) metersOf(md mode) *meters {
	if md == learning {
		return c.train
	}
	return c.test
}

// logNames lists the names in the logs of an epoch; nil if they are not known yet.
func (c *compiled) logNames(validation bool) (names []string) {
	for _, x := range c.train.list {
		names = append(names, x.name)
	}
	if validation {
		for _, n := range names {
			names = append(names, "val_"+n)
		}
	}
	return names
}

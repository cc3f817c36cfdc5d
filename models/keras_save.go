package models

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// kerasVersion is the version of Keras whose format is written.
const kerasVersion = "3.15.1"

// weightsTree returns the weights, and the optimizer's state if asked for, at Keras' places.
func (m *Model) weightsTree(optimizer bool) (*hdf5.Tree, error) {
	t := hdf5.NewTree()
	t.Group("layers")
	t.Group("vars")
	if err := putPlaces(t, m.places("")); err != nil {
		return nil, err
	}
	putIndexWeights(t, m.wordPlaces())
	c := m.program
	if !optimizer || c == nil || c.optimizer == nil || c.optimizer.Iterations == 0 {
		return t, nil
	}
	for _, g := range c.optimizer.EntryGroups() {
		for i, e := range g.Entries {
			value, err := valueOfEntry(e)
			if err != nil {
				return nil, err
			}
			t.Put(fmt.Sprintf("optimizer/%s/%d", g.Path, i), value)
		}
	}
	return t, nil
}

// valueOfEntry returns what of the optimizer's state stands in files.
func valueOfEntry(e optimizers.Entry) (*tensor.Tensor, error) {
	switch e.Kind {
	case optimizers.Iteration, optimizers.UnusedIteration:
		return tensor.Scalar(int64(e.Value)), nil
	case optimizers.LearningRate, optimizers.UnusedRate:
		return tensor.Scalar(float32(e.Value)), nil
	}
	value, err := valueOf(e.Var)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Var.Path, err)
	}
	return value, nil
}

// writeKeras writes the model as a .keras archive.
func (m *Model) writeKeras(w io.Writer) error {
	o, err := m.object()
	if err != nil {
		return err
	}
	if c := m.program; c != nil {
		if raw, err := c.marshalCompile(); err == nil { // an own Go function can't be written; the model still can
			o["compile_config"] = raw
		}
	}
	conf, err := json.Marshal(o)
	if err != nil {
		return err
	}
	tree, err := m.weightsTree(true)
	if err != nil {
		return err
	}
	return writeArchive(w, conf, tree)
}

// marshalCompile writes the arguments of Compile as Keras does.
func (c *compiled) marshalCompile() (json.RawMessage, error) {
	conf := map[string]any{"loss_weights": nil, "weighted_metrics": nil, "run_eagerly": false, "steps_per_execution": max(c.cfg.StepsPerExecution, 1), "jit_compile": false}
	var err error
	put := func(name string, v any) {
		var raw []byte
		if raw, err = config.Marshal(v); err == nil {
			conf[name] = json.RawMessage(raw)
		}
	}
	if c.optimizer != nil {
		put("optimizer", c.optimizer.Optimizer())
		if err != nil {
			return nil, err
		}
	}
	if len(c.outputs) == 1 {
		if c.outputs[0].loss != nil {
			put("loss", c.outputs[0].loss)
		}
		if err != nil {
			return nil, err
		}
		conf["metrics"], err = marshalMetrics(c.outputs[0].metrics)
	} else {
		err = c.marshalOutputs(conf)
	}
	if err != nil {
		return nil, err
	}
	if c.cfg.LossWeights != nil {
		conf["loss_weights"] = c.cfg.LossWeights
	}
	return json.Marshal(conf)
}

// marshalOutputs writes losses and metrics by output.
func (c *compiled) marshalOutputs(conf map[string]any) error {
	losses, all := map[string]any{}, map[string]any{}
	for _, o := range c.outputs {
		losses[o.name] = nil
		if o.loss != nil {
			raw, err := config.Marshal(o.loss)
			if err != nil {
				return err
			}
			losses[o.name] = json.RawMessage(raw)
		}
		list, err := marshalMetrics(o.metrics)
		if err != nil {
			return err
		}
		all[o.name] = list
	}
	conf["loss"], conf["metrics"] = losses, all
	return nil
}

func marshalMetrics(ms []metrics.Metric) (any, error) {
	if len(ms) == 0 {
		return nil, nil
	}
	list := []any{}
	for _, x := range ms {
		raw, err := config.Marshal(x)
		if err != nil {
			return nil, err
		}
		list = append(list, json.RawMessage(raw))
	}
	return list, nil
}

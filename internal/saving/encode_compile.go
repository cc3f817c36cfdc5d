package saving

import (
	"encoding/json"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/metrics"
)

// Encode returns the arguments of compile in Keras' form, for a model with the given output names.
// If there are several outputs, losses and metrics are written by name.
func (c *Compile) Encode(outputs []string) (json.RawMessage, error) {
	conf := map[string]any{"loss_weights": nil, "weighted_metrics": nil, "run_eagerly": false, "steps_per_execution": max(c.StepsPerExecution, 1), "jit_compile": false}
	var err error
	put := func(name string, v any) {
		var raw []byte
		if raw, err = config.Marshal(v); err == nil {
			conf[name] = json.RawMessage(raw)
		}
	}
	if c.Optimizer != nil {
		put("optimizer", c.Optimizer)
		if err != nil {
			return nil, err
		}
	}
	if len(outputs) == 1 {
		if c.Loss != nil {
			put("loss", c.Loss)
		}
		if err != nil {
			return nil, err
		}
		conf["metrics"], err = encodeMetrics(c.Metrics)
	} else {
		err = c.encodeOutputs(conf, outputs)
	}
	if err != nil {
		return nil, err
	}
	if c.LossWeights != nil {
		conf["loss_weights"] = c.LossWeights
	}
	return json.Marshal(conf)
}

// encodeOutputs writes the losses and metrics of each output.
func (c *Compile) encodeOutputs(conf map[string]any, outputs []string) error {
	losses, all := map[string]any{}, map[string]any{}
	for _, name := range outputs {
		losses[name] = nil
		if l := c.Losses[name]; l != nil {
			raw, err := config.Marshal(l)
			if err != nil {
				return err
			}
			losses[name] = json.RawMessage(raw)
		}
		list, err := encodeMetrics(c.OutputMetrics[name])
		if err != nil {
			return err
		}
		all[name] = list
	}
	conf["loss"], conf["metrics"] = losses, all
	return nil
}

func encodeMetrics(ms []metrics.Metric) (any, error) {
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

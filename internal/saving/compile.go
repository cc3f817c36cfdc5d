package saving

import (
	"encoding/json"
	"fmt"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/optimizers"
)

// Compile holds the arguments of compile that are saved in files.
type Compile struct {
	Optimizer         optimizers.Optimizer
	StepsPerExecution int

	// For a model with one output, or for every output.
	Loss                     losses.Loss
	Metrics, WeightedMetrics []metrics.Metric

	// By output name.
	Losses        map[string]losses.Loss
	LossWeights   map[string]float64
	OutputMetrics map[string][]metrics.Metric
}

// compileConfig is the JSON form of the arguments of compile in Keras.
type compileConfig struct {
	Optimizer       json.RawMessage `json:"optimizer"`
	Loss            json.RawMessage `json:"loss"`
	LossWeights     json.RawMessage `json:"loss_weights"`
	Metrics         json.RawMessage `json:"metrics"`
	WeightedMetrics json.RawMessage `json:"weighted_metrics"`
	Steps           int             `json:"steps_per_execution"`
}

// DecodeCompile decodes the arguments of compile in the form of Keras' get_compile_config, for a
// model with the given output names. What is missing or null stays zero.
func DecodeCompile(data []byte, outputs []string) (cfg Compile, err error) {
	var c compileConfig
	if err = json.Unmarshal(data, &c); err == nil {
		cfg, err = c.decode(outputs)
	}
	if err != nil {
		return Compile{}, fmt.Errorf("compile_config: %w", err)
	}
	return cfg, nil
}

func (c *compileConfig) decode(names []string) (cfg Compile, err error) {
	if !null(c.Optimizer) {
		if cfg.Optimizer, err = config.Unmarshal[optimizers.Optimizer](c.Optimizer); err != nil {
			return cfg, fmt.Errorf("optimizer: %w", err)
		}
	}
	if cfg.StepsPerExecution = c.Steps; c.Steps <= 1 {
		cfg.StepsPerExecution = 0
	}
	if cfg.Loss, cfg.Losses, err = oneOrEach(c.Loss, names, config.Unmarshal[losses.Loss]); err != nil {
		return cfg, fmt.Errorf("loss: %w", err)
	}
	var weight float64
	if weight, cfg.LossWeights, err = oneOrEach(c.LossWeights, names, number); err != nil {
		return cfg, fmt.Errorf("loss_weights: %w", err)
	}
	if weight != 0 && len(names) == 1 {
		cfg.LossWeights = map[string]float64{names[0]: weight}
	}
	if cfg.Metrics, cfg.OutputMetrics, err = decodeMetrics(c.Metrics, names); err != nil {
		return cfg, fmt.Errorf("metrics: %w", err)
	}
	var named map[string][]metrics.Metric
	cfg.WeightedMetrics, named, err = decodeMetrics(c.WeightedMetrics, names)
	switch {
	case err != nil || named == nil:
	case len(names) == 1:
		cfg.WeightedMetrics = named[names[0]]
	default:
		err = fmt.Errorf("weighted_metrics by output are not supported")
	}
	return cfg, err
}

func null(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

func number(raw []byte) (x float64, err error) {
	err = json.Unmarshal(raw, &x)
	return x, err
}

// oneOrEach decodes a single object, a list with one for each output, or an object keyed by output
// name.
func oneOrEach[T any](raw json.RawMessage, names []string, decode func([]byte) (T, error)) (one T, each map[string]T, err error) {
	if null(raw) {
		return one, nil, nil
	}
	byName := map[string]json.RawMessage{}
	var list []json.RawMessage
	switch {
	case json.Unmarshal(raw, &list) == nil:
		if len(list) != len(names) {
			return one, nil, fmt.Errorf("%d of them for %d outputs", len(list), len(names))
		}
		for i, r := range list {
			byName[names[i]] = r
		}
	case json.Unmarshal(raw, &byName) == nil && byName["class_name"] == nil:
	default:
		one, err = decode(raw)
		return one, nil, err
	}
	each = map[string]T{}
	for name, r := range byName {
		if null(r) {
			continue
		}
		if each[name], err = decode(r); err != nil {
			return one, nil, fmt.Errorf("%q: %w", name, err)
		}
	}
	return one, each, nil
}

// decodeMetrics decodes a list of metrics, or one list per output.
func decodeMetrics(raw json.RawMessage, names []string) (all []metrics.Metric, named map[string][]metrics.Metric, err error) {
	if null(raw) {
		return nil, nil, nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		nested := len(list) > 0 && len(list[0]) > 0 && list[0][0] == '['
		if !nested {
			all, err = metricList(list)
			return all, nil, err
		}
		named = map[string][]metrics.Metric{}
		for i, r := range list {
			if i >= len(names) {
				return nil, nil, fmt.Errorf("%d lists for %d outputs", len(list), len(names))
			}
			if named[names[i]], err = metricsFrom(r); err != nil {
				return nil, nil, err
			}
		}
		return nil, named, nil
	}
	var byName map[string]json.RawMessage
	if err := json.Unmarshal(raw, &byName); err != nil {
		return nil, nil, err
	}
	named = map[string][]metrics.Metric{}
	for name, r := range byName {
		if named[name], err = metricsFrom(r); err != nil {
			return nil, nil, err
		}
	}
	return nil, named, nil
}

// metricsFrom decodes one metric or a list of metrics.
func metricsFrom(raw json.RawMessage) ([]metrics.Metric, error) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	return metricList(list)
}

func metricList(list []json.RawMessage) (all []metrics.Metric, err error) {
	for _, r := range list {
		var name string
		var x metrics.Metric
		if json.Unmarshal(r, &name) == nil {
			x, err = metrics.Parse(name)
		} else {
			x, err = config.Unmarshal[metrics.Metric](r)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	return all, nil
}

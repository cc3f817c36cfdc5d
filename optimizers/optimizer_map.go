package optimizers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/rhyton/rhyton/internal/config"
)

// OptimizerMap maps weight paths to optimizers, like Keras' OptimizerMap. A path consists of
// layers.Base.Path and the weight's name, such as "encoder/dense/kernel", optionally preceded by
// the model's name, as Keras has it for sequential models. For each weight, the row whose Path
// equals the weight's path is used; otherwise the one row whose Path, as a regular expression,
// matches the whole path; otherwise Default. It is an error if two rows match.
type OptimizerMap struct {
	Default    Optimizer // required
	Optimizers []Mapped
}

// Mapped is a row of an [OptimizerMap].
type Mapped struct {
	Path      string // path of a weight, or a regular expression
	Optimizer Optimizer
}

// Check returns an error for rows without an optimizer, duplicate paths, paths that are not valid
// expressions, and optimizers that contain optimizers.
func (m OptimizerMap) Check() error {
	if m.Default == nil {
		return fmt.Errorf("OptimizerMap: Default is not set")
	}
	if err := checkPart(m.Default); err != nil {
		return fmt.Errorf("OptimizerMap: Default: %w", err)
	}
	seen := map[string]bool{}
	for _, r := range m.Optimizers {
		if _, err := regexp.Compile(r.Path); err != nil {
			return fmt.Errorf("OptimizerMap: %q: %w", r.Path, err)
		}
		if seen[r.Path] {
			return fmt.Errorf("OptimizerMap: %q is there twice", r.Path)
		}
		seen[r.Path] = true
		if r.Optimizer == nil {
			return fmt.Errorf("OptimizerMap: %q has no Optimizer", r.Path)
		}
		if err := checkPart(r.Optimizer); err != nil {
			return fmt.Errorf("OptimizerMap: %q: %w", r.Path, err)
		}
	}
	return nil
}

// checkPart checks an optimizer of a MultiOptimizer.
func checkPart(o Optimizer) error {
	switch o.(type) {
	case *MultiOptimizer, *LossScaleOptimizer:
		return fmt.Errorf("a %s cannot be inside a MultiOptimizer", config.ClassOf(o))
	}
	return Check(o)
}

// For returns the optimizer of a weight, which may have several paths.
func (m OptimizerMap) For(paths ...string) (Optimizer, error) {
	for _, r := range m.Optimizers {
		if slices.Contains(paths, r.Path) {
			return r.Optimizer, nil
		}
	}
	var found *Mapped
	for i, r := range m.Optimizers {
		re, err := regexp.Compile("^(?:" + r.Path + ")$")
		if err != nil {
			return nil, fmt.Errorf("%q: %w", r.Path, err)
		}
		if !slices.ContainsFunc(paths, re.MatchString) {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("the weight %q has several optimizers, those of %q and %q", paths[0], found.Path, r.Path)
		}
		found = &m.Optimizers[i]
	}
	if found == nil {
		return m.Default, nil
	}
	return found.Optimizer, nil
}

// savedMap is the config of an OptimizerMap in Keras' files.
type savedMap struct {
	Default json.RawMessage `json:"default_optimizer"`
	Rows    json.RawMessage `json:"optimizer_map"`
}

// MarshalJSON encodes m as Keras does, with the rows in order.
func (m OptimizerMap) MarshalJSON() ([]byte, error) {
	if m.Default == nil {
		return nil, fmt.Errorf("OptimizerMap: Default is not set; a choice by a function cannot be saved")
	}
	conf := savedMap{}
	var err error
	if conf.Default, err = config.Marshal(m.Default); err != nil {
		return nil, err
	}
	var rows bytes.Buffer
	rows.WriteByte('{')
	for i, r := range m.Optimizers {
		raw, err := config.Marshal(r.Optimizer)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			rows.WriteByte(',')
		}
		path, err := json.Marshal(r.Path)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&rows, "%s:%s", path, raw)
	}
	rows.WriteByte('}')
	conf.Rows = rows.Bytes()
	raw, err := json.Marshal(conf)
	if err != nil {
		return nil, err
	}
	module := "keras.optimizers"
	return json.Marshal(config.Spec{Module: &module, ClassName: "OptimizerMap", Config: raw})
}

// UnmarshalJSON decodes the output of MarshalJSON.
func (m *OptimizerMap) UnmarshalJSON(raw []byte) error {
	var spec config.Spec
	if err := json.Unmarshal(raw, &spec); err != nil || spec.ClassName != "OptimizerMap" {
		return fmt.Errorf("optimizer_map: %.40s; want an OptimizerMap: a function cannot be read", raw)
	}
	var conf savedMap
	err := json.Unmarshal(spec.Config, &conf)
	if err != nil {
		return fmt.Errorf("OptimizerMap: %w", err)
	}
	if m.Default, err = config.Unmarshal[Optimizer](conf.Default); err != nil {
		return fmt.Errorf("OptimizerMap: default_optimizer: %w", err)
	}
	m.Optimizers = nil
	return config.Each(conf.Rows, func(path string, raw []byte) error {
		o, err := config.Unmarshal[Optimizer](raw)
		m.Optimizers = append(m.Optimizers, Mapped{path, o})
		return err
	})
}

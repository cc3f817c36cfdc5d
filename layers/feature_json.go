package layers

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

// featureModule is the Keras module of FeatureSpace.
const featureModule = "keras.src.layers.preprocessing.feature_space"

// featureObject is a feature or a cross in Keras files.
type featureObject[T any] struct {
	Module         string `json:"module"`
	ClassName      string `json:"class_name"`
	Config         T      `json:"config"`
	RegisteredName string `json:"registered_name"`
}

type featureConfig struct {
	DType        string          `json:"dtype"`
	Preprocessor json.RawMessage `json:"preprocessor"`
	OutputMode   Encoding        `json:"output_mode"`
}

type crossConfig struct {
	FeatureNames []string `json:"feature_names"`
	CrossingDim  int      `json:"crossing_dim"`
	OutputMode   Encoding `json:"output_mode"`
}

// MarshalJSON writes the space as Keras' serialize_keras_object does.
func (f *FeatureSpace) MarshalJSON() ([]byte, error) {
	if _, err := f.columns(true); err != nil {
		return nil, f.failed("to JSON", err)
	}
	var features, build bytes.Buffer
	for i := range f.Features {
		x := &f.Features[i]
		raw, err := ToJSON(x.Layer)
		if err != nil {
			return nil, f.failed("to JSON: feature "+x.Name, err)
		}
		o, err := json.Marshal(featureObject[featureConfig]{featureModule, "Feature",
			featureConfig{x.dtype().String(), raw, cmp.Or(x.output(), asFloat)}, "Feature"})
		if err != nil {
			return nil, err
		}
		comma := ","
		if i == 0 {
			comma = ""
		}
		fmt.Fprintf(&features, "%s%q:%s", comma, x.Name, o) // in the order of Features, which a Go map would not keep
		shape := `{"input_shape":[null,1]}`
		if _, ok := x.Layer.(VocabularyLayer); ok {
			shape = "{}"
		}
		fmt.Fprintf(&build, "%s%q:%s", comma, x.Name, shape)
	}
	crosses := []any{}
	for _, c := range f.Crosses {
		crosses = append(crosses, featureObject[crossConfig]{featureModule, "Cross",
			crossConfig{c.Features, cmp.Or(c.Dim, f.CrossingDim, 32), cmp.Or(c.Output, AsOneHot)}, "Cross"})
	}
	conf := map[string]any{"features": json.RawMessage("{" + features.String() + "}"), "crosses": crosses,
		"output_mode": cmp.Or(f.OutputMode, OutputConcat), "crossing_dim": cmp.Or(f.CrossingDim, 32),
		"hashing_dim": cmp.Or(f.HashingDim, 32), "num_discretization_bins": cmp.Or(f.NumDiscretizationBins, 32)}
	return json.Marshal(map[string]any{"module": "keras.utils", "class_name": "FeatureSpace", "config": conf,
		"registered_name": nil, "build_config": json.RawMessage("{" + build.String() + "}")})
}

// asFloat is Keras' output_mode of a feature that is not encoded.
const asFloat Encoding = "float"

// UnmarshalJSON reads the output of Keras. The features have a Layer and no Kind.
func (f *FeatureSpace) UnmarshalJSON(data []byte) error {
	var o struct {
		ClassName string `json:"class_name"`
		Config    struct {
			Features json.RawMessage
			Crosses  []featureObject[struct {
				crossConfig
				OutputMode string `json:"output_mode"`
			}]
			OutputMode  FeatureOutput `json:"output_mode"`
			CrossingDim int           `json:"crossing_dim"`
			HashingDim  int           `json:"hashing_dim"`
			Bins        int           `json:"num_discretization_bins"`
		}
	}
	if err := json.Unmarshal(data, &o); err != nil {
		return f.failed("from JSON", err)
	}
	if o.ClassName != "FeatureSpace" {
		return f.failed("from JSON", fmt.Errorf("class %q is no FeatureSpace", o.ClassName))
	}
	c := o.Config
	n := FeatureSpace{OutputMode: c.OutputMode, CrossingDim: c.CrossingDim, HashingDim: c.HashingDim, NumDiscretizationBins: c.Bins}
	err := config.Each(c.Features, func(name string, raw []byte) error {
		x, err := readFeature(name, raw)
		n.Features = append(n.Features, x)
		return err
	})
	if err != nil {
		return f.failed("from JSON: features", err)
	}
	for _, x := range c.Crosses {
		n.Crosses = append(n.Crosses, Cross{x.Config.FeatureNames, x.Config.CrossingDim, Encoding(x.Config.OutputMode)})
	}
	if _, err := n.columns(true); err != nil {
		return f.failed("from JSON", err)
	}
	*f = n
	return nil
}

func readFeature(name string, raw []byte) (f Feature, err error) {
	var o featureObject[struct {
		DType        string
		Preprocessor json.RawMessage
		OutputMode   string `json:"output_mode"`
	}]
	if err := json.Unmarshal(raw, &o); err != nil {
		return f, err
	}
	if o.ClassName != "Feature" {
		return f, fmt.Errorf("class %q is no Feature", o.ClassName)
	}
	f.Name = name
	var ok bool
	if f.DType, ok = tensor.ParseDType(o.Config.DType); !ok {
		return f, fmt.Errorf("dtype %q", o.Config.DType)
	}
	if f.Output = Encoding(o.Config.OutputMode); f.Output == asFloat {
		f.Output = ""
	}
	l, err := FromJSON(o.Config.Preprocessor)
	if err != nil {
		return f, err
	}
	if f.Layer, ok = l.(Transformer); !ok {
		return f, fmt.Errorf("a %s can't be applied to data outside a model", config.ClassOf(l))
	}
	return f, nil
}

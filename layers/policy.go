package layers

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/graph"
)

// Policy is the dtype policy of a layer: its compute and variable types, like Keras'
// DTypePolicy. The zero Policy is float32 for both; mixed_bfloat16 computes in bfloat16 and
// keeps weights in float32.
type Policy struct {
	Compute, Variable graph.DType

	short bool // serialized as its name only, as some Keras classes do
	int8  bool // int8 quantization in Keras' files
}

// MixedBFloat16 computes in bfloat16 and keeps the weights in float32.
var MixedBFloat16 = Policy{Compute: graph.BFloat16, Variable: graph.Float32}

// MixedFloat16 computes in float16 and keeps the weights in float32. It requires loss scaling,
// which Compile adds to the optimizer.
var MixedFloat16 = Policy{Compute: graph.Float16, Variable: graph.Float32}

func (p Policy) compute() graph.DType  { return orFloat32(p.Compute) }
func (p Policy) variable() graph.DType { return orFloat32(p.Variable) }

func orFloat32(d graph.DType) graph.DType {
	if d == 0 {
		return graph.Float32
	}
	return d
}

// String returns Keras' name, such as "float32" or "mixed_bfloat16".
func (p Policy) String() string {
	if c, v := p.compute(), p.variable(); c != v {
		return "mixed_" + c.String()
	}
	return p.compute().String()
}

// ParsePolicy returns the policy with the given Keras name.
func ParsePolicy(name string) (Policy, error) {
	for _, p := range []Policy{{}, MixedBFloat16, MixedFloat16} {
		if p.String() == name {
			return p, nil
		}
	}
	for _, d := range []graph.DType{graph.Float64, graph.BFloat16, graph.Float16, graph.Int32, graph.Int64} {
		p := Policy{Compute: d, Variable: d}
		if p.String() == name {
			return p, nil
		}
	}
	return Policy{}, fmt.Errorf("dtype policy %q; known: float16 bfloat16 float32 float64 int32 int64 mixed_float16 mixed_bfloat16", name)
}

// MarshalJSON writes the policy as Keras does.
func (p Policy) MarshalJSON() ([]byte, error) {
	if p.int8 {
		return fmt.Appendf(nil, `{"module":"keras.dtype_policies","class_name":"QuantizedDTypePolicy","config":{"mode":"int8","source_name":%q},"registered_name":null}`, p), nil
	}
	if p.short {
		return json.Marshal(p.String())
	}
	return fmt.Appendf(nil, `{"module":"keras","class_name":"DTypePolicy","config":{"name":%q},"registered_name":null}`, p), nil
}

// UnmarshalJSON reads a policy as written by Keras: an object, or only its name.
func (p *Policy) UnmarshalJSON(data []byte) error {
	var name string
	short := json.Unmarshal(data, &name) == nil
	if !short {
		var o struct {
			ClassName string `json:"class_name"`
			Config    struct {
				Name, Mode string
				Source     string `json:"source_name"`
			}
		}
		err := json.Unmarshal(data, &o)
		switch {
		case err != nil || o.ClassName != "DTypePolicy" && o.ClassName != "QuantizedDTypePolicy":
			return fmt.Errorf("dtype: %.60s; want a name or a DTypePolicy", data)
		case o.Config.Mode != "" && o.Config.Mode != "int8":
			return fmt.Errorf("dtype: quantized in mode %q; int8 is supported", o.Config.Mode)
		}
		if name = o.Config.Name; o.Config.Mode != "" {
			name = o.Config.Mode + "_from_" + o.Config.Source
		}
	}
	name, int8 := strings.CutPrefix(name, "int8_from_")
	var err error
	*p, err = ParsePolicy(name)
	p.short, p.int8 = short, int8
	return err
}

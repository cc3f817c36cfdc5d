package saving

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/layers"
)

// operates reports whether o is a function of keras.ops used as a layer. An .h5 file does not
// record the module, but only layers have the attribute trainable.
func (o *object) operates() bool {
	var module string
	if len(o.Module) > 0 {
		return json.Unmarshal(o.Module, &module) == nil && strings.HasPrefix(module, "keras.src.ops")
	}
	var conf map[string]json.RawMessage
	if json.Unmarshal(o.Config, &conf) != nil || conf["trainable"] != nil {
		return false
	}
	return (&layers.Operation{Class: o.ClassName}).Check() == nil
}

// otherOperations maps the classes of keras.ops outside its module numpy to their modules.
var otherOperations = map[string]string{
	"nn": `Relu Relu6 Sigmoid SparseSigmoid Softplus Softsign SoftShrink SparsePlus Silu Squareplus LogSigmoid LeakyRelu HardSigmoid HardSilu
		Elu Selu Gelu Celu Glu TanhShrink HardTanh HardShrink Threshold Softmax LogSoftmax Sparsemax OneHot MultiHot Moments Normalize`,
	"core": "StopGradient Unstack Cast",
	"math": "TopK Logsumexp Rsqrt Erf Erfinv",
}

// moduleOf returns the module of a class of keras.ops.
func moduleOf(class string) string {
	for module, classes := range otherOperations {
		if slices.Contains(strings.Fields(classes), class) {
			return "keras.src.ops." + module
		}
	}
	return "keras.src.ops.numpy"
}

// addOperation adds a function of keras.ops. The values among its call arguments, which may be
// nested in lists along with constants, become its inputs.
func (w *wiring) addOperation(name string, o *object) error {
	op := &layers.Operation{Name: name, Class: o.ClassName}
	if len(o.InboundNodes) != 1 {
		return fmt.Errorf("operation %q (%s) is applied %d times; want once", name, o.ClassName, len(o.InboundNodes))
	}
	n, values := o.InboundNodes[0], []json.RawMessage{}
	var err error
	read := func(raw json.RawMessage) (v any) {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber() // keep 1 and 1.0 distinct
		if e := d.Decode(&v); e != nil {
			err = e
		}
		return operandsIn(v, &values)
	}
	if op.Module = moduleOf(o.ClassName); len(o.Module) > 0 {
		if err := json.Unmarshal(o.Module, &op.Module); err != nil {
			return err
		}
	}
	op.Config, _ = read(o.Config).(map[string]any)
	for _, raw := range n.Args {
		op.Args = append(op.Args, read(raw))
	}
	op.Kwargs = map[string]any{}
	for _, k := range slices.Sorted(maps.Keys(n.Kwargs)) {
		op.Kwargs[k] = read(n.Kwargs[k])
	}
	if err == nil {
		err = op.Check()
	}
	if err == nil && len(values) == 0 {
		err = fmt.Errorf("%s is called with no value of the model", o.ClassName)
	}
	if err != nil {
		return fmt.Errorf("operation %q: %w", name, err)
	}
	w.layers[name], w.nodes[name] = op, []inbound{{Args: values}}
	return nil
}

// operandsIn appends the model values in the argument v to values, and returns v with operands in
// their places.
func operandsIn(v any, values *[]json.RawMessage) any {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			v[i] = operandsIn(item, values)
		}
	case map[string]any:
		if v["class_name"] == "__keras_tensor__" {
			raw, _ := json.Marshal(v) // v was decoded from JSON
			*values = append(*values, raw)
			return layers.Operand(len(*values) - 1)
		}
	}
	return v
}

package layers

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
)

// A Value is a symbolic tensor of a model under construction: an input, or an output of a layer.
// Nothing is computed and nothing can fail until the model is compiled.
type Value struct {
	call  *Call
	index int
}

// A Call is an application of a layer in a model.
type Call struct {
	Layer Module // nil for an input and a Map
	From  []*Value
	Site  string // file:line of the call in the source
	input *InputSpec
	f     func(x *graph.Node) *graph.Node
}

// An InputSpec describes an input of a model.
type InputSpec struct {
	Shape graph.Shape // of one sample; -1 for an extent that may vary between batches
	DType graph.DType // float32 if 0
	Name  string
}

// Input returns a float32 input of the model. shape is the shape of one sample, with -1 for an
// extent that may vary between batches.
func Input(shape ...int) *Value { return inputAt(InputSpec{Shape: shape}, site(2)) }

// InputOf returns the input described by spec, of any type and optionally named.
func InputOf(spec InputSpec) *Value { return inputAt(spec, site(2)) }

func inputAt(spec InputSpec, at string) *Value {
	spec.Shape = spec.Shape.Clone()
	spec.DType = orFloat32(spec.DType)
	return &Value{call: &Call{Site: at, input: &spec}}
}

// Then returns the output of l applied to v.
func (v *Value) Then(l Layer) *Value { return applyAt(l, site(2), v) }

// Apply returns the first output of l, a [Merger], a [MultiIO] or a [Layer], applied to one or
// more values.
func Apply(l Module, vs ...*Value) *Value { return applyAt(l, site(2), vs...) }

// applyAt is like Apply for a call at the given file:line.
func applyAt(l Module, at string, vs ...*Value) *Value {
	return &Value{call: &Call{Layer: l, From: vs, Site: at}}
}

// Map returns f applied to v, for operations between layers.
func (v *Value) Map(f func(x *graph.Node) *graph.Node) *Value {
	if f == nil { // reported by Compile
		f = func(*graph.Node) *graph.Node { graph.Errorf("the function is nil"); return nil }
	}
	return &Value{call: &Call{From: []*Value{v}, Site: site(2), f: f}}
}

// Output returns output i of the layer whose first output is v.
func (v *Value) Output(i int) *Value { return &Value{call: v.call, index: i} }

// Input returns the spec of the input v, or nil if v is not an input.
func (v *Value) Input() *InputSpec { return v.call.input }

// Call returns the call that produces v, and the index of v among its outputs.
func (v *Value) Call() (*Call, int) { return v.call, v.index }

// Site returns the file:line at which v was created.
func (v *Value) Site() string { return v.call.Site }

// site returns the file:line of the caller skip frames up.
func site(skip int) string {
	_, file, line, ok := runtime.Caller(skip)
	if !ok {
		return "?"
	}
	return fmt.Sprintf("%s:%d", filepath.Base(file), line)
}

// Known maps calls to their outputs, for the calls of a trace evaluated so far.
type Known map[*Call][]*graph.Node

// Eval evaluates v in s, given the values in known.
func (v *Value) Eval(s *Scope, known Known) *graph.Node {
	v.call.Eval(s, known)
	out := known[v.call]
	if v.index >= len(out) {
		graph.Errorf("layer %s: result %d is asked for; there are %d", v.call.Describe(), v.index, len(out))
	}
	return out[v.index]
}

// Eval evaluates c and the calls that it depends on, and adds their outputs to known.
func (c *Call) Eval(s *Scope, known Known) {
	stack := []*Call{c} // an explicit stack: models may be thousands of layers deep
	for len(stack) > 0 {
		c := stack[len(stack)-1]
		if known[c] != nil {
			stack = stack[:len(stack)-1]
			continue
		}
		if c.input != nil {
			graph.Errorf("the input made at %s is not among the model's inputs", c.Site)
		}
		ready := true
		for i := len(c.From) - 1; i >= 0; i-- {
			u := c.From[i]
			if u == nil {
				graph.Errorf("layer %s: input %d is nil", c.Describe(), i)
			}
			if known[u.call] == nil {
				ready = false
				stack = append(stack, u.call)
			}
		}
		if ready {
			known[c] = c.eval(s, known)
			stack = stack[:len(stack)-1]
		}
	}
}

// eval evaluates a single call; errors include the layer's name and line.
func (c *Call) eval(s *Scope, known Known) []*graph.Node {
	in := make([]*graph.Node, len(c.From))
	for i, u := range c.From {
		out := known[u.call]
		if u.index >= len(out) {
			graph.Errorf("layer %s: result %d of layer %s is asked for; there are %d", c.Describe(), u.index, u.call.Describe(), len(out))
		}
		in[i] = out[u.index]
	}
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *graph.Error:
			graph.Errorf("layer %s: input %s: %v", c.Describe(), typesOf(in), e)
		default:
			panic(e)
		}
	}()
	if c.f != nil {
		return []*graph.Node{c.f(in[0])}
	}
	if c.Layer == nil || reflect.ValueOf(c.Layer).IsNil() {
		graph.Errorf("the layer is nil")
	}
	return s.CallAll(c.Layer, in...)
}

func typesOf(in []*graph.Node) string {
	text := ""
	for i, n := range in {
		if i > 0 {
			text += ", "
		}
		text += "(batch"
		for j, d := range n.Shape {
			if j > 0 {
				text += fmt.Sprintf(", %d", d)
			}
		}
		text += ")"
	}
	return text
}

// Describe returns a human-readable name of the call: Dense "logits" (main.go:31).
func (c *Call) Describe() string {
	if c.f != nil {
		return fmt.Sprintf("Map (%s)", c.Site)
	}
	if c.Layer == nil || reflect.ValueOf(c.Layer).IsNil() {
		return fmt.Sprintf("nil (%s)", c.Site)
	}
	name := config.NameOf(c.Layer)
	if name == "" {
		name = lastName(c.Layer.state().path)
	}
	if name == "" { // the model has not been built yet
		return fmt.Sprintf("%s (%s)", config.ClassOf(c.Layer), c.Site)
	}
	return fmt.Sprintf("%s %q (%s)", config.ClassOf(c.Layer), name, c.Site)
}

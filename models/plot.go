package models

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/rhyton/rhyton/internal/atomicfile"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/layers"
)

// Plot draws the layers of a model and the connections between them, like Keras' plot_model. The
// zero Plot shows each layer's name and class.
type Plot struct {
	ShowShapes      bool // the output shapes, "batch" for the number of samples
	ShowDTypes      bool // the dtypes of the outputs
	ShowParams      bool // the number of parameters of each layer
	ShowActivations bool // the activation of each layer that has one
	ShowTrainable   bool // whether each layer is trainable
	HideNames       bool // show only the class
	LeftToRight     bool // inputs on the left instead of at the top
	Nested          bool // nested models as boxes around their layers; DOT only
}

// Save writes the drawing to path atomically, as .svg, or as .dot for Graphviz.
func (p Plot) Save(m *Model, path string) error {
	draw := p.SVG
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".svg":
	case ".dot", ".gv":
		draw = p.DOT
	default:
		return fmt.Errorf("models: plot %s: the ending is %q; want .svg or .dot", path, ext)
	}
	text, err := draw(m)
	if err != nil {
		return err
	}
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// DOT returns the model as a Graphviz graph, like keras.utils.model_to_dot.
func (p Plot) DOT(m *Model) (string, error) {
	if err := m.drawable(); err != nil {
		return "", err
	}
	var b strings.Builder
	direction := "TB"
	if p.LeftToRight {
		direction = "LR"
	}
	fmt.Fprintf(&b, "digraph %q {\n  rankdir=%s;\n  node [shape=box, fontname=Helvetica];\n", m.title(), direction)
	p.dot(&b, m, "n", "  ")
	b.WriteString("}\n")
	return b.String(), nil
}

// dot writes the nodes and edges of m; node names begin with prefix. It returns the nodes that
// represent m's inputs and outputs.
func (p Plot) dot(b *strings.Builder, m *Model, prefix, indent string) (first, last []string) {
	in, out := map[*layers.Call][]string{}, map[*layers.Call][]string{}
	for i, c := range m.calls() {
		id := fmt.Sprintf("%s%d", prefix, i)
		if sub, ok := c.Layer.(*Model); ok && p.Nested && sub.drawable() == nil {
			fmt.Fprintf(b, "%ssubgraph cluster_%s {\n%s  label=%q;\n", indent, id, indent, nameOf(sub))
			in[c], out[c] = p.dot(b, sub, id+"_", indent+"  ")
			fmt.Fprintf(b, "%s}\n", indent)
		} else {
			fmt.Fprintf(b, "%s%s [label=%q];\n", indent, id, strings.Join(p.lines(m, c), "\n"))
			in[c], out[c] = []string{id}, []string{id}
		}
		for k, v := range c.From {
			from, which := v.Call()
			fmt.Fprintf(b, "%s%s -> %s;\n", indent, portOf(out[from], which), portOf(in[c], k))
		}
	}
	for _, v := range m.inputs {
		c, _ := v.Call()
		first = append(first, in[c]...)
	}
	for _, v := range m.outputs {
		c, i := v.Call()
		last = append(last, portOf(out[c], i))
	}
	return first, last
}

// portOf returns element i, or the last if there are fewer.
func portOf(list []string, i int) string { return list[min(i, len(list)-1)] }

// drawable builds the model so that its shapes can be shown.
func (m *Model) drawable() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ensureBuilt(); err != nil {
		return fmt.Errorf("models: plot: %w", err)
	}
	return nil
}

// lines returns the text of a call's box.
func (p Plot) lines(m *Model, c *layers.Call) (lines []string) {
	name, class := "map", "Map"
	switch {
	case c.Layer != nil:
		name, class = nameOf(c.Layer), config.ClassOf(c.Layer)
		if sub, ok := c.Layer.(*Model); ok {
			class = sub.ClassName()
		}
	case len(c.From) == 0:
		name, class = inputName(m, c), "Input"
	}
	if p.HideNames {
		lines = append(lines, class)
	} else {
		lines = append(lines, fmt.Sprintf("%s (%s)", name, class))
	}
	if a := activationOf(c.Layer); p.ShowActivations && a != "" {
		lines = append(lines, "activation: "+a)
	}
	shape, dtype := m.sampleOf(c, 0)
	if p.ShowShapes {
		text := m.shapesOf(c)
		if text == "" { // the layer runs on the host
			text = batchShape(shape)
		}
		lines = append(lines, strings.ReplaceAll(text, "·", "batch"))
	}
	if p.ShowDTypes {
		lines = append(lines, dtype.String())
	}
	if c.Layer != nil {
		if n := count(access.Variables(c.Layer)); p.ShowParams && n > 0 {
			lines = append(lines, thousands(n)+" parameters")
		}
		if p.ShowTrainable && len(access.Variables(c.Layer)) > 0 {
			lines = append(lines, map[bool]string{true: "frozen", false: "trainable"}[access.Frozen(c.Layer)])
		}
	}
	return lines
}

// activationOf returns the name of a layer's activation, "" if it has none.
func activationOf(l layers.Module) string {
	v := reflect.ValueOf(l)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return ""
	}
	f := v.Elem().FieldByName("Activation")
	if !f.IsValid() || f.Kind() != reflect.Interface || f.IsNil() {
		return ""
	}
	raw, err := config.Marshal(f.Interface())
	var name string
	if err == nil && json.Unmarshal(raw, &name) == nil {
		return name
	}
	return config.Snake(config.ClassOf(f.Interface()))
}

package layers

import (
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unsafe"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
)

// attribute returns the name under which Keras files store child, a sublayer of parent: the
// name of the field that holds it, in snake case (cell, forward_layer, query_dense), or the
// name of the list that holds it and the child's class (cells, lstm_cell). A field whose name
// differs in Keras has a tag such as `file:"forward_layer"`.
func attribute(parent, child Module) (list, name string) {
	p := reflect.ValueOf(parent).Elem()
	at := reflect.ValueOf(child).UnsafePointer()
	for i := range p.NumField() {
		field := p.Type().Field(i).Tag.Get("file")
		if field == "" {
			field = snakeField(p.Type().Field(i).Name)
		}
		switch f := p.Field(i); f.Kind() {
		case reflect.Struct:
			if f.Addr().UnsafePointer() == at && f.Type() == reflect.TypeOf(child).Elem() {
				return "", field
			}
		case reflect.Interface, reflect.Pointer:
			if pointsAt(f, at) {
				return "", field
			}
		case reflect.Slice:
			for j := range f.Len() {
				if pointsAt(f.Index(j), at) {
					return field, config.Snake(fileClass(child))
				}
			}
		}
	}
	return "", lastName(child.state().path)
}

func pointsAt(v reflect.Value, at unsafe.Pointer) bool {
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return v.Kind() == reflect.Pointer && !v.IsNil() && v.UnsafePointer() == at
}

// snakeField returns the Python attribute name of a Go field: queryDense → query_dense.
func snakeField(name string) string {
	r := []rune(name)
	r[0] = unicode.ToUpper(r[0])
	return config.Snake(string(r))
}

// ownVariables returns the variables that l created itself, without those of its sublayers, in
// Keras' order: trainable ones first.
func ownVariables(l Module) []*graph.Variable {
	st := l.state()
	var own, tracked []*graph.Variable
	for _, w := range st.weights {
		switch {
		case w.passing:
		case w.Trainable:
			own = append(own, w.Variable)
		default:
			tracked = append(tracked, w.Variable)
		}
	}
	own = append(own, tracked...)
	if o, ok := l.(interface{ fileOrder() []string }); ok {
		order := o.fileOrder()
		slices.SortStableFunc(own, func(a, b *graph.Variable) int {
			return slices.Index(order, lastName(a.Path)) - slices.Index(order, lastName(b.Path))
		})
	}
	return own
}

// fileClass returns the class name of a layer in Keras files.
func fileClass(l Module) string {
	class := config.ClassOf(l)
	if _, ok := l.(interface{ fileOrder() []string }); ok {
		return strings.TrimPrefix(class, "Quantized")
	}
	if class == "GroupQueryAttention" { // Keras exports the class under a different name
		return "GroupedQueryAttention"
	}
	return class
}

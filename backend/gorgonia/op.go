package gorgonia

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	"github.com/rhyton/rhyton/graph"
	"gorgonia.org/gorgonia"
	dense "gorgonia.org/tensor"
)

// An op is a non-input node of our ExprGraphs: a Gorgonia operation or one of our loops. The
// wrapper works around problems of Gorgonia's own nodes: they may be merged with others of an
// equal but incomplete hash, may overwrite an operand that is a weight, and a panic in one ends
// the process, because the tape machine runs in a goroutine.
type op struct {
	id    int       // Gorgonia merges nodes with equal hashes
	name  string    // and origin, for errors
	types []hm.Type // of the operands and the result
	out   graph.Type

	inner gorgonia.Op   // Gorgonia's operation; nil for a loop
	views []dense.Shape // the shapes in which it sees its operands

	loop   kernel
	args   []any // operands of the loop; those without elements are preset
	at     []int // index in args of each operand
	result *dense.Dense
}

// A kernel computes an operation over slices in row-major order.
type kernel func(out any, in []any)

func (o *op) Arity() int                                           { return len(o.types) - 1 }
func (o *op) Type() hm.Type                                        { return hm.NewFnType(o.types...) }
func (o *op) InferShape(...gorgonia.DimSizer) (dense.Shape, error) { return shapeOf(o.out.Shape), nil }
func (o *op) ReturnsPtr() bool                                     { return false }
func (o *op) CallsExtern() bool                                    { return false }
func (o *op) OverwritesInput() int                                 { return -1 }
func (o *op) WriteHash(h hash.Hash)                                { fmt.Fprintf(h, "%d %s", o.id, o.name) }
func (o *op) String() string                                       { return o.name }

func (o *op) Hashcode() uint32 {
	h := fnv.New32a()
	o.WriteHash(h)
	return h.Sum32()
}

// Do computes the operation.
func (o *op) Do(in ...gorgonia.Value) (v gorgonia.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: %v", o.name, r)
		}
	}()
	if o.inner != nil {
		return o.do(in)
	}
	for i, x := range in {
		o.args[o.at[i]] = x.Data()
	}
	if o.result == nil {
		o.result = dense.New(dense.WithShape(shapeOf(o.out.Shape)...), dense.Of(physical[o.out.DType]))
	}
	o.loop(o.result.Data(), o.args)
	return o.result, nil
}

// do runs Gorgonia's operation on separate arrays over the operands' memory.
func (o *op) do(in []gorgonia.Value) (gorgonia.Value, error) {
	views := make([]gorgonia.Value, len(in))
	for i, x := range in {
		views[i] = dense.New(dense.WithShape(o.views[i]...), dense.WithBacking(x.Data()))
	}
	v, err := o.inner.Do(views...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.name, err)
	}
	d, ok := v.(*dense.Dense)
	if !ok {
		return nil, fmt.Errorf("%s: it gave %T", o.name, v)
	}
	if d.RequiresIterator() {
		d = d.Materialize().(*dense.Dense)
	}
	if n := d.Shape().TotalSize(); n != o.out.Shape.Size() {
		return nil, fmt.Errorf("%s: it gave %v; want %v", o.name, d.Shape(), o.out)
	}
	return dense.New(dense.WithShape(shapeOf(o.out.Shape)...), dense.WithBacking(d.Data())), nil
}

// physical is the storage type of elements: bools are bytes 0 and 1.
var physical = map[graph.DType]dense.Dtype{
	graph.Bool: dense.Uint8, graph.Uint8: dense.Uint8, graph.Int32: dense.Int32, graph.Int64: dense.Int64,
	graph.Float32: dense.Float32, graph.Float64: dense.Float64,
}

// shapeOf converts s for Gorgonia. Scalars become vectors of length 1: Gorgonia's scalars are
// a different kind of value.
func shapeOf(s graph.Shape) dense.Shape {
	if len(s) == 0 {
		return dense.Shape{1}
	}
	return dense.Shape(s.Clone())
}

func typeOf(t graph.Type) hm.Type {
	return gorgonia.TensorType{Dims: max(1, len(t.Shape)), Of: physical[t.DType]}
}

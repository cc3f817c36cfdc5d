package stablehlo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rhyton/rhyton/graph"
)

// typ is a tensor type.
type typ struct {
	elem string // such as f32, i1, ui8
	dims []int
}

var elements = map[graph.DType]string{
	graph.Bool: "i1", graph.Uint8: "ui8", graph.Int32: "i32", graph.Int64: "i64",
	graph.BFloat16: "bf16", graph.Float16: "f16", graph.Float32: "f32", graph.Float64: "f64",
}

func typeOf(t graph.Type) typ {
	elem, ok := elements[t.DType]
	if !ok {
		failf("element type %v is not known", t.DType)
	}
	return typ{elem, t.Shape}
}

func (t typ) String() string {
	var b strings.Builder
	b.WriteString("tensor<")
	for _, d := range t.dims {
		b.WriteString(strconv.Itoa(d))
		b.WriteByte('x')
	}
	return b.String() + t.elem + ">"
}

func (t typ) size() int     { return graph.Shape(t.dims).Size() }
func (t typ) rank() int     { return len(t.dims) }
func (t typ) isFloat() bool { return t.elem[0] == 'f' || t.elem[0] == 'b' }
func (t typ) isHalf() bool  { return t.elem == "bf16" || t.elem == "f16" }
func (t typ) scalar() typ   { return typ{t.elem, nil} }

// of returns t with a different element type.
func (t typ) of(elem string) typ { return typ{elem, t.dims} }

// value is an SSA value.
type value struct {
	id string
	typ
}

// join returns the comma-separated values and their types.
func join(vs []value) (ids, types string) {
	var i, t []string
	for _, v := range vs {
		i, t = append(i, v.id), append(t, v.typ.String())
	}
	return strings.Join(i, ", "), strings.Join(t, ", ")
}

// signature returns the type of an operation in the generic form.
func signature(in []value, out ...typ) string {
	_, types := join(in)
	var results []string
	for _, t := range out {
		results = append(results, t.String())
	}
	return "(" + types + ") -> (" + strings.Join(results, ", ") + ")"
}

func list(x []int) string {
	s := make([]string, len(x))
	for i, n := range x {
		s[i] = strconv.Itoa(n)
	}
	return "[" + strings.Join(s, ", ") + "]"
}

// array returns an i64 array attribute.
func array(x []int) string {
	if len(x) == 0 {
		return "array<i64>"
	}
	return "array<i64: " + strings.Trim(list(x), "[]") + ">"
}

func (e *emitter) name() string {
	e.next++
	return "%" + strconv.Itoa(e.next)
}

// op emits an operation with one result.
func (e *emitter) op(t typ, format string, args ...any) value {
	v := value{e.name(), t}
	fmt.Fprintf(e.body, "    %s = ", v.id)
	fmt.Fprintf(e.body, format, args...)
	e.body.WriteByte('\n')
	return v
}

// opN emits an operation with n results. It returns their common name; the results are #0, #1 …
// of it.
func (e *emitter) opN(n int, format string, args ...any) string {
	id := e.name()
	fmt.Fprintf(e.body, "    %s:%d = ", id, n)
	fmt.Fprintf(e.body, format, args...)
	e.body.WriteByte('\n')
	return id
}

// call emits an elementwise operation whose operands and result have the same type.
func (e *emitter) call(name string, in ...value) value {
	ids, _ := join(in)
	return e.op(in[0].typ, "stablehlo.%s %s : %v", name, ids, in[0].typ)
}

// region returns the text of a region with arguments of the given types.
func (e *emitter) region(types []typ, body func(args []value) []value) string {
	outer := e.body
	e.body = &strings.Builder{}
	var args []value
	var heads []string
	for _, t := range types {
		v := value{e.name(), t}
		args = append(args, v)
		heads = append(heads, v.id+": "+t.String())
	}
	ids, results := join(body(args))
	text := fmt.Sprintf("({\n    ^bb0(%s):\n%s    stablehlo.return %s : %s\n    })",
		strings.Join(heads, ", "), e.body, ids, results)
	e.body = outer
	return text
}

// combine returns the region that combines two numbers of x's element type with fn.
func (e *emitter) combine(fn graph.Fn, x typ) string {
	return e.region([]typ{x.scalar(), x.scalar()}, func(a []value) []value { return []value{e.binary(fn, a[0], a[1])} })
}

func (e *emitter) convert(x value, elem string) value {
	if x.elem == elem {
		return x
	}
	t := x.typ.of(elem)
	return e.op(t, "stablehlo.convert %s : (%v) -> %v", x.id, x.typ, t)
}

// widened returns x, converted to f32 if sums in its own type would lose too much precision.
func (e *emitter) widened(x value) value {
	if x.isHalf() {
		return e.convert(x, "f32")
	}
	return x
}

func (e *emitter) compare(direction string, a, b value) value {
	return e.op(a.typ.of("i1"), "stablehlo.compare %s, %s, %s : %s", direction, a.id, b.id,
		fmt.Sprintf("(%v, %v) -> %v", a.typ, b.typ, a.typ.of("i1")))
}

func (e *emitter) choose(cond, a, b value) value {
	return e.op(a.typ, "stablehlo.select %s, %s, %s : %v, %v", cond.id, a.id, b.id, cond.typ, a.typ)
}

func (e *emitter) reshape(x value, dims []int) value {
	if slices.Equal(x.dims, dims) {
		return x
	}
	t := typ{x.elem, dims}
	return e.op(t, "stablehlo.reshape %s : (%v) -> %v", x.id, x.typ, t)
}

// broadcast broadcasts x to dims; axis i of x becomes axis to[i].
func (e *emitter) broadcast(x value, dims []int, to ...int) value {
	t := typ{x.elem, dims}
	return e.op(t, "stablehlo.broadcast_in_dim %s, dims = %s : (%v) -> %v", x.id, list(to), x.typ, t)
}

// slice returns the elements [start, stop) along one axis.
func (e *emitter) slice(x value, axis, start, stop int) value {
	from, to, step := make([]int, x.rank()), slices.Clone(x.dims), graph.RepeatDim(x.rank(), 1).Shape()
	from[axis], to[axis] = start, stop
	return e.stridedSlice(x, from, to, step)
}

func (e *emitter) stridedSlice(x value, start, stop, step []int) value {
	out := make([]int, x.rank())
	bounds := make([]string, x.rank())
	for i := range out {
		out[i] = (stop[i] - start[i] + step[i] - 1) / step[i]
		bounds[i] = fmt.Sprintf("%d:%d:%d", start[i], stop[i], step[i])
	}
	t := typ{x.elem, out}
	return e.op(t, "stablehlo.slice %s [%s] : (%v) -> %v", x.id, strings.Join(bounds, ", "), x.typ, t)
}

func (e *emitter) concat(axis int, vs ...value) value {
	if len(vs) == 1 {
		return vs[0]
	}
	dims := slices.Clone(vs[0].dims)
	for _, v := range vs[1:] {
		dims[axis] += v.dims[axis]
	}
	t := typ{vs[0].elem, dims}
	ids, types := join(vs)
	return e.op(t, "stablehlo.concatenate %s, dim = %d : (%s) -> %v", ids, axis, types, t)
}

func (e *emitter) transpose(x value, perm []int) value {
	dims := make([]int, len(perm))
	for i, p := range perm {
		dims[i] = x.dims[p]
	}
	t := typ{x.elem, dims}
	return e.op(t, "stablehlo.transpose %s, dims = %s : (%v) -> %v", x.id, list(perm), x.typ, t)
}

func (e *emitter) reverse(x value, axes []int) value {
	if len(axes) == 0 {
		return x
	}
	return e.op(x.typ, "stablehlo.reverse %s, dims = %s : %v", x.id, list(axes), x.typ)
}

// pad pads x with the scalar v; low and high may be negative.
func (e *emitter) pad(x, v value, low, high, interior []int) value {
	dims := make([]int, x.rank())
	for i, d := range x.dims {
		dims[i] = low[i] + d + max(d-1, 0)*interior[i] + high[i]
	}
	t := typ{x.elem, dims}
	return e.op(t, "stablehlo.pad %s, %s, low = %s, high = %s, interior = %s : (%v, %v) -> %v",
		x.id, v.id, list(low), list(high), list(interior), x.typ, v.typ, t)
}

// Package stablehlo emits graphs as StableHLO text, which XLA compiles. The language is specified at
// https://openxla.org/stablehlo/spec; functions that it lacks are taken from its companion dialect
// CHLO.
package stablehlo

import (
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// Options control how a graph is emitted.
type Options struct {
	// TF32 allows float32 products and convolutions to be computed with 10 bits of mantissa on devices
	// with hardware for it, such as NVIDIA's tensor cores.
	TF32 bool
}

// Module is the text of a graph. The arguments of its main function are the graph's variables, its
// inputs, the literals and, if Seeded, the seed as two uint32, low half first. Its results are the
// updates and the outputs. A variable that is updated is donated to its update.
type Module struct {
	Text     string
	Literals []*tensor.Tensor // constants too large for the text
	Seeded   bool             // the graph draws random numbers
}

// Emit emits g, which must not contain composites. If an operation cannot be emitted, the error
// names it.
func Emit(g *graph.Graph, o Options) (m Module, err error) {
	e := &emitter{options: o, literals: map[*tensor.Tensor]value{}, body: &strings.Builder{}}
	defer func() {
		if f, ok := recover().(failure); ok {
			m, err = Module{}, fmt.Errorf("xla: %s", string(f))
		} else if r := recover(); r != nil {
			panic(r)
		}
	}()
	return e.module(g), nil
}

// failure is the panic value of the emitter, recovered by Emit.
type failure string

func failf(format string, args ...any) { panic(failure(fmt.Sprintf(format, args...))) }

type emitter struct {
	options  Options
	body     *strings.Builder // of the current function or region
	next     int              // the number of the next value
	args     []string         // of main
	vars     map[*graph.Variable]value
	inputs   []value // of the graph
	seed     *value
	literals map[*tensor.Tensor]value
	order    []*tensor.Tensor
}

func (e *emitter) module(g *graph.Graph) Module {
	update := map[*graph.Variable]int{}
	for i, u := range g.Updates {
		update[u.Var] = i
	}
	e.vars = map[*graph.Variable]value{}
	for _, v := range g.Variables {
		attribute := ""
		if i, ok := update[v]; ok {
			attribute = fmt.Sprintf(" {tf.aliasing_output = %d : i32}", i)
		}
		e.vars[v] = e.argument(typeOf(v.Type), attribute)
	}
	for _, n := range g.Inputs {
		e.inputs = append(e.inputs, e.argument(typeOf(n.Type), ""))
	}
	e.findLiterals(g)
	at := e.nodes(g, e.inputs)
	var results []value
	for _, u := range g.Updates {
		results = append(results, at[u.Node.ID][0])
	}
	for _, n := range g.Outputs {
		results = append(results, at[n.ID][0])
	}
	ids, types := join(results)
	text := fmt.Sprintf("module @graph {\n  func.func public @main(%s) -> (%s) {\n%s    return %s : %s\n  }\n}\n",
		strings.Join(e.args, ", "), types, e.body, ids, types)
	if len(results) == 0 {
		text = strings.Replace(text, "    return  : \n", "    return\n", 1)
	}
	return Module{Text: text, Literals: e.order, Seeded: e.seed != nil}
}

// argument adds an argument to main.
func (e *emitter) argument(t typ, attribute string) value {
	v := value{fmt.Sprintf("%%arg%d", len(e.args)), t}
	e.args = append(e.args, v.id+": "+t.String()+attribute)
	return v
}

// findLiterals makes arguments of g's large literals and of the seed. Otherwise XLA would spend a
// long time folding constants, and the text would be twice their size.
func (e *emitter) findLiterals(g *graph.Graph) {
	var seeded bool
	var find func(g *graph.Graph)
	find = func(g *graph.Graph) {
		for _, n := range g.Nodes {
			switch op := n.Op.(type) {
			case graph.Literal:
				if _, known := e.literals[op.Tensor]; !known && op.Tensor.Len()*op.Tensor.DType().Size() > inlineBytes {
					e.literals[op.Tensor] = e.argument(typeOf(n.Type), "")
					e.order = append(e.order, op.Tensor)
				}
			case graph.Random:
				seeded = true
			case graph.Scan:
				find(op.Body)
			}
		}
	}
	find(g)
	if seeded {
		v := e.argument(typ{"ui32", []int{2}}, "")
		e.seed = &v
	}
}

// nodes emits g's nodes and returns the values of each, indexed by node ID.
func (e *emitter) nodes(g *graph.Graph, inputs []value) [][]value {
	at := make([][]value, len(g.Nodes))
	for i, n := range g.Inputs {
		at[n.ID] = []value{inputs[i]}
	}
	for _, n := range g.Nodes {
		if at[n.ID] != nil {
			continue
		}
		var in []value
		for _, o := range n.In {
			in = append(in, at[o.ID]...)
		}
		at[n.ID] = e.node(n, in)
	}
	return at
}

// node emits one node. in holds the values of all its operands, with tuples expanded in place.
func (e *emitter) node(n *graph.Node, in []value) []value {
	out := typeOf(n.Type)
	if _, tuple := n.Op.(graph.Scan); !tuple && out.size() == 0 {
		return []value{e.zeros(out)}
	}
	switch op := n.Op.(type) {
	case graph.Scan:
		return e.scan(op, in)
	case graph.Result:
		if op.Index >= len(in) {
			failf("%v of %v: only results in use are computed; the graph was not prepared", op, n.In[0].Op)
		}
		return in[op.Index : op.Index+1]
	case graph.Read:
		return []value{e.vars[op.Var]}
	}
	return []value{e.plain(n.Op, out, in)}
}

// plain emits an operation with one result.
func (e *emitter) plain(op graph.Op, out typ, in []value) value {
	if len(in) == 0 {
		return e.source(op, out)
	}
	for _, family := range []func(graph.Op, typ, []value) (value, bool){
		e.elementwise, e.shaped, e.combined, e.windowed,
	} {
		if v, ok := family(op, out, in); ok {
			return v
		}
	}
	failf("operation %v is not known", op)
	return value{}
}

// source emits an operation without operands.
func (e *emitter) source(op graph.Op, out typ) value {
	switch op := op.(type) {
	case graph.Const:
		return e.splat(out, op.Value)
	case graph.Literal:
		return e.literal(op.Tensor, out)
	case graph.Iota:
		return e.iota(out, op.Axis)
	case graph.Random:
		return e.random(op, out)
	}
	failf("operation %v is not known", op)
	return value{}
}

// combined emits the operations that combine elements along axes or rows.
func (e *emitter) combined(op graph.Op, out typ, in []value) (value, bool) {
	switch op := op.(type) {
	case graph.Reduce:
		return e.reshape(e.reduce(op, in[0]), out.dims), true
	case graph.ArgReduce:
		return e.argReduce(op, in[0], out), true
	case graph.Cumulate:
		return e.cumulate(op, in[0]), true
	case graph.ArgSort:
		return e.argSort(op, in[0], out), true
	case graph.Gather:
		return e.gather(in[0], in[1], out), true
	case graph.Scatter:
		return e.scatter(op.Fn, in[0], in[1], in[2]), true
	case graph.MatMul:
		return e.matMul(op, in[0], in[1], out), true
	}
	return value{}, false
}

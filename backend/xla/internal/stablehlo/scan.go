package stablehlo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/graph"
)

// scan emits a while loop over the step index, the carries, the sequences, the constants and the
// stacked results.
func (e *emitter) scan(op graph.Scan, in []value) []value {
	counter := typ{"i32", nil}
	state := append([]value{e.zeros(counter)}, in...)
	for _, n := range op.Body.Outputs[op.Carries:] {
		t := typeOf(n.Type)
		state = append(state, e.zeros(typ{t.elem, append([]int{op.Length}, t.dims...)}))
	}
	var args []value
	var heads []string
	for _, v := range state {
		a := value{e.name(), v.typ}
		args = append(args, a)
		heads = append(heads, a.id+" = "+v.id)
	}
	_, types := join(state)
	loop := e.name()
	outer := e.body
	cond := e.block(func() []value {
		return []value{e.compare("LT", args[0], e.splat(counter, float64(op.Length)))}
	})
	step := e.block(func() []value { return e.step(op, args) })
	e.body = outer
	fmt.Fprintf(e.body, "    %s:%d = stablehlo.while(%s) : %s\n    cond {\n%s    } do {\n%s    }\n",
		loop, len(state), strings.Join(heads, ", "), types, cond, step)
	result := func(i int) value { return value{fmt.Sprintf("%s#%d", loop, i), state[i].typ} }
	var out []value
	for i := range op.Carries {
		out = append(out, result(1+i))
	}
	for i := range op.Steps() {
		out = append(out, result(1+len(in)+i))
	}
	return out
}

// block returns the text of a region without arguments.
func (e *emitter) block(body func() []value) string {
	e.body = &strings.Builder{}
	ids, types := join(body())
	return fmt.Sprintf("%s    stablehlo.return %s : %s\n", e.body, ids, types)
}

// step returns the next state of the loop.
func (e *emitter) step(op graph.Scan, state []value) []value {
	counter, in, stacks := state[0], state[1:1+len(op.Body.Inputs)], state[1+len(op.Body.Inputs):]
	at := counter
	if op.Reverse {
		at = e.call("subtract", e.splat(counter.typ, float64(op.Length-1)), counter)
	}
	zero := e.zeros(counter.typ)
	inputs := slices.Clone(in)
	for i := op.Carries; i < op.Carries+op.Seqs; i++ {
		inputs[i] = e.read(in[i], at, zero)
	}
	values := e.nodes(op.Body, inputs)
	next := slices.Clone(state)
	next[0] = e.call("add", counter, e.splat(counter.typ, 1))
	for i, n := range op.Body.Outputs {
		if i < op.Carries {
			next[1+i] = values[n.ID][0]
		} else {
			k := i - op.Carries
			next[1+len(in)+k] = e.write(stacks[k], values[n.ID][0], at, zero)
		}
	}
	return next
}

// read returns element at along the first axis.
func (e *emitter) read(x, at, zero value) value {
	t := typ{x.elem, append([]int{1}, x.dims[1:]...)}
	where := position(x.rank(), at, zero)
	ids, _ := join(where)
	v := e.op(t, "stablehlo.dynamic_slice %s, %s, sizes = %s : %s", x.id, ids, list(t.dims),
		signature(append([]value{x}, where...), t))
	return e.reshape(v, x.dims[1:])
}

// write stores v at an index of the first axis.
func (e *emitter) write(x, v, at, zero value) value {
	v = e.reshape(v, append([]int{1}, v.dims...))
	where := position(x.rank(), at, zero)
	ids, _ := join(where)
	return e.op(x.typ, "stablehlo.dynamic_update_slice %s, %s, %s : %s", x.id, v.id, ids,
		signature(append([]value{x, v}, where...), x.typ))
}

func position(rank int, at, zero value) []value {
	out := slices.Repeat([]value{zero}, rank)
	out[0] = at
	return out
}

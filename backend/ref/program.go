package ref

import (
	"fmt"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
)

// A program is a graph with the information needed to evaluate it.
type program struct {
	g      *graph.Graph
	used   map[*graph.Node]map[int]bool // the results of a tuple that are used
	bodies map[*graph.Graph]*program
}

func compile(g *graph.Graph) (*program, error) {
	p := &program{g: g, used: map[*graph.Node]map[int]bool{}, bodies: map[*graph.Graph]*program{}}
	for _, n := range g.Nodes {
		switch op := n.Op.(type) {
		case graph.Result:
			if p.used[n.In[0]] == nil {
				p.used[n.In[0]] = map[int]bool{}
			}
			p.used[n.In[0]][op.Index] = true
		case graph.Scan:
			body, err := compile(op.Body)
			if err != nil {
				return nil, err
			}
			p.bodies[op.Body] = body
		case graph.Composite:
			return nil, fmt.Errorf("ref: %v: %w: it is to be lowered first", op, backend.ErrUnsupported)
		}
	}
	return p, nil
}

// An env is the environment that a graph is evaluated in.
type env struct {
	seed   uint64
	inputs []value
	vars   map[*graph.Variable]value
}

// eval evaluates all nodes in order. The elements of a tuple are stored in a separate list.
func (p *program) eval(e env) ([]value, error) {
	vals := make([]value, len(p.g.Nodes))
	tuples := map[*graph.Node][]value{}
	for i, n := range p.g.Nodes {
		in := make([]value, len(n.In))
		for k, o := range n.In {
			in[k] = vals[o.ID]
		}
		var err error
		switch op := n.Op.(type) {
		case graph.Input:
			vals[i] = e.inputs[op.Index]
		case graph.Read:
			vals[i] = e.vars[op.Var]
		case graph.Random:
			vals[i] = random(op, e.seed)
		case graph.Result:
			vals[i] = tuples[n.In[0]][op.Index]
		case graph.Scan:
			tuples[n], err = p.scan(op, p.used[n], in, e)
		default:
			vals[i], err = apply(n.Op, n.Type, in)
		}
		if err != nil {
			return nil, err
		}
	}
	return vals, nil
}

// apply computes one operation with one result of type t.
func apply(op graph.Op, t graph.Type, in []value) (value, error) {
	switch op := op.(type) {
	case graph.Const:
		return constant(t, op.Value), nil
	case graph.Literal:
		return fromTensor(op.Tensor), nil
	case graph.Iota:
		return count(op, t), nil
	case graph.Unary:
		return unary(op.Fn, in[0]), nil
	case graph.Binary:
		return binary(op.Fn, in[0], in[1]), nil
	case graph.Compare:
		return compare(op.Fn, t, in[0], in[1]), nil
	case graph.Select:
		return choose(in[0], in[1], in[2]), nil
	case graph.Cast:
		return cast(t, in[0]), nil
	case graph.StopGradient, graph.Barrier:
		return in[0], nil
	case graph.MatMul:
		return matmul(op, t, in[0], in[1]), nil
	}
	if v, ok := rearrange(op, t, in); ok {
		return v, nil
	}
	if v, ok := combine(op, t, in); ok {
		return v, nil
	}
	if v, ok := slide(op, t, in); ok {
		return v, nil
	}
	return value{}, fmt.Errorf("ref: %v: %w", op, backend.ErrUnsupported)
}

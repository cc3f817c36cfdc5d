package ref

import "github.com/rhyton/rhyton/graph"

// scan interprets the body once per step. used contains the results that are used.
func (p *program) scan(op graph.Scan, used map[int]bool, in []value, e env) ([]value, error) {
	body := p.bodies[op.Body]
	results := make([]value, len(op.Body.Outputs)+len(op.Body.Nodes))
	carries, seqs, constants := in[:op.Carries:op.Carries], in[op.Carries:op.Carries+op.Seqs], in[op.Carries+op.Seqs:]
	for step := range op.Length {
		if op.Reverse {
			step = op.Length - 1 - step
		}
		inner := env{seed: e.seed, vars: e.vars, inputs: carries}
		for _, s := range seqs {
			inner.inputs = append(inner.inputs, s.row(step))
		}
		inner.inputs = append(inner.inputs, constants...)
		vals, err := body.eval(inner)
		if err != nil {
			return nil, err
		}
		carries = nil
		for i, n := range op.Body.Outputs {
			if i < op.Carries {
				carries = append(carries, vals[n.ID])
			} else if used[i] {
				stack(&results[i], op.Length, step, vals[n.ID])
			}
		}
		for _, n := range op.Body.Nodes {
			if i := op.History(n); used[i] {
				stack(&results[i], op.Length, step, vals[n.ID])
			}
		}
		carries = carries[:len(carries):len(carries)]
	}
	copy(results, carries)
	return results, nil
}

// row returns element k along the first axis.
func (v value) row(k int) value {
	r := value{Type: graph.Type{DType: v.DType, Shape: v.Shape[1:]}}
	n := r.Shape.Size()
	if v.f != nil {
		r.f = v.f[k*n : (k+1)*n]
	} else {
		r.i = v.i[k*n : (k+1)*n]
	}
	return r
}

// stack stores v at index k of the first axis of all, which is allocated on first use.
func stack(all *value, length, k int, v value) {
	if all.Shape == nil {
		*all = newValue(graph.Type{DType: v.DType, Shape: append(graph.Shape{length}, v.Shape...)})
	}
	r := all.row(k)
	copy(r.f, v.f)
	copy(r.i, v.i)
}

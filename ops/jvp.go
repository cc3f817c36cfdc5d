package ops

import "github.com/rhyton/rhyton/graph"

// JVP returns the results of f at primals and their directional derivatives along tangents, Σ
// d(f)/d(x)·t (forward mode). Each tangent has the shape and type of its primal. It is computed
// as the gradient of a gradient, so an operation without a second derivative is an error.
func JVP(f func(xs []N) []N, primals, tangents []N) (out, directions []N) {
	if len(primals) == 0 || len(primals) != len(tangents) {
		graph.Errorf("jvp: %d primals and %d tangents", len(primals), len(tangents))
	}
	for i, x := range primals {
		if !x.Type.Equal(tangents[i].Type) || !x.DType.IsFloat() {
			graph.Errorf("jvp: primal %d is %v, its tangent %v; want the same float type", i, x.Type, tangents[i].Type)
		}
	}
	out = f(primals)
	by := make([]N, len(out))
	for i, y := range out {
		if y.DType.IsFloat() {
			by[i] = ZerosLike(y)
		}
	}
	var back, along []N
	for i, d := range graph.VJP(out, by, primals) {
		if d != nil {
			back, along = append(back, d), append(along, tangents[i])
		}
	}
	directions = make([]N, len(out))
	for i, y := range out {
		if by[i] != nil && len(back) > 0 {
			directions[i] = graph.VJP(back, along, []N{by[i]})[0]
		}
		if directions[i] == nil {
			directions[i] = ZerosLike(y)
		}
	}
	return out, directions
}

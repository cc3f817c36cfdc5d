package linalg

import (
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
)

func TestMisuseReportsWhatIsWanted(t *testing.T) {
	f := func(shape ...int) func(g *graph.Graph) node {
		return func(g *graph.Graph) node { return g.Input(graph.Float32, shape...) }
	}
	total := func(x node) node { return graph.Apply(graph.Reduce{Fn: graph.Add, Axes: 1<<x.Rank() - 1}, x) }
	grad := func(op graph.Op, result int) func(in []node) {
		return func(in []node) { graph.Grad(total(graph.ResultOf(graph.Apply(op, in...), result)), in[0]) }
	}
	rows := []struct {
		name string
		do   func(in []node)
		in   []func(g *graph.Graph) node
		want string
	}{
		{"cholesky", grad(Cholesky{}, 0), []func(*graph.Graph) node{f(1, 2, 3)}, "cholesky: got float32(1, 2, 3); want square"},
		{"lu", grad(LU{}, 0), []func(*graph.Graph) node{f(2, 2)}, "lu: got float32(2, 2); want square"},
		{"eigh", grad(Eigh{}, 0), []func(*graph.Graph) node{f(1, 0, 0)}, "eigh: got"},
		{"eig", grad(Eig{}, 0), []func(*graph.Graph) node{f(1, 2, 3)}, "eig: got float32(1, 2, 3); want square"},
		{"qr", grad(QR{}, 0), []func(*graph.Graph) node{f(3)}, "qr: got float32(3,); want matrices"},
		{"svd", grad(SVD{}, 0), []func(*graph.Graph) node{f(1, 0, 2)}, "svd: got"},
		{"pinv", grad(Pinv{}, 0), []func(*graph.Graph) node{f(2, 2)}, "pinv: got"},
		{"solve", grad(Solve{}, 0), []func(*graph.Graph) node{f(1, 2, 2), f(1, 3, 1)}, "solve: right-hand side"},
		{"triangular", grad(TriangularSolve{}, 0), []func(*graph.Graph) node{f(1, 2, 2), f(2, 2, 1)}, "triangular solve: right-hand side"},
		{"full q", grad(QR{Full: true}, 0), []func(*graph.Graph) node{f(1, 3, 2)}, "the full Q"},
		{"full u", grad(SVD{Full: true}, 0), []func(*graph.Graph) node{f(1, 3, 2)}, "the full U and V"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			_, err := graph.Trace(func(g *graph.Graph) []node {
				var in []node
				for _, x := range r.in {
					in = append(in, x(g))
				}
				r.do(in)
				return nil
			})
			if err == nil || !strings.Contains(err.Error(), r.want) {
				t.Errorf("got %v, want %q", err, r.want)
			}
		})
	}
}

// TestLoweredDecompositionsHaveTheirTypes lowers each one and compares its types with Infer.
func TestLoweredDecompositionsHaveTheirTypes(t *testing.T) {
	for _, op := range []graph.Composite{Cholesky{}, LU{}, QR{}, QR{Full: true}, Eigh{}, Eig{}, SVD{}, SVD{Full: true}, Pinv{}} {
		for _, s := range [][]int{{1, 1, 1}, {2, 3, 3}, {1, 4, 2}, {2, 2, 5}} {
			_, err := graph.Trace(func(g *graph.Graph) []node {
				x := g.Input(graph.Float32, s...)
				types := op.Infer([]graph.Type{x.Type})
				for i, y := range op.Lower([]node{x}) {
					if !y.Type.Equal(types[i]) {
						t.Errorf("%T of %v: result %d is %v, want %v", op, s, i, y.Type, types[i])
					}
				}
				return nil
			})
			if err != nil && s[1] == s[2] {
				t.Errorf("%T of %v: %v", op, s, err)
			}
		}
	}
}

package ops_test

import (
	"slices"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func TestControlFlow(t *testing.T) {
	scale := func(k float64) func(x node) func() []node {
		return func(x node) func() []node { return func() []node { return []node{ops.Scale(x, k)} } }
	}
	int32s := func(v ...int32) *tensor.Tensor { return tensor.Of(v) }
	rows := []struct {
		name string
		f    func(in []node) node
		in   []*tensor.Tensor
		want []float64
	}{
		{"cond selects yes", func(in []node) node {
			return ops.Cond(ops.Greater(ops.Sum(in[0]), ops.Scalar(in[0], 0)), scale(2)(in[0]), scale(3)(in[0]))[0]
		}, []*tensor.Tensor{floats(1, 2)}, []float64{2, 4}},
		{"cond selects no", func(in []node) node {
			return ops.Cond(ops.Greater(ops.Sum(in[0]), ops.Scalar(in[0], 0)), scale(2)(in[0]), scale(3)(in[0]))[0]
		}, []*tensor.Tensor{floats(-1, -2)}, []float64{-3, -6}},
		{"switch", func(in []node) node {
			at := ops.Index(in[1], 0, 0)
			return ops.Switch(at, scale(1)(in[0]), scale(2)(in[0]), scale(3)(in[0]))[0]
		}, []*tensor.Tensor{floats(5), int32s(1)}, []float64{10}},
		{"switch clamps", func(in []node) node {
			at := ops.Index(in[1], 0, 0)
			return ops.Switch(at, scale(1)(in[0]), scale(2)(in[0]), scale(3)(in[0]))[0]
		}, []*tensor.Tensor{floats(5), int32s(9)}, []float64{15}},
		{"fori sums 2 to 5", func(in []node) node {
			return ops.ForiLoop(2, 6, func(i node, v []node) []node { return []node{ops.Add(v[0], i)} }, in[0])[0]
		}, []*tensor.Tensor{floats(0)}, []float64{14}},
		{"while doubles up to 100", func(in []node) node {
			less := func(v []node) node { return ops.All(ops.Less(v[0], ops.Scalar(v[0], 100))) }
			return ops.WhileLoop(50, less, func(v []node) []node { return []node{ops.Scale(v[0], 2)} }, in[0])[0]
		}, []*tensor.Tensor{floats(3)}, []float64{192}},
		{"map", func(in []node) node {
			return ops.Map(func(x []node) []node { return []node{ops.Sum(ops.Square(x[0]))} }, in[0])[0]
		}, []*tensor.Tensor{tensor.Of([]float32{1, 2, 3, 4}, 2, 2)}, []float64{5, 25}},
		{"associative scan", func(in []node) node {
			add := func(a, b []node) []node { return []node{ops.Add(a[0], b[0])} }
			return ops.AssociativeScan(add, in[0])[0]
		}, []*tensor.Tensor{floats(1, 2, 3, 4, 5, 6, 7)}, []float64{1, 3, 6, 10, 15, 21, 28}},
		{"dynamic slice is moved inside", func(in []node) node { return ops.DynamicSlice(in[0], in[1], 2) },
			[]*tensor.Tensor{floats(1, 2, 3, 4), int32s(9)}, []float64{3, 4}},
		{"dynamic update", func(in []node) node { return ops.DynamicSliceUpdate(in[0], in[1], ops.Slice(in[0], 0, 0, 2)) },
			[]*tensor.Tensor{floats(1, 2, 3, 4), int32s(1)}, []float64{1, 1, 2, 4}},
	}
	for _, r := range rows {
		for _, device := range []string{"ref", "cpu"} {
			t.Run(r.name+" "+device, func(t *testing.T) {
				got := runOn(t, device, 1, func(in []node) []node { return []node{r.f(in)} }, r.in...)[0]
				near(t, "value", values(got), r.want, 1e-6)
			})
		}
	}
}

func TestUniqueReturnsAllResults(t *testing.T) {
	got := run(t, func(in []node) []node {
		u := ops.Unique(in[0], 5)
		return []node{u.Values, u.Index, u.Counts, u.Inverse, u.Count}
	}, floats(3, 1, 3, 7, 1, 3))
	for i, want := range [][]float64{{1, 3, 7, 1, 1}, {1, 0, 3, 0, 0}, {2, 3, 1, 0, 0}, {1, 0, 1, 2, 0, 1}, {3}} {
		if v := values(got[i]); !slices.Equal(v, want) {
			t.Errorf("result %d: got %v, want %v", i, v, want)
		}
	}
}

func TestNonzeroPadsWithZeros(t *testing.T) {
	got := run(t, func(in []node) []node { return ops.Nonzero(in[0], 3) }, tensor.Of([]float32{0, 5, 0, 6}, 2, 2))
	near(t, "rows", values(got[0]), []float64{0, 1, 0}, 0)
	near(t, "columns", values(got[1]), []float64{1, 1, 0}, 0)
}

func TestIntegersKeepTheirType(t *testing.T) {
	got := run(t, func(in []node) []node {
		return []node{ops.Mod(in[0], in[1]), ops.FloorDivide(in[0], in[1]), ops.GCD(in[0], in[1]), ops.RightShift(in[0], ops.OnesLike(in[0]))}
	}, tensor.Of([]int32{-7, 7, -6, 12}), tensor.Of([]int32{3, -3, 3, 8}))
	for i, want := range [][]float64{{2, -2, 0, 4}, {-3, -3, -2, 1}, {1, 1, 3, 4}, {-4, 3, -3, 6}} {
		if got[i].DType() != graph.Int32 {
			t.Errorf("result %d is %v", i, got[i].DType())
		}
		near(t, "integers", values(got[i]), want, 0)
	}
}

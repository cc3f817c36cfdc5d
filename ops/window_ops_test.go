package ops

import (
	"math"
	"slices"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/gradcheck"
	"github.com/rhyton/rhyton/internal/graphtest"
	"github.com/rhyton/rhyton/tensor"
)

// eval runs f on in on the reference device.
func eval(t *testing.T, f func(x []N) []N, in ...*tensor.Tensor) []*tensor.Tensor {
	t.Helper()
	g := graphtest.Trace(t, func(g *graph.Graph) []N {
		var xs []N
		for _, x := range in {
			xs = append(xs, g.Input(x.DType(), x.Shape()...))
		}
		return f(xs)
	})
	return graphtest.Prepared(t, g).Run(in...)
}

func TestArgPartitionPutsTheElementInItsPosition(t *testing.T) {
	// As keras.ops.argpartition(x, 2) on TensorFlow.
	x := tensor.Of([]int32{3, 1, 3, 2, 1, 3, 1})
	got := eval(t, func(x []N) []N { return []N{ArgPartition(x[0], 2, 0), ArgPartition(x[0], -1, -1)} }, x)
	if want := []int32{1, 4, 6, 0, 2, 5, 3}; !slices.Equal(got[0].Data().([]int32), want) {
		t.Errorf("%v; want %v", got[0], want)
	}
	if want := []int32{1, 4, 6, 3, 0, 2, 5}; !slices.Equal(got[1].Data().([]int32), want) {
		t.Errorf("%v; want %v", got[1], want)
	}
}

// The first number is from the docstring of keras.ops.jvp.
func TestJVPIsTheDerivativeInADirection(t *testing.T) {
	near := func(got *tensor.Tensor, want ...float32) {
		t.Helper()
		for i, w := range want {
			if x := got.Data().([]float32)[i]; math.Abs(float64(x-w)) > 1e-6 {
				t.Errorf("%v; want %v", got, want)
			}
		}
	}
	got := eval(t, func(x []N) []N {
		y, d := JVP(func(x []N) []N { return []N{Sin(x[0])} }, x[:1], x[1:])
		return append(y, d...)
	}, tensor.Scalar(float32(.1)), tensor.Scalar(float32(.2)))
	near(got[0], 0.09983342)
	near(got[1], 0.19900084)
	got = eval(t, func(x []N) []N {
		_, d := JVP(func(x []N) []N {
			m := MatMul(x[0], x[1])
			return []N{Softmax(m, -1), ArgMax(m, -1), Full(m, 2, 3)}
		}, x[:2], x[2:])
		return d
	}, tensor.Of([]float32{1, 2, 3, 4}, 2, 2), tensor.Of([]float32{.1, -.2, .3, .4}, 2, 2), tensor.Of([]float32{1, 0, 0, -1}, 2, 2), tensor.Of([]float32{.5, 0, 0, .25}, 2, 2))
	// By JAX: jax.jvp of softmax(a @ b), and 0 for values that don't depend on them.
	near(got[0], 0.07481278, -0.07481283, 0.14100227, -0.14100222)
	near(got[2], 0, 0, 0)
	if got[1].Data().([]int32)[0] != 0 {
		t.Errorf("integers have the derivative %v", got[1])
	}
}

func TestGradientsOfWindows(t *testing.T) {
	o := Blocks{Size: []int{2, 3}, Stride: []int{2, 1}, Padding: []int{1}}
	for _, c := range []gradcheck.Case{
		{Name: "unfold", Shapes: [][]int{{1, 2, 3, 4}}, F: func(x []N) N { return o.Unfold(x[0]) }},
		{Name: "fold", Shapes: [][]int{{1, 12, 8}}, F: func(x []N) N { return o.Fold(x[0], 3, 4) }},
		{Name: "jvp", Shapes: [][]int{{3}, {3}}, Once: true, F: func(x []N) N {
			_, d := JVP(func(x []N) []N { return []N{Exp(Sin(x[0]))} }, x[:1], x[1:])
			return d[0]
		}},
		{Name: "scale_and_translate", Shapes: [][]int{{4, 5}, {2}, {2}}, Lo: .6, Hi: .9, Once: true, F: func(x []N) N {
			return ScaleAndTranslate{}.Of(x[0], []int{3, 4}, []int{0, 1}, x[1], x[2])
		}},
	} {
		t.Run(c.Name, c.Check)
	}
}

// Only the displacement field is random: the same seed deforms equally, another seed differently,
// and every element is one of its neighbors.
func TestElasticDependsOnSeed(t *testing.T) {
	x := tensor.New(graph.Float32, 2, 9, 8, 1)
	for i := range x.Len() {
		x.Data().([]float32)[i] = float32(i % 72)
	}
	g := graphtest.Trace(t, func(g *graph.Graph) []N {
		in := g.Input(graph.Float32, 2, 9, 8, 1)
		e := Elastic{Sampler: Sampler{Linear: true, Border: ReflectBorder}, Alpha: new(4.0), Sigma: 1}
		return []N{e.Of(in), Sampler{}.Displace(in, Full(in, 1, 2, 9, 8), Full(in, -2, 2, 9, 8))}
	})
	p := graphtest.Prepared(t, g)
	a, b, c := p.RunSeed(1, x), p.RunSeed(1, x), p.RunSeed(2, x)
	av := a[0].Data().([]float32)
	if !slices.Equal(av, b[0].Data().([]float32)) || slices.Equal(av, c[0].Data().([]float32)) {
		t.Error("the result does not depend on the seed only")
	}
	if slices.Equal(av[:72], av[72:]) || slices.Equal(av, x.Data().([]float32)) || slices.Min(av) < 0 || slices.Max(av) > 71 {
		t.Errorf("bent to %v", a[0])
	}
	moved := a[1].Data().([]float32)
	if moved[3] != 9 || moved[0] != 0 || moved[8*8+5] != 0 { // (0, 3) is read at (1, 1); (0, 0) and (8, 5) outside
		t.Errorf("displaced to %v", a[1])
	}
}

func TestInvalidWindowsAreErrors(t *testing.T) {
	x := func(g *graph.Graph, s ...int) N { return g.Input(graph.Float32, s...) }
	ints := func(g *graph.Graph, s ...int) N { return g.Input(graph.Int32, s...) }
	for want, f := range map[string]func(g *graph.Graph){
		"unfold: got (2, 3); want (batch, channels, height, width)": func(g *graph.Graph) { Blocks{Size: []int{2}}.Unfold(x(g, 2, 3)) },
		"unfold: windows of 3 every 1, dilated by 1, of 2 elements": func(g *graph.Graph) { Blocks{Size: []int{3}}.Unfold(x(g, 1, 1, 2, 9)) },
		"fold: Size is missing":                         func(g *graph.Graph) { Blocks{}.Fold(x(g, 1, 4, 4), 3, 3) },
		"fold: got (1, 4, 5) to 3 by 3; want (1, 4, 4)": func(g *graph.Graph) { Blocks{Size: []int{2}}.Fold(x(g, 1, 4, 5), 3, 3) },
		"argpartition: position 4 of axis 0 of (4,)":    func(g *graph.Graph) { ArgPartition(x(g, 4), 4, 0) },
		"ctc: the blank is class 5 of 4":                func(g *graph.Graph) { CTCLoss(ints(g, 2, 3), x(g, 2, 5, 4), nil, nil, 5) },
		"ctc_decode: TopPaths 3 of BeamWidth 2; want at least 1 and at most the width": func(g *graph.Graph) {
			CTCDecode{BeamSearch: true, BeamWidth: 2, TopPaths: 3}.Of(x(g, 2, 5, 4), ints(g, 2))
		},
		"jvp: 1 primals and 2 tangents":             func(g *graph.Graph) { a := x(g, 2); JVP(func(x []N) []N { return x }, []N{a}, []N{a, a}) },
		"nanquantile: 2; want a number from 0 to 1": func(g *graph.Graph) { NaNQuantile(x(g, 2), 2) },
		"ssim: got (1, 9, 12, 1) and (1, 9, 12, 1); want two (batch, height, width, channels), at least 11 by 11": func(g *graph.Graph) {
			SSIM{}.Of(x(g, 1, 9, 12, 1), x(g, 1, 9, 12, 1))
		},
		"scale_and_translate: filter nearest; want Bilinear, Bicubic, Lanczos3 or Lanczos5": func(g *graph.Graph) {
			ScaleAndTranslate{Filter: Nearest}.Of(x(g, 3, 3), []int{3, 3}, []int{0}, x(g, 1), x(g, 1))
		},
	} {
		_, err := graph.Trace(func(g *graph.Graph) []N { f(g); return nil })
		if err == nil || err.Error() != want {
			t.Errorf("%v; want %q", err, want)
		}
	}
}

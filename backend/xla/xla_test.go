package xla

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/backend/xla/internal/plugin"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// testDevice opens the CPU plugin, or the device selected by the gpu build tag.
func testDevice(t testing.TB) backend.Device {
	t.Helper()
	needsPlugin(t)
	d, err := backend.Open("xla:" + deviceName)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// needsPlugin skips a test if there is no plugin; in CI and in GPU tests it fails instead.
func needsPlugin(t testing.TB) {
	t.Helper()
	if _, err := plugin.Find(pluginName); err != nil {
		if os.Getenv("CI") == "true" || pluginName != "cpu" {
			t.Fatalf("the plugin must be there (go run ./internal/tools/getplugin): %v", err)
		}
		t.Skipf("go run ./internal/tools/getplugin fetches the CPU plugin: %v", err)
	}
}

func trace(t testing.TB, build func(g *graph.Graph) []*graph.Node) *graph.Graph {
	t.Helper()
	g, err := graph.Trace(build)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// run computes g on dev from in, with variables at their initial values, and returns the outputs.
func run(t testing.TB, dev backend.Device, g *graph.Graph, seed uint64, in ...*tensor.Tensor) []*tensor.Tensor {
	t.Helper()
	e, err := backend.Compile(dev, g)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	bufs := func(ts []graph.Type) (bs []backend.Buffer) {
		for _, typ := range ts {
			b, err := dev.NewBuffer(typ)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { b.Close() })
			bs = append(bs, b)
		}
		return bs
	}
	ins, outs := bufs(types(g.Inputs)), bufs(types(g.Outputs))
	for i, x := range in {
		if err := ins[i].Lend(x); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Run(context.Background(), backend.Call{Seed: seed, In: ins, Out: outs}); err != nil {
		t.Fatal(err)
	}
	var result []*tensor.Tensor
	for i, b := range outs {
		x := tensor.New(g.Outputs[i].DType, g.Outputs[i].Shape...)
		if err := b.Read(x); err != nil {
			t.Fatal(err)
		}
		result = append(result, x)
	}
	return result
}

// like checks that dev computes the same results for g as the reference.
func like(t testing.TB, dev backend.Device, g *graph.Graph, in ...*tensor.Tensor) {
	t.Helper()
	likeWithin(t, dev, 0, g, in...)
}

// likeWithin is like with an additional absolute tolerance slack.
func likeWithin(t testing.TB, dev backend.Device, slack float64, g *graph.Graph, in ...*tensor.Tensor) {
	t.Helper()
	got, want := run(t, dev, g, 7, in...), run(t, ref.New(), g, 7, in...)
	for i := range want {
		a, b := numbers(t, got[i]), numbers(t, want[i])
		for k := range b {
			if d := math.Abs(a[k] - b[k]); !(d <= slack+1e-5+1e-4*math.Abs(b[k])) && !(a[k] != a[k] && b[k] != b[k]) && a[k] != b[k] {
				t.Errorf("output %d element %d: got %v; want %v", i, k, a[k], b[k])
				break
			}
		}
	}
}

func normal(seed uint64, shape ...int) *tensor.Tensor {
	rng := rand.New(rand.NewPCG(seed, 1))
	x := make([]float32, graph.Shape(shape).Size())
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return tensor.Of(x, shape...)
}

func numbers(t testing.TB, x *tensor.Tensor) []float64 {
	t.Helper()
	out, err := tensor.As[float64](x)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

package runtime_test

import (
	"errors"
	"testing"

	_ "github.com/rhyton/rhyton/backend/cpu"
	_ "github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/internal/runtime/audit"
	"github.com/rhyton/rhyton/tensor"
)

var audited = audit.Register("audit", "cpu")

// counter adds its input to v and returns v.
func counter(t testing.TB, v *graph.Variable) *graph.Graph {
	t.Helper()
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		sum := g.Apply(graph.Binary{Fn: graph.Add}, g.Read(v), g.Input(graph.Float32, 2))
		g.Assign(v, sum)
		return []*graph.Node{sum}
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func newVariable() *graph.Variable {
	return &graph.Variable{Path: "v", Type: graph.Type{DType: graph.Float32, Shape: graph.Shape{2}}, Initial: tensor.Of([]float32{1, 2})}
}

func compile(t testing.TB, device string, g *graph.Graph) *runtime.Program {
	t.Helper()
	d, err := runtime.Open(device)
	if err != nil {
		t.Fatal(err)
	}
	p, err := runtime.Compile(d, g, &runtime.Lock{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func run(t testing.TB, p *runtime.Program, want ...float32) {
	t.Helper()
	y, err := p.Run(t.Context(), 0, tensor.Of([]float32{10, 20}))
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range y[0].Data().([]float32) {
		if x != want[i] {
			t.Errorf("element %d is %v, want %v", i, x, want[i])
		}
	}
}

func TestAValueGoesWithItsPrograms(t *testing.T) {
	v := newVariable()
	g := counter(t, v)
	on := map[string]*runtime.Program{}
	for i, name := range []string{"audit", "ref", "audit", "ref"} {
		if on[name] == nil {
			on[name] = compile(t, name, g)
		}
		run(t, on[name], float32(11+10*i), float32(22+20*i))
		if d := runtime.DeviceOf(v); d == nil || d.Name != name {
			t.Errorf("the value lives on %v, want %s", d, name)
		}
	}
	if err := errors.Join(runtime.SetValue(v, tensor.Of([]float32{0, 0})), runtime.Leave(v)); err != nil {
		t.Fatal(err)
	}
	if x, err := runtime.Value(v); err != nil || x.Data().([]float32)[0] != 0 {
		t.Errorf("on the host the value is %v, %v; want 0", x, err)
	}
	run(t, on["audit"], 10, 20)
	if err := errors.Join(runtime.Discard(v), on["audit"].Close(), on["ref"].Close()); err != nil {
		t.Fatal(err)
	}
	audited.AllClosed(t)
}

func TestAProgramInUseIsClosedAfterIt(t *testing.T) {
	v := newVariable()
	p := compile(t, "audit", counter(t, v))
	b, err := p.Take()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Step(t.Context(), b, 0, []*tensor.Tensor{tensor.Of([]float32{10, 20})}); err != nil {
		t.Fatal(err)
	}
	audited.NoFaults(t)
	if err := errors.Join(p.Return(b), runtime.Discard(v)); err != nil {
		t.Fatal(err)
	}
	audited.AllClosed(t)
	if _, err := p.Take(); err == nil {
		t.Error("a closed program is taken")
	}
}

func TestPrivateValuesAreApart(t *testing.T) {
	v := newVariable()
	g := counter(t, v)
	d, err := runtime.Open("cpu")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		values := runtime.NewValues()
		p, err := values.Compile(d, g, nil)
		if err != nil {
			t.Fatal(err)
		}
		run(t, p, 11, 22)
		run(t, p, 21, 42)
		if err := errors.Join(p.Close(), values.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if v.Storage != nil || v.Initial.Data().([]float32)[0] != 1 {
		t.Error("private values have changed the variable")
	}
}

func TestAStepAllocatesNothing(t *testing.T) {
	p := compile(t, "cpu", counter(t, newVariable()))
	b, err := p.Take()
	if err != nil {
		t.Fatal(err)
	}
	in := []*tensor.Tensor{tensor.Of([]float32{1, 1})}
	ctx := t.Context()
	n := testing.AllocsPerRun(100, func() {
		if err := p.Use(); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(p.Step(ctx, b, 0, in), b.Read(0)); err != nil {
			t.Fatal(err)
		}
		p.Close()
	})
	if n != 0 {
		t.Errorf("a step allocates %v times", n)
	}
}

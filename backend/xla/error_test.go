package xla

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

func TestNamesAreChecked(t *testing.T) {
	for _, row := range []struct{ name, want string }{
		{"xla", "write xla:cuda"},
		{"xla:abacus", `"abacus" is unknown`},
		{"xla:/no/such.so", "/no/such.so"},
		{"xla:cpu?colour=red", "option colour is unknown; there are device"},
		{"xla:cpu?device=-1", "device=-1: want a number from 0"},
		{"xla:cpu?device=x", "device=x: want a number from 0"},
		{"xla:cuda?memory_fraction=1.5", "memory_fraction=1.5: want a number above 0"},
		{"xla:cuda?tf32=maybe", "tf32=maybe: want true or false"},
		{"xla:cpu?%zz", "options"},
	} {
		if d, err := backend.Open(row.name); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, %v; want an error with %q", row.name, d, err, row.want)
		}
	}
}

func TestOptionsAreRead(t *testing.T) {
	c, err := parse("cuda?device=1&memory_fraction=0.8&preallocate=false&allocator=cuda_async&tf32=true&deterministic=false")
	if err != nil {
		t.Fatal(err)
	}
	if c.plugin != "cuda" || c.device != 1 || !c.tf32 || c.deterministic || c.client["memory_fraction"] != 0.8 ||
		c.client["preallocate"] != false || c.client["allocator"] != "cuda_async" {
		t.Errorf("got %+v", c)
	}
}

func TestADeviceThatIsNotThereIsAnError(t *testing.T) {
	testDevice(t)
	if _, err := backend.Open("xla:" + pluginName + "?device=1000"); err == nil {
		t.Error("device 1000 was opened")
	}
}

func TestDevicesShareAClientUntilTheLastIsClosed(t *testing.T) {
	a, b := testDevice(t).(*device), testDevice(t).(*device)
	if a.client != b.client {
		t.Error("two clients")
	}
	if err := errors.Join(a.Close(), a.Close()); err != nil {
		t.Error(err)
	}
	buf, err := b.NewBuffer(graph.Type{DType: graph.Float32})
	if err == nil {
		err = errors.Join(buf.Write(tensor.Scalar(float32(1))), buf.Close())
	}
	if err != nil {
		t.Errorf("the other device: %v", err)
	}
	if _, err := a.NewBuffer(graph.Type{DType: graph.Float32}); !errors.Is(err, errClosed) {
		t.Errorf("NewBuffer of a closed device: %v", err)
	}
	if _, err := a.Compile(&graph.Graph{}); !errors.Is(err, errClosed) {
		t.Errorf("Compile of a closed device: %v", err)
	}
}

func TestMisuseIsAnError(t *testing.T) {
	dev := testDevice(t)
	g := trace(t, func(g *graph.Graph) []*graph.Node { return []*graph.Node{g.Input(graph.Float32, 2, 3)} })
	r := newTrainer(t, dev, g)
	other, _ := ref.New().NewBuffer(g.Inputs[0].Type)
	wrong, _ := dev.NewBuffer(graph.Type{DType: graph.Float32, Shape: []int{3, 2}})
	closed, _ := dev.NewBuffer(g.Inputs[0].Type)
	closed.Close()
	t.Cleanup(func() { wrong.Close() })
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	ctx := context.Background()
	one := func(b backend.Buffer) []backend.Buffer { return []backend.Buffer{b} }
	_, noStrings := dev.NewBuffer(graph.Type{DType: tensor.String})
	_, composite := dev.Compile(trace(t, func(g *graph.Graph) []*graph.Node {
		return []*graph.Node{graph.Apply(strange{}, g.Input(graph.Float32))}
	}))
	for _, row := range []struct {
		name string
		err  error
		want string
	}{
		{"no inputs", r.exe.Run(ctx, backend.Call{Out: r.out}), "got 0 inputs; want 1"},
		{"too many variables", r.exe.Run(ctx, backend.Call{Vars: r.in, In: r.in, Out: r.out}), "got 1 variables; want 0"},
		{"another device's", r.exe.Run(ctx, backend.Call{In: one(other), Out: r.out}), "input 0 is a buffer of another device"},
		{"another shape", r.exe.Run(ctx, backend.Call{In: one(wrong), Out: r.out}), "input 0 is float32(3, 2); want float32(2, 3)"},
		{"closed", r.exe.Run(ctx, backend.Call{In: r.in, Out: one(closed)}), "output 0: xla: used after Close"},
		{"cancelled", r.exe.Run(cancelled, backend.Call{In: r.in, Out: r.out}), "context canceled"},
		{"write of another type", r.in[0].Write(tensor.New(graph.Int32, 2, 3)), "float32(2, 3) got int32(2, 3)"},
		{"read into another shape", r.in[0].Read(tensor.New(graph.Float32, 6)), "float32(2, 3) got float32(6,)"},
		{"lend of a mistake", r.in[0].Lend(tensor.Of([]float32{1}, 2, 3)), "holds 6 elements"},
		{"nothing to write", r.in[0].Write(nil), "got no array"},
		{"use of a closed buffer", closed.Write(tensor.New(graph.Float32, 2, 3)), "used after Close"},
		{"strings", noStrings, "no buffers of string"},
		{"unknown operation", composite, "operation strange is not known: not supported"},
	} {
		if row.err == nil || !strings.Contains(row.err.Error(), row.want) {
			t.Errorf("%s: got %v; want an error with %q", row.name, row.err, row.want)
		}
	}
}

type strange struct{}

func (strange) Infer(in []graph.Type) []graph.Type { return in }
func (strange) String() string                     { return "strange" }

package jit

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	_ "github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func floats(t *testing.T, y *tensor.Tensor, err error) []float32 {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	d, ok := tensor.Data[float32](y)
	if !ok {
		t.Fatalf("got %v", y.DType())
	}
	return d
}

func want(t *testing.T, got []float32, want ...float32) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEveryShapeOfFunctionCompiles(t *testing.T) {
	x, y, z := tensor.Scalar(float32(2)), tensor.Scalar(float32(3)), tensor.Scalar(float32(5))
	r, err := Func(func(x *graph.Node) *graph.Node { return ops.Square(x) }).Call(x)
	want(t, floats(t, r, err), 4)
	r, err = Func(func(x, y *graph.Node) *graph.Node { return ops.Multiply(x, y) }).Call(x, y)
	want(t, floats(t, r, err), 6)
	r, err = Func(func(x, y, z *graph.Node) *graph.Node { return ops.Add(ops.Multiply(x, y), z) }).Call(x, y, z)
	want(t, floats(t, r, err), 11)
	r, err = Func(func(x []*graph.Node) *graph.Node {
		return ops.Concatenate(0, ops.Reshape(x[0], 1), ops.Reshape(x[1], 1))
	}).Call(x, z)
	want(t, floats(t, r, err), 2, 5)
	both := Func(func(x []*graph.Node) []*graph.Node { return []*graph.Node{ops.Square(x[0]), ops.Negative(x[0])} })
	rs, err := both.CallAll(y)
	if err != nil {
		t.Fatal(err)
	}
	want(t, floats(t, rs[0], nil), 9)
	want(t, floats(t, rs[1], nil), -3)
}

func TestAFunctionIsTracedOncePerType(t *testing.T) {
	traces := 0
	f := Func(func(x *graph.Node) *graph.Node { traces++; return ops.Sum(x) })
	for _, n := range []int{2, 3, 2, 3, 2} {
		if _, err := f.Call(tensor.New(tensor.Float32, n)); err != nil {
			t.Fatal(err)
		}
	}
	if traces != 2 {
		t.Errorf("traced %d times for two types", traces)
	}
}

func TestOldProgramsAreClosed(t *testing.T) {
	traces := 0
	f := Func(func(x *graph.Node) *graph.Node { traces++; return ops.Sum(x) })
	f.programs.Max = 3
	for _, n := range []int{0, 1, 2, 0, 3, 0, 1} { // 3 makes room by closing 1
		if _, err := f.Call(tensor.New(tensor.Float32, n+1)); err != nil {
			t.Fatal(err)
		}
	}
	if traces != 5 || f.programs.Len() != 3 || f.programs.Evicted != 2 {
		t.Errorf("traced %d times, %d programs are kept, %d were closed; want 5, 3 and 2", traces, f.programs.Len(), f.programs.Evicted)
	}
}

func TestGradOfIntegersIsNil(t *testing.T) {
	f := Func(func(x, i *graph.Node) *graph.Node { return ops.Take(ops.Square(x), i, 0) })
	d, err := f.Grad(tensor.Of([]float32{1, 2, 3}), tensor.Of([]int32{2, 2}))
	if err != nil {
		t.Fatal(err)
	}
	want(t, floats(t, d[0], nil), 0, 0, 12)
	if d[1] != nil {
		t.Errorf("gradient of an index: %v", d[1].Data())
	}
}

func TestVJPWeightsTheRows(t *testing.T) {
	f := Func(func(x *graph.Node) *graph.Node { return ops.Square(x) })
	d, err := f.VJP(tensor.Of([]float32{1, 0, 10}), tensor.Of([]float32{1, 2, 3}))
	if err != nil {
		t.Fatal(err)
	}
	want(t, floats(t, d[0], nil), 2, 0, 60)
}

func TestRandomCallsDiffer(t *testing.T) {
	draw := func() *Function {
		return Func(func(g *graph.Graph) *graph.Node { return ops.Uniform(g, 1, graph.Float32, 4) })
	}
	f, again := draw(), draw()
	a, err := f.Call()
	first := floats(t, a, err)
	b, err := f.Call()
	if slices.Equal(first, floats(t, b, err)) {
		t.Error("two calls drew the same numbers")
	}
	c, err := again.Call()
	want(t, floats(t, c, err), first...)
}

func TestVariablesMoveBetweenDevices(t *testing.T) {
	v := NewVariable(tensor.Of([]float32{1, 2}))
	double := Func(func(g *graph.Graph) *graph.Node { v.Update(ops.Scale(v.Read(g), 2)); return v.Read(g) })
	y, err := double.On("ref").Call()
	want(t, floats(t, y, err), 2, 4)
	y, err = double.Call()
	want(t, floats(t, y, err), 4, 8)
	y, err = double.On("ref").Call()
	want(t, floats(t, y, err), 8, 16)
}

func TestVariablesAreAssignedBetweenCalls(t *testing.T) {
	v := NewVariable(tensor.Of([]float32{1, 2}))
	steps := []struct {
		do   func(*tensor.Tensor) error
		with []float32
		want []float32
	}{
		{v.Assign, []float32{5, 6}, []float32{5, 6}},
		{v.AssignAdd, []float32{1, 1}, []float32{6, 7}},
		{v.AssignSub, []float32{2, 0}, []float32{4, 7}},
		{v.Assign, []float32{0, 1}, []float32{0, 1}},
	}
	for _, s := range steps {
		if err := s.do(tensor.Of(s.with)); err != nil {
			t.Fatal(err)
		}
		y, err := v.Value()
		want(t, floats(t, y, err), s.want...)
	}
}

func TestACancelledCallChangesNothing(t *testing.T) {
	v := NewVariable(tensor.Scalar(float32(1)))
	f := Func(func(x []*graph.Node) []*graph.Node {
		v.Update(ops.Add(v.Read(x[0].Graph()), x[0]))
		return nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.CallContext(ctx, tensor.Scalar(float32(1))); err == nil {
		t.Error("no error")
	}
	y, err := v.Value()
	want(t, floats(t, y, err), 1)
}

func TestConcurrentCallsAddUp(t *testing.T) {
	v := NewVariable(tensor.Scalar(float32(0)))
	f := Func(func(x *graph.Node) *graph.Node { v.Update(ops.Add(v.Read(x.Graph()), x)); return x })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				if _, err := f.Call(tensor.Scalar(float32(1))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	y, err := v.Value()
	want(t, floats(t, y, err), 80)
}

func TestMisuseIsAnError(t *testing.T) {
	x := tensor.Of([]float32{1, 2})
	square := Func(func(x *graph.Node) *graph.Node { return ops.Square(x) })
	pair := Func(func(x []*graph.Node) []*graph.Node { return []*graph.Node{x[0], x[0]} })
	bad := tensor.Of([]float32{1, 2, 3}, 2)
	call := func(f *Function, xs ...*tensor.Tensor) func() error {
		return func() error { _, err := f.Call(xs...); return err }
	}
	rows := []struct {
		name string
		do   func() error
		want string
	}{
		{"too few arguments", call(square), "takes 1 arguments, 0 were given"},
		{"a nil argument", call(square, nil), "argument 0 is nil"},
		{"a broken tensor", call(square, bad), "argument 0"},
		{"strings", call(square, tensor.Of([]string{"a"})), "strings"},
		{"two results", call(pair, x), "CallAll"},
		{"a nil result", call(Func(func(x *graph.Node) *graph.Node { return nil }), x), "result 0 of the function is nil"},
		{"shapes", call(Func(func(x *graph.Node) *graph.Node { return ops.Add(x, g3(x)) }), x), "do not broadcast"},
		{"no such device", call(square.On("abacus"), x), "abacus"},
		{"gradient of an integer", func() error {
			_, err := Func(func(x *graph.Node) *graph.Node { return ops.ArgMax(x, 0) }).Grad(x)
			return err
		}, "not a float"},
		{"vjp of another shape", func() error { _, err := square.VJP(tensor.Scalar(float32(1)), x); return err }, "the vector is"},
		{"assigning another type", func() error { return NewVariable(x).Assign(tensor.Of([]float32{1})) }, "the variable is float32(2,)"},
		{"a broken variable", func() error { _, err := NewVariable(bad).Value(); return err }, "tensor"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			if err := r.do(); err == nil || !strings.Contains(err.Error(), r.want) {
				t.Errorf("got %v, want %q", err, r.want)
			}
		})
	}
}

func g3(x *graph.Node) *graph.Node { return ops.Full(x, 1, 3) }

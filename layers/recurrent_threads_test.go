package layers_test

import (
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// gradients runs a training step of l on the named device; allocs is the number of allocations
// per run.
func gradients(t *testing.T, device string, l layers.Module) (out []*tensor.Tensor, allocs float64) {
	t.Helper()
	dev, err := backend.Open(device)
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	g := step(t, l, 7)
	exe, err := backend.Compile(dev, g)
	if err != nil {
		t.Fatal(err)
	}
	vars, in, results := buffers(t, dev, g)
	run := func() {
		if err := exe.Run(t.Context(), backend.Call{Seed: 1, Vars: vars, In: in, Out: results}); err != nil {
			t.Fatal(err)
		}
	}
	run()
	allocs = testing.AllocsPerRun(5, run)
	for i, n := range g.Outputs {
		x := tensor.New(n.DType, n.Shape...)
		if err := results[i].Read(x); err != nil {
			t.Fatal(err)
		}
		out = append(out, x)
	}
	return out, allocs
}

func TestGradientsThroughTimeDoNotDependOnTheThreads(t *testing.T) {
	for name, make := range sequenceLayers() {
		want, allocs := gradients(t, "cpu:1", make())
		if allocs != 0 {
			t.Errorf("%s: a step allocates %v times", name, allocs)
		}
		for _, device := range []string{"cpu:2", "cpu:3"} {
			got, _ := gradients(t, device, make())
			for i, x := range got {
				if !x.Equal(want[i]) {
					t.Errorf("%s on %s: gradient %d differs", name, device, i)
				}
			}
		}
	}
}

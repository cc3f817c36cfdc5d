package pjrt

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// resident returns the process's memory in MiB, or 0 if the system does not report it.
func resident() int {
	b, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(b), "VmRSS:")
	field, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kb, _ := strconv.Atoi(field)
	return kb >> 10
}

func TestTenThousandExecutionsLeakNothing(t *testing.T) {
	c := cpuClient(t)
	e := compile(t, c, `module { func.func public @main(%x: tensor<4096xf32> {tf.aliasing_output = 0 : i32}, %y: tensor<4096xf32>)
  -> (tensor<4096xf32>, tensor<4096xf32>) {
  %0 = stablehlo.add %x, %y : tensor<4096xf32>
  %1 = stablehlo.multiply %0, %y : tensor<4096xf32>
  return %0, %1 : tensor<4096xf32>, tensor<4096xf32> } }`)
	data, out := make([]float32, 4096), make([]float32, 4096)
	x, y, z := buffer(t, c, data, 4096), &Buffer{}, &Buffer{}
	h := HostData{Type: F32, Dims: []int64{4096}}
	step := func() {
		if err := c.FromHostInto(y, raw(data), h); err != nil {
			t.Fatal(err)
		}
		if err := e.Execute([]*Buffer{x, y}, []*Buffer{x, z}); err != nil {
			t.Fatal(err)
		}
		if err := z.ToHost(raw(out), 1); err != nil {
			t.Fatal(err)
		}
	}
	defer y.Destroy()
	defer z.Destroy()
	for range 1000 {
		step()
	}
	runtime.GC()
	before, live := resident(), c.Live()
	for range 10000 {
		step()
	}
	runtime.GC()
	// 10^4 forgotten arrays of 16 KiB would be 156 MiB.
	if grown := resident() - before; grown > 16 {
		t.Errorf("the process grew by %d MiB", grown)
	}
	if c.Live() != live {
		t.Errorf("got %d live objects; want %d", c.Live(), live)
	}
}

func TestExecuteAllocatesNothing(t *testing.T) {
	c := cpuClient(t)
	e := compile(t, c, increment)
	x, y, sum := buffer(t, c, make([]float32, 4), 4), buffer(t, c, make([]float32, 4), 4), &Buffer{}
	defer sum.Destroy()
	in, out, dst := []*Buffer{x, y}, []*Buffer{x, sum}, make([]byte, 4)
	host, h := raw(make([]float32, 4)), HostData{Type: F32, Dims: []int64{4}}
	step := func() {
		if e.Execute(in, out) != nil || sum.ToHost(dst, 0) != nil || c.FromHostInto(y, host, h) != nil {
			t.Fatal("step")
		}
	}
	step()
	if n := testing.AllocsPerRun(200, step); n >= 1 && !raceEnabled {
		t.Errorf("got %v allocations; want 0", n)
	}
}

func BenchmarkTinyExecution(b *testing.B) {
	c := cpuClient(b)
	e := compile(b, c, increment)
	x, y, sum := buffer(b, c, make([]float32, 4), 4), buffer(b, c, make([]float32, 4), 4), &Buffer{}
	defer sum.Destroy()
	in, out, dst := []*Buffer{x, y}, []*Buffer{x, sum}, make([]byte, 4)
	b.Run("execute", func(b *testing.B) {
		for b.Loop() {
			if err := e.Run(in, out); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("execute and read", func(b *testing.B) {
		for b.Loop() {
			if err := e.Execute(in, out); err != nil {
				b.Fatal(err)
			}
			if err := sum.ToHost(dst, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
}

package pjrt

import (
	"errors"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/rhyton/rhyton/backend/xla/internal/plugin"
)

// cpu loads the CPU plugin. If there is none, the test is skipped; in CI, where it must be installed,
// it fails.
func cpu(t testing.TB) *Plugin {
	t.Helper()
	path, err := plugin.Find("cpu")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI must have the CPU plugin (go run ./internal/tools/getplugin): %v", err)
		}
		t.Skipf("go run ./internal/tools/getplugin fetches the plugin: %v", err)
	}
	p, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func cpuClient(t testing.TB) *Client {
	t.Helper()
	c, err := cpu(t).NewClient(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if n := c.Live(); n != 0 {
			t.Errorf("%d buffers or executables are left", n)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func raw[T any](s []T) []byte {
	var zero T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(zero)))
}

func compile(t testing.TB, c *Client, text string) *Executable {
	t.Helper()
	e, err := c.Compile(text, CompileOptions{Device: c.Devices[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Destroy() })
	return e
}

func buffer(t testing.TB, c *Client, data []float32, dims ...int64) *Buffer {
	t.Helper()
	b, err := c.FromHost(raw(data), HostData{Type: F32, Dims: dims})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Destroy() })
	return b
}

func floats(t testing.TB, b *Buffer, n, rank int) []float32 {
	t.Helper()
	out := make([]float32, n)
	if err := b.ToHost(raw(out), rank); err != nil {
		t.Fatal(err)
	}
	return out
}

const matmul = `module { func.func public @main(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>) -> tensor<2x2xf32> {
  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32> } }`

// increment adds y to its donated first argument.
const increment = `module { func.func public @main(%x: tensor<4xf32> {tf.aliasing_output = 0 : i32}, %y: tensor<4xf32>)
  -> (tensor<4xf32>, tensor<f32>) {
  %0 = stablehlo.add %x, %y : tensor<4xf32>
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %1 = stablehlo.reduce(%0 init: %z) applies stablehlo.add across dimensions = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
  return %0, %1 : tensor<4xf32>, tensor<f32> } }`

func TestAClientKnowsItsPlatformAndDevices(t *testing.T) {
	c := cpuClient(t)
	if c.Platform != "cpu" || c.PlatformVersion == "" || len(c.Devices) == 0 || c.Devices[0].Kind == "" {
		t.Errorf("got platform %q %q, devices %+v", c.Platform, c.PlatformVersion, c.Devices)
	}
	if again := cpu(t); again != c.Plugin {
		t.Error("loading a plugin again gives another one")
	}
	if _, err := c.Devices[0].MemoryStats(); err != nil && !errors.Is(err, Unimplemented) {
		t.Errorf("memory stats: %v", err)
	}
}

func TestClientOptionsReachThePlugin(t *testing.T) {
	for _, opts := range []Options{{"cpu_device_count": 3}, {"cpu_device_count": int64(3)}} {
		c, err := cpu(t).NewClient(opts)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Devices) != 3 {
			t.Errorf("%v: got %d devices; want 3", opts, len(c.Devices))
		}
		c.Close()
	}
	if _, err := cpu(t).NewClient(Options{"x": struct{}{}}); err == nil || !strings.Contains(err.Error(), "option x") {
		t.Errorf("an option of a wrong type: got %v", err)
	}
}

func TestOptionsSurviveTheRoundTrip(t *testing.T) {
	in := Options{"s": "text", "i": int64(-7), "f": float32(0.5), "b": true, "l": []int64{1, 2, 3}, "e": ""}
	o, err := newOptions(in)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	got := readOptions(&o.array[0], uintptr(len(o.array)))
	for name, want := range in {
		if l, ok := want.([]int64); ok {
			if !slices.Equal(got[name].([]int64), l) {
				t.Errorf("%s: got %v; want %v", name, got[name], l)
			}
		} else if got[name] != want {
			t.Errorf("%s: got %v; want %v", name, got[name], want)
		}
	}
}

func TestExecuteMultipliesMatrices(t *testing.T) {
	c := cpuClient(t)
	e := compile(t, c, matmul)
	a, b := buffer(t, c, []float32{1, 2, 3, -4, -5, -6}, 2, 3), buffer(t, c, []float32{1, 2, 3, 4, 5, 6}, 3, 2)
	out := &Buffer{}
	if err := e.Run([]*Buffer{a, b}, []*Buffer{out}); err != nil {
		t.Fatal(err)
	}
	defer out.Destroy()
	if got := floats(t, out, 4, 2); !slices.Equal(got, []float32{22, 28, -49, -64}) {
		t.Errorf("got %v", got)
	}
	dims, err := out.Dims()
	if kind, _ := out.Type(); err != nil || !slices.Equal(dims, []int64{2, 2}) || kind != F32 {
		t.Errorf("got %v of %v, %v", dims, kind, err)
	}
	if n, err := out.DeviceSize(); n != 16 || err != nil {
		t.Errorf("device size: got %d, %v", n, err)
	}
}

func TestEveryTypeSurvivesTheRoundTrip(t *testing.T) {
	c := cpuClient(t)
	for kind := Pred; kind <= C128; kind++ {
		for _, dims := range [][]int64{{}, {3}, {2, 3}, {2, 3, 4}, {0, 3}} {
			n := kind.Size()
			for _, d := range dims {
				n *= int(d)
			}
			in, out := make([]byte, n), make([]byte, n)
			for i := range in {
				in[i] = byte(i % 2)
			}
			for _, zeroCopy := range []bool{false, true} {
				b, err := c.FromHost(in, HostData{Type: kind, Dims: dims, ZeroCopy: zeroCopy})
				if err != nil {
					t.Fatalf("%v %v: %v", kind, dims, err)
				}
				if err := b.ToHost(out, len(dims)); err != nil || !slices.Equal(in, out) {
					t.Errorf("%v %v: got %v, %v; want %v", kind, dims, out, err, in)
				}
				b.Destroy()
			}
		}
	}
}

func TestHostDataMayChangeAfterACopy(t *testing.T) {
	c := cpuClient(t)
	data := make([]float32, 1<<16)
	b := buffer(t, c, data, 1<<16)
	for i := range data {
		data[i] = 1
	}
	for i, x := range floats(t, b, len(data), 1) {
		if x != 0 {
			t.Fatalf("element %d changed with the host's memory", i)
		}
	}
}

func TestDestroyWaitsForZeroCopiedData(t *testing.T) {
	c := cpuClient(t)
	e := compile(t, c, `module { func.func public @main(%a: tensor<512x512xf32>) -> tensor<512x512xf32> {
  %0 = stablehlo.dot_general %a, %a, contracting_dims = [1] x [0] : (tensor<512x512xf32>, tensor<512x512xf32>) -> tensor<512x512xf32>
  return %0 : tensor<512x512xf32> } }`)
	data := make([]float32, 512*512+16)
	aligned := data[(64-uintptr(unsafe.Pointer(&data[0]))%64)%64/4:][:512*512]
	out := &Buffer{}
	for range 20 {
		for i := range aligned {
			aligned[i] = 1
		}
		b, err := c.FromHost(raw(aligned), HostData{Type: F32, Dims: []int64{512, 512}, ZeroCopy: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Execute([]*Buffer{b}, []*Buffer{out}); err != nil {
			t.Fatal(err)
		}
		b.Destroy()
		clear(aligned) // the execution must not see this
		if got := floats(t, out, 512*512, 2); slices.Min(got) != 512 || slices.Max(got) != 512 {
			t.Fatalf("got values in [%v, %v]; want 512", slices.Min(got), slices.Max(got))
		}
	}
	out.Destroy()
}

func TestADonatedInputIsReplacedInPlace(t *testing.T) {
	c := cpuClient(t)
	e := compile(t, c, increment)
	x, y, sum := buffer(t, c, []float32{1, 2, 3, 4}, 4), buffer(t, c, []float32{1, 1, 1, 1}, 4), &Buffer{}
	defer sum.Destroy()
	for step := 1; step <= 3; step++ {
		if err := e.Execute([]*Buffer{x, y}, []*Buffer{x, sum}); err != nil {
			t.Fatal(err)
		}
		if got, want := floats(t, sum, 1, 0)[0], float32(10+4*step); got != want {
			t.Errorf("step %d: got %v; want %v", step, got, want)
		}
	}
	if got := floats(t, x, 4, 1); !slices.Equal(got, []float32{4, 5, 6, 7}) {
		t.Errorf("got %v", got)
	}
	fresh := &Buffer{}
	if err := e.Execute([]*Buffer{x, y}, []*Buffer{fresh, sum}); err != nil {
		t.Fatal(err)
	}
	if err := x.ToHost(make([]byte, 16), 1); err == nil {
		t.Error("a donated buffer can still be read")
	}
	fresh.Destroy()
}

func TestADeviceIsChosenByItsID(t *testing.T) {
	c, err := cpu(t).NewClient(Options{"cpu_device_count": 2})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	d := c.Devices[1]
	e, err := c.Compile(matmul, CompileOptions{Device: d.ID})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Destroy()
	a, err1 := c.FromHost(raw(make([]float32, 6)), HostData{Type: F32, Dims: []int64{2, 3}, Device: d})
	b, err2 := c.FromHost(raw(make([]float32, 6)), HostData{Type: F32, Dims: []int64{3, 2}, Device: d})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	out := &Buffer{}
	if err := e.Run([]*Buffer{a, b}, []*Buffer{out}); err != nil {
		t.Fatal(err)
	}
	a.Destroy()
	b.Destroy()
	out.Destroy()
}

func TestAnExecutableTellsItsMemory(t *testing.T) {
	if m, err := compile(t, cpuClient(t), matmul).MemoryStats(); err != nil || m.Arguments != 48 || m.Outputs != 16 {
		t.Errorf("got %+v, %v", m, err)
	}
}

func TestErrorsAreGoErrorsWithACode(t *testing.T) {
	c := cpuClient(t)
	e := compile(t, c, matmul)
	a, b := buffer(t, c, make([]float32, 6), 2, 3), buffer(t, c, make([]float32, 6), 3, 2)
	small := buffer(t, c, make([]float32, 4), 2, 2)
	gone := buffer(t, c, nil, 0)
	gone.Destroy()
	unloaded := compile(t, c, matmul)
	unloaded.Destroy()
	one := []*Buffer{{}}
	fromHost := func(n int, h HostData) error { _, err := c.FromHost(make([]byte, n), h); return err }
	for _, row := range []struct {
		name string
		err  error
		code Code
	}{
		{"bad program", func() error { _, err := c.Compile("module { junk }", CompileOptions{}); return err }(), Unknown},
		{"too few inputs", e.Execute([]*Buffer{a}, one), InvalidArgument},
		{"wrong shape", e.Execute([]*Buffer{a, small}, one), InvalidArgument},
		{"wrong number of outputs", e.Execute([]*Buffer{a, b}, nil), InvalidArgument},
		{"destroyed input", e.Execute([]*Buffer{a, gone}, one), FailedPrecondition},
		{"destroyed executable", unloaded.Execute([]*Buffer{a, b}, one), FailedPrecondition},
		{"destroyed read", gone.ToHost(nil, 1), FailedPrecondition},
		{"short destination", a.ToHost(make([]byte, 23), 2), InvalidArgument},
		{"short source", fromHost(23, HostData{Type: F32, Dims: []int64{2, 3}}), InvalidArgument},
		{"negative dimension", fromHost(4, HostData{Type: F32, Dims: []int64{-1}}), InvalidArgument},
		{"overflow", fromHost(4, HostData{Type: F32, Dims: []int64{1 << 40, 1 << 40}}), InvalidArgument},
		{"no type", fromHost(4, HostData{Dims: []int64{1}}), InvalidArgument},
		{"missing function", c.Plugin.call(100000, nil), Unimplemented},
	} {
		var e *Error
		if !errors.As(row.err, &e) || !errors.Is(row.err, row.code) || e.Message == "" {
			t.Errorf("%s: got %v; want code %v", row.name, row.err, row.code)
		}
	}
	one[0].Destroy()
	if _, err := c.Compile(matmul, CompileOptions{Overrides: map[string]any{"x": 'c'}}); err == nil {
		t.Error("an override of a wrong type was taken")
	}
	if _, err := Load("/nowhere/plugin.so"); err == nil || !strings.Contains(err.Error(), "/nowhere/plugin.so") {
		t.Errorf("no plugin: got %v", err)
	}
}

func TestOverridesReachTheCompiler(t *testing.T) {
	c := cpuClient(t)
	e, err := c.Compile(matmul, CompileOptions{Overrides: map[string]any{
		"xla_cpu_enable_fast_math": true, "xla_backend_optimization_level": 1}})
	if err != nil {
		t.Fatal(err)
	}
	e.Destroy()
	_, err = c.Compile(matmul, CompileOptions{Overrides: map[string]any{"xla_no_such_flag": 1}})
	if err == nil || !strings.Contains(err.Error(), "xla_no_such_flag") {
		t.Errorf("unknown flag: got %v; want an error that names it", err)
	}
}

func TestTheOrderOfClosingIsFree(t *testing.T) {
	c, err := cpu(t).NewClient(nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := c.Compile(matmul, CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.FromHost(make([]byte, 24), HostData{Type: F32, Dims: []int64{2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Compile(matmul, CompileOptions{}); !errors.Is(err, FailedPrecondition) {
		t.Errorf("compile on a closed client: got %v", err)
	}
	if err := b.ToHost(make([]byte, 24), 2); err != nil {
		t.Errorf("a buffer outlives Close: %v", err)
	}
	for range 2 {
		if err := errors.Join(e.Destroy(), b.Destroy()); err != nil {
			t.Error(err)
		}
	}
	if c.Live() != 0 {
		t.Errorf("%d objects are left", c.Live())
	}
}

func TestGoroutinesShareAnExecutable(t *testing.T) {
	c := cpuClient(t)
	e := compile(t, c, increment)
	y := buffer(t, c, []float32{1, 1, 1, 1}, 4)
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			x, sum := &Buffer{}, &Buffer{}
			defer x.Destroy()
			defer sum.Destroy()
			for i := range 100 {
				v := float32(g*1000 + i)
				if err := c.FromHostInto(x, raw([]float32{v, v, v, v}), HostData{Type: F32, Dims: []int64{4}}); err != nil {
					t.Error(err)
					return
				}
				if err := e.Execute([]*Buffer{x, y}, []*Buffer{x, sum}); err != nil {
					t.Error(err)
					return
				}
				out := make([]float32, 1)
				if err := sum.ToHost(raw(out), 0); err != nil || math.Abs(float64(out[0]-4*(v+1))) > 0 {
					t.Errorf("got %v, %v; want %v", out, err, 4*(v+1))
					return
				}
			}
		})
	}
	all.Wait()
}

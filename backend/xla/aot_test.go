package xla

import (
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/xla/internal/pjrt"
	"github.com/rhyton/rhyton/backend/xla/internal/plugin"
	"github.com/rhyton/rhyton/backend/xla/internal/stablehlo"
	"github.com/rhyton/rhyton/graph"
)

// With this variable set to n, every nth graph that the tests run on the CPU is compiled for an NVIDIA H100 too, for
// which no GPU is needed: the CUDA plugin and compiler are (go run ./internal/tools/getplugin -cuda).
const alsoForGPU = "RHYTON_COMPILE_FOR_GPU"

// compiler is a device that also compiles for a GPU what it compiles.
type compiler struct {
	*device
	topology *pjrt.Topology
	config   config
	path     string
	every    int64
	graphs   atomic.Int64
}

func newCompiler(t testing.TB, d *device) *compiler {
	t.Helper()
	every, err := strconv.ParseInt(os.Getenv(alsoForGPU), 10, 64)
	if err != nil || every < 1 {
		t.Fatalf("%s is %q; want a number from 1", alsoForGPU, os.Getenv(alsoForGPU))
	}
	path, err := plugin.Find("cuda")
	if err != nil {
		t.Fatalf("%s is set: %v", alsoForGPU, err)
	}
	quiet()
	p, err := pjrt.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	target, err := os.ReadFile("internal/pjrt/testdata/h100.txtpb")
	if err != nil {
		t.Fatal(err)
	}
	c := &compiler{device: d, config: config{plugin: "cuda", deterministic: true}, path: path, every: every}
	c.topology, err = p.NewTopology("cuda", pjrt.Options{"topology": "1x1x1", "target_config": string(target)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.topology.Destroy() })
	return c
}

func (c *compiler) Compile(g *graph.Graph) (backend.Executable, error) {
	if c.graphs.Add(1)%c.every != 0 {
		return c.device.Compile(g)
	}
	m, err := stablehlo.Emit(g, stablehlo.Options{})
	if err != nil {
		return nil, err
	}
	overrides := c.config.overrides("cuda", c.path)
	overrides["xla_gpu_autotune_level"] = 0         // it measures kernels, for which there is no GPU
	overrides["xla_gpu_enable_triton_gemm"] = false // its kernels have to be measured
	p, err := c.topology.Compile(m.Text, pjrt.CompileOptions{Overrides: overrides})
	if err != nil {
		return nil, fmt.Errorf("xla: for a GPU: %w", err)
	}
	p.Destroy()
	return c.device.Compile(g)
}

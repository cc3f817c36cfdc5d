package xla

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/backendtest"
	"github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/backend/xla/internal/pjrt"
	"github.com/rhyton/rhyton/backend/xla/internal/plugin"
	"github.com/rhyton/rhyton/backend/xla/internal/stablehlo"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/randgraph"
	"github.com/rhyton/rhyton/layers"
)

// If this variable is set to n, every nth graph of the suite, of the random graphs and of the models
// is compiled for an NVIDIA H100. This requires the CUDA plugin and compiler
// (go run ./internal/tools/getplugin -cuda), but no GPU.
const compileForGPU = "RHYTON_COMPILE_FOR_GPU"

func TestGraphsCompileForAGPU(t *testing.T) {
	if os.Getenv(compileForGPU) == "" {
		t.Skip(compileForGPU + " is not set")
	}
	c := newCompiler(t)
	backendtest.Run(t, c)
	for seed := range uint64(60) {
		g, _, err := randgraph.Make(randgraph.Options{Seed: seed, Scan: seed%2 == 0, Grad: seed%3 == 0})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := backend.Compile(c, g); err != nil {
			t.Fatal(err)
		}
	}
	backend.Register("compiler", func(string) (backend.Device, error) { return c, nil })
	c.every = 1
	for _, m := range nets {
		fit(t, m(), "compiler", layers.Policy{}, 32, 1)
		fit(t, m(), "compiler", layers.MixedBFloat16, 32, 1)
	}
	c.wait.Wait()
	t.Logf("%d graphs, %d of which were taken and %d compiled, the others having been before", c.graphs, c.taken, c.compiled.Load())
}

// compiler is the reference device; it also compiles for a GPU what it runs, in other goroutines.
type compiler struct {
	backend.Device
	t        *testing.T
	topology *pjrt.Topology
	config   config
	path     string
	every    int

	graphs, taken int
	compiled      atomic.Int64
	wait          sync.WaitGroup
	room          chan struct{} // limits concurrent compilations
}

func newCompiler(t *testing.T) *compiler {
	t.Helper()
	every, err := strconv.Atoi(os.Getenv(compileForGPU))
	if err != nil || every < 1 {
		t.Fatalf("%s is %q; want a number from 1", compileForGPU, os.Getenv(compileForGPU))
	}
	path, err := plugin.Find("cuda")
	if err != nil {
		t.Fatalf("%s is set: %v", compileForGPU, err)
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
	c := &compiler{Device: ref.New(), t: t, path: path, every: every, room: make(chan struct{}, 2),
		config: config{plugin: "cuda", deterministic: true}}
	c.topology, err = p.NewTopology("cuda", pjrt.Options{"topology": "1x1x1", "target_config": string(target)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.topology.Destroy() })
	return c
}

func (c *compiler) Compile(g *graph.Graph) (backend.Executable, error) {
	if c.graphs++; c.graphs%c.every == 0 {
		m, err := stablehlo.Emit(g, stablehlo.Options{})
		if err != nil {
			return nil, err
		}
		c.taken++
		c.room <- struct{}{}
		c.wait.Go(func() {
			defer func() { <-c.room }()
			if err := c.compile(m); err != nil {
				c.t.Errorf("%v\n%s", err, m.Text[:min(len(m.Text), 2000)])
			}
		})
	}
	return c.Device.Compile(g)
}

// compile skips modules that the same plugin has compiled before.
func (c *compiler) compile(m stablehlo.Module) error {
	overrides := c.config.overrides("cuda", c.path)
	overrides["xla_gpu_autotune_level"] = 0         // it measures kernels, which needs a GPU
	overrides["xla_gpu_enable_triton_gemm"] = false // its kernels must be measured
	library, err := os.Stat(c.path)
	if err != nil {
		return err
	}
	key := sha256.Sum256(fmt.Append(nil, overrides, library.Size(), library.ModTime(), m.Text))
	mark := filepath.Join(plugin.Cache(), "compiled", hex.EncodeToString(key[:]))
	if _, err := os.Stat(mark); err == nil {
		return nil
	}
	c.compiled.Add(1)
	p, err := c.topology.Compile(m.Text, pjrt.CompileOptions{Overrides: overrides})
	if err != nil {
		return fmt.Errorf("for a GPU: %w", err)
	}
	return errors.Join(p.Destroy(), os.MkdirAll(filepath.Dir(mark), 0o755), os.WriteFile(mark, nil, 0o644))
}

package pjrt

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rhyton/rhyton/backend/xla/internal/plugin"
)

func TestAProgramIsCompiledForAGPUWithoutOne(t *testing.T) {
	path, err := plugin.Find("cuda")
	if err != nil {
		t.Skipf("needs the CUDA plugin (go run ./internal/tools/getplugin -cuda): %v", err)
	}
	p, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile("testdata/h100.txtpb")
	if err != nil {
		t.Fatal(err)
	}
	topology, err := p.NewTopology("cuda", Options{"topology": "1x1x1", "target_config": string(config)})
	if err != nil {
		t.Fatal(err)
	}
	defer topology.Destroy()
	compiler := filepath.Join(filepath.Dir(path), "../../nvidia/cuda_nvcc")
	program, err := topology.Compile(matmul, CompileOptions{Overrides: map[string]any{
		"xla_gpu_cuda_data_dir": compiler, "xla_gpu_autotune_level": 0}})
	if err != nil {
		t.Fatal(err)
	}
	defer program.Destroy()
	if _, err := p.NewTopology("cuda", Options{"target_config": "junk"}); err == nil {
		t.Error("junk was taken for a target")
	}
}

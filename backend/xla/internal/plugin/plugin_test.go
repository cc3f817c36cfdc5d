package plugin

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// alone sets up the environment of a machine without any Python.
func alone(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if strings.Contains(name, "PJRT") {
			t.Setenv(name, "")
		}
	}
	for _, v := range []string{"VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYENV_ROOT"} {
		t.Setenv(v, "")
	}
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
	t.Setenv("PATH", filepath.Join(home, "bin"))
	return home
}

func touch(t *testing.T, elem ...string) string {
	t.Helper()
	path := filepath.Join(elem...)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFindLooksInTheVirtualEnvironmentFirst(t *testing.T) {
	home := alone(t)
	const cuda = "jax_plugins/xla_cuda12/xla_cuda_plugin.so"
	user := touch(t, home, ".local/lib/python3.12/site-packages", cuda)
	if got, err := Find("cuda"); got != user || err != nil {
		t.Errorf("user's: got %q, %v; want %q", got, err, user)
	}
	venv := touch(t, home, "venv/lib/python3.11/site-packages", cuda)
	t.Setenv("VIRTUAL_ENV", filepath.Join(home, "venv"))
	if got, err := Find("cuda"); got != venv || err != nil {
		t.Errorf("venv's: got %q, %v; want %q", got, err, venv)
	}
	newer := touch(t, home, "venv/lib/python3.11/site-packages/jax_plugins/xla_cuda13/xla_cuda_plugin.so")
	if got, err := Find("cuda"); got != newer || err != nil {
		t.Errorf("CUDA 13's: got %q, %v; want %q", got, err, newer)
	}
}

func TestFindLooksEverywherePipInstalls(t *testing.T) {
	for _, row := range []struct{ name, file string }{
		{"cpu", ".pyenv/versions/3.11.9/lib/python3.11/site-packages/lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so"},
		{"cpu", ".local/lib/python3.9/site-packages/fastatomstruct_xla_cpu/libpjrt_cpu.so"},
		{"cpu", "cache/rhyton/pjrt/lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so"},
		{"rocm", "miniconda3/lib/python3.12/site-packages/jax_plugins/xla_rocm7/xla_rocm_plugin.so"},
		{"tpu", ".local/lib/python3.13/site-packages/libtpu/libtpu.so"},
	} {
		home := alone(t)
		want := touch(t, home, row.file)
		if got, err := Find(row.name); got != want || err != nil {
			t.Errorf("%s: got %q, %v; want %q", row.file, got, err, want)
		}
	}
}

func TestFindPrefersTheNewerPython(t *testing.T) {
	home := alone(t)
	touch(t, home, ".local/lib/python3.9/site-packages/libtpu/libtpu.so")
	want := touch(t, home, ".local/lib/python3.12/site-packages/libtpu/libtpu.so")
	if got, _ := Find("tpu"); got != want {
		t.Errorf("got %q; want %q", got, want)
	}
}

func TestVariablesComeFirst(t *testing.T) {
	home := alone(t)
	touch(t, home, ".local/lib/python3.12/site-packages/libtpu/libtpu.so")
	want := touch(t, home, "mine.so")
	for _, v := range []string{"PJRT_PLUGIN_TPU_PATH", "PJRT_TPU_PLUGIN"} {
		t.Run(v, func(t *testing.T) {
			t.Setenv(v, want)
			if got, err := Find("tpu"); got != want || err != nil {
				t.Errorf("got %q, %v; want %q", got, err, want)
			}
			t.Setenv(v, want+".missing")
			if _, err := Find("tpu"); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), v) {
				t.Errorf("missing file: got %v; want an error that names %s", err, v)
			}
		})
	}
	t.Setenv("PJRT_NAMES_AND_LIBRARY_PATHS", "cuda:/nowhere,tpu:"+want)
	if got, err := Find("tpu"); got != want || err != nil {
		t.Errorf("JAX's variable: got %q, %v; want %q", got, err, want)
	}
}

func TestFindTakesAPath(t *testing.T) {
	home := alone(t)
	want := touch(t, home, "mine.so")
	if got, err := Find(want); got != want || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := Find(filepath.Join(home, "no.so")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing path: got %v", err)
	}
}

func TestNotFoundSaysWhereAndWhatToInstall(t *testing.T) {
	home := alone(t)
	site := filepath.Dir(filepath.Dir(touch(t, home, ".local/lib/python3.12/site-packages/numpy/x")))
	for _, k := range Kinds {
		_, err := Find(k.Name)
		var missing *NotFoundError
		if !errors.As(err, &missing) {
			t.Fatalf("%s: got %v; want a NotFoundError", k.Name, err)
		}
		for _, want := range []string{"pip install", "PJRT_PLUGIN_" + strings.ToUpper(k.Name) + "_PATH", site} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q lacks %q", k.Name, err, want)
			}
		}
	}
	if _, err := Find("abacus"); err == nil || !strings.Contains(err.Error(), "cpu, cuda, rocm, tpu") {
		t.Errorf("unknown name: got %v", err)
	}
}

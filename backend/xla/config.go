package xla

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rhyton/rhyton/backend/xla/internal/pjrt"
	"github.com/rhyton/rhyton/backend/xla/internal/plugin"
)

// config is parsed from the part of a device name after "xla:".
type config struct {
	plugin        string // name or path
	device        int
	tf32          bool
	deterministic bool
	client        pjrt.Options // for the plugin
}

func parse(text string) (config, error) {
	c := config{deterministic: true, client: pjrt.Options{}}
	name, query, _ := strings.Cut(text, "?")
	c.plugin = name
	if name == "" {
		return c, fmt.Errorf("xla: no plugin; write xla:cuda, xla:rocm, xla:tpu, xla:cpu or xla:/path/to/plugin.so")
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return c, fmt.Errorf("xla: options %q: %w", query, err)
	}
	for key, all := range values {
		if err := c.set(key, all[len(all)-1]); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (c *config) set(key, text string) (err error) {
	wants := ""
	switch key {
	case "device":
		wants = "a number from 0"
		if c.device, err = strconv.Atoi(text); err == nil && c.device < 0 {
			err = strconv.ErrRange
		}
	case "tf32":
		wants = "true or false"
		c.tf32, err = strconv.ParseBool(text)
	case "deterministic":
		wants = "true or false"
		c.deterministic, err = strconv.ParseBool(text)
	case "preallocate":
		wants = "true or false"
		c.client[key], err = strconv.ParseBool(text)
	case "memory_fraction":
		wants = "a number above 0 and at most 1"
		f, e := strconv.ParseFloat(text, 64)
		if err = e; e == nil && !(f > 0 && f <= 1) {
			err = strconv.ErrRange
		}
		c.client[key] = f
	case "allocator":
		c.client[key] = text
	default:
		return fmt.Errorf("xla: option %s is unknown; there are device, memory_fraction, preallocate, allocator, "+
			"tf32, deterministic", key)
	}
	if err != nil {
		return fmt.Errorf("xla: option %s=%s: want %s", key, text, wants)
	}
	return nil
}

// isGPU reports whether the plugin has GPU options, judging by the given name or the library's.
func (c config) isGPU() bool {
	base := strings.ToLower(filepath.Base(c.plugin))
	return strings.Contains(base, "cuda") || strings.Contains(base, "rocm")
}

// library returns the path of the plugin.
func (c config) library() (string, error) {
	path, err := plugin.Find(c.plugin)
	if err != nil {
		return "", fmt.Errorf("xla: %w", err)
	}
	return path, nil
}

// overrides returns the XLA flags for programs of a platform, compiled by the plugin at path.
func (c config) overrides(platform, path string) map[string]any {
	// A cast to a half float rounds, even where the result is not stored.
	out := map[string]any{"xla_allow_excess_precision": false}
	switch platform {
	case "cpu":
		out["xla_cpu_enable_fast_min_max"] = false // by default the maximum loses NaN
	case "cuda", "rocm":
		out["xla_gpu_exclude_nondeterministic_ops"] = c.deterministic
	}
	if platform != "cuda" {
		return out
	}
	if dir := toolkit(path); dir != "" {
		out["xla_gpu_cuda_data_dir"] = dir
	}
	return out
}

// toolkit returns the folder of ptxas and libdevice: next to the package of the plugin at path,
// where NVIDIA's wheels unpack them, or as given by CUDA_HOME, CUDA_PATH or the nvcc on PATH. It
// returns "" if there is none; the plugin then looks in /usr/local/cuda.
func toolkit(path string) string {
	site := filepath.Join(filepath.Dir(path), "..", "..", "nvidia")
	dirs := []string{filepath.Join(site, "cuda_nvcc"), filepath.Join(site, "cu13"), os.Getenv("CUDA_HOME"), os.Getenv("CUDA_PATH")}
	if nvcc, err := exec.LookPath("nvcc"); err == nil {
		if real, err := filepath.EvalSymlinks(nvcc); err == nil {
			dirs = append(dirs, filepath.Dir(filepath.Dir(real)))
		}
	}
	for _, dir := range dirs {
		if _, err := os.Stat(filepath.Join(dir, "nvvm", "libdevice")); err == nil && dir != "" {
			return dir
		}
	}
	return ""
}

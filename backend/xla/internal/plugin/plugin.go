// Package plugin finds PJRT plugins, which are shared libraries in Python wheels, without running
// Python.
package plugin

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Kind is a kind of plugin that can be found by name.
type Kind struct {
	Name     string
	Patterns []string // below a site-packages folder, best first
	Install  string   // the command that installs it
}

// Kinds are the kinds of plugins known by name.
var Kinds = []Kind{
	{"cpu", []string{
		"lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so",
		"fastatomstruct_xla_cpu/libpjrt_cpu.so",
	}, "pip install --no-deps lammps-jax-pjrt-cpu==0.11.2 (Linux x86-64)"},
	{"cuda", []string{
		"jax_plugins/xla_cuda13/xla_cuda_plugin.so",
		"jax_plugins/xla_cuda12/xla_cuda_plugin.so",
	}, `pip install "jax-cuda13-plugin[with-cuda]" (Linux, an NVIDIA driver from 580 on; for older ones jax-cuda12-plugin)`},
	{"rocm", []string{
		"jax_plugins/xla_rocm*/xla_rocm_plugin.so",
	}, "pip install jax-rocm7-pjrt (Linux, with AMD's ROCm 7 installed)"},
	{"tpu", []string{
		"libtpu/libtpu.so",
	}, "pip install libtpu (on a machine with a TPU)"},
}

// Find returns the path of the plugin called name, or name itself if it is a path. It searches, in
// this order, the variables PJRT_PLUGIN_<NAME>_PATH and PJRT_<NAME>_PLUGIN, JAX's
// PJRT_NAMES_AND_LIBRARY_PATHS ("name:path,…"), and every folder of [Sites]. The error lists where
// it searched and what to install.
func Find(name string) (string, error) {
	if strings.ContainsAny(name, `/\`) || filepath.Ext(name) != "" {
		if _, err := os.Stat(name); err != nil {
			return "", fmt.Errorf("plugin: %w", err)
		}
		return name, nil
	}
	if path, err := fromEnvironment(name); path != "" || err != nil {
		return path, err
	}
	i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return "", fmt.Errorf("plugin: %q is unknown; want cpu, cuda, rocm, tpu or the path of a library, "+
			"or set %s", name, variables(name)[0])
	}
	k, sites := Kinds[i], Sites()
	for _, pattern := range k.Patterns {
		for _, site := range sites {
			if m, _ := filepath.Glob(filepath.Join(site, filepath.FromSlash(pattern))); len(m) > 0 {
				return m[len(m)-1], nil
			}
		}
	}
	return "", &NotFoundError{Kind: k, Sites: sites}
}

// NotFoundError reports that no plugin of a kind is installed.
type NotFoundError struct {
	Kind  Kind
	Sites []string // the folders searched
}

func (e *NotFoundError) Error() string {
	v := variables(e.Kind.Name)
	var b strings.Builder
	fmt.Fprintf(&b, "plugin: no PJRT plugin for %s: install one: %s; or set %s to its library.\nLooked for %s in",
		e.Kind.Name, e.Kind.Install, v[0], strings.Join(e.Kind.Patterns, " and "))
	for _, s := range e.Sites {
		b.WriteString("\n\t" + s)
	}
	if len(e.Sites) == 0 {
		b.WriteString(" no folder: there is no site-packages")
	}
	return b.String()
}

// variables returns the names of the environment variables for a plugin's path.
func variables(name string) []string {
	n := strings.ToUpper(name)
	return []string{"PJRT_PLUGIN_" + n + "_PATH", "PJRT_" + n + "_PLUGIN"}
}

// fromEnvironment trusts what the user set: it is an error if a variable does not name a file, not a
// reason to search elsewhere.
func fromEnvironment(name string) (string, error) {
	check := func(variable, path string) (string, error) {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("plugin: %s: %w", variable, err)
		}
		return path, nil
	}
	for _, v := range variables(name) {
		if path := os.Getenv(v); path != "" {
			return check(v, path)
		}
	}
	const jax = "PJRT_NAMES_AND_LIBRARY_PATHS"
	for _, pair := range strings.Split(os.Getenv(jax), ",") {
		if n, path, ok := strings.Cut(pair, ":"); ok && n == name {
			return check(jax, path)
		}
	}
	return "", nil
}

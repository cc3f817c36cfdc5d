// Getplugin downloads the pinned PJRT plugins for tests: it fetches their wheels with pip, checks
// their sha256 and unpacks them into the cache folder where backend/xla looks for plugins.
//
//	go run ./internal/tools/getplugin          # the CPU plugin (63 MB)
//	go run ./internal/tools/getplugin -cuda    # also the CUDA plugin and compiler (233 MB), to compile without a GPU
package main

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

type wheel struct{ name, version, sha256 string }

var (
	cpu  = []wheel{{"lammps-jax-pjrt-cpu", "0.11.2", "1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1"}}
	cuda = []wheel{
		{"jax-cuda12-pjrt", "0.12.0.1", "5ec28e06198d094031c37590b4ea753ae8cde4879ab4b60baf40f0dffb673286"},
		{"nvidia-cuda-nvcc-cu12", "12.9.86", "5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0"},
	}
)

func main() {
	withCUDA := flag.Bool("cuda", false, "also fetch the CUDA plugin and compiler")
	dir := flag.String("dir", "", "folder to unpack to (default: rhyton/pjrt in the user's cache folder)")
	flag.Parse()
	if err := run(*dir, *withCUDA); err != nil {
		fmt.Fprintln(os.Stderr, "getplugin:", err)
		os.Exit(1)
	}
}

func run(dir string, withCUDA bool) error {
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		dir = filepath.Join(cache, "rhyton", "pjrt")
	}
	wheels := cpu
	if withCUDA {
		wheels = append(wheels, cuda...)
	}
	for _, w := range wheels {
		if err := w.install(dir); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
	}
	fmt.Println(dir)
	return nil
}

// install unpacks w into dir unless its mark file shows that it is already installed.
func (w wheel) install(dir string) error {
	mark := filepath.Join(dir, w.name+"-"+w.version+".sha256")
	if b, err := os.ReadFile(mark); err == nil && string(b) == w.sha256 {
		return nil
	}
	tmp, err := os.MkdirTemp("", "getplugin")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	pip := exec.Command("python3", "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
		"--dest", tmp, w.name+"=="+w.version)
	pip.Stdout, pip.Stderr = os.Stderr, os.Stderr
	if err := pip.Run(); err != nil {
		return fmt.Errorf("pip download: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(tmp, "*.whl"))
	if err != nil || len(files) != 1 {
		return fmt.Errorf("pip download: got %d wheels; want 1", len(files))
	}
	if err := check(files[0], w.sha256); err != nil {
		return err
	}
	if err := unpack(files[0], dir); err != nil {
		return err
	}
	return os.WriteFile(mark, []byte(w.sha256), 0o644)
}

func check(file, want string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		return fmt.Errorf("%s: got sha256 %s; want %s", filepath.Base(file), got, want)
	}
	return nil
}

func unpack(file, dir string) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer z.Close()
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		if !filepath.IsLocal(f.Name) {
			return fmt.Errorf("%s: leads out of the folder", f.Name)
		}
		if err := extract(f, filepath.Join(dir, filepath.FromSlash(f.Name))); err != nil {
			return err
		}
	}
	return nil
}

// extract writes to a temporary file and renames it, so that no one sees a half-written library.
func extract(f *zip.File, path string) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if strings.Contains(f.Name, "/bin/") || strings.HasSuffix(f.Name, ".so") {
		mode = 0o755
	}
	out, err := os.OpenFile(path+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

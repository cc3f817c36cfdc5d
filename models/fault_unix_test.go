//go:build unix

package models_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
)

// These tests run their own binary again as a child process, with its task in the environment.
const faultEnv = "RHYTON_TEST_FAULT"

// heavy is a model whose files are about 600 KB, most of it Adam's state.
func heavy(t testing.TB) *models.Model {
	t.Helper()
	m := models.Sequential(layers.Input(2), &layers.Dense{Units: 200, Activation: activations.ReLU}, &layers.Dense{Units: 250},
		&layers.Dense{Units: 1, Activation: activations.Sigmoid})
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: losses.BinaryCrossentropy{}}); err != nil {
		t.Fatal(err)
	}
	return m
}

// child runs the named test again with task in the environment.
func child(t *testing.T, task string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	c.Env = append(os.Environ(), faultEnv+"="+task)
	return c
}

// A checkpoint is complete whenever the process is killed. The child trains and saves
// continuously, so that most kills interrupt a write.
func TestAKilledTrainingLeavesWholeCheckpoints(t *testing.T) {
	if path := os.Getenv(faultEnv); path != "" {
		_, err := heavy(t).Fit(context.Background(), rings(64), models.Fit{Epochs: 1 << 30, Callbacks: []callbacks.Callback{
			&callbacks.ModelCheckpoint{Path: path + ".keras", SaveFreq: 1},
			&callbacks.ModelCheckpoint{Path: path + ".weights.h5", SaveFreq: 1, SaveWeightsOnly: true},
			&callbacks.ModelCheckpoint{Path: path + ".safetensors", SaveFreq: 1, SaveWeightsOnly: true}}})
		t.Fatal(err) // only a kill ends it
	}
	if testing.Short() {
		t.Skip("it kills for seconds")
	}
	base := filepath.Join(t.TempDir(), "m")
	paths := []string{base + ".keras", base + ".weights.h5", base + ".safetensors"}
	for range 12 {
		c := child(t, base)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		for wait := 0; exists(paths...) != nil; wait++ { // for the first child; later ones find the files of earlier ones
			if time.Sleep(time.Millisecond); wait == 20_000 {
				t.Fatal(exists(paths...))
			}
		}
		time.Sleep(150*time.Millisecond + time.Duration(rand.IntN(1e8)))
		c.Process.Signal(syscall.SIGKILL)
		c.Wait()
		for _, path := range paths {
			if err := reads(t, path); err != nil {
				t.Errorf("after a kill: %v", err)
			}
		}
	}
}

// exists reports the first missing path.
func exists(paths ...string) error {
	for _, p := range paths {
		if _, err := os.Stat(p); err != nil {
			return err
		}
	}
	return nil
}

// reads loads the model or the weights at path.
func reads(t *testing.T, path string) error {
	if strings.HasSuffix(path, ".keras") {
		_, err := models.Load(path)
		return err
	}
	return heavy(t).LoadWeights(path)
}

// If the disk is full, the old file remains, no temporary file is left, and the error gives the
// reason. A limit on the file size stands in for a full disk.
func TestAFullDiskLeavesTheOldFile(t *testing.T) {
	if path := os.Getenv(faultEnv); path != "" {
		m := heavy(t)
		save := m.SaveWeights
		if filepath.Ext(path) == ".keras" {
			save = m.Save
		}
		if err := save(path); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(path)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 100_000, Max: 100_000}); err != nil {
			t.Fatal(err)
		}
		_, err := m.Fit(context.Background(), rings(64), models.Fit{Callbacks: []callbacks.Callback{
			&callbacks.ModelCheckpoint{Path: path, SaveWeightsOnly: filepath.Ext(path) != ".keras"}}})
		if !errors.Is(err, syscall.EFBIG) {
			t.Errorf("%v does not wrap %v", err, syscall.EFBIG)
		}
		fmt.Println("the error:", err)
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Error("the old file has changed")
		}
		return
	}
	for _, ext := range []string{".keras", ".safetensors", ".weights.h5"} {
		path := filepath.Join(t.TempDir(), "m"+ext)
		if out, err := child(t, path).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		} else {
			t.Logf("%s", out)
		}
		if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
			t.Errorf("%v", files)
		}
		if err := reads(t, path); err != nil {
			t.Error(err)
		}
	}
}

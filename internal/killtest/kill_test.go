//go:build unix

package killtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	kills = flag.Int("kills", 12, "how many times a training is killed or interrupted, in all")
	seed  = flag.Uint64("seed", 0, "run the training of this seed alone; 0: from 1 on")
)

// The test runs itself as a child process configured by this variable: "seed dir killAfter signal".
const childEnv = "RHYTON_KILLTEST"

func TestMain(m *testing.M) {
	if task := os.Getenv(childEnv); task != "" {
		if err := child(task); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// interrupted is the exit status of a child whose context was canceled.
const interrupted = 75

// child trains and writes the outcome to the file "result" in its folder.
func child(task string) error {
	var seed uint64
	var dir string
	var after time.Duration
	var sig int
	if _, err := fmt.Sscan(task, &seed, &dir, &after, &sig); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if after > 0 {
		time.AfterFunc(after, func() { syscall.Kill(os.Getpid(), syscall.Signal(sig)) })
	}
	t, err := newTrial(seed, dir)
	if err != nil {
		return err
	}
	h, err := t.model.Fit(ctx, t.data, t.fit)
	if errors.Is(err, context.Canceled) {
		os.Exit(interrupted)
	}
	if err != nil {
		return err
	}
	if err := t.model.Save(t.path("final.safetensors")); err != nil {
		return err
	}
	result, err := t.result(fmt.Sprint(h.Epochs, h.Logs))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "result"), []byte(result), 0o666)
}

// timesOf matches times, and the notes which state that a run was resumed.
var timesOf = regexp.MustCompile(`"elapsed":[^,}]*|,"notes":\[.*\](,"finding")`)

// result describes all files of a training run except the backup, bit for bit and without times.
func (t *trial) result(history string) (string, error) {
	out := []string{"history " + history, fmt.Sprint("events ", t.memory.counts())}
	err := filepath.WalkDir(t.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Name() == "backup" {
			return fs.SkipDir
		}
		if err != nil || e.IsDir() || e.Name() == "result" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(t.dir, path)
		switch {
		case strings.HasPrefix(name, "tb/"):
			records, err := scalars(data)
			out = append(out, fmt.Sprintf("%s: %s", filepath.Dir(name), records))
			return err
		case strings.HasSuffix(name, ".jsonl"):
			data = timesOf.ReplaceAll(data, []byte("$1"))
		}
		if strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".jsonl") {
			out = append(out, fmt.Sprintf("%s: %s", name, data))
		} else {
			out = append(out, fmt.Sprintf("%s: %x", name, sha256.Sum256(data)))
		}
		return nil
	})
	return strings.Join(out, "\n"), err
}

// run runs a child and sends it sig after the given time, or never if that is 0. It returns how
// the child ended.
func run(t *testing.T, seed uint64, dir string, after time.Duration, sig syscall.Signal) *os.ProcessState {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s %v %d", childEnv, seed, dir, int64(after), sig))
	text, err := c.CombinedOutput()
	if c.ProcessState == nil {
		t.Fatal(err)
	}
	if code := c.ProcessState.ExitCode(); code > 0 && code != interrupted {
		t.Fatalf("seed %d: %v\n%s", seed, err, text)
	}
	return c.ProcessState
}

// A training run that is killed and interrupted at random moments, and restarted each time, ends
// like an uninterrupted one.
func TestAKilledRunEndsWithTheSameBits(t *testing.T) {
	if testing.Short() {
		*kills = min(*kills, 4)
	}
	killed, cancelled, ended := 0, 0, 0
	for s := max(*seed, 1); killed+cancelled < *kills && (*seed == 0 || s == *seed); s++ {
		whole, broken := t.TempDir(), t.TempDir()
		start := time.Now()
		run(t, s, whole, 0, 0)
		took := time.Since(start)
		r := rand.New(rand.NewPCG(s, 3))
		done := false
		for left := 1 + r.IntN(8); !done && left > 0; left-- {
			sig := syscall.SIGKILL
			if r.IntN(4) == 0 {
				sig = syscall.SIGTERM
			}
			state := run(t, s, broken, time.Duration(r.Float64()*float64(took)), sig)
			switch {
			case state.Sys().(syscall.WaitStatus).Signaled():
				killed++
			case state.ExitCode() == interrupted:
				cancelled++
			default:
				done = true
				ended++
			}
		}
		if !done {
			run(t, s, broken, 0, 0)
		}
		if want, got := lines(t, whole), lines(t, broken); want != got {
			t.Errorf("seed %d: %s", s, difference(want, got))
		}
		if left, _ := filepath.Glob(filepath.Join(broken, "*", ".*")); len(left) > 0 {
			t.Errorf("seed %d: left behind: %q", s, left)
		}
		os.RemoveAll(whole)
		os.RemoveAll(broken)
	}
	t.Logf("%d kills, %d interruptions, %d had ended before", killed, cancelled, ended)
}

func lines(t *testing.T, dir string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "result"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// difference returns the lines that differ.
func difference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	out := ""
	for i := range max(len(a), len(b)) {
		x, y := "none", "none"
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			out += "\nwhole  " + strconv.Quote(x) + "\nkilled " + strconv.Quote(y)
		}
	}
	return out
}

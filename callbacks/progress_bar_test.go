package callbacks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// A clock advances by step each time it is read.
type clock struct {
	at   time.Time
	step time.Duration
}

func (c *clock) now() time.Time {
	c.at = c.at.Add(c.step)
	return c.at
}

// showRun simulates a run of epochs with the given number of steps, each taking step, and returns
// what the bar wrote.
func showRun(t *testing.T, b *ProgressBar, width, epochs, steps int, step time.Duration, more ...Callback) string {
	t.Helper()
	var out bytes.Buffer
	b.W = &out
	b.now = (&clock{at: time.Unix(0, 0), step: step}).now
	b.tty = func(io.Writer) (int, bool) { return width, width > 0 }
	s := newScript()
	s.run = &Run{Model: "net", Params: 34826, Device: "cpu (2 threads)", Epochs: epochs, Batches: steps, BatchSize: 4, Train: 4 * steps, Validation: 8, ValidationFreq: 1}
	for i := range epochs {
		s.epochs = append(s.epochs, Logs{"loss": 1 / float64(i+1), "val_loss": []float64{.9, .5, .6, .7, .8, .9}[min(i, 5)], "val_accuracy": .5})
	}
	for range steps {
		s.batches = append(s.batches, Logs{"loss": 1})
	}
	err := s.play(append(more, b)...)
	if err != nil && !errors.Is(err, Stop) {
		t.Fatal(err)
	}
	return out.String()
}

func quietEnv(t *testing.T) {
	for k, v := range map[string]string{"CI": "", "NO_COLOR": "", "TERM": "xterm"} {
		t.Setenv(k, v)
	}
}

func TestProgressIntoAFileIsALineAnEpoch(t *testing.T) {
	got := showRun(t, &ProgressBar{}, 0, 6, 3, 10*time.Millisecond, &EarlyStopping{Patience: 3, RestoreBestWeights: true})
	want := `train model=net params=34826 epochs=6 train=12 val=8 batch=4 device="cpu (2 threads)"
epoch=1/6 time=40ms loss=1.0000 val_loss=0.9000 val_accuracy=0.5000 best=1 lr=0.1
epoch=2/6 time=40ms loss=0.5000 val_loss=0.5000 val_accuracy=0.5000 best=2 lr=0.1
epoch=3/6 time=40ms loss=0.3333 val_loss=0.6000 val_accuracy=0.5000 best=2 stale=1 lr=0.1
epoch=4/6 time=40ms loss=0.2500 val_loss=0.7000 val_accuracy=0.5000 best=2 stale=2 lr=0.1
epoch=5/6 time=40ms loss=0.2000 val_loss=0.8000 val_accuracy=0.5000 best=2 stale=3 lr=0.1
stop: val_loss has not improved for 3 epochs; restored epoch 2 (val_loss 0.5000)
verdict: GOOD FIT: restored epoch 2: val_loss 0.5 beside loss 0.5; the epochs after it had val_loss +60%, loss -60%
`
	if got != want {
		t.Errorf("wrote\n%s\nwant\n%s", got, want)
	}
}

func TestProgressIsPlainWhereNobodyWatches(t *testing.T) {
	for _, env := range []string{"CI=true", "NO_COLOR=1", "TERM=dumb"} {
		t.Run(env, func(t *testing.T) {
			quietEnv(t)
			k, v, _ := strings.Cut(env, "=")
			t.Setenv(k, v)
			if got := showRun(t, &ProgressBar{}, 100, 2, 3, time.Second); strings.ContainsAny(got, "\r\x1b█") {
				t.Errorf("wrote %q", got)
			}
		})
	}
}

func TestProgressOnATerminalKeepsALineAnEpoch(t *testing.T) {
	quietEnv(t)
	got := showRun(t, &ProgressBar{}, 120, 4, 3, 100*time.Millisecond, &EarlyStopping{Patience: 5})
	lines := strings.Split(got, "\n")
	var stay []string // what remains on the screen: the text after the last \r of each line
	for _, l := range lines {
		stay = append(stay, strings.TrimSuffix(l[strings.LastIndex(l, "\r")+1:], "\x1b[K"))
	}
	want := []string{
		"net · 34,826 params · 12 train / 8 val · batch 4 · cpu (2 threads)",
		"epoch 1/4 100% ████████████████████  3/3  0.4s  loss 1.0000  │ val_loss 0.9000  accuracy 0.5000  " + green("★"),
		"epoch 2/4 100% ████████████████████  3/3  0.4s  loss 0.5000  │ val_loss 0.5000  accuracy 0.5000  " + green("★"),
		"epoch 3/4 100% ████████████████████  3/3  0.4s  loss 0.3333  │ val_loss 0.6000  accuracy 0.5000  " + yellow("▲1/5"),
	}
	for i, w := range want {
		if stay[i] != w {
			t.Errorf("line %d is\n%s\nwant\n%s", i, stay[i], w)
		}
	}
	if !strings.Contains(got, "epoch 1/4  66% █████████████░░░░░░░  2/3  ETA 0.1s  loss 1.0000") {
		t.Errorf("no bar on its way in %q", got)
	}
}

func TestProgressRedrawsAtMostTenTimesASecond(t *testing.T) {
	quietEnv(t)
	got := showRun(t, &ProgressBar{}, 200, 1, 5000, time.Millisecond) // 5 s of steps
	if n := strings.Count(got, "\r"); n < 30 || n > 55 {
		t.Errorf("%d drawings in 5 s, want about 50", n)
	}
}

func TestProgressNeverWrapsABarOnItsWay(t *testing.T) {
	quietEnv(t)
	for _, width := range []int{20, 40, 60, 80} {
		got := showRun(t, &ProgressBar{}, width, 2, 30, 100*time.Millisecond)
		for _, l := range strings.Split(got, "\r") {
			if !strings.Contains(l, "\n") && columns(strings.TrimSuffix(l, "\x1b[K")) >= width && !strings.Contains(l, "net") {
				t.Errorf("%d columns on a terminal of %d: %q", columns(l), width, l)
			}
		}
	}
}

// The least important fields are dropped first: bar, steps, rate, long names, time. The numbers
// stay.
func TestTheLineOfAnEpochFitsEightyColumns(t *testing.T) {
	quietEnv(t)
	logs := Logs{"loss": .0731, "accuracy": .981, "val_loss": .0879, "val_accuracy": .9556}
	for width, want := range map[int]string{
		140: "epoch 1/1 100% ████████████████████  1/1  2.0s  loss 0.0731  accuracy 0.9810  │ val_loss 0.0879  accuracy 0.9556  ★",
		100: "epoch 1/1  1/1  2.0s  loss 0.0731  accuracy 0.9810  │ val_loss 0.0879  accuracy 0.9556  ★",
		80:  "epoch 1/1  2.0s  loss 0.0731  acc 0.9810  │ val_loss 0.0879  acc 0.9556  ★",
		72:  "epoch 1/1  loss 0.0731  acc 0.9810  │ val_loss 0.0879  acc 0.9556  ★",
		30:  "epoch 1/1  loss 0.0731  acc 0.9810  │ val_loss 0.0879  acc 0.9556  ★",
	} {
		var out bytes.Buffer
		s := newScript(logs)
		s.run = &Run{Epochs: 1, Batches: 1, ValidationFreq: 1}
		s.batches = []Logs{{"loss": 1}}
		bar := &ProgressBar{W: &out, tty: func(io.Writer) (int, bool) { return width, true }, now: (&clock{at: time.Unix(0, 0), step: time.Second}).now}
		if err := s.play(bar); err != nil {
			t.Fatal(err)
		}
		if text := strings.NewReplacer("\x1b[32m", "", "\x1b[0m", "").Replace(out.String()); !strings.Contains(text, "\r"+want+"\x1b[K\n") {
			t.Errorf("%d columns: %q, want %q", width, text, want)
		}
	}
}

func TestProgressPrintsEveryFewEpochsAndTheLast(t *testing.T) {
	got := showRun(t, &ProgressBar{PrintEvery: 2}, 0, 5, 1, time.Second)
	var epochs []string
	for _, l := range strings.Split(got, "\n") {
		if name, _, ok := strings.Cut(l, " "); ok && strings.HasPrefix(name, "epoch=") {
			epochs = append(epochs, name)
		}
	}
	if fmt.Sprint(epochs) != "[epoch=2/5 epoch=4/5 epoch=5/5]" {
		t.Errorf("lines for %v", epochs)
	}
	got = showRun(t, &ProgressBar{PrintEvery: 10}, 0, 6, 1, time.Second, &EarlyStopping{Patience: 3})
	if !strings.Contains(got, "\nepoch=5/6 time=2.0s loss=0.2000 val_loss=0.8000") {
		t.Errorf("no line for the epoch in which it stopped:\n%s", got)
	}
}

func TestProgressBeatsOnceAMinute(t *testing.T) {
	got := showRun(t, &ProgressBar{}, 0, 1, 200, time.Second)
	if n := strings.Count(got, "step="); n != 3 || !strings.Contains(got, "epoch=1/1 step=60/200 time=60.0s loss=1.0000\n") {
		t.Errorf("%d heartbeats in 200 s, want 3:\n%s", n, got)
	}
}

func TestSilentProgressWritesNothing(t *testing.T) {
	if got := showRun(t, &ProgressBar{Verbosity: Silent}, 100, 2, 2, time.Second); got != "" {
		t.Errorf("wrote %q", got)
	}
}

func TestProgressAsJSON(t *testing.T) {
	got := showRun(t, &ProgressBar{Verbosity: JSON}, 0, 3, 2, time.Second)
	var events []string
	for _, l := range strings.Split(strings.TrimSpace(got), "\n") {
		var v struct {
			Event string
			Epoch int
			Logs  map[string]float64
		}
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			t.Fatalf("%q: %v", l, err)
		}
		events = append(events, fmt.Sprint(v.Event, v.Epoch, v.Logs["val_loss"]))
	}
	if fmt.Sprint(events) != "[begin0 0 epoch1 0.9 epoch2 0.5 epoch3 0.6 end0 0]" {
		t.Errorf("events %v", events)
	}
}

// A step without a drawing must not read the logs, since that waits for the device.
func TestProgressReadsLogsOnlyToDraw(t *testing.T) {
	quietEnv(t)
	b := &ProgressBar{W: io.Discard, now: (&clock{at: time.Unix(0, 0), step: time.Millisecond}).now,
		tty: func(io.Writer) (int, bool) { return 80, true }}
	reads := 0
	e := Event{Run: &Run{Epochs: 1, Batches: 1000, ValidationFreq: 1}, Model: &fakeModel{},
		Running: func() (Logs, error) { reads++; return Logs{"loss": 1}, nil }}
	for _, k := range []Kind{TrainBegin, EpochBegin} {
		e.Kind = k
		b.On(e)
	}
	e.Kind = BatchEnd
	for i := range 1000 {
		e.Batch = i
		b.On(e)
	}
	if reads > 10 {
		t.Errorf("%d reads in a second, want 10 or less", reads)
	}
	if n := testing.AllocsPerRun(50, func() { b.now = func() time.Time { return time.Unix(1, 0) }; b.On(e) }); n > 1 {
		t.Errorf("a step without a drawing allocates %v times", n)
	}
}

func TestProgressSaysWarningsAtTheBeginAndNotesAtTheEnd(t *testing.T) {
	for _, v := range []Verbosity{EpochLines, Bar} {
		var out bytes.Buffer
		s := newScript(vals("loss", 1)...)
		s.run.Note("note: a feature is constant")
		if err := s.play(&ProgressBar{W: &out, Verbosity: v}, Func(func(e Event) error {
			if e.Kind == TrainEnd {
				e.Run.Note("saved x")
			}
			return nil
		})); err != nil {
			t.Fatal(err)
		}
		got := out.String()
		if strings.Count(got, "note: a feature is constant\n") != 1 || strings.Index(got, "note:") > strings.Index(got, "loss") || !strings.Contains(got, "; saved x\n") {
			t.Errorf("wrote %q", got)
		}
	}
}

// Callbacks receive the end of a run even if it failed to start.
func TestCallbacksHandleARunThatFailsAtTheStart(t *testing.T) {
	dir := t.TempDir()
	refuse := Func(func(e Event) error {
		if e.Kind == TrainBegin {
			return errors.New("refused")
		}
		return nil
	})
	list := []Callback{&EarlyStopping{RestoreBestWeights: true}, &ReduceLROnPlateau{}, &ModelCheckpoint{Path: dir + "/m.keras"}, &CSVLogger{Path: dir + "/l.csv"},
		&JSONLogger{Path: dir + "/l.json"}, &LearningCurves{Path: dir + "/c.png"}, &ProgressBar{W: io.Discard}, &TerminateOnNaN{}, &Log{Logger: slog.New(slog.DiscardHandler)}}
	for _, c := range list {
		wantError(t, newScript(vals("val_loss", 1)...).play(c, refuse), "refused")
		if err := newScript(vals("val_loss", 1, 2)...).play(c); err != nil && !errors.Is(err, Stop) {
			t.Errorf("%T can't be used again: %v", c, err)
		}
	}
}

func TestACancelledRunDidNotFail(t *testing.T) {
	p := &progress{}
	e := Event{Run: &Run{}, Err: fmt.Errorf("models: fit: %w", context.Canceled)}
	if got := endLines(e, p, false)[0]; got != "cancelled after 0 epochs: models: fit: context canceled" {
		t.Error(got)
	}
}

func TestProgressBarClearsTheBarOfAnInterruptedEpoch(t *testing.T) {
	var out bytes.Buffer
	d := &barDisplay{w: &out, width: func() int { return 80 }}
	d.draw([][]string{{"epoch 1/3", "ETA 5s"}}, false)
	d.end(Event{Run: &Run{}, Err: context.Canceled}, &progress{})
	if want := "\repoch 1/3  ETA 5s\x1b[K\r\x1b[Kcancelled after 0 epochs: context canceled\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

package callbacks

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/training"
)

func TestCSVLoggerGoesOnInAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "log.csv")
	if err := newScript(Logs{"loss": 1, "val_loss": 2}).play(&CSVLogger{Path: path}); err != nil {
		t.Fatal(err)
	}
	if err := newScript(Logs{"loss": .5, "val_loss": math.Inf(1)}).play(&CSVLogger{Path: path, Append: true}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil || string(text) != "epoch,loss,val_loss\r\n0,1,2\r\n0,0.5,inf\r\n" {
		t.Errorf("%q (%v)", text, err)
	}
	err = newScript(Logs{"loss": 1, "val_loss": 1, "accuracy": 1}).play(&CSVLogger{Path: path, Append: true})
	wantError(t, err, "it has the columns epoch loss val_loss, this run logs epoch accuracy loss val_loss")
	h, err := training.OpenHistory(path)
	if err != nil || h.Len() != 2 || !math.IsInf(h.Last()["val_loss"], 1) {
		t.Errorf("read back %+v (%v)", h, err)
	}
}

func TestCSVLoggerReportsOtherColumnsBeforeTheFirstStep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.csv")
	if err := os.WriteFile(path, []byte("epoch,loss,val_loss,learning_rate\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	begin := func(names ...string) error {
		return (&CSVLogger{Path: path, Append: true}).On(Event{Kind: TrainBegin, Run: &Run{LogNames: names}})
	}
	wantError(t, begin("loss", "accuracy", "val_loss"), `and none for "accuracy"`, "choose another file")
	if err := begin("loss", "val_loss"); err != nil { // another callback may log the learning rate
		t.Error(err)
	}
}

func TestCSVLoggerRefusesWhatItCannotDo(t *testing.T) {
	wantError(t, newScript().play(&CSVLogger{}), "callback CSVLogger: Path is empty")
	wantError(t, newScript().play(&CSVLogger{Path: "x.csv", Separator: "||"}), "want one character")
	wantError(t, newScript().play(&CSVLogger{Path: t.TempDir()}), "is a directory")
}

func TestJSONLoggerWritesALineAnEvent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.jsonl")
	s := newScript(Logs{"loss": 1, "val_loss": math.NaN()}, Logs{"loss": math.Inf(-1)})
	if err := s.play(&JSONLogger{Path: path}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 4 || !strings.Contains(lines[1], `"epoch":1,`) || !strings.Contains(lines[1], `"val_loss":"NaN"`) ||
		!strings.Contains(lines[2], `"loss":"-Infinity"`) || !strings.Contains(lines[3], `"finding":"DIVERGED"`) {
		t.Errorf("wrote %s", text)
	}
	var end struct{ Elapsed float64 }
	if err := json.Unmarshal([]byte(lines[3]), &end); err != nil || end.Elapsed < 0 || end.Elapsed > 60 {
		t.Errorf("the run took %v s (%v)", end.Elapsed, err)
	}
	for _, l := range lines {
		if !json.Valid([]byte(l)) {
			t.Errorf("no JSON: %s", l)
		}
	}
	wantError(t, s.play(&JSONLogger{}), "want either Path or W")
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestJSONLoggerReportsWhatItCannotWrite(t *testing.T) {
	wantError(t, newScript().play(&JSONLogger{W: brokenWriter{}}), "callback JSONLogger: disk full")
}

func TestLogWritesRecords(t *testing.T) {
	var b bytes.Buffer
	s := newScript(Logs{"loss": 1, "val_loss": 2})
	if err := s.play(&Log{Logger: slog.New(slog.NewTextHandler(&b, nil))}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`msg="training begins"`, "msg=epoch epoch=1", "loss=1 val_loss=2", `msg="training ended" epochs=1`, "verdict=\"UNDECIDED: 1 epoch with validation"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestLearningRateScheduler(t *testing.T) {
	s := newScript(vals("loss", 1, 1, 1)...)
	var rates []float64
	err := s.play(&LearningRateScheduler{Schedule: func(epoch int, rate float64) float64 { return rate / float64(int(1)<<epoch) }},
		Func(func(e Event) error {
			if e.Kind == EpochEnd {
				rates = append(rates, e.Logs["learning_rate"])
			}
			return nil
		}))
	if err != nil || len(rates) != 3 || rates[0] != float64(float32(.1)) || rates[2] != float64(float32(.1))/8 {
		t.Errorf("rates %v, want .1, .05, .0125 (%v)", rates, err)
	}
	wantError(t, s.play(&LearningRateScheduler{}), "Schedule is nil")
	wantError(t, s.play(&LearningRateScheduler{Schedule: func(int, float64) float64 { return -1 }}), "gives -1 for epoch 1")
	s.model.scheduled = true
	wantError(t, s.play(&LearningRateScheduler{Schedule: func(int, float64) float64 { return 1 }}), "a schedule drives the optimizer's learning rate")
}

func TestReduceLROnPlateauRefusesWhatItCannotDo(t *testing.T) {
	for says, r := range map[string]*ReduceLROnPlateau{
		"Factor is 1.5": {Factor: 1.5}, "Factor is 1:": {Factor: 1}, "Factor is -1": {Factor: -1}, "Patience is -1": {Patience: new(-1)},
		"Cooldown is -2": {Cooldown: -2}, "MinLR is -1": {MinLR: -1}, `no log "val_acc"`: {Monitor: "val_acc", Mode: Max},
	} {
		s := newScript()
		s.run.LogNames = []string{"loss", "val_loss"}
		wantError(t, s.play(r), says, "callback ReduceLROnPlateau: ")
	}
	s := newScript()
	s.model.scheduled = true
	wantError(t, s.play(&ReduceLROnPlateau{}), "a schedule drives")
}

func TestTerminateOnNaNCanFail(t *testing.T) {
	s := newScript(vals("loss", 1)...)
	s.batches = []Logs{{"loss": 1}, {"loss": math.NaN()}}
	err := s.play(&TerminateOnNaN{RaiseError: true})
	wantError(t, err, "the loss is NaN at batch 2")
	if errors.Is(err, Stop) {
		t.Error("is a stop, want a failure")
	}
	if err := s.play(&TerminateOnNaN{}); !errors.Is(err, Stop) {
		t.Errorf("%v, want a stop", err)
	}
}

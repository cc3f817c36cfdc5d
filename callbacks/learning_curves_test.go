package callbacks

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestLearningCurvesAreThereAtTheEndAndNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out", "net.svg")
	s := newScript(Logs{"loss": 1, "val_loss": 1}, Logs{"loss": .5, "val_loss": .6}, Logs{"loss": .2, "val_loss": .7}, Logs{"loss": .1, "val_loss": .8})
	s.run.Model = "net"
	if err := s.play(&LearningCurves{Path: path}); err != nil {
		t.Fatal(err)
	}
	svg, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(svg, []byte("net: OVERFITTING from epoch 2")) {
		t.Errorf("no picture with the verdict in it (%v)", err)
	}
	if len(s.run.Notes()) != 1 || s.run.Notes()[0] != "curves "+path {
		t.Errorf("notes %q", s.run.Notes())
	}
}

func TestLearningCurvesRefuseAPathBeforeTheFirstStep(t *testing.T) {
	wantError(t, newScript().play(&LearningCurves{Path: "a.gif"}), "callback LearningCurves: ", `"a.gif"`, ".png or .svg")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	wantError(t, newScript().play(&LearningCurves{Path: filepath.Join(file, "a.png")}), "callback LearningCurves: ", "not a directory")
}

// The end of an epoch must not wait for a drawing in progress.
func TestLearningCurvesNeverHoldUpTheTraining(t *testing.T) {
	c := &LearningCurves{Path: filepath.Join(t.TempDir(), "a.svg")}
	e := Event{Run: &Run{ValidationFreq: 1}, Model: &fakeModel{}}
	if err := c.On(e); err != nil {
		t.Fatal(err)
	}
	c.artist.drawing.Lock() // as if drawing
	e.Kind, e.Logs = EpochEnd, Logs{"loss": 1}
	if err := c.On(e); err != nil {
		t.Fatal(err)
	}
	c.artist.drawing.Unlock()
	if exists(c.Path) {
		t.Error("drew while a drawing was in progress")
	}
}

func TestLearningCurvesAreRedrawnOnceASecond(t *testing.T) {
	var a artist
	h := &History{Epochs: []int{0}, Logs: []Logs{{"loss": 1}}}
	path := filepath.Join(t.TempDir(), "a.svg")
	began := time.Unix(100, 0)
	var drawn []time.Duration
	for _, at := range []time.Duration{0, 500 * time.Millisecond, 999 * time.Millisecond, time.Second, 1500 * time.Millisecond, 2 * time.Second} {
		a.draw(path, h, began.Add(at))
		a.drawing.Lock() // wait for the drawing
		ended := a.last
		a.drawing.Unlock()
		if ended.Equal(began.Add(at)) {
			drawn = append(drawn, at)
		}
	}
	if len(drawn) != 3 || drawn[1] != time.Second || drawn[2] != 2*time.Second {
		t.Errorf("drawn at %v, want 0s, 1s, 2s", drawn)
	}
}

func TestLearningCurvesKeepTheEpochsBeforeAnInterruption(t *testing.T) {
	c := &LearningCurves{}
	c.history = History{Epochs: []int{0, 1}, Logs: []Logs{{"loss": 1}, {"loss": .5}}}
	state, err := c.State()
	if err != nil {
		t.Fatal(err)
	}
	var again LearningCurves
	if err := again.SetState(state); err != nil || again.history.Len() != 2 {
		t.Errorf("%d epochs, want 2 (%v)", again.history.Len(), err)
	}
}

func TestCompareDrawsSeveralRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "both.svg")
	a := &History{Model: "plain", Epochs: []int{0, 1}, Logs: []Logs{{"loss": 1, "val_loss": 1}, {"loss": .5, "val_loss": .9}}}
	b := &History{Model: "dropout", Epochs: []int{0, 1}, Logs: []Logs{{"loss": 1, "val_loss": 1}, {"loss": .6, "val_loss": .7}}}
	if err := Compare(path, a, b); err != nil {
		t.Fatal(err)
	}
	svg, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(svg, []byte(">plain: best 0.9<")) || !bytes.Contains(svg, []byte(">dropout: best 0.7<")) {
		t.Errorf("no picture with both names (%v)", err)
	}
	wantError(t, Compare(path, a, nil), "a history is nil")
}

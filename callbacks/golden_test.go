package callbacks

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/internal/collections"
	"github.com/rhyton/rhyton/training"
)

func trainingCallbacks(l []Callback) training.Callbacks { return l }
func contains(s, part string) bool                      { return strings.Contains(s, part) }

// goldenCase is a test case recorded from Keras' callbacks, driven by logs without a model.
type goldenCase struct {
	Name, Class, Monitor string
	Config               struct {
		Monitor          string   `json:"monitor"`
		MinDelta         *float64 `json:"min_delta"`
		Patience         *int     `json:"patience"`
		Mode             string   `json:"mode"`
		Baseline         *float64 `json:"baseline"`
		RestoreBest      bool     `json:"restore_best_weights"`
		StartFromEpoch   int      `json:"start_from_epoch"`
		Factor           float64  `json:"factor"`
		Cooldown         int      `json:"cooldown"`
		MinLR            float64  `json:"min_lr"`
		Filepath         string   `json:"filepath"`
		SaveBestOnly     bool     `json:"save_best_only"`
		SaveWeightsOnly  bool     `json:"save_weights_only"`
		SaveFreq         int      `json:"save_freq"`
		InitialThreshold *float64 `json:"initial_value_threshold"`
		Separator        string   `json:"separator"`
	}
	InitialLearningRate float64 `json:"initial_learning_rate"`
	Epochs              []struct {
		Epoch        int
		Monitored    *float64
		RateDuring   float64 `json:"learning_rate_during_epoch"`
		RateAfter    float64 `json:"learning_rate_after"`
		StopTraining bool    `json:"stop_training"`
		Wait         int
		Cooldown     int `json:"cooldown_counter"`
		Best         *float64
		BestEpoch    int `json:"best_epoch"`
	}
	WeightsFrom     *int         `json:"weights_after_train_end_come_from_epoch"`
	BatchesPerEpoch int          `json:"batches_per_epoch"`
	EpochLogs       []Logs       `json:"epoch_logs"`
	Saves           []goldenSave `json:"saves"`
	Text            string       `json:"text"`
	BatchLosses     []any        `json:"batch_losses"`
	StopAfter       []bool       `json:"stop_training_after_batch"`
}

type goldenSave struct {
	Epoch int
	Batch *int
	Path  string
	What  string
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestCallbacksDoWhatKerasDoes(t *testing.T) {
	dir := collections.Golden(t, filepath.Join("testdata", "golden"))
	paths, err := filepath.Glob(filepath.Join(dir, "callback", "*", "*.json"))
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d cases in %s: want 20 or more (%v)", len(paths), dir, err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var c goldenCase
		if err := json.Unmarshal(raw, &c); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		t.Run(c.Name, func(t *testing.T) {
			run := map[string]func(*testing.T, *goldenCase){
				"EarlyStopping": goldenEarlyStopping, "ReduceLROnPlateau": goldenPlateau,
				"ModelCheckpoint": goldenCheckpoint, "CSVLogger": goldenCSV, "TerminateOnNaN": goldenNaN,
			}[c.Class]
			if run == nil {
				t.Fatalf("unknown class %q", c.Class)
			}
			run(t, &c)
		})
	}
}

func (c *goldenCase) mode() Mode { return map[string]Mode{"min": Min, "max": Max}[c.Config.Mode] }

// drive runs the epochs of the case with cb and calls check after each.
func (c *goldenCase) drive(t *testing.T, cb Callback, check func(i int, e Event, stop bool)) *fakeModel {
	t.Helper()
	m := &fakeModel{rate: c.InitialLearningRate, modes: map[string]Mode{"accuracy": Max}}
	e := Event{Run: &Run{ValidationFreq: 1}, Model: m}
	if err := cb.On(e); err != nil {
		t.Fatal(err)
	}
	for i, g := range c.Epochs {
		m.weight = float32(g.Epoch)
		e.Kind, e.Epoch, e.Logs = EpochEnd, g.Epoch, Logs{}
		if g.Monitored != nil {
			e.Logs[c.Monitor] = *g.Monitored
		}
		err := cb.On(e)
		if err != nil && !errors.Is(err, Stop) {
			t.Fatalf("epoch %d: %v", i, err)
		}
		check(i, e, err != nil)
	}
	e.Kind = TrainEnd
	if err := cb.On(e); err != nil {
		t.Fatal(err)
	}
	return m
}

func goldenEarlyStopping(t *testing.T, c *goldenCase) {
	s := &EarlyStopping{Monitor: c.Config.Monitor, MinDelta: or(c.Config.MinDelta, 0), Patience: or(c.Config.Patience, 0), Mode: c.mode(),
		Baseline: c.Config.Baseline, RestoreBestWeights: c.Config.RestoreBest, StartFromEpoch: c.Config.StartFromEpoch}
	m := c.drive(t, s, func(i int, e Event, stop bool) {
		g := c.Epochs[i]
		if s.past.Wait != g.Wait || stop != g.StopTraining || s.past.BestEpoch != g.BestEpoch || s.past.HasBest != (g.Best != nil) || s.past.Best != or(g.Best, 0) {
			t.Errorf("epoch %d: %+v, stop %v; want %+v", i, s.past, stop, g)
		}
	})
	if c.WeightsFrom != nil && int(m.weight) != *c.WeightsFrom {
		t.Errorf("weights at the end are of epoch %v, want %d", m.weight, *c.WeightsFrom)
	}
}

func goldenPlateau(t *testing.T, c *goldenCase) {
	r := &ReduceLROnPlateau{Monitor: c.Config.Monitor, Factor: c.Config.Factor, Patience: c.Config.Patience, Mode: c.mode(),
		MinDelta: c.Config.MinDelta, Cooldown: c.Config.Cooldown, MinLR: c.Config.MinLR}
	c.drive(t, r, func(i int, e Event, stop bool) {
		g := c.Epochs[i]
		rate, _ := e.Model.LearningRate()
		if float32(rate) != float32(g.RateAfter) || float32(e.Logs["learning_rate"]) != float32(g.RateDuring) {
			t.Errorf("epoch %d: rate %v then %v, want %v then %v", i, e.Logs["learning_rate"], rate, g.RateDuring, g.RateAfter)
		}
		if r.past.Wait != g.Wait || r.past.Cooldown != g.Cooldown || r.past.HasBest != (g.Best != nil) || r.past.Best != or(g.Best, 0) || stop {
			t.Errorf("epoch %d: %+v, want %+v", i, r.past, g)
		}
	})
}

func goldenCheckpoint(t *testing.T, c *goldenCase) {
	dir := t.TempDir()
	k := &ModelCheckpoint{Path: filepath.Join(dir, c.Config.Filepath), Monitor: c.Config.Monitor, SaveBestOnly: c.Config.SaveBestOnly,
		SaveWeightsOnly: c.Config.SaveWeightsOnly, Mode: c.mode(), SaveFreq: c.Config.SaveFreq, InitialValueThreshold: c.Config.InitialThreshold}
	s := newScript(c.EpochLogs...)
	var got []goldenSave
	epoch := 0
	record := Func(func(e Event) error {
		for _, p := range s.model.saved {
			path, isWeights := strings.CutPrefix(p, "weights ")
			save := goldenSave{Epoch: e.Epoch, Path: filepath.Base(path), What: map[bool]string{true: "weights", false: "model"}[isWeights]}
			if e.Kind == BatchEnd {
				save.Batch = new(e.Batch)
			}
			got = append(got, save)
		}
		s.model.saved = nil
		return nil
	})
	// The loss at a step is 1/(1+epoch*batches+batch).
	step := Func(func(e Event) error {
		if e.Kind == EpochBegin {
			epoch = e.Epoch
			s.batches = nil
			for b := range c.BatchesPerEpoch {
				s.batches = append(s.batches, Logs{"loss": 1 / float64(1+epoch*c.BatchesPerEpoch+b)})
			}
		}
		return nil
	})
	err := s.play(step, k, record)
	if c.Config.Monitor == "missing" {
		wantError(t, err, `there is no log "missing"`, "loss, val_loss, val_accuracy") // Keras saves each epoch and warns
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if g, w := fmt.Sprint(describe(got)), fmt.Sprint(describe(c.Saves)); g != w {
		t.Errorf("saved %s\nwant  %s", g, w)
	}
}

func describe(saves []goldenSave) (s []string) {
	for _, v := range saves {
		s = append(s, fmt.Sprintf("%d/%d %s %s", v.Epoch, or(v.Batch, -1), v.What, v.Path))
	}
	return s
}

func goldenCSV(t *testing.T, c *goldenCase) {
	path := filepath.Join(t.TempDir(), "log.csv")
	if err := newScript(c.EpochLogs...).play(&CSVLogger{Path: path, Separator: c.Config.Separator}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil || string(text) != c.Text {
		t.Errorf("wrote %q, want %q (%v)", text, c.Text, err)
	}
}

func goldenNaN(t *testing.T, c *goldenCase) {
	n := &TerminateOnNaN{}
	stopped := false
	for i, l := range c.BatchLosses {
		loss, isNumber := l.(float64)
		if !isNumber {
			loss = map[any]float64{"NaN": math.NaN(), "Infinity": math.Inf(1)}[l]
		}
		err := n.On(Event{Kind: BatchEnd, Batch: i, Run: &Run{}, Running: func() (Logs, error) { return Logs{"loss": loss}, nil }})
		stopped = stopped || errors.Is(err, Stop)
		if stopped != c.StopAfter[i] {
			t.Errorf("after batch %d: stopped %v, want %v", i, stopped, c.StopAfter[i])
		}
	}
}

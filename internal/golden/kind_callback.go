package golden

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/internal/gobstate"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// A callbackCase is a callback driven by given logs, without a model.
type callbackCase struct {
	Class, Monitor string
	Config         struct {
		Monitor          string
		MinDelta         *float64 `json:"min_delta"`
		Patience         *int
		Mode             string
		Baseline         *float64
		RestoreBest      bool `json:"restore_best_weights"`
		StartFromEpoch   int  `json:"start_from_epoch"`
		Factor           float64
		Cooldown         int
		MinLR            float64 `json:"min_lr"`
		Filepath         string
		SaveBestOnly     bool     `json:"save_best_only"`
		SaveWeightsOnly  bool     `json:"save_weights_only"`
		SaveFreq         any      `json:"save_freq"`
		InitialThreshold *float64 `json:"initial_value_threshold"`
		Separator        string
	}
	InitialLearningRate float64 `json:"initial_learning_rate"`
	Epochs              []callbackEpoch
	WeightsFrom         *int            `json:"weights_after_train_end_come_from_epoch"`
	BatchesPerEpoch     int             `json:"batches_per_epoch"`
	EpochLogs           []training.Logs `json:"epoch_logs"`
	Saves               []callbackSave  `json:"saves"`
	Text                string          `json:"text"`
	BatchLosses         []any           `json:"batch_losses"`
	StopAfter           []bool          `json:"stop_training_after_batch"`
}

type callbackEpoch struct {
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

type callbackSave struct {
	Epoch int
	Batch *int
	Path  string
	What  string
}

func runCallback(c *Case) error {
	k := &callbackCase{}
	if err := c.Decode(k); err != nil {
		return err
	}
	mode := map[string]training.Mode{"min": training.Min, "max": training.Max}[k.Config.Mode]
	cfg := k.Config
	switch k.Class {
	case "EarlyStopping":
		return k.drive(&callbacks.EarlyStopping{Monitor: cfg.Monitor, MinDelta: deref(cfg.MinDelta, 0), Patience: deref(cfg.Patience, 0), Mode: mode,
			Baseline: cfg.Baseline, RestoreBestWeights: cfg.RestoreBest, StartFromEpoch: cfg.StartFromEpoch})
	case "ReduceLROnPlateau":
		return k.drive(&callbacks.ReduceLROnPlateau{Monitor: cfg.Monitor, Factor: cfg.Factor, Patience: cfg.Patience, Mode: mode,
			MinDelta: cfg.MinDelta, Cooldown: cfg.Cooldown, MinLR: cfg.MinLR})
	case "ModelCheckpoint":
		return k.checkpoint(mode)
	case "CSVLogger":
		return k.csv()
	case "TerminateOnNaN":
		return k.terminate()
	}
	return Unsupported("callback %s", k.Class)
}

func deref[T any](p *T, def T) T {
	if p == nil {
		return def
	}
	return *p
}

// pretend is a fake model with one weight that records what is saved.
type pretend struct {
	weight float32
	rate   float64
	saved  []callbackSave
}

func (p *pretend) Weights() []*tensor.Tensor {
	return []*tensor.Tensor{tensor.Of([]float32{p.weight}, 1)}
}
func (p *pretend) SetWeights(w []*tensor.Tensor) error {
	d, _ := tensor.Data[float32](w[0])
	p.weight = d[0]
	return nil
}
func (p *pretend) LearningRate() (float64, bool) { return p.rate, true }
func (p *pretend) SetLearningRate(r float64) error {
	p.rate = float64(float32(r)) // a float32 variable in Keras
	return nil
}
func (p *pretend) Save(path string) error        { return p.save(path, "model") }
func (p *pretend) SaveWeights(path string) error { return p.save(path, "weights") }
func (p *pretend) save(path, what string) error {
	p.saved = append(p.saved, callbackSave{Path: filepath.Base(path), What: what})
	return os.WriteFile(path, nil, 0o666)
}
func (p *pretend) Averages() bool { return false }

func (p *pretend) SwapInAverages() error { return nil }

func (p *pretend) SwapOutAverages() error { return nil }

func (p *pretend) MetricMode(name string) training.Mode {
	if name == "accuracy" {
		return training.Max
	}
	return training.Auto
}

// memory is the state of the callbacks that monitor a log.
type memory struct {
	Wait, Cooldown, BestEpoch int
	HasBest                   bool
	Best                      float64
}

// drive replays the epochs to a callback and compares its actions and state after each.
func (k *callbackCase) drive(cb training.Stateful) error {
	m := &pretend{rate: k.InitialLearningRate}
	e := training.Event{Run: &training.Run{ValidationFreq: 1}, Model: m}
	if err := cb.On(e); err != nil {
		return err
	}
	for i, g := range k.Epochs {
		m.weight = float32(g.Epoch)
		e.Kind, e.Epoch, e.Logs = training.EpochEnd, g.Epoch, training.Logs{}
		if g.Monitored != nil {
			e.Logs[k.Monitor] = *g.Monitored
		}
		err := cb.On(e)
		if err != nil && !errors.Is(err, training.Stop) {
			return fmt.Errorf("epoch %d: %w", i, err)
		}
		if err := g.compare(cb, m, e.Logs, err != nil); err != nil {
			return fmt.Errorf("epoch %d: %w", i, err)
		}
	}
	e.Kind = training.TrainEnd
	if err := cb.On(e); err != nil {
		return err
	}
	if k.WeightsFrom != nil && int(m.weight) != *k.WeightsFrom {
		return fmt.Errorf("weights at the end are of epoch %v, want %d", m.weight, *k.WeightsFrom)
	}
	return nil
}

func (g *callbackEpoch) compare(cb training.Stateful, m *pretend, logs training.Logs, stop bool) error {
	raw, err := cb.State()
	if err != nil {
		return err
	}
	var past memory
	if err := gobstate.Decode(raw, &past); err != nil {
		return err
	}
	if stop != g.StopTraining || past.Wait != g.Wait || past.HasBest != (g.Best != nil) || past.Best != deref(g.Best, 0) {
		return fmt.Errorf("%+v, stop %v; want wait %d, best %v, stop %v", past, stop, g.Wait, deref(g.Best, math.NaN()), g.StopTraining)
	}
	switch cb.(type) {
	case *callbacks.EarlyStopping:
		if past.BestEpoch != g.BestEpoch {
			return fmt.Errorf("best epoch %d, want %d", past.BestEpoch, g.BestEpoch)
		}
	case *callbacks.ReduceLROnPlateau:
		if past.Cooldown != g.Cooldown || float32(m.rate) != float32(g.RateAfter) || float32(logs["learning_rate"]) != float32(g.RateDuring) {
			return fmt.Errorf("cooldown %d, rate %v then %v; want %d, %v then %v", past.Cooldown, logs["learning_rate"], m.rate, g.Cooldown, g.RateDuring, g.RateAfter)
		}
	}
	return nil
}

// play replays the epochs with their batches to the callbacks and returns the error that ended
// the run.
func (k *callbackCase) play(m *pretend, list ...training.Callback) error {
	all := training.Callbacks(list)
	e := training.Event{Run: &training.Run{ValidationFreq: 1, Epochs: len(k.EpochLogs)}, Model: m}
	tell := func(kind training.Kind) error { e.Kind = kind; return all.Tell(e) }
	err := tell(training.TrainBegin)
	for i := 0; i < len(k.EpochLogs) && err == nil; i++ {
		e.Epoch, e.Logs = i, nil
		err = tell(training.EpochBegin)
		for b := 0; b < k.BatchesPerEpoch && err == nil; b++ {
			loss := 1 / float64(1+i*k.BatchesPerEpoch+b)
			e.Batch, e.Running = b, func() (training.Logs, error) { return training.Logs{"loss": loss}, nil }
			err = tell(training.BatchEnd)
		}
		if err == nil {
			m.weight, e.Logs = float32(i), k.EpochLogs[i].Clone()
			err = tell(training.EpochEnd)
		}
	}
	e.Err = err
	return errors.Join(err, tell(training.TrainEnd), tell(training.Done))
}

func (k *callbackCase) checkpoint(mode training.Mode) error {
	dir, err := os.MkdirTemp("", "golden")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	freq := 0
	if f, ok := k.Config.SaveFreq.(fmt.Stringer); ok { // a json.Number; "epoch" is 0
		fmt.Sscan(f.String(), &freq)
	}
	cb := &callbacks.ModelCheckpoint{Path: filepath.Join(dir, k.Config.Filepath), Monitor: k.Config.Monitor, SaveBestOnly: k.Config.SaveBestOnly,
		SaveWeightsOnly: k.Config.SaveWeightsOnly, Mode: mode, SaveFreq: freq, InitialValueThreshold: k.Config.InitialThreshold}
	m := &pretend{}
	var got []callbackSave
	note := training.Func(func(e training.Event) error {
		for _, s := range m.saved {
			s.Epoch = e.Epoch
			if e.Kind == training.BatchEnd {
				s.Batch = new(e.Batch)
			}
			got = append(got, s)
		}
		m.saved = nil
		return nil
	})
	err = k.play(m, cb, note)
	if missing := k.missing(); missing != "" {
		// Keras warns and saves every epoch; a missing log is an error here.
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", missing)) {
			return fmt.Errorf("a monitor that is no log: got %v, want an error that names %q", err, missing)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if g, w := describeSaves(got), describeSaves(k.Saves); !slices.Equal(g, w) {
		return fmt.Errorf("saved %q, want %q", g, w)
	}
	return nil
}

// missing returns the monitor that decides on saving if it is not among the logs, otherwise "".
func (k *callbackCase) missing() string {
	if !k.Config.SaveBestOnly || k.Config.Monitor == "" || k.BatchesPerEpoch > 0 && k.Config.Monitor == "loss" {
		return ""
	}
	for _, l := range k.EpochLogs {
		if _, ok := l[k.Config.Monitor]; ok {
			return ""
		}
	}
	return k.Config.Monitor
}

func describeSaves(saves []callbackSave) (s []string) {
	for _, v := range saves {
		s = append(s, fmt.Sprintf("%d/%d %s %s", v.Epoch, deref(v.Batch, -1), v.What, v.Path))
	}
	return s
}

func (k *callbackCase) csv() error {
	dir, err := os.MkdirTemp("", "golden")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "log.csv")
	if err := k.play(&pretend{}, &callbacks.CSVLogger{Path: path, Separator: k.Config.Separator}); err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err == nil && string(text) != k.Text {
		err = fmt.Errorf("wrote %q, want %q", text, k.Text)
	}
	return err
}

func (k *callbackCase) terminate() error {
	n := &callbacks.TerminateOnNaN{}
	stopped := false
	for i, l := range k.BatchLosses {
		loss := map[any]float64{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)}[l]
		if f, ok := l.(fmt.Stringer); ok {
			fmt.Sscan(f.String(), &loss)
		}
		err := n.On(training.Event{Kind: training.BatchEnd, Batch: i, Run: &training.Run{},
			Running: func() (training.Logs, error) { return training.Logs{"loss": loss}, nil }})
		if stopped = stopped || errors.Is(err, training.Stop); stopped != k.StopAfter[i] {
			return fmt.Errorf("after batch %d: stopped %v, want %v", i, stopped, k.StopAfter[i])
		}
	}
	return nil
}

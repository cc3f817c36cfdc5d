package training

import (
	"math"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/internal/gobstate"
)

// A History holds the logs of each epoch of a run, in order. It is a callback that records them;
// placed last in the list, it also sees what the other callbacks add. The zero History is empty
// and ready to use.
type History struct {
	Model  string          // name of the model
	Epochs []int           // epoch numbers, starting at 0 unless the run began later
	Logs   []Logs          // one entry per element of Epochs
	Modes  map[string]Mode // whether lower or higher is better, by log name, if the model knows

	// Facts about the run that make the verdict more reliable. Zero values mean unknown; Fit sets
	// all except Target.
	TrainSamples      int
	ValidationSamples int
	Params            int     // number of weight elements
	Chance            float64 // loss of guessing without looking at the input: ln C for C classes, the variance of a target
	Target            Logs    // values the user wants to reach, such as {"val_accuracy": .95}
	Restored          int     // number, from 1, of the epoch whose weights were restored at the end; 0: none
	TrainEvaluated    float64 // loss of training samples at the end, computed in inference mode like the validation loss
	Mismatch          string  // how the validation data differs from the training data, such as "classes 3 and 4 are missing"
}

// On records the logs at each EpochEnd. TrainBegin keeps existing epochs, so a run that continues
// an earlier one extends its history.
func (h *History) On(e Event) error {
	switch e.Kind {
	case TrainBegin:
		r := e.Run
		h.Model, h.TrainSamples, h.ValidationSamples, h.Params = r.Model, r.Train, r.Validation, r.Params
		h.Chance, h.Mismatch, h.Restored, h.TrainEvaluated = r.Chance, r.Mismatch, 0, 0
	case EpochEnd:
		h.Epochs = append(h.Epochs, e.Epoch)
		h.Logs = append(h.Logs, e.Logs.Clone())
		h.learnModes(e)
	case TrainEnd, Done: // a later callback in the list may restore weights at TrainEnd
		h.Restored, h.TrainEvaluated = e.Run.Restored, e.Run.TrainEvaluated
	}
	return nil
}

func (h *History) learnModes(e Event) {
	if h.Modes == nil {
		h.Modes = map[string]Mode{}
	}
	for name := range e.Logs {
		if _, known := h.Modes[name]; known {
			continue
		}
		if m := ModeOf(e.Model, name); m != Auto {
			h.Modes[name] = m
		}
	}
}

// Len returns the number of epochs.
func (h *History) Len() int { return len(h.Logs) }

// Names returns the names of all logs, in the order of [Logs.Names].
func (h *History) Names() []string {
	var names []string
	for _, l := range h.Logs {
		for n := range l {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	slices.SortFunc(names, compareNames)
	return names
}

// Series returns the values of name, one per epoch; NaN where it is missing.
func (h *History) Series(name string) []float64 {
	s := make([]float64, len(h.Logs))
	for i, l := range h.Logs {
		v, ok := l[name]
		if !ok {
			v = math.NaN()
		}
		s[i] = v
	}
	return s
}

// Last returns the logs of the last epoch, or nil if there are no epochs.
func (h *History) Last() Logs {
	if len(h.Logs) == 0 {
		return nil
	}
	return h.Logs[len(h.Logs)-1]
}

// Mode returns whether lower or higher values of name are better: as stated by the model,
// otherwise guessed from the name, as for a history read from a file.
func (h *History) Mode(name string) Mode {
	if m := h.Modes[name]; m != Auto {
		return m
	}
	return guessMode(name)
}

// guessMode recognizes metrics to maximize by their Keras names.
func guessMode(name string) Mode {
	name = strings.TrimPrefix(name, "val_")
	if strings.HasSuffix(name, "loss") {
		return Min
	}
	for _, up := range []string{"acc", "auc", "precision", "recall", "f1", "fbeta", "iou", "io_u", "r2", "at_", "true_", "cosine_similarity"} {
		if strings.Contains(name, up) {
			return Max
		}
	}
	return Min
}

// Best returns the best value of name and the index of its epoch in [History.Epochs], the first
// if several are equal; ok is false if name has no value other than NaN.
func (h *History) Best(name string) (epoch int, value float64, ok bool) {
	mode := h.Mode(name)
	for i, v := range h.Series(name) {
		if math.IsNaN(v) {
			continue
		}
		if !ok || (mode == Max && v > value) || (mode != Max && v < value) {
			epoch, value, ok = i, v, true
		}
	}
	return epoch, value, ok
}

// State implements [Stateful].
func (h *History) State() ([]byte, error) { return gobstate.Encode(*h) }

// SetState implements [Stateful].
func (h *History) SetState(data []byte) error {
	*h = History{}
	return gobstate.Decode(data, h)
}

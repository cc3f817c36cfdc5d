package callbacks

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/training"
)

// A monitor is the log that a callback watches.
type monitor struct {
	name string
	mode Mode
	seen bool
}

// begin sets up the log to watch at TrainBegin, and returns an error if it will not exist.
func (m *monitor) begin(e Event, name string, mode Mode) error {
	if name == "" {
		name = "val_loss"
	}
	*m = monitor{name: name, mode: mode}
	if mode < Auto || mode > Max {
		return fmt.Errorf("Mode is %d: want Auto, Min or Max", int(mode))
	}
	if err := m.exists(e); err != nil {
		return err
	}
	if m.mode == Auto {
		m.mode = training.ModeOf(e.Model, name)
	}
	if m.mode == Auto {
		return fmt.Errorf("can't tell whether less or more of %q is better: set Mode to Min or Max", name)
	}
	return nil
}

// exists returns an error if the run is known not to have the log.
func (m *monitor) exists(e Event) error {
	if strings.HasPrefix(m.name, "val_") && e.Run.ValidationFreq == 0 {
		return m.unvalidated(e.Run.LogNames)
	}
	if e.Run.LogNames == nil || strings.HasPrefix(m.name, training.LearningRate) {
		return nil
	}
	for _, n := range e.Run.LogNames {
		if n == m.name {
			return nil
		}
	}
	return m.unknown(e.Run.LogNames)
}

// unvalidated returns the error for a missing validation log, with the logs that can be monitored
// without validation data.
func (m *monitor) unvalidated(logs []string) error {
	other := strings.TrimPrefix(m.name, "val_")
	if logs == nil || slices.Contains(logs, other) {
		return fmt.Errorf("there is no validation data for %q: give Fit a Validation, or monitor %q", m.name, other)
	}
	return fmt.Errorf("there is no validation data for %q: give Fit a Validation; the logs without it are %s", m.name, strings.Join(logs, ", "))
}

func (m *monitor) unknown(logs []string) error {
	return fmt.Errorf("there is no log %q%s; the logs are %s", m.name, config.Suggest(m.name, logs), strings.Join(logs, ", "))
}

// value returns the log's value at an EpochEnd; ok is false if the epoch has none, for example
// because it was not validated.
func (m *monitor) value(e Event) (v float64, ok bool, err error) {
	v, ok = e.Logs[m.name]
	if ok {
		m.seen = true
		return v, true, nil
	}
	known := m.seen || e.Run.LogNames != nil // begin has already checked
	if !known && (e.Run.Validates(e.Epoch) || !strings.HasPrefix(m.name, "val_")) {
		return 0, false, m.unknown(e.Logs.Names())
	}
	return 0, false, nil
}

// improves reports whether now is better than best by more than delta; NaN is never better.
func (m *monitor) improves(now, best, delta float64, hasBest bool) bool {
	if math.IsNaN(now) {
		return false
	}
	return !hasBest || m.mode.Improves(now, best, delta)
}

package callbacks

import (
	"log/slog"
	"time"

	"github.com/rhyton/rhyton/internal/gobstate"
)

// Log writes a record to a structured logger after each epoch, and one at the end of the run with
// the reason for its end and the verdict.
type Log struct {
	Logger *slog.Logger // nil: slog.Default()

	history History
	began   time.Time
}

// On implements [Callback].
func (l *Log) On(e Event) error {
	logger := l.Logger
	if logger == nil {
		logger = slog.Default()
	}
	switch e.Kind {
	case TrainBegin:
		l.history, l.began = History{}, time.Now()
		logger.Info("training begins", "model", e.Run.Model, "params", e.Run.Params, "epochs", e.Run.Epochs,
			"train", e.Run.Train, "validation", e.Run.Validation, "batch_size", e.Run.BatchSize, "device", e.Run.Device)
	case EpochEnd:
		args := []any{"epoch", e.Epoch + 1, "elapsed", time.Since(l.began)}
		for _, n := range e.Logs.Names() {
			args = append(args, n, e.Logs[n])
		}
		logger.Info("epoch", args...)
	case Done:
		l.history.On(e)
		args := []any{"epochs", l.history.Len(), "elapsed", time.Since(l.began), "verdict", l.history.Verdict().String()}
		if e.Err != nil {
			args = append(args, "reason", reason(e.Err))
		}
		if stopped(e.Err) {
			logger.Info("training ended", args...)
		} else {
			logger.Error("training failed", args...)
		}
	}
	return l.history.On(e)
}

// logState is the saved state of a [Log].
type logState struct {
	History History
	Elapsed time.Duration
}

// State implements [Stateful].
func (l *Log) State() ([]byte, error) {
	return gobstate.Encode(logState{l.history, time.Since(l.began)})
}

// SetState implements [Stateful].
func (l *Log) SetState(data []byte) error {
	var past logState
	err := gobstate.Decode(data, &past)
	l.history, l.began = past.History, time.Now().Add(-past.Elapsed)
	return err
}

package callbacks

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rhyton/rhyton/internal/gobstate"
	"github.com/rhyton/rhyton/plots"
	"github.com/rhyton/rhyton/training"
)

// LearningCurves plots the loss and the metrics over the epochs, training next to validation,
// with the best epoch, the gap between the two, and the verdict in words. The plot exists from
// the first epoch on and is redrawn concurrently with training, at most once a second, and
// completely at the end. See plots.SaveCurves for its contents.
type LearningCurves struct {
	Path string // ending in .png or .svg; "curves.png" if empty. Missing folders are created.

	history training.History
	artist  artist
}

// On implements [Callback].
func (c *LearningCurves) On(e Event) error {
	path := c.Path
	if path == "" {
		path = "curves.png"
	}
	var err error
	switch e.Kind {
	case TrainBegin:
		c.history = training.History{}
		c.history.On(e)
		if _, err = plots.Format(path); err == nil {
			err = probe(path)
		}
	case EpochEnd:
		c.record(e)
		c.artist.draw(path, &c.history, time.Now())
	case TrainEnd:
		c.history.On(e)
		if err = c.artist.finish(path, &c.history); err == nil && c.history.Len() > 0 {
			e.Run.Note("curves " + path)
		}
	case Done:
		if e.Run.Restored != c.history.Restored { // restored by a later callback in the list
			c.history.On(e)
			err = c.artist.finish(path, &c.history)
		}
	}
	return err
}

// record adds the epoch, with its learning rate even if no callback logs it.
func (c *LearningCurves) record(e Event) {
	e.Logs = e.Logs.Clone()
	if _, ok := e.Logs[training.LearningRate]; !ok {
		if rate, _ := e.Model.LearningRate(); rate > 0 {
			e.Logs[training.LearningRate] = rate
		}
	}
	c.history.On(e)
}

// An artist draws concurrently with training.
type artist struct {
	drawing sync.Mutex // held while a picture is drawn
	last    time.Time  // start of the last drawing
}

// draw starts to draw the current h, unless a drawing is in progress or was started less than a
// second ago.
func (a *artist) draw(path string, h *training.History, now time.Time) {
	if now.Sub(a.last) < time.Second || !a.drawing.TryLock() {
		return
	}
	a.last = now
	still := snapshot(h)
	go func() {
		defer a.drawing.Unlock()
		plots.SaveCurves(path, still) // a persistent error occurs again at the end and is reported there
	}()
}

// finish waits for the drawing in progress and draws the whole history.
func (a *artist) finish(path string, h *training.History) error {
	a.drawing.Lock()
	defer a.drawing.Unlock()
	a.last = time.Time{}
	if h.Len() == 0 {
		return nil
	}
	return plots.SaveCurves(path, h)
}

// snapshot returns a copy of h; the logs in a history do not change.
func snapshot(h *training.History) *training.History {
	s := *h
	s.Epochs, s.Logs, s.Modes = slices.Clone(h.Epochs), slices.Clone(h.Logs), maps.Clone(h.Modes)
	return &s
}

// Compare plots the losses of several runs in one image, each labeled with its model name, to
// show the effect of a change to the model. Path ends in .png or .svg.
func Compare(path string, histories ...*History) error {
	var runs []plots.Run
	for _, h := range histories {
		if h == nil {
			return errors.New("compare: a history is nil")
		}
		runs = append(runs, plots.Run{History: h})
	}
	return plots.SaveComparison(path, "", runs...)
}

// State implements [Stateful]. It keeps the epochs before an interruption in the plot.
func (c *LearningCurves) State() ([]byte, error) { return gobstate.Encode(c.history) }

// SetState implements [Stateful].
func (c *LearningCurves) SetState(data []byte) error {
	c.history = training.History{}
	return gobstate.Decode(data, &c.history)
}

package callbacks

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"time"

	"github.com/rhyton/rhyton/internal/gobstate"
	"github.com/rhyton/rhyton/training"
)

// JSONLogger writes one JSON object per line for each event, for other programs to read:
//
//	{"event":"begin","model":"mnist","params":34826,"epochs":20,"train":8000,"validation":2000,"batch_size":64,"device":"cpu"}
//	{"event":"epoch","epoch":1,"elapsed":0.9,"learning_rate":0.001,"logs":{"loss":0.7613,"val_loss":0.2873}}
//	{"event":"end","epochs":17,"elapsed":15.2,"reason":"val_loss has not improved for 5 epochs","finding":"OVERFITTING","verdict":"OVERFITTING from epoch 12: …"}
//
// Epochs count from 1 and times are in seconds. A number that JSON cannot represent is written as
// the string "NaN", "Infinity" or "-Infinity".
type JSONLogger struct {
	Path string    // a file, overwritten; missing folders are created
	W    io.Writer // or a writer

	file  logFile
	past  progress
	show  jsonDisplay
	begun bool // the "begin" line has been written
}

// jsonState is the saved state of a [JSONLogger].
type jsonState struct {
	File    logFile
	History training.History
	Elapsed time.Duration
}

// On implements [Callback].
func (l *JSONLogger) On(e Event) error {
	return l.on(e)
}

func (l *JSONLogger) on(e Event) error {
	if e.Kind == TrainBegin {
		if err := l.open(); err != nil {
			return err
		}
		l.past.runBegan = time.Now()
	}
	l.past.now = time.Now()
	// In a file, the first line is written at the second event: a resumed run already has it.
	if !l.begun && (l.W != nil || e.Kind != TrainBegin) && l.show.w != nil {
		l.show.header(e)
		l.begun = true
	}
	switch e.Kind {
	case EpochEnd:
		l.show.epoch(e, &l.past)
	case Done:
		l.past.history.On(e)
		if l.show.w != nil { // nil if opening the file failed
			l.show.end(e, &l.past)
		}
		l.show.err = errors.Join(l.show.err, l.file.close())
	}
	l.past.history.On(e)
	err := l.show.err
	l.show.err = nil // report it only once
	return err
}

func (l *JSONLogger) open() error {
	l.past, l.show, l.begun = progress{}, jsonDisplay{w: l.W}, false
	switch {
	case (l.Path == "") == (l.W == nil):
		return errors.New("want either Path or W")
	case l.Path == "":
		return nil
	}
	if err := l.file.open(l.Path, false); err != nil {
		return err
	}
	l.show.w = &l.file
	return nil
}

// State implements [Stateful].
func (l *JSONLogger) State() ([]byte, error) {
	at, err := l.file.at()
	if err != nil {
		return nil, err
	}
	return gobstate.Encode(jsonState{at, l.past.history, l.past.now.Sub(l.past.runBegan)})
}

// SetState implements [Stateful]. It removes the lines written after the saved state.
func (l *JSONLogger) SetState(data []byte) error {
	var past jsonState
	if err := gobstate.Decode(data, &past); err != nil {
		return err
	}
	l.past.history, l.past.runBegan = past.History, time.Now().Add(-past.Elapsed)
	if l.W != nil {
		return nil
	}
	l.begun = past.File.Size > 0
	return l.file.goOn(past.File)
}

// jsonDisplay writes lines of JSON; it keeps the first error.
type jsonDisplay struct {
	w   io.Writer
	err error
}

func (d *jsonDisplay) write(v any) {
	line, err := json.Marshal(v)
	if err == nil && d.err == nil {
		_, err = d.w.Write(append(line, '\n'))
	}
	d.err = errors.Join(d.err, err)
}

func (d *jsonDisplay) header(e Event) {
	d.write(struct {
		Event      string `json:"event"`
		Model      string `json:"model"`
		Params     int    `json:"params"`
		Epochs     int    `json:"epochs"`
		Train      int    `json:"train"`
		Validation int    `json:"validation"`
		BatchSize  int    `json:"batch_size"`
		Device     string `json:"device"`
	}{"begin", e.Run.Model, e.Run.Params, e.Run.Epochs, e.Run.Train, e.Run.Validation, e.Run.BatchSize, e.Run.Device})
}

func (d *jsonDisplay) tick(Event, *progress) {}

func (d *jsonDisplay) epoch(e Event, p *progress) {
	rate, _ := e.Model.LearningRate()
	logs := map[string]number{}
	for n, v := range e.Logs {
		logs[n] = number(v)
	}
	d.write(struct {
		Event        string            `json:"event"`
		Epoch        int               `json:"epoch"`
		Elapsed      number            `json:"elapsed"`
		LearningRate number            `json:"learning_rate"`
		Logs         map[string]number `json:"logs"`
	}{"epoch", e.Epoch + 1, number(p.now.Sub(p.runBegan).Seconds()), number(rate), logs})
}

func (d *jsonDisplay) end(e Event, p *progress) {
	v := p.history.Verdict()
	end := struct {
		Event   string   `json:"event"`
		Epochs  int      `json:"epochs"`
		Elapsed number   `json:"elapsed"`
		Reason  string   `json:"reason,omitempty"`
		Error   string   `json:"error,omitempty"`
		Notes   []string `json:"notes,omitempty"`
		Finding string   `json:"finding"`
		Verdict string   `json:"verdict"`
	}{"end", p.history.Len(), number(p.now.Sub(p.runBegan).Seconds()), "", "", e.Run.Notes(), v.Finding.String(), v.String()}
	if stopped(e.Err) && e.Err != nil {
		end.Reason = reason(e.Err)
	} else if e.Err != nil {
		end.Error = e.Err.Error()
	}
	d.write(end)
}

// A number is a float64 that can always be encoded as JSON.
type number float64

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) {
	v := float64(n)
	switch {
	case math.IsNaN(v):
		return []byte(`"NaN"`), nil
	case math.IsInf(v, 1):
		return []byte(`"Infinity"`), nil
	case math.IsInf(v, -1):
		return []byte(`"-Infinity"`), nil
	}
	return json.Marshal(v)
}

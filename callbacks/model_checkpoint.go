package callbacks

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/internal/atomicfile"
	"github.com/rhyton/rhyton/internal/gobstate"
	"github.com/rhyton/rhyton/internal/saving/format"
)

// ModelCheckpoint saves the model during training: the whole model with the optimizer's state, or
// only its weights. Files are written atomically. It behaves as in Keras 3, except that a missing
// log and a folder that cannot be written to are errors before the first step.
type ModelCheckpoint struct {
	// Path may contain {epoch} (from 1), {batch} (from 1) and the names of logs, with Python
	// format specifiers: "model_{epoch:02d}_{val_loss:.4f}.keras". It must end as required by
	// Model.Save, in .keras, .weights.h5 or .safetensors, or, with SaveWeightsOnly, as required
	// by Model.SaveWeights. Missing folders are created.
	Path string `keras:"filepath"`

	Monitor         string `keras:"monitor" default:"val_loss"` // the log that decides which is best
	SaveBestOnly    bool   `keras:"save_best_only"`             // save only if better than all before
	SaveWeightsOnly bool   `keras:"save_weights_only"`
	Mode            Mode   `keras:"mode" default:"auto"` // whether lower or higher is better

	// SaveFreq saves every SaveFreq steps, counted across epochs; 0 saves after each epoch. If
	// set, only the training logs are available, averaged since the start of the epoch.
	SaveFreq int `keras:"save_freq" default:"0"`

	InitialValueThreshold *float64 `keras:"initial_value_threshold"` // value that the first save must improve on; nil: none

	// Keep is the maximum number of files to keep: when there are more, the oldest that this run
	// wrote is removed. 0 keeps all.
	Keep int

	watch monitor
	path  pathTemplate
	past  checkpoint
	model Model // model that past refers to: another run of it continues from there, as in Keras, so that a worse result overwrites nothing
}

// checkpoint is the saved state of a [ModelCheckpoint].
type checkpoint struct {
	Seen    bool
	Steps   stepCounter
	HasBest bool
	Best    float64
	Epoch   int      // of the last save
	Files   []string // written and not removed, oldest first
}

// On implements [Callback].
func (c *ModelCheckpoint) On(e Event) error {
	var err error
	switch e.Kind {
	case TrainBegin:
		err = c.begin(e)
	case BatchEnd:
		if c.past.Steps.due(e, c.SaveFreq) {
			err = c.save(e)
		}
	case EpochEnd:
		if c.SaveFreq == 0 {
			err = c.save(e)
		}
	case TrainEnd:
		c.note(e)
	}
	return err
}

func (c *ModelCheckpoint) begin(e Event) error {
	c.past.Steps = stepCounter{}
	if !same(c.model, e.Model) {
		c.past, c.model = checkpoint{}, e.Model
		if c.InitialValueThreshold != nil {
			c.past.HasBest, c.past.Best = true, *c.InitialValueThreshold
		}
	}
	var err error
	switch {
	case c.Path == "":
		return errors.New("Path is empty: want a file's name")
	case c.Keep < 0:
		return fmt.Errorf("Keep is %d: want a number of files, or 0 for all", c.Keep)
	}
	if err := c.past.Steps.check(e, "SaveFreq", c.SaveFreq); err != nil {
		return err
	}
	if err := c.checkSuffix(); err != nil {
		return err
	}
	if c.path, err = parseTemplate(c.Path); err != nil {
		return err
	}
	known := e.Run.LogNames
	if c.SaveFreq > 0 {
		known = trainingNames(known)
	}
	if err := c.path.check(c.SaveFreq > 0, known); err != nil {
		return err
	}
	if err := c.checkValidated(e); err != nil {
		return err
	}
	if err := c.beginWatch(e); err != nil {
		return err
	}
	return probe(c.Path)
}

// checkValidated returns an error if the path needs a validation log after an epoch without
// validation.
func (c *ModelCheckpoint) checkValidated(e Event) error {
	if c.SaveFreq > 0 || e.Run.ValidationFreq == 0 || c.SaveBestOnly && (c.Monitor == "" || strings.HasPrefix(c.Monitor, "val_")) {
		return nil
	}
	i := slices.IndexFunc(c.path.fields, func(f field) bool { return strings.HasPrefix(f.name, "val_") })
	if i < 0 {
		return nil
	}
	for epoch := e.Run.Initial; epoch < e.Run.Epochs; epoch++ {
		if !e.Run.Validates(epoch) {
			return fmt.Errorf("path %q: there is no %q after epoch %d, for validation does not run after it: leave it out, or save with SaveBestOnly by a log of the validation",
				c.Path, c.path.fields[i].name, epoch+1)
		}
	}
	return nil
}

// same reports whether a and b are the same model.
func same(a, b Model) bool {
	return a != nil && reflect.TypeOf(a).Comparable() && a == b
}

// beginWatch sets up the monitored log, if it decides what is saved.
func (c *ModelCheckpoint) beginWatch(e Event) error {
	if !c.SaveBestOnly && c.Monitor == "" {
		return nil
	}
	if err := c.watch.begin(e, c.Monitor, c.Mode); err != nil {
		return err
	}
	if c.SaveFreq > 0 && strings.HasPrefix(c.watch.name, "val_") {
		return fmt.Errorf("%q has no value between epochs, when SaveFreq saves: monitor %q, or leave SaveFreq 0",
			c.watch.name, strings.TrimPrefix(c.watch.name, "val_"))
	}
	return nil
}

func (c *ModelCheckpoint) checkSuffix() error {
	formatOf := format.ForModel
	if c.SaveWeightsOnly {
		formatOf = format.ForWeights
	}
	if _, err := formatOf(c.Path); err != nil {
		return fmt.Errorf("path %q: %w", c.Path, err)
	}
	return nil
}

// trainingNames returns the names of the logs that exist within an epoch.
func trainingNames(all []string) (names []string) {
	for _, n := range all {
		if !strings.HasPrefix(n, "val_") {
			names = append(names, n)
		}
	}
	return names
}

// probe creates the folder of path, up to the first placeholder, and returns an error if no file
// can be written there.
func probe(path string) error {
	dir := filepath.Dir(path)
	if i := strings.IndexByte(dir, '{'); i >= 0 {
		dir = filepath.Dir(dir[:i] + "x")
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("path %q is a folder: want a file's name", path)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return atomicfile.Probe(dir)
}

// save saves if it is time to; e is an EpochEnd or BatchEnd.
func (c *ModelCheckpoint) save(e Event) error {
	if c.SaveBestOnly || c.path.usesLogs() {
		var err error
		if e.Logs, err = e.Read(); err != nil {
			return err
		}
	}
	better, err := c.better(e)
	if err != nil || !better {
		return err
	}
	path, err := c.path.fill(e.Epoch+1, e.Batch+1, e.Logs)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	if c.SaveWeightsOnly {
		err = e.Model.SaveWeights(path)
	} else {
		err = e.Model.Save(path)
	}
	if err != nil {
		return err
	}
	c.past.Epoch = e.Epoch
	return c.rotate(path)
}

// better reports whether to save, according to the monitored log.
func (c *ModelCheckpoint) better(e Event) (bool, error) {
	if !c.SaveBestOnly {
		return true, nil
	}
	c.watch.seen = c.watch.seen || c.past.Seen
	now, ok, err := c.watch.value(e)
	c.past.Seen = c.watch.seen
	if err != nil || !ok || !c.watch.improves(now, c.past.Best, 0, c.past.HasBest) {
		return false, err
	}
	c.past.HasBest, c.past.Best = true, now
	return true, nil
}

// rotate removes the oldest files in excess of Keep.
func (c *ModelCheckpoint) rotate(path string) error {
	files := slices.DeleteFunc(c.past.Files, func(f string) bool { return f == path })
	files = append(files, path)
	var err error
	for c.Keep > 0 && len(files) > c.Keep {
		if e := os.Remove(files[0]); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = e
		}
		files = files[1:]
	}
	if c.Keep == 0 {
		files = files[len(files)-1:]
	}
	c.past.Files = files
	return err
}

func (c *ModelCheckpoint) note(e Event) {
	if n := len(c.past.Files); n > 0 {
		e.Run.Note(fmt.Sprintf("saved %s (epoch %d)", c.past.Files[n-1], c.past.Epoch+1))
	}
}

// State implements [Stateful].
func (c *ModelCheckpoint) State() ([]byte, error) { return gobstate.Encode(c.past) }

// SetState implements [Stateful].
func (c *ModelCheckpoint) SetState(data []byte) error {
	c.past = checkpoint{}
	return gobstate.Decode(data, &c.past)
}

package models

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/internal/safetensors"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

var _ training.State = (*run)(nil)

// backupFormat is the "format" in a backup's metadata. It changes whenever the layout changes.
const backupFormat = "rhyton-backup-1"

// A backup is the part of a run's state that is not in variables.
type backup struct {
	Settings []setting
	At       position
	Seen     int
	Stop     string // message of the callback that stopped the run; "": none did
	Logs     training.Logs

	Pass, Batch int // position in the data

	Step     stepTypes // whose graph has the variables
	Paths    []string  // of the variables
	Numbers  []float64 // numbers of the optimizer kept on the host: steps and learning rates
	Averaged bool      // the weights and their averages are swapped

	Callbacks []byte
}

// stepTypes are the types of a training step's inputs.
type stepTypes struct{ X, Y, W []graph.Type }

// A setting must have the same value in a resumed run.
type setting struct{ Name, Value string }

func (r *run) settings() []setting {
	f := &r.f
	var classes []string
	for _, k := range slices.Sorted(maps.Keys(f.ClassWeight)) {
		classes = append(classes, fmt.Sprintf("%d: %v", k, f.ClassWeight[k]))
	}
	return []setting{
		{"Compile.Seed", fmt.Sprint(r.c.cfg.Seed)},
		{"Compile.StepsPerExecution", fmt.Sprint(max(r.c.cfg.StepsPerExecution, 1))},
		{"InitialEpoch", fmt.Sprint(f.InitialEpoch)},
		{"BatchSize", fmt.Sprint(r.info.BatchSize)},
		{"StepsPerEpoch", fmt.Sprint(f.StepsPerEpoch)},
		{"NoShuffle", fmt.Sprint(f.NoShuffle)},
		{"ClassWeight", fmt.Sprint(classes)},
		{"the number of samples", fmt.Sprint(r.info.Train)},
	}
}

// Save implements [training.State].
func (r *run) Save(w io.Writer) error {
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	b := &backup{Settings: r.settings(), At: r.at, Seen: r.seen, Logs: r.logs, Pass: r.train.pass, Batch: r.train.batch,
		Numbers: numbersOf(r.c.optimizer), Averaged: r.c.averaged}
	if r.stop != nil {
		b.Stop = r.stop.Error()
	}
	if e := r.c.lastStep(); e != nil && r.vars == nil {
		r.traced = stepTypes{e.x, e.y, e.w}
	}
	vars, err := r.variables()
	if err != nil {
		return err
	}
	b.Step = r.traced
	if b.Callbacks, err = r.callbacks.State(); err != nil {
		return err
	}
	f := &safetensors.File{Metadata: map[string]string{"format": backupFormat, "model": r.m.title()}}
	for i, v := range vars {
		t, err := runtime.Value(v)
		if err != nil {
			return fmt.Errorf("%s: %w", v.Path, err)
		}
		f.Put(variableName(i, v.Path), t)
		b.Paths = append(b.Paths, v.Path)
	}
	var text bytes.Buffer
	if err := gob.NewEncoder(&text).Encode(b); err != nil {
		return err
	}
	f.Put("run", tensor.Of(text.Bytes()))
	return safetensors.Write(w, f)
}

// variableName names a variable in a backup: paths alone may not be unique.
func variableName(i int, path string) string { return fmt.Sprintf("variables/%d/%s", i, path) }

// numbersOf returns the part of an optimizer's state that is kept on the host.
func numbersOf(o *optimizers.State) (all []float64) {
	for _, e := range o.Entries() {
		if e.Var == nil {
			all = append(all, e.Value)
		}
	}
	return all
}

// lastStep returns the program of the last training step, nil before the first.
func (c *compiled) lastStep() *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, _ := c.programs.Find(func(e *entry) bool { return e.mode == learning })
	return e
}

// variables lists all variables that a training step reads or changes, the model's first. It
// creates them if needed; the variables are the same for all types of steps.
func (r *run) variables() ([]*graph.Variable, error) {
	if r.vars != nil {
		return r.vars, nil
	}
	all := slices.Clone(r.m.vars)
	if len(r.traced.X) == 0 { // no step has run yet
		return all, nil
	}
	step, err := r.stepVariables()
	if err != nil {
		return nil, err
	}
	seen := map[*graph.Variable]bool{}
	for _, v := range all {
		seen[v] = true
	}
	for _, v := range step {
		if !seen[v] {
			seen[v] = true
			all = append(all, v)
		}
	}
	r.vars = all
	return all, nil
}

// stepVariables lists the variables of a compiled training step, or of a traced one if none has
// been compiled.
func (r *run) stepVariables() ([]*graph.Variable, error) {
	if e := r.c.lastStep(); e != nil {
		return e.Variables(), nil
	}
	g, _, err := r.c.traceStep(learning, r.c.optimizer, r.traced.X, r.traced.Y, r.traced.W)
	if err != nil {
		return nil, err
	}
	return g.Variables, nil
}

// Restore implements [training.State].
func (r *run) Restore(from io.ReaderAt, size int64) error {
	f, b, err := readBackup(from, size)
	if err != nil {
		return err
	}
	if err := differ(b.Settings, r.settings()); err != nil {
		return err
	}
	if err := r.restoreValues(f, b); err != nil {
		return err
	}
	if err := r.callbacks.SetState(b.Callbacks); err != nil {
		return err
	}
	r.at, r.seen, r.logs, r.stop = b.At, b.Seen, b.Logs, nil
	if b.Stop != "" {
		r.stop = stopped(b.Stop)
	}
	r.train.pass, r.train.batch = b.Pass, b.Batch
	r.noteResumed()
	return nil
}

// noteResumed notes where the run resumes.
func (r *run) noteResumed() {
	text := fmt.Sprintf("resumed in epoch %d after %d steps", r.at.Epoch+1, r.at.Step)
	if r.at.Phase == toBegin {
		text = fmt.Sprintf("resumed after epoch %d", r.at.Epoch)
	}
	if skipped := r.train.batch; skipped > 0 && datasets.Steps(r.train.data) == datasets.Unknown && r.at.Phase != toBegin {
		text += fmt.Sprintf("; the data set can't seek: the first %d batches are read again and skipped", skipped)
	}
	r.info.Note(text)
}

// stopped is the [training.Stop] of a callback in another process, by its message.
type stopped string

func (s stopped) Error() string { return string(s) }
func (stopped) Unwrap() error   { return training.Stop }

// readBackup reads what Save wrote.
func readBackup(from io.ReaderAt, size int64) (*safetensors.File, *backup, error) {
	f, err := safetensors.Read(from, size)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", training.ErrDamaged, err)
	}
	if got := f.Metadata["format"]; got != backupFormat {
		return nil, nil, fmt.Errorf("the backup is of the format %q; this version of Rhyton reads %q", got, backupFormat)
	}
	b := &backup{}
	text, ok := []uint8(nil), false
	if t := f.Tensors["run"]; t != nil {
		text, ok = tensor.Data[uint8](t)
	}
	if !ok {
		return nil, nil, fmt.Errorf("%w: the backup has no %q", training.ErrDamaged, "run")
	}
	if err := gob.NewDecoder(bytes.NewReader(text)).Decode(b); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", training.ErrDamaged, err)
	}
	return f, b, nil
}

// differ reports a setting that differs from the backup.
func differ(was, is []setting) error {
	if len(was) != len(is) {
		return errors.New("the backup is of another version of Rhyton")
	}
	for i, s := range was {
		if s != is[i] {
			return fmt.Errorf("the backup is of another run: %s was %s, now it is %s; continue with the settings of that run, or delete the backup to start over",
				s.Name, s.Value, is[i].Value)
		}
	}
	return nil
}

// restoreValues sets the variables and the optimizer's numbers.
func (r *run) restoreValues(f *safetensors.File, b *backup) error {
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	r.traced, r.vars = b.Step, nil
	vars, err := r.variables()
	if err != nil {
		return err
	}
	if n := len(numbersOf(r.c.optimizer)); len(vars) != len(b.Paths) || n != len(b.Numbers) {
		return fmt.Errorf("the backup is of another model or optimizer: it has %d variables and %d numbers; this model has %d and %d",
			len(b.Paths), len(b.Numbers), len(vars), n)
	}
	values := make([]*tensor.Tensor, len(vars))
	for i, v := range vars {
		t := f.Tensors[variableName(i, v.Path)]
		if t == nil || t.DType() != v.Type.DType || !t.Shape().Equal(v.Type.Shape) {
			return fmt.Errorf("the backup is of another model: in the place of %s, %v %v, it has %s", v.Path, v.Type.DType, v.Type.Shape, b.Paths[i])
		}
		values[i] = t
	}
	if err := setAll(vars, values); err != nil {
		return err
	}
	r.c.averaged = b.Averaged
	return setNumbers(r.c.optimizer, b.Numbers)
}

// setNumbers sets the numbers returned by numbersOf.
func setNumbers(o *optimizers.State, numbers []float64) error {
	for _, e := range o.Entries() {
		if e.Var != nil {
			continue
		}
		if err := e.Set(numbers[0]); err != nil {
			return err
		}
		numbers = numbers[1:]
	}
	return nil
}

// backup calls the callbacks that save the run's state, if a backup is due.
func (r *run) backup(e training.Event) error {
	if err := r.callbacks.Backup(e, r); err != nil {
		r.failed = true
		return fmt.Errorf("models: fit: %w", err)
	}
	return nil
}

// interrupted reports whether the context ended the run between two steps.
func (r *run) interrupted(cause error) bool {
	return !r.failed && r.ctx.Err() != nil && errors.Is(cause, r.ctx.Err())
}

package golden

import (
	"encoding/json"
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

const optimizerTolerance = 5e-5

type optimizerCase struct {
	Class         string
	Config        json.RawMessage
	Serialized    json.RawMessage
	NoDecay       []string `json:"exclude_from_weight_decay"`
	Variables     []named
	Grads         [][]Array
	LearningRates []float64 `json:"learning_rates"`
	After         [][]Array
	State         []named `json:"optimizer_variables"`
	Finalized     []Array
}

type named struct {
	Name, Path string
	Value      Array
}

func runOptimizer(c *Case) error {
	var f optimizerCase
	if err := c.Decode(&f); err != nil {
		return err
	}
	o, err := build[optimizers.Optimizer](f.Class, f.Config)
	if err != nil {
		return err
	}
	if err := serializes(o, f.Serialized); err != nil {
		return err
	}
	optimizers.OptionsOf(o).NoDecay = f.NoDecay
	state, err := optimizers.NewState(o)
	if err != nil {
		return err
	}
	run := optimizerRun{c: c, f: &f, state: state, session: NewSession(c.Dev)}
	if err := run.trace(); err != nil {
		return err
	}
	for step := range f.Grads {
		if err := run.step(step); err != nil {
			return err
		}
	}
	return run.end()
}

// An optimizerRun is an optimizer run in progress.
type optimizerRun struct {
	c       *Case
	f       *optimizerCase
	state   *optimizers.State
	session *Session
	vars    []*graph.Variable
	g       *graph.Graph
	scalars *optimizers.Trace
}

func (r *optimizerRun) trace() (err error) {
	for _, v := range r.f.Variables {
		t := graph.Type{DType: v.Value.DType(), Shape: v.Value.Shape()}
		r.vars = append(r.vars, &graph.Variable{Path: v.Name, Type: t, Trainable: true, Initial: v.Value.Tensor})
	}
	r.g, err = graph.Trace(func(g *graph.Graph) []*graph.Node {
		var grads []*graph.Node
		for _, v := range r.vars {
			grads = append(grads, g.Input(v.Type.DType, v.Type.Shape...))
		}
		r.scalars = r.state.Apply(g, r.vars, grads, nil)
		return nil
	})
	return err
}

func (r *optimizerRun) step(step int) error {
	rate, _ := r.state.LearningRate()
	if err := r.c.CompareFloats(fmt.Sprintf("learning rate %d", step), []float64{rate}, r.f.LearningRates[step:step+1], 1e-6); err != nil {
		return err
	}
	var in []*tensor.Tensor
	for _, g := range r.f.Grads[step] {
		in = append(in, g.Tensor)
	}
	scalars := make([]float32, len(r.scalars.Inputs))
	r.scalars.Fill(scalars)
	for _, x := range scalars {
		in = append(in, tensor.Scalar(x))
	}
	if _, err := r.session.Run(r.g, in...); err != nil {
		return err
	}
	if err := r.state.Done(r.session.Read); err != nil {
		return err
	}
	return r.compare(fmt.Sprintf("step %d", step), r.vars, r.f.After[step])
}

func (r *optimizerRun) compare(what string, vars []*graph.Variable, want []Array) error {
	for i, v := range vars {
		got, err := r.session.Read(v)
		if err != nil {
			return err
		}
		if err := r.c.Compare(what+" "+v.Path, got, want[i].Tensor, optimizerTolerance); err != nil {
			return err
		}
	}
	return nil
}

// end compares the state, in file order, and the weights after training.
func (r *optimizerRun) end() error {
	entries := r.state.Entries()
	if len(entries) != len(r.f.State) {
		return fmt.Errorf("%d variables of state, want %d", len(entries), len(r.f.State))
	}
	for i, e := range entries {
		got := []float64{e.Value}
		if e.Var != nil {
			t, err := r.session.Read(e.Var)
			if err != nil {
				return err
			}
			got = Floats(t)
		}
		if err := r.c.CompareFloats(r.f.State[i].Path, got, Floats(r.f.State[i].Value.Tensor), optimizerTolerance); err != nil {
			return err
		}
	}
	final := r.vars
	if averages := r.state.Averages(); averages != nil {
		final = nil
		for _, v := range r.vars {
			final = append(final, averages[v])
		}
	}
	return r.compare("finalized", final, r.f.Finalized)
}

func runSchedule(c *Case) error {
	var f struct {
		Class      string
		Config     json.RawMessage
		Serialized json.RawMessage
		Steps      []int64
		Values     Array
	}
	if err := c.Decode(&f); err != nil {
		return err
	}
	s, err := build[optimizers.Schedule](f.Class, f.Config)
	if err != nil {
		return err
	}
	if err := serializes(s, f.Serialized); err != nil {
		return err
	}
	got := make([]float64, len(f.Steps))
	for i, step := range f.Steps {
		got[i] = s.Rate(step)
	}
	return c.CompareFloats("rates", got, Floats(f.Values.Tensor), 1e-6)
}

package optimizers

import (
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/backend"
	_ "github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/session"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func TestOddSettingsAreErrors(t *testing.T) {
	nan := math.NaN()
	for _, row := range []struct {
		name string
		o    Optimizer
		want string
	}{
		{"lr NaN", &SGD{LearningRate: nan}, "SGD: LearningRate is NaN; want a finite number"},
		{"lr negative", &Adam{LearningRate: -1}, "Adam: LearningRate is -1; want a finite number above 0"},
		{"lr infinite", &Adam{LearningRate: math.Inf(1)}, "Adam: LearningRate is +Inf; want a finite number"},
		{"beta_1 1.5", &Adam{Beta1: new(1.5)}, "Adam: Beta1 is 1.5; want a number in [0, 1)"},
		{"clipnorm -1", &SGD{Options: Options{ClipNorm: -1}}, "SGD: ClipNorm is -1"},
		{"clipvalue NaN", &SGD{Options: Options{ClipValue: nan}}, "SGD: ClipValue is NaN"},
		{"two clips", &SGD{Options: Options{ClipNorm: 1, ClipValue: 1}}, "more than one of ClipNorm, ClipValue and GlobalClipNorm is set"},
		{"one accumulation step", &SGD{Options: Options{AccumulationSteps: 1}}, "AccumulationSteps is 1; want 2 or more"},
		{"negative decay", &AdamW{Options: Options{WeightDecay: new(-0.1)}}, "WeightDecay is -0.1"},
		{"EMA momentum 2", &SGD{Options: Options{UseEMA: true, EMAMomentum: new(2.0)}}, "EMAMomentum is 2; want a number in [0, 1]"},
		{"momentum 2", &SGD{Momentum: 2}, "Momentum is 2"},
		{"positive rate power", &Ftrl{LearningRatePower: new(0.5)}, "LearningRatePower is 0.5; want a number in (-inf, 0]"},
		{"a bad pattern", &SGD{Options: Options{NoDecay: []string{"("}}}, "NoDecay"},
		{"a bad layer pattern", &Muon{ExcludeLayers: []string{"("}}, "ExcludeLayers"},
		{"no decay steps", &SGD{Schedule: ExponentialDecay{InitialLearningRate: 1}}, "SGD: Schedule: ExponentialDecay: DecaySteps is not set"},
		{"values and boundaries", &SGD{Schedule: PiecewiseConstantDecay{Boundaries: []int{1}, Values: []float64{1}}}, "want one more value than boundaries"},
		{"inside a loss scale", &LossScaleOptimizer{Inner: &SGD{LearningRate: nan}}, "SGD: LearningRate is NaN"},
		{"no inner optimizer", &LossScaleOptimizer{}, "LossScaleOptimizer: Inner is not set"},
	} {
		if _, err := NewState(row.o); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
}

func TestParseKnowsKerasNamesAndSuggests(t *testing.T) {
	for _, name := range strings.Fields("sgd SGD adam adamw rmsprop adagrad adadelta adamax nadam ftrl lion lamb adafactor muon schedulefreeadamw lossscaleoptimizer") {
		if _, err := Parse(name); err != nil {
			t.Error(err)
		}
	}
	if _, err := Parse("adma"); err == nil || !strings.Contains(err.Error(), `unknown optimizer "adma"; did you mean "adam"?`) {
		t.Error(err)
	}
	if _, err := config.Unmarshal[Optimizer]([]byte(`{"class_name":"SGD","config":{"learning_rate":"0.1"}}`)); err == nil {
		t.Error("a learning rate of text is taken")
	}
}

func TestOptimizersSurviveTheirJSON(t *testing.T) {
	all := []any{&LossScaleOptimizer{Inner: &Adam{Schedule: CosineDecay{DecaySteps: 3, WarmupTarget: new(1.0), WarmupSteps: 2}}},
		&Muon{RMSRate: new(0.0), ExcludeLayers: []string{"head"}},
		&MultiOptimizer{Map: OptimizerMap{Default: &Adam{}, Optimizers: []Mapped{{"z/\"q\"", &SGD{Momentum: .5}}, {"a", &Lion{}}}}, LossScaleFactor: 2}}
	for _, name := range family.Names() {
		if o, err := family.New(name); err == nil && name != "LossScaleOptimizer" && name != "MultiOptimizer" {
			all = append(all, o)
		}
	}
	for _, o := range all {
		raw, err := config.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		back, err := config.Unmarshal[Optimizer](raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if again, err := config.Marshal(back); err != nil || string(again) != string(raw) {
			t.Errorf("%s: read back as %s (%v)", raw, again, err)
		}
	}
}

// A run trains one weight w, of two elements, with given gradients.
type run struct {
	t       *testing.T
	state   *State
	w       *graph.Variable
	g       *graph.Graph
	trace   *Trace
	session *session.Session
}

func start(t *testing.T, o Optimizer, constraint func(*graph.Node) *graph.Node) *run {
	t.Helper()
	dev, err := backend.Open("ref")
	if err != nil {
		t.Fatal(err)
	}
	r := &run{t: t, session: session.New(dev)}
	if r.state, err = NewState(o); err != nil {
		t.Fatal(err)
	}
	r.w = &graph.Variable{Path: "dense/w", Type: graph.Type{DType: graph.Float32, Shape: graph.Shape{2}}, Initial: tensor.Of([]float32{1, -2})}
	r.g, err = graph.Trace(func(g *graph.Graph) []*graph.Node {
		grad := g.Input(graph.Float32, 2)
		r.trace = r.state.Apply(g, []*graph.Variable{r.w}, []*graph.Node{grad}, func(*graph.Variable) func(*graph.Node) *graph.Node { return constraint })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *run) step(grad ...float32) []float64 {
	r.t.Helper()
	scalars := make([]float32, len(r.trace.Inputs))
	r.trace.Fill(scalars)
	in := []*tensor.Tensor{tensor.Of(grad)}
	for _, x := range scalars {
		in = append(in, tensor.Scalar(x))
	}
	if _, err := r.session.Run(r.g, in...); err != nil {
		r.t.Fatal(err)
	}
	if err := r.state.Done(r.session.Read); err != nil {
		r.t.Fatal(err)
	}
	return r.read(r.w)
}

func (r *run) read(v *graph.Variable) []float64 {
	r.t.Helper()
	x, err := r.session.Read(v)
	if err != nil {
		r.t.Fatal(err)
	}
	return session.Floats(x)
}

func TestStepsThatAreNotFiniteChangeNothingButTheScale(t *testing.T) {
	r := start(t, &LossScaleOptimizer{Inner: &SGD{LearningRate: 1, Momentum: 0.5}, InitialScale: 4, GrowthSteps: 2}, nil)
	scale, _ := r.state.scale()
	if w := r.step(4, float32(math.Inf(1))); w[0] != 1 || w[1] != -2 {
		t.Errorf("weights are %v after an infinite gradient", w)
	}
	if s := r.read(scale)[0]; s != 2 {
		t.Errorf("scale is %v after an infinite gradient, want 2", s)
	}
	if n := r.state.Iterations; n != 0 {
		t.Errorf("%d iterations after an infinite gradient, want 0", n)
	}
	if w := r.step(2, 2); w[0] != 0 || w[1] != -3 {
		t.Errorf("weights are %v, want the gradient divided by 2", w)
	}
	r.step(0, 0)
	if s := r.read(scale)[0]; s != 4 {
		t.Errorf("scale is %v after two finite steps, want 4", s)
	}
}

func TestConstraintsComeLast(t *testing.T) {
	r := start(t, &SGD{LearningRate: 1}, func(w *graph.Node) *graph.Node { return ops.Maximum(w, ops.ZerosLike(w)) })
	if w := r.step(0.5, 0); w[0] != 0.5 || w[1] != 0 {
		t.Errorf("weights are %v, want 0.5 and 0", w)
	}
}

func TestAccumulatedStepsUpdateByTheirMean(t *testing.T) {
	r := start(t, &SGD{LearningRate: 1, Options: Options{AccumulationSteps: 2, UseEMA: true, EMAMomentum: new(0.5)}}, nil)
	if w := r.step(1, 1); w[0] != 1 {
		t.Errorf("the first step updates to %v", w)
	}
	if w := r.step(3, 1); w[0] != -1 || w[1] != -3 {
		t.Errorf("weights are %v, want -1 and -3", w)
	}
	// Both steps belong to update 0, in which the average is a copy.
	if a := r.read(r.state.Averages()[r.w]); a[0] != -1 {
		t.Errorf("average is %v, want a copy of the weight", a)
	}
}

func TestSchedulesSeeEveryStepAndCannotBeSet(t *testing.T) {
	r := start(t, &SGD{Schedule: ScheduleFunc(func(step int64) float64 { return float64(step) }), Options: Options{AccumulationSteps: 2}}, nil)
	r.step(1, 1)
	if w := r.step(1, 1); w[0] != 0 { // rate 1 at step 1
		t.Errorf("weights are %v, want 0", w)
	}
	if err := r.state.SetLearningRate(1); err == nil || !strings.Contains(err.Error(), "follows the schedule") {
		t.Error(err)
	}
}

func TestDecayPassesTheExcludedBy(t *testing.T) {
	for pattern, want := range map[string]float64{"bias": 0.5, "^w$": 1, "dense": 1} {
		o := &SGD{LearningRate: 0.5, Options: Options{WeightDecay: new(1.0), NoDecay: []string{pattern}}}
		if w := start(t, o, nil).step(0, 0); w[0] != want {
			t.Errorf("%s: weight %v, want %v", pattern, w[0], want)
		}
	}
}

func TestAWeightWithoutGradientStays(t *testing.T) {
	state, err := NewState(&Adam{Options: Options{WeightDecay: new(0.1), GlobalClipNorm: 1}})
	if err != nil {
		t.Fatal(err)
	}
	w := &graph.Variable{Path: "w", Type: graph.Type{DType: graph.Float32, Shape: graph.Shape{2}}}
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		state.Apply(g, []*graph.Variable{w}, []*graph.Node{nil}, nil)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := g.Updates[0].Node; len(g.Updates) != 1 || n.Op != (graph.Read{Var: w}) {
		t.Errorf("updates %v", g.Updates)
	}
}

func TestPowerEqualsTheStandardLibrary(t *testing.T) {
	for _, beta := range []float64{0, 0.5, 0.9, 0.96, 0.99, 0.999, 0.99999, 1} {
		for step := int64(0); step < 50_000; step += 1 + step/7 {
			want := math.Pow(float64(float32(beta)), float64(step))
			if got := pow(beta, step); math.Abs(got-want) > 1e-15*want+math.SmallestNonzeroFloat32 {
				t.Fatalf("%v to the power of %d is %v; want %v", beta, step, got, want)
			}
		}
	}
}

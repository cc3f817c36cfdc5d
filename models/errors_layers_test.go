package models_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/regularizers"
	"github.com/rhyton/rhyton/tensor"
)

// first applies a layer to an input of the given shape.
func first(l layers.Layer, shape ...int) func(a *trial) {
	return func(a *trial) {
		a.in, a.layers = layers.Input(shape...), []layers.Layer{l, &layers.Flatten{}, a.layers[1]}
	}
}

func TestBadLayersAreNamed(t *testing.T) {
	checkMistakes(t, []mistake{
		{96, "no units", first(&layers.Dense{}, 8), `layer Dense "dense" (…Units is 0`},
		{97, "units -1", first(&layers.Dense{Units: -1, Name: "wide"}, 8), `layer Dense "wide" (…Units is -1`},
		{101, "a kernel beyond memory", first(&layers.Dense{Units: math.MaxInt}, 8), `layer Dense "dense"`},
		{101, "a kernel of 32 GB", first(&layers.Dense{Units: 1_000_000_000}, 8), `layer Dense "dense"`},
		{102, "dropout 1", first(&layers.Dropout{Rate: 1}, 8), "Rate is 1"},
		{103, "dropout -0.1", first(&layers.Dropout{Rate: -.1}, 8), "Rate is -0.1"},
		{104, "dropout NaN", first(&layers.Dropout{Rate: math.NaN()}, 8), "Rate is NaN"},
		{108, "penalty -1", first(&layers.Dense{Units: 2, KernelRegularizer: regularizers.L2{Factor: new(-1.0)}}, 8), "-1"},
		{109, "penalty NaN", first(&layers.Dense{Units: 2, KernelRegularizer: regularizers.L2{Factor: new(math.NaN())}}, 8), "NaN"},
		{110, "kernel larger than the picture", first(&layers.Conv2D{Filters: 2, KernelSize: []int{7, 7}}, 4, 4, 1), `layer Conv2D "conv2d"…7…4`},
		{111, "kernel 0", first(&layers.Conv2D{Filters: 2, KernelSize: []int{0}}, 4, 4, 1), "KernelSize"},
		{111, "no kernel", first(&layers.Conv2D{Filters: 2}, 4, 4, 1), "KernelSize"},
		{112, "strides 0", first(&layers.Conv2D{Filters: 2, KernelSize: []int{1}, Strides: []int{0}}, 4, 4, 1), "Strides"},
		{113, "strides and dilation", first(&layers.Conv2D{Filters: 2, KernelSize: []int{2}, Strides: []int{2}, DilationRate: []int{2}}, 8, 8, 1), "Strides…DilationRate"},
		{114, "groups that don't divide", first(&layers.Conv2D{Filters: 4, KernelSize: []int{1}, Groups: 2}, 4, 4, 3), "Groups"},
		{115, "a picture without channels", first(&layers.Conv2D{Filters: 2, KernelSize: []int{2}}, 8), "want rank 4"},
		{116, "pool larger than the picture", first(&layers.MaxPooling2D{PoolSize: []int{5}}, 4, 4, 1), `layer MaxPooling2D…5…4`},
		{117, "another number of elements", first(&layers.Reshape{TargetShape: []int{3, 3}}, 8), "a sample has 8 elements, TargetShape [3 3] has 9"},
		{118, "two unknown extents", first(&layers.Reshape{TargetShape: []int{-1, -1}}, 8), "-1"},
		{121, "token 10 of 10", func(a *trial) {
			first(&layers.Embedding{InputDim: 10, OutputDim: 3}, 8)(a)
			a.token(10)
		}, `Embedding "embedding"…token 10 at sample 5, position 2: want an integer in [0, 10)`},
		{122, "token -1", func(a *trial) {
			first(&layers.Embedding{InputDim: 10, OutputDim: 3}, 8)(a)
			a.token(-1)
		}, "token -1 at sample 5, position 2"},
		{124, "token 1.9", func(a *trial) {
			first(&layers.Embedding{InputDim: 10, OutputDim: 3}, 8)(a)
			a.token(1.9)
		}, "token 1.9 at sample 5, position 2"},
		{121, "token 10 to predict", func(a *trial) {
			first(&layers.Embedding{InputDim: 10, OutputDim: 3}, 8)(a)
			a.token(10)
			a.after = func(m *models.Model) error { _, err := m.Predict(context.Background(), a.x); return err }
		}, "token 10 at sample 5, position 2"},
		{129, "no step of a sequence", func(a *trial) {
			first(&layers.LSTM{Units: 2}, -1, 8)(a)
			a.layers = a.layers[:1]
			a.compile = models.Compile{}
			a.after = func(m *models.Model) error {
				_, err := m.Predict(context.Background(), tensor.New(tensor.Float32, 2, 0, 8))
				return err
			}
		}, `layer LSTM "lstm" (…at least one step`},
		{131, "nothing learned", func(a *trial) {
			first(&layers.Normalization{Name: "scale"}, 8)(a)
			a.after = func(m *models.Model) error { _, err := m.Predict(context.Background(), a.x); return err }
		}, `layer "scale"…not adapted: call models.Adapt`},
		{126, "momentum 2", first(&layers.BatchNormalization{Momentum: new(2.0)}, 8), "Momentum is 2"},
		{130, "extent -3", first(&layers.Dense{Units: 2}, -3), "-3"},
		{158, "extent 0", first(&layers.Dense{Units: 2}, 0), "0"},
		{101, "an input beyond memory", first(&layers.Dense{Units: 2}, math.MaxInt, math.MaxInt), "input"},
		{134, "a name twice", func(a *trial) {
			a.layers[0].(*layers.Dense).Name, a.layers[1].(*layers.Dense).Name = "d", "d"
		}, `"d"`},
		{140, "a slash in a name", func(a *trial) { a.layers[0].(*layers.Dense).Name = "a/b" }, `the name "a/b" has a slash`},
		{138, "a nil layer", func(a *trial) { a.layers[0] = nil }, "nil"},
		{146, "all frozen", func(a *trial) {
			a.layers[0].(*layers.Dense).Frozen, a.layers[1].(*layers.Dense).Frozen = true, true
		}, "nothing to train"},
	})
}

// token sets x to the tokens of a text, in which sample 5 has t at position 2.
func (a *trial) token(t float64) {
	x := make([]float64, 64*8)
	x[5*8+2] = t
	a.x = tensor.Of(x, 64, 8)
}

func TestBadGraphsOfLayersAreNamed(t *testing.T) {
	a, b, c := layers.Input(8), layers.Input(7), layers.Input(4, 8)
	dense := func(name string) *layers.Dense { return &layers.Dense{Units: 3, Name: name} }
	with := func(m *models.Model) func(t *trial) {
		return func(t *trial) { t.after = func(*models.Model) error { return m.Compile(models.Compile{}) } }
	}
	checkMistakes(t, []mistake{
		{119, "concatenating vectors and sequences", with(models.New([]*layers.Value{a, c}, layers.Apply(&layers.Concatenate{Axis: 1}, a, c))), `layer Concatenate "concatenate" (…input (batch, 8), (batch, 4, 8): ranks 2 and 3; want inputs of one rank`},
		{119, "concatenating along another axis", with(models.New([]*layers.Value{a, b}, layers.Apply(&layers.Concatenate{Axis: 2}, a, b))), "axis 2 of a value of rank 2; want -2 to 1"},
		{120, "adding 8 and 7", with(models.New([]*layers.Value{a, b}, layers.Apply(&layers.Add{}, a, b))), `layer Add "add" (…input (batch, 8), (batch, 7): axis -1 has 8 and 7: they do not broadcast`},
		{133, "a name twice", with(models.New(a, a.Then(dense("d")).Then(dense("d")))), `"d"`},
		{135, "an input left out", with(models.New(a, layers.Apply(&layers.Concatenate{}, a, b))), "not among the model's inputs"},
		{136, "an input that reaches nothing", with(models.New([]*layers.Value{a, b}, a.Then(dense("")))), "input 1…reaches no output"},
		{137, "no layer", with(models.Sequential(nil)), "input"},
		{138, "a nil output", with(models.New(a, (*layers.Value)(nil))), "nil"},
		{138, "a nil model input", with(models.New((*layers.Value)(nil), a)), "nil"},
		{138, "a layer over nil", with(models.New(a, (*layers.Value)(nil).Then(dense("")))), "input 0 is nil"},
		{138, "a nil layer", with(models.New(a, a.Then(nil))), "nil"},
		{138, "a nil pointer to a layer", with(models.New(a, a.Then((*layers.Dense)(nil)))), "nil"},
		{138, "a nil function", with(models.New(a, a.Map(nil))), "Map (errors_layers_test.go:…the function is nil"},
		{138, "an op misused in a Map", with(models.New(a, a.Map(func(x *graph.Node) *graph.Node { return x.Graph().Literal(tensor.Broken(os.ErrInvalid)) }))), "Map ("},
	})
}

func TestBadWeightsAreNamed(t *testing.T) {
	dir := t.TempDir()
	do := func(f func(m *models.Model) error) func(a *trial) { return func(a *trial) { a.after = f } }
	other := func(ls ...layers.Layer) string {
		m := models.Sequential(layers.Input(8), ls...)
		if err := m.Compile(models.Compile{}); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "w"+string(rune('a'+len(ls)))+".safetensors")
		if err := m.SaveWeights(path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	relu := activations.ReLU
	wide := other(&layers.Dense{Units: 16, Activation: relu}, &layers.Dense{Units: 4})
	long := other(&layers.Dense{Units: 16, Activation: relu}, &layers.Dense{Units: 3}, &layers.Dense{Units: 3})
	short := other(&layers.Dense{Units: 16, Activation: relu})
	broken := filepath.Join(dir, "broken.safetensors")
	if err := os.WriteFile(broken, []byte("no weights"), 0o600); err != nil {
		t.Fatal(err)
	}
	load := func(path string) func(a *trial) {
		return do(func(m *models.Model) error { return m.LoadWeights(path) })
	}
	checkMistakes(t, []mistake{
		{144, "a weight of another shape", do(func(m *models.Model) error {
			w := m.Weights()
			w[2] = tensor.New(tensor.Float32, 2, 2)
			return m.SetWeights(w)
		}), "dense_1/kernel…(16, 3)…(2, 2)"},
		{144, "a weight too few", do(func(m *models.Model) error { return m.SetWeights(m.Weights()[:3]) }), "3…4"},
		{144, "a nil weight", do(func(m *models.Model) error { return m.SetWeights(make([]*tensor.Tensor, 4)) }), "nil"},
		{148, "a missing file", load(filepath.Join(dir, "none.safetensors")), "none.safetensors"},
		{149, "a file of something else", load(broken), "broken.safetensors"},
		{150, "another output width", load(wide), "dense_1/kernel"},
		{151, "a layer more in the model", load(short), "dense_1"},
		{152, "a layer more in the file", load(long), "dense_2"},
		{133, "an unknown layer", do(func(m *models.Model) error { _, err := m.Layer("dens"); return err }), `no layer "dens"; did you mean "dense"?`},
		{143, "saving before there are weights", do(func(*models.Model) error {
			return models.Sequential(layers.Input(2), &layers.Dense{}).Save(filepath.Join(dir, "x.safetensors"))
		}), "Units is 0"},
	})
}

// Row 145: weights may have any values, but training that cannot succeed reports it before it
// begins.
func TestTrainingFromWeightsThatAreNoNumbersIsAnError(t *testing.T) {
	a := newTrial()
	a.after = func(m *models.Model) error {
		w := m.Weights()
		k, _ := tensor.Data[float32](w[2])
		k[7] = float32(math.Inf(1))
		if err := m.SetWeights(w); err != nil {
			return err
		}
		_, err := m.Fit(context.Background(), datasets.Of(a.x, a.y), a.fit)
		return err
	}
	if err := a.run(); err == nil || !strings.Contains(err.Error(), "models: fit: weight dense_1/kernel is +Inf at element 7, before the first step") {
		t.Error(err)
	}
	a.fit.AllowNonFinite = true
	if err := a.run(); err != nil {
		t.Error(err)
	}
}

// The methods of a model that cannot be built do not panic.
func TestABrokenModelDoesNotPanic(t *testing.T) {
	in := layers.Input(8)
	for name, m := range map[string]*models.Model{
		"no layers":     models.Sequential(layers.Input(2)),
		"no input":      models.Sequential(nil, &layers.Dense{Units: 2}),
		"no output":     models.New(in, (*layers.Value)(nil)),
		"a nil between": models.New(in, (*layers.Value)(nil).Then(&layers.Dense{Units: 2})),
		"a nil layer":   models.Sequential(in, nil),
		"bad units":     models.Sequential(in, &layers.Dense{}),
		"nothing":       {},
	} {
		t.Run(name, func(t *testing.T) {
			m.Layers()
			m.Layer("dense")
			m.InputNames()
			m.OutputNames()
			m.CountParams()
			m.Variables()
			m.Weights()
			m.LearningRate()
			m.MetricMode("loss")
			for what, err := range map[string]error{
				"compile":     m.Compile(models.Compile{}),
				"summary":     m.Summary(&strings.Builder{}),
				"set weights": m.SetWeights([]*tensor.Tensor{nil}),
				"save":        m.Save(filepath.Join(t.TempDir(), "m.keras")),
				"load":        m.LoadWeights(filepath.Join(t.TempDir(), "m.safetensors")),
			} {
				if err == nil {
					t.Errorf("%s: no error", what)
				}
			}
			if _, err := m.Predict(context.Background(), tensor.New(tensor.Float32, 1, 8)); err == nil {
				t.Error("it predicts")
			}
		})
	}
}

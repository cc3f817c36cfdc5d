package models_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// A trial is a model with 8 features and 3 classes and 64 valid samples. Each row of the tables
// breaks some part of it.
type trial struct {
	in      *layers.Value
	layers  []layers.Layer
	x, y, w *tensor.Tensor
	data    datasets.Dataset // instead of x, y and w
	compile models.Compile
	fit     models.Fit
	// after, if set, is run on the compiled model instead of Fit.
	after func(m *models.Model) error
}

func newTrial() *trial {
	x, y := make([]float32, 64*8), make([]int32, 64)
	for i := range x {
		x[i] = float32(math.Sin(float64(i * i)))
	}
	for i := range y {
		y[i] = int32(i % 3)
	}
	return &trial{in: layers.Input(8), x: tensor.Of(x, 64, 8), y: tensor.Of(y),
		layers:  []layers.Layer{&layers.Dense{Units: 16, Activation: activations.ReLU}, &layers.Dense{Units: 3, Activation: activations.Softmax}},
		compile: models.Compile{Optimizer: &optimizers.Adam{}, Loss: losses.SparseCategoricalCrossentropy{}},
	}
}

// regression changes the trial to the regression of a single number.
func (a *trial) regression() {
	a.layers[1] = &layers.Dense{Units: 1}
	a.compile.Loss = losses.MeanSquaredError{}
	a.y = tensor.New(tensor.Float32, 64, 1)
}

// binary changes the trial to two classes.
func (a *trial) binary() {
	a.layers[1] = &layers.Dense{Units: 1, Activation: activations.Sigmoid}
	a.compile.Loss = losses.BinaryCrossentropy{}
	a.y = tensor.New(tensor.Float32, 64, 1)
}

// labels replaces y by 64 floats, one of which is v.
func (a *trial) labels(v float64) {
	y := make([]float64, 64)
	y[5] = v
	a.y = tensor.Of(y)
}

func (a *trial) feature(v float64) {
	x, _ := tensor.As[float64](a.x)
	x[5*8+2] = v
	a.x = tensor.Of(x, 64, 8)
}

// run runs the trial and reports the error, including when weights changed before it.
func (a *trial) run() error {
	m := models.Sequential(a.in, a.layers...)
	if err := m.Compile(a.compile); err != nil {
		return err
	}
	before := m.Weights()
	do := a.after
	if do == nil {
		do = func(m *models.Model) error {
			if a.data == nil {
				arrays := datasets.Of(a.x, a.y)
				if a.w != nil {
					arrays = arrays.WithWeights(a.w)
				}
				a.data = arrays
			}
			_, err := m.Fit(context.Background(), a.data, a.fit)
			return err
		}
	}
	err := do(m)
	if err != nil {
		for i, w := range m.Weights() {
			if !w.Equal(before[i]) {
				return fmt.Errorf("weights changed before the error %w", err)
			}
		}
	}
	return err
}

// A mistake is a row of the tables: what is wrong, and what the error says.
type mistake struct {
	row   int // of Keras' cases in the list of invalid inputs
	what  string
	spoil func(a *trial)
	want  string // parts of the error message, in order, separated by …
}

func checkMistakes(t *testing.T, rows []mistake) {
	for _, r := range rows {
		t.Run(fmt.Sprintf("%d %s", r.row, r.what), func(t *testing.T) {
			a := newTrial()
			r.spoil(a)
			err := a.run()
			t.Log(err)
			if err == nil {
				t.Fatalf("no error; want %q", r.want)
			}
			text := err.Error()
			if strings.Contains(text, "weights changed") || strings.Contains(text, "runtime error") {
				t.Error(text)
			}
			for _, part := range strings.Split(r.want, "…") {
				i := strings.Index(text, part)
				if i < 0 {
					t.Fatalf("the error is\n%v\nwant %q", err, r.want)
				}
				text = text[i+len(part):]
			}
		})
	}
}

func TestBadLabelsAreNamed(t *testing.T) {
	checkMistakes(t, []mistake{
		{1, "class index as large as the number of classes", func(a *trial) { a.labels(3) }, "targets[5] is 3; want a class index in [0, 3); targets run from 0 to 3: use 4 outputs"},
		{2, "class -1", func(a *trial) { a.labels(-1) }, "targets[5] is -1; want a class index in [0, 3)…number the classes from 0"},
		{3, "class 1000000", func(a *trial) { a.labels(1e6) }, "targets[5] is 1e+06; want a class index in [0, 3)"},
		{4, "class 1.7", func(a *trial) { a.labels(1.7) }, "targets[5] is 1.7; want a class index"},
		{5, "NaN target", func(a *trial) { a.regression(); a.labels(math.NaN()) }, "y: NaN in sample 5"},
		{6, "NaN class", func(a *trial) { a.labels(math.NaN()) }, "targets[5] is NaN"},
		{7, "infinite target", func(a *trial) { a.regression(); a.labels(math.Inf(1)) }, "y: +Inf in sample 5"},
		{21, "no targets", func(a *trial) { a.y = nil }, "target"},
		{22, "64 samples and 60 targets", func(a *trial) { a.y = a.y.Rows(0, 60) }, "64…60"},
		{27, "3 targets for 1 output", func(a *trial) { a.regression(); a.y = tensor.New(tensor.Float32, 64, 3) }, "3"},
		{28, "1 target for 3 outputs", func(a *trial) {
			a.layers[1] = &layers.Dense{Units: 3}
			a.compile.Loss = losses.MeanSquaredError{}
			a.y = tensor.New(tensor.Float32, 64, 1)
		}, "1…3"},
		{29, "class indices for categorical cross-entropy", func(a *trial) { a.compile.Loss = losses.CategoricalCrossentropy{} }, "SparseCategoricalCrossentropy"},
		{30, "one-hot rows for sparse cross-entropy", func(a *trial) { a.y = datasets.ToCategorical(a.y, 3) }, " CategoricalCrossentropy"},
		{31, "classes 1 to 3", func(a *trial) {
			y, _ := tensor.Data[int32](a.y)
			for i := range y {
				y[i]++
			}
		}, "targets[2] is 3; want a class index in [0, 3); targets run from 1 to 3: subtract 1, or use 4 outputs"},
		{32, "binary target -1", func(a *trial) { a.binary(); a.labels(-1) }, "targets[5] is -1; binary targets must lie in [0, 1]"},
		{33, "binary target 255", func(a *trial) { a.binary(); a.labels(255) }, "targets[5] is 255; binary targets must lie in [0, 1]"},
	})
}

func TestBadInputsAreNamed(t *testing.T) {
	checkMistakes(t, []mistake{
		{8, "NaN feature", func(a *trial) { a.feature(math.NaN()) }, "x: NaN in sample 5, feature 2"},
		{9, "infinite feature", func(a *trial) { a.feature(math.Inf(-1)) }, "x: -Inf in sample 5, feature 2"},
		{10, "feature beyond float32", func(a *trial) { a.feature(1e300) }, "x: 1e+300 (too large for float32) in sample 5, feature 2"},
		{11, "7 features for 8", func(a *trial) { a.x = tensor.New(tensor.Float32, 64, 7) }, "x: want (batch, 8), got (64, 7)"},
		{12, "an axis more", func(a *trial) { a.x = a.x.Reshape(64, 8, 1) }, "x: want (batch, 8), got (64, 8, 1)"},
		{13, "a vector", func(a *trial) { a.x = a.x.Reshape(-1).Rows(0, 64) }, "want (batch, 8), got (64,)…batch axis"},
		{14, "predict one sample without batch axis", func(a *trial) {
			a.after = func(m *models.Model) error {
				_, err := m.Predict(context.Background(), a.x.Row(0))
				return err
			}
		}, "want (batch, 8), got (8,): that is one sample; make it a batch by Reshape(1, 8)"},
		{15, "text", func(a *trial) {
			s := make([]string, 64*8)
			a.x = tensor.Of(s, 64, 8)
		}, "x holds text…StringLookup"},
		{19, "rows of different length", func(a *trial) {
			a.data = datasets.FromSlices([][]float32{{1, 2, 3, 4, 5, 6, 7, 8}, {1, 2}}, []int32{0, 1})
		}, "row 1…2…8"},
		{20, "nil as x", func(a *trial) { a.x = nil }, "x is nil"},
		{20, "nil as data", func(a *trial) {
			a.after = func(m *models.Model) error { _, err := m.Fit(context.Background(), nil, models.Fit{}); return err }
		}, "there is no data"},
		{23, "no samples to fit", func(a *trial) { a.x, a.y = tensor.New(tensor.Float32, 0, 8), tensor.New(tensor.Int32, 0) }, "no samples"},
		{24, "no samples to evaluate", func(a *trial) {
			a.after = func(m *models.Model) error {
				_, err := m.Evaluate(context.Background(), datasets.Of(tensor.New(tensor.Float32, 0, 8), tensor.New(tensor.Int32, 0)))
				return err
			}
		}, "no samples"},
		{22, "two inputs for one", func(a *trial) {
			a.data = &datasets.Arrays{X: []*tensor.Tensor{a.x, a.x}, Y: []*tensor.Tensor{a.y}}
		}, "2…1"},
	})
}

func TestClashesOfLossAndMetricAreNamed(t *testing.T) {
	checkMistakes(t, []mistake{
		{34, "softmax over one unit", func(a *trial) {
			a.binary()
			a.layers[1] = &layers.Dense{Units: 1, Activation: activations.Softmax}
		}, "softmax over one unit is always 1"},
		{35, "scores for a loss of probabilities", func(a *trial) { a.layers[1] = &layers.Dense{Units: 3} }, "FromLogits: true"},
		{36, "softmax twice", func(a *trial) { a.compile.Loss = losses.SparseCategoricalCrossentropy{FromLogits: true} }, "twice"},
		{38, "no loss", func(a *trial) { a.compile.Loss = nil }, "nothing to minimise: Compile was given no Loss"},
		{39, "losses for outputs that are not there", func(a *trial) {
			a.compile.Losses = map[string]losses.Loss{"dense_1": a.compile.Loss, "dense_2": losses.MeanSquaredError{}}
			a.compile.Loss = nil
		}, `there is no output "dense_2"; did you mean "dense_1"?`},
		{41, "accuracy of a regression", func(a *trial) {
			a.regression()
			a.compile.Metrics = []metrics.Metric{metrics.Accuracy{}}
		}, "accuracy needs classes…MeanAbsoluteError"},
		{42, "categorical accuracy of class indices", func(a *trial) { a.compile.Metrics = []metrics.Metric{metrics.CategoricalAccuracy{}} }, "tried on a batch of 2: …target (2,) does not match output (2, 3); it needs one-hot rows; for class indices use sparse_categorical_accuracy"},
		{43, "AUC of class indices", func(a *trial) { a.compile.Metrics = []metrics.Metric{metrics.AUC{}} }, "auc"},
		{38, "no optimizer", func(a *trial) { a.compile.Optimizer = nil }, "Optimizer"},
		{36, "unknown device", func(a *trial) { a.compile.Device = "cpuu" }, "cpuu…cpu"},
	})
}

func TestBadOptimizersAreNamed(t *testing.T) {
	rate := func(v float64) func(a *trial) {
		return func(a *trial) { a.compile.Optimizer = &optimizers.Adam{LearningRate: v} }
	}
	checkMistakes(t, []mistake{
		{45, "rate NaN", rate(math.NaN()), "NaN"},
		{46, "rate negative", rate(-1), "-1"},
		{48, "rate infinite", rate(math.Inf(1)), "+Inf"},
		{50, "beta 1.5", func(a *trial) { a.compile.Optimizer = &optimizers.Adam{Beta1: new(1.5)} }, "1.5…[0"},
		{51, "clip norm -1", func(a *trial) { a.compile.Optimizer = &optimizers.Adam{Options: optimizers.Options{ClipNorm: -1}} }, "-1"},
	})
	for _, r := range []struct{ given, want string }{{"adma", "adam"}, {"sdg", "sgd"}} {
		if _, err := optimizers.Parse(r.given); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("did you mean %q", r.want)) {
			t.Errorf("optimizer %s: %v", r.given, err)
		}
	}
	if _, err := losses.Parse("mean_sqared_error"); err == nil || !strings.Contains(err.Error(), "mean_squared_error") {
		t.Error(err)
	}
	if _, err := metrics.Parse("acuracy"); err == nil || !strings.Contains(err.Error(), "accuracy") {
		t.Error(err)
	}
	if _, err := activations.Parse("rulu"); err == nil || !strings.Contains(err.Error(), "relu") {
		t.Error(err)
	}
}

func TestBadFitsAreNamed(t *testing.T) {
	with := func(f models.Fit) func(a *trial) { return func(a *trial) { a.fit = f } }
	good := newTrial()
	checkMistakes(t, []mistake{
		{54, "batch size -1", with(models.Fit{BatchSize: -1}), "BatchSize is -1"},
		{60, "epochs -1", with(models.Fit{Epochs: -1}), "Epochs is -1"},
		{64, "split 1.5", with(models.Fit{ValidationSplit: 1.5}), "ValidationSplit is 1.5"},
		{65, "split 1", with(models.Fit{ValidationSplit: 1}), "ValidationSplit is 1"},
		{66, "split -0.1", with(models.Fit{ValidationSplit: -.1}), "ValidationSplit is -0.1"},
		{68, "split 0.999", with(models.Fit{ValidationSplit: .999}), "64"},
		{70, "split NaN", with(models.Fit{ValidationSplit: math.NaN()}), "ValidationSplit is NaN"},
		{71, "validation of 7 features", with(models.Fit{Validation: datasets.Of(tensor.New(tensor.Float32, 64, 7), good.y)}), "validation: x: want (batch, 8), got (64, 7)"},
		{72, "validation of different lengths", with(models.Fit{Validation: datasets.Of(good.x, good.y.Rows(0, 9))}), "validation…64…9"},
		{73, "first epoch after the last", with(models.Fit{Epochs: 2, InitialEpoch: 3}), "InitialEpoch is 3"},
		{74, "more steps than data", with(models.Fit{StepsPerEpoch: 100}), "StepsPerEpoch is 100 and the data has 2 batches"},
		{77, "weight of an unknown class", with(models.Fit{ClassWeight: map[int]float64{0: 1, 1: 1, 2: 1, 7: 1}}), "class 7"},
		{78, "negative class weight", with(models.Fit{ClassWeight: map[int]float64{0: -1}}), "class 0 is -1"},
		{79, "9 weights for 64 samples", func(a *trial) { a.w = tensor.New(tensor.Float32, 9) }, "9"},
		{80, "NaN weight", func(a *trial) { a.weight(float32(math.NaN())) }, "NaN"},
		{81, "weights of 0", func(a *trial) { a.w = tensor.New(tensor.Float32, 64) }, "all…0"},
		{82, "negative weight", func(a *trial) { a.weight(-1) }, "-1"},
		{83, "not compiled", func(a *trial) {
			a.after = func(*models.Model) error {
				_, err := models.Sequential(layers.Input(2)).Fit(context.Background(), datasets.Of(a.x, a.y), a.fit)
				return err
			}
		}, "not compiled: call Compile first"},
	})
}

func (a *trial) weight(v float32) {
	w := make([]float32, 64)
	for i := range w {
		w[i] = 1
	}
	w[5] = v
	a.w = tensor.Of(w)
}

// stream yields batches of 16 of the trial's samples, then end: a last batch or an error.
func (a *trial) stream(batches int, last func(yield func(datasets.Batch, error) bool)) datasets.Dataset {
	return datasets.Func(func() iter.Seq2[datasets.Batch, error] {
		return func(yield func(datasets.Batch, error) bool) {
			for i := range batches {
				b := datasets.Batch{N: 16, X: []*tensor.Tensor{a.x.Rows(16*i, 16*i+16)}, Y: []*tensor.Tensor{a.y.Rows(16*i, 16*i+16)}}
				if !yield(b, nil) {
					return
				}
			}
			if last != nil {
				last(yield)
			}
		}
	})
}

var errDisk = errors.New("disk died")

func TestBadStreamsAreNamed(t *testing.T) {
	checkMistakes(t, []mistake{
		{84, "a stream that ends early", func(a *trial) {
			a.data, a.fit = a.stream(0, nil), models.Fit{StepsPerEpoch: 5}
		}, "no samples"},
		{85, "a batch of another shape", func(a *trial) {
			a.data = a.stream(0, func(yield func(datasets.Batch, error) bool) {
				yield(datasets.Batch{N: 16, X: []*tensor.Tensor{tensor.New(tensor.Float32, 16, 5)}, Y: []*tensor.Tensor{a.y.Rows(0, 16)}}, nil)
			})
		}, "batch 0: x: want (batch, 8), got (16, 5)"},
		{86, "a stream that fails", func(a *trial) {
			a.data = a.stream(0, func(yield func(datasets.Batch, error) bool) { yield(datasets.Batch{}, errDisk) })
		}, "batch 0: disk died"},
		{1, "a class too large in a stream", func(a *trial) {
			a.labels(7)
			a.data = a.stream(1, nil)
		}, "batch 0: targets[5] is 7"},
		{8, "NaN in a stream", func(a *trial) {
			a.feature(math.NaN())
			a.data = a.stream(1, nil)
		}, "batch 0: x: NaN in sample 5, feature 2"},
	})
}

func TestAStreamThatFailsSaysWhere(t *testing.T) {
	a := newTrial()
	m := models.Sequential(a.in, a.layers...)
	if err := m.Compile(a.compile); err != nil {
		t.Fatal(err)
	}
	data := a.stream(2, func(yield func(datasets.Batch, error) bool) { yield(datasets.Batch{}, errDisk) })
	ended := false
	_, err := m.Fit(context.Background(), data, models.Fit{Callbacks: []callbacks.Callback{callbacks.Func(func(e callbacks.Event) error {
		ended = ended || e.Kind == callbacks.TrainEnd
		return nil
	})}})
	if !errors.Is(err, errDisk) || !strings.Contains(err.Error(), "epoch 1, batch 2") || !ended {
		t.Errorf("%v, callbacks told of the end: %v", err, ended)
	}
}

func TestBadCallbacksAreNamed(t *testing.T) {
	with := func(c callbacks.Callback) func(a *trial) {
		return func(a *trial) { a.fit.Callbacks = []callbacks.Callback{c} }
	}
	checkMistakes(t, []mistake{
		{87, "misspelt log", with(&callbacks.ModelCheckpoint{Path: t.TempDir() + "/m.keras", Monitor: "val_los", SaveBestOnly: true}), "val_los"},
		{87, "misspelt log without validation data", with(&callbacks.EarlyStopping{Monitor: "val_los"}), `models: fit: callback EarlyStopping: there is no validation data for "val_los"…the logs without it are loss`},
		{88, "val_loss without validation data", with(&callbacks.EarlyStopping{}), `no validation data for "val_loss"`},
		{89, "patience -1", with(&callbacks.EarlyStopping{Monitor: "loss", Patience: -1}), "-1"},
		{91, "factor 1.5", with(&callbacks.ReduceLROnPlateau{Monitor: "loss", Factor: 1.5}), "1.5"},
		{93, "a folder that can't be written", with(&callbacks.ModelCheckpoint{Path: "/proc/ck.keras"}), "/proc"},
		{94, "a nil callback", with(nil), "Callbacks[0] is nil"},
	})
}

// notes runs the trial and returns the notes of the run.
func (a *trial) notes(t *testing.T) string {
	t.Helper()
	var notes []string
	a.fit.Callbacks = []callbacks.Callback{callbacks.Func(func(e callbacks.Event) error {
		notes = e.Run.Notes()
		return nil
	})}
	if err := a.run(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(notes, "\n")
}

func TestAClassWithoutWeightIsNoted(t *testing.T) {
	a := newTrial()
	a.fit.ClassWeight = map[int]float64{0: 1, 1: 2}
	if text := a.notes(t); !strings.Contains(text, "no weight for classes [2]") {
		t.Error(text)
	}
}

// Row 125: Keras does not report this, and the layer maps every sample of such a batch to the same
// output.
func TestBatchStatisticsOfOneSampleAreNoted(t *testing.T) {
	images := func(b *layers.BatchNormalization) func(a *trial) {
		return func(a *trial) { first(b, 2, 4, 1)(a); a.x = a.x.Reshape(64, 2, 4, 1) }
	}
	for _, r := range []struct {
		name  string
		spoil func(a *trial)
		size  int
		want  string // "": no note
	}{
		{"batches of one", first(&layers.BatchNormalization{}, 8), 1, `BatchNormalization "batch_normalization"…a batch of one sample`},
		{"a last batch of one", first(&layers.BatchNormalization{}, 8), 21, "the last batch is one sample…BatchSize other than 21"},
		{"a last batch of two", first(&layers.BatchNormalization{}, 8), 31, ""},
		{"frozen", first(&layers.BatchNormalization{Base: layers.Base{Frozen: true}}, 8), 1, ""},
		{"one image has many values", images(&layers.BatchNormalization{}), 1, ""},
		{"one image with the features elsewhere", images(&layers.BatchNormalization{Axis: 2}), 1, ""},
	} {
		a := newTrial()
		r.spoil(a)
		a.fit.BatchSize = r.size
		text := a.notes(t)
		for _, part := range strings.Split(r.want, "…") {
			if !strings.Contains(text, part) || (r.want == "" && text != "") {
				t.Errorf("%s: the notes are %q, want %q", r.name, text, r.want)
			}
		}
	}
}

func TestMeasuringChecksTargetsToo(t *testing.T) {
	ctx := context.Background()
	bad := newTrial()
	bad.labels(3)
	batch := datasets.Batch{N: 64, X: []*tensor.Tensor{bad.x}, Y: []*tensor.Tensor{bad.y}}
	for name, do := range map[string]func(m *models.Model) error{
		"Evaluate":     func(m *models.Model) error { _, err := m.Evaluate(ctx, datasets.Of(bad.x, bad.y)); return err },
		"TrainOnBatch": func(m *models.Model) error { _, err := m.TrainOnBatch(ctx, batch); return err },
		"TestOnBatch":  func(m *models.Model) error { _, err := m.TestOnBatch(ctx, batch); return err },
	} {
		a := newTrial()
		a.after = do
		if err := a.run(); err == nil || !strings.Contains(err.Error(), "targets[5] is 3") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPredictingNilIsAnError(t *testing.T) {
	a := newTrial()
	a.after = func(m *models.Model) error { _, err := m.PredictDataset(context.Background(), nil); return err }
	if err := a.run(); err == nil {
		t.Error("no error")
	}
}

func TestWhatIsFineIsNoError(t *testing.T) {
	for name, ease := range map[string]func(a *trial){
		"26 targets (64) for outputs (64, 1)": func(a *trial) { a.regression(); a.y = tensor.New(tensor.Float32, 64) },
		"57 batch size 0 is 32":               func(a *trial) { a.fit.BatchSize = 0 },
		"58 one batch larger than the data":   func(a *trial) { a.fit.BatchSize = 1000000 },
		"67 a split of one sample, as Keras":  func(a *trial) { a.fit.ValidationSplit = 0.001 },
		"92 a checkpoint into a new folder": func(a *trial) {
			a.fit.Callbacks = []callbacks.Callback{&callbacks.ModelCheckpoint{Path: t.TempDir() + "/a/b/m.keras", Monitor: "loss"}}
		},
		"5 a NaN that was allowed":            func(a *trial) { a.feature(math.NaN()); a.fit.AllowNonFinite = true },
		"84 steps over several epochs":        func(a *trial) { a.fit.StepsPerEpoch, a.fit.Epochs = 1, 4 },
		"64 validation data before the split": func(a *trial) { a.fit.ValidationSplit, a.fit.Validation = .5, datasets.Of(a.x, a.y) },
		"141 a model that predicts uncompiled": func(a *trial) {
			a.after = func(*models.Model) error {
				_, err := models.Sequential(a.in, a.layers...).Predict(context.Background(), a.x)
				return err
			}
		},
	} {
		a := newTrial()
		ease(a)
		if err := a.run(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoSamplesGiveNoPredictions(t *testing.T) {
	a := newTrial()
	a.after = func(m *models.Model) error {
		out, err := m.Predict(context.Background(), tensor.New(tensor.Float32, 0, 8))
		if err == nil && !out[0].Shape().Equal(tensor.Shape{0, 3}) {
			err = fmt.Errorf("no samples give %v", out[0].Shape())
		}
		return err
	}
	if err := a.run(); err != nil {
		t.Error(err)
	}
}

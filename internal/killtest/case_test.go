//go:build unix

package killtest

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"iter"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing/fstest"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

const (
	samples  = 90
	features = 6
)

// A trial is a random training run.
type trial struct {
	r        *rand.Rand
	dir      string
	schedule bool // of the learning rate, which callbacks then can't change
	ema      bool
	several  bool // optimizers, whose rates can't be read
	stateful bool // requires equal batch sizes
	model    *models.Model
	data     datasets.Dataset
	fit      models.Fit
	memory   *memory
}

// newTrial creates the training run for a seed, which writes its files to dir.
func newTrial(seed uint64, dir string) (*trial, error) {
	t := &trial{r: rand.New(rand.NewPCG(seed, 1)), dir: dir}
	t.stateful = t.r.IntN(6) == 0
	t.net()
	if err := t.compile(seed); err != nil {
		return nil, err
	}
	t.settings()
	t.data = t.dataset()
	t.listen()
	return t, nil
}

func (t *trial) maybe() bool { return t.r.IntN(2) == 0 }

// net builds the model.
func (t *trial) net() {
	in := layers.Input(features)
	var list []layers.Layer
	add := func(l layers.Layer) { list = append(list, l) }
	if t.stateful {
		add(&layers.Reshape{TargetShape: []int{3, 2}})
		add(&layers.GRU{Units: 5, Stateful: true})
	} else {
		add(&layers.Dense{Units: 8, Activation: activations.ReLU})
	}
	if t.maybe() {
		add(&layers.BatchNormalization{})
	}
	if t.maybe() {
		add(&layers.Dropout{Rate: .3})
	}
	if t.maybe() {
		add(&layers.GaussianNoise{Stddev: .1})
	}
	add(&layers.Dense{Units: 3, Activation: activations.Softmax})
	t.model = models.Sequential(in, list...)
}

func (t *trial) compile(seed uint64) error {
	o := optimizers.Options{}
	t.ema = t.r.IntN(3) == 0
	if t.ema {
		o.UseEMA, o.EMAMomentum = true, new(.8)
		if t.maybe() {
			o.EMAOverwriteFrequency = 5
		}
	}
	if t.r.IntN(3) == 0 {
		o.AccumulationSteps = 3
	}
	var s optimizers.Schedule
	if t.r.IntN(3) == 0 {
		t.schedule = true
		s = &optimizers.CosineDecay{InitialLearningRate: .02, DecaySteps: 30}
	}
	c := models.Compile{Seed: seed, Loss: losses.SparseCategoricalCrossentropy{}, Metrics: []metrics.Metric{&metrics.SparseCategoricalAccuracy{}}}
	switch t.r.IntN(4) {
	case 0:
		c.Optimizer = &optimizers.SGD{Options: o, LearningRate: .05, Momentum: .9, Schedule: s}
	case 1:
		c.Optimizer = &optimizers.Nadam{Options: o, LearningRate: .01, Schedule: s}
	default:
		c.Optimizer = &optimizers.Adam{Options: o, LearningRate: .01, Schedule: s}
	}
	if t.r.IntN(6) == 0 {
		t.several = true
		c.Optimizer = &optimizers.MultiOptimizer{Map: optimizers.OptimizerMap{
			Default:    c.Optimizer,
			Optimizers: []optimizers.Mapped{{Path: ".*kernel", Optimizer: &optimizers.RMSprop{LearningRate: .002, Momentum: .5}}},
		}}
	}
	switch t.r.IntN(5) {
	case 0:
		c.Policy = layers.MixedFloat16
	case 1:
		c.Policy = layers.MixedBFloat16
	}
	if !t.ema && t.r.IntN(4) == 0 {
		c.Optimizer = &optimizers.LossScaleOptimizer{Inner: c.Optimizer, InitialScale: math.MaxFloat32 / 4, GrowthSteps: 4}
	}
	if t.r.IntN(4) == 0 { // a loss function whose targets are unknown before the first batch
		c.Loss = losses.Func(func(y, pred *graph.Node) *graph.Node {
			return losses.SparseCategoricalCrossentropy{}.Of(y, ops.Add(pred, ops.Scalar(pred, .01)))
		})
	}
	c.StepsPerExecution = t.r.IntN(4)
	return t.model.Compile(c)
}

func (t *trial) settings() {
	f := &t.fit
	f.Epochs, f.BatchSize = 2+t.r.IntN(4), 15
	if t.r.IntN(3) == 0 {
		f.StepsPerEpoch = 1 + t.r.IntN(5)
	}
	if t.maybe() && !t.stateful {
		f.BatchSize = 7 + t.r.IntN(20)
		f.StepsPerEpoch = min(f.StepsPerEpoch, samples/f.BatchSize)
	}
	f.NoShuffle = t.r.IntN(4) == 0
	f.Validation = table(7, 30).Batch(15)
	f.ValidationFreq = 1 + t.r.IntN(min(f.Epochs, 3))
	if t.r.IntN(3) == 0 {
		f.ClassWeight = map[int]float64{0: .5, 2: 2}
	}
}

// table returns in-memory data.
func table(seed uint64, n int) *datasets.Arrays {
	r := rand.New(rand.NewPCG(seed, 2))
	x, y := make([]float32, n*features), make([]int32, n)
	for i := range y {
		y[i] = int32(r.IntN(3))
		for k := range features {
			x[i*features+k] = float32(r.NormFloat64()) + float32(y[i])*float32(k%2)
		}
	}
	return datasets.Of(tensor.Of(x, n, features), tensor.Of(y))
}

// dataset composes the training data.
func (t *trial) dataset() datasets.Dataset {
	a := table(5, samples)
	if t.fit.ClassWeight == nil && t.maybe() {
		w := make([]float32, samples)
		for i := range w {
			w[i] = t.r.Float32()
		}
		a = a.WithWeights(tensor.Of(w))
	}
	var d datasets.Dataset
	switch t.r.IntN(6) {
	case 0, 1:
		return a
	case 2:
		d = datasets.Samples{Size: t.fit.BatchSize, Each: func() iter.Seq2[datasets.Sample, error] { return singly(a) }}
	case 3:
		d = datasets.Func((&datasets.Batched{Data: a, Size: t.fit.BatchSize}).Batches)
	case 4:
		d = datasets.Map(&datasets.Batched{Data: pictures(), Size: t.fit.BatchSize, Shuffle: true, Seed: 4}, asRows)
	default:
		d = &datasets.Batched{Data: a, Size: t.fit.BatchSize, Shuffle: true, Seed: 3}
	}
	for range t.r.IntN(4) {
		d = t.around(d)
	}
	return d
}

// around wraps d in another data set.
func (t *trial) around(d datasets.Dataset) datasets.Dataset {
	switch t.r.IntN(6) {
	case 0:
		return datasets.Map(d, double)
	case 1:
		return datasets.Prefetch(d, 2)
	case 2:
		if t.fit.StepsPerEpoch > 0 {
			return datasets.Repeat(d, 0)
		}
		return datasets.Repeat(d, 2)
	case 3:
		return datasets.Concat(datasets.Take(d, 2), datasets.Skip(d, 1))
	case 4:
		return models.Augment(d, 9, &layers.GaussianNoise{Stddev: .2})
	}
	return datasets.Transform(d, func(x ...*tensor.Tensor) (*tensor.Tensor, error) { return x[0], nil })
}

// pictures returns a folder of images of 1 by features pixels, which are read batch by batch.
func pictures() datasets.Indexed {
	files := fstest.MapFS{}
	r := rand.New(rand.NewPCG(8, 2))
	for i := range samples {
		picture := image.NewGray(image.Rect(0, 0, features, 1))
		for k := range picture.Pix {
			picture.Pix[k] = uint8(r.IntN(256))
		}
		var file bytes.Buffer
		_ = png.Encode(&file, picture) // cannot fail: a buffer takes everything
		files[fmt.Sprintf("class%d/%02d.png", i%3, i)] = &fstest.MapFile{Data: file.Bytes()}
	}
	folder, err := datasets.ImageFolder{FS: files, Height: 1, Width: features, Channels: 1}.Open()
	if err != nil {
		panic(err)
	}
	return folder
}

// asRows converts images to rows of features.
func asRows(b datasets.Batch) (datasets.Batch, error) {
	return scaled(b, 1./255, b.X[0].Shape()[0], features), nil
}

func double(b datasets.Batch) (datasets.Batch, error) { return scaled(b, 2, b.X[0].Shape()...), nil }

// scaled returns b with x times a factor in another shape.
func scaled(b datasets.Batch, by float32, shape ...int) datasets.Batch {
	x, _ := tensor.As[float32](b.X[0])
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = by * v
	}
	b.X = []*tensor.Tensor{tensor.Of(out, shape...)}
	return b
}

// singly yields the samples of a one by one.
func singly(a *datasets.Arrays) iter.Seq2[datasets.Sample, error] {
	return func(yield func(datasets.Sample, error) bool) {
		row := func(ts []*tensor.Tensor, i int) (out []*tensor.Tensor) {
			for _, t := range ts {
				out = append(out, t.Rows(i, i+1).Reshape(t.Shape()[1:]...))
			}
			return out
		}
		for i := range a.Len() {
			if !yield(datasets.Sample{X: row(a.X, i), Y: row(a.Y, i), Weights: row(a.Weights, i)}, nil) {
				return
			}
		}
	}
}

// listen chooses the callbacks.
func (t *trial) listen() {
	t.memory = &memory{}
	list := []callbacks.Callback{t.memory}
	add := func(c callbacks.Callback) {
		if t.r.IntN(3) > 0 {
			at := t.r.IntN(len(list) + 1)
			list = append(list[:at], append([]callbacks.Callback{c}, list[at:]...)...)
		}
	}
	add(&callbacks.EarlyStopping{Patience: t.r.IntN(3), RestoreBestWeights: true})
	if !t.schedule && !t.several {
		add(&callbacks.ReduceLROnPlateau{Patience: new(1), Factor: .5, Cooldown: 1})
		add(&callbacks.LearningRateScheduler{Schedule: func(_ int, rate float64) float64 { return rate * .9 }})
	}
	add(&callbacks.ModelCheckpoint{Path: t.path("best.safetensors"), SaveBestOnly: true})
	add(&callbacks.ModelCheckpoint{Path: t.path("step{epoch}-{batch}.safetensors"), SaveFreq: 2, Keep: 3, SaveWeightsOnly: true})
	add(&callbacks.CSVLogger{Path: t.path("log.csv")})
	add(&callbacks.JSONLogger{Path: t.path("log.jsonl")})
	add(&callbacks.TensorBoard{LogDir: t.path("tb"), UpdateFreq: t.r.IntN(3)})
	add(&callbacks.LearningCurves{Path: t.path("curves.svg")})
	add(&callbacks.ProgressBar{Verbosity: callbacks.EpochLines})
	if t.ema {
		add(&callbacks.SwapEMAWeights{SwapOnEpoch: t.maybe()})
	}
	// Keep: a process killed after the run, but before the model is saved, must not train again.
	backup := &callbacks.BackupAndRestore{Dir: t.path("backup"), SaveFreq: t.r.IntN(4), Keep: true}
	at := t.r.IntN(len(list) + 1)
	t.fit.Callbacks = append(list[:at:at], append([]callbacks.Callback{backup}, list[at:]...)...)
}

func (t *trial) path(name string) string { return filepath.Join(t.dir, name) }

// memory is a custom callback that counts the events of each kind.
type memory struct{ seen map[callbacks.Kind]int }

func (m *memory) On(e callbacks.Event) error {
	if e.Kind == callbacks.TrainBegin {
		m.seen = map[callbacks.Kind]int{}
	}
	m.seen[e.Kind]++
	return nil
}

func (m *memory) State() ([]byte, error) { return []byte(fmt.Sprint(m.counts())), nil }

func (m *memory) SetState(data []byte) error {
	counts := m.counts()
	list := make([]any, len(counts))
	for i := range counts {
		list[i] = &counts[i]
	}
	if _, err := fmt.Sscan(string(data[1:len(data)-1]), list...); err != nil {
		return err
	}
	for k, n := range counts {
		m.seen[callbacks.Kind(k)] = n
	}
	return nil
}

func (m *memory) counts() []int {
	out := make([]int, callbacks.Done+1)
	for k := range out {
		out[k] = m.seen[callbacks.Kind(k)]
	}
	return out
}

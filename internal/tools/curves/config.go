package main

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/regularizers"
	"github.com/rhyton/rhyton/training"
)

// A config holds the settings of one run.
type config struct {
	Kind       string  `json:"kind"` // of the task
	Train      int     `json:"n"`
	Validation int     `json:"nv"`
	Width      int     `json:"width"` // units of the hidden layers; 0: no hidden layers
	Depth      int     `json:"depth"`
	Dropout    float64 `json:"drop"`
	L2         float64 `json:"l2"`
	Rate       float64 `json:"lr"`
	Epochs     int     `json:"epochs"`
	Batch      int     `json:"batch"`
	BatchNorm  bool    `json:"bn"`
	Optimizer  string  `json:"opt"`
}

// pick returns one of the values at random.
func pick[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// draw draws the settings of a run, good or bad.
func draw(r *rand.Rand) config {
	return config{
		Kind:  pick(r, "blobs", "spiral", "regress", "words"),
		Train: pick(r, 20, 60, 200, 600, 2000, 6000), Validation: pick(r, 12, 40, 150, 600, 3000),
		Width: pick(r, 0, 8, 32, 64, 128, 256), Depth: pick(r, 1, 2, 3),
		Dropout: pick(r, 0, 0, .3, .5), L2: pick(r, 0, 0, 0, .001, .01),
		Rate: pick(r, .0003, .001, .001, .003, .003, .01, .01, .1, 1), Epochs: pick(r, 3, 5, 8, 12, 20, 40, 80, 150),
		Batch: pick(r, 16, 32, 128), BatchNorm: r.IntN(5) == 0, Optimizer: pick(r, "adam", "adam", "sgd"),
	}
}

// model returns the network for the given numbers of features and outputs.
func (c config) model(features, outputs int) *models.Model {
	m := models.Sequential(layers.Input(features))
	for range c.Depth {
		if c.Width == 0 {
			break
		}
		hidden := &layers.Dense{Units: c.Width, Activation: activations.ReLU}
		if c.L2 > 0 {
			hidden.KernelRegularizer = regularizers.L2{Factor: new(c.L2)}
		}
		m.Add(hidden)
		if c.BatchNorm {
			m.Add(&layers.BatchNormalization{Momentum: new(.9)})
		}
		if c.Dropout > 0 {
			m.Add(&layers.Dropout{Rate: c.Dropout})
		}
	}
	m.Add(&layers.Dense{Units: outputs})
	return m
}

// train runs the training and evaluates the test set after each epoch.
func (c config) train(ctx context.Context, seed uint64) (record, error) {
	t := newTask(c.Kind, rand.New(rand.NewPCG(seed, 1)))
	train, val, test := t.sample(c.Train), t.sample(c.Validation), t.sample(4000)
	m, err := c.compiled(t, seed)
	if err != nil {
		return record{}, err
	}
	measure := func() (float64, error) {
		logs, err := m.Evaluate(ctx, test, models.Evaluate{BatchSize: 500})
		return dataLoss(logs, ""), err
	}
	r := record{}
	if r.start, err = measure(); err != nil {
		return r, err
	}
	fit := models.Fit{Epochs: c.Epochs, BatchSize: c.Batch, Validation: val, ValidationBatchSize: 500, AllowNonFinite: true}
	for e, err := range m.Epochs(ctx, train, fit) {
		if err != nil {
			return r, err
		}
		now, err := measure()
		if err != nil {
			return r, err
		}
		loss := dataLoss(e.Logs, "")
		r.train, r.val, r.test = append(r.train, loss), append(r.val, dataLoss(e.Logs, "val_")), append(r.test, now)
		if math.IsNaN(now+loss) || math.IsInf(now, 0) {
			break
		}
	}
	return r, nil
}

// compiled returns the network for the task, compiled.
func (c config) compiled(t task, seed uint64) (*models.Model, error) {
	m := c.model(t.features, t.outputs())
	var loss losses.Loss = losses.SparseCategoricalCrossentropy{FromLogits: true}
	if t.classes == 0 {
		loss = losses.MeanSquaredError{}
	}
	var opt optimizers.Optimizer = &optimizers.Adam{LearningRate: c.Rate}
	if c.Optimizer == "sgd" {
		opt = &optimizers.SGD{LearningRate: c.Rate, Momentum: .9}
	}
	return m, m.Compile(models.Compile{Optimizer: opt, Loss: loss, Seed: seed})
}

// dataLoss returns the loss without penalties.
func dataLoss(logs training.Logs, prefix string) float64 {
	if v, apart := logs[prefix+training.DataLoss]; apart {
		return v
	}
	return logs[prefix+training.Loss]
}

// Overfitting: a network too large for a few, partly mislabeled samples memorizes them. Six
// runs on the same handwritten digits show the effect and what reduces it.
package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/plots"
	"github.com/rhyton/rhyton/regularizers"
)

// An experiment is one network trained on a given amount of data.
type experiment struct {
	name    string
	rows    int
	units   []int
	dropout float64
	l2      regularizers.Regularizer
	stop    []callbacks.Callback
	keras   string // the same in Keras 3.15, mean of two seeds
}

var experiments = []experiment{
	{name: "base", rows: 300, units: []int{256, 256}, keras: " .026  .523@14  .795  .767"},
	{name: "more data", rows: 1000, units: []int{256, 256}, keras: " .076  .391@11  .802  .807"},
	{name: "smaller", rows: 300, units: []int{32}, keras: " .847  .579@60  .579  .878"},
	{name: "dropout", rows: 300, units: []int{256, 256}, dropout: 0.5, keras: " .493  .419@42  .457  .856"},
	{name: "L2", rows: 300, units: []int{256, 256}, l2: regularizers.L2{Factor: new(3e-3)}, keras: " .623  .948@44  .976  .797  (with the penalty)"},
	{name: "early stopping", rows: 300, units: []int{256, 256}, keras: " .550  .523@14  .528  .868",
		stop: []callbacks.Callback{&callbacks.EarlyStopping{Patience: 3, RestoreBestWeights: true}}},
}

func main() { example.Main(run) }

func run(ctx context.Context) error {
	var runs []plots.Run
	table := "\n                           Rhyton                            Keras\n" +
		"run             parameters train  best@epoch  end  accuracy  train best@epoch end  accuracy\n"
	for _, e := range experiments {
		history, row, err := e.run(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		table += row
		runs = append(runs, plots.Run{Name: e.name, History: history})
	}
	fmt.Print(table, "train, best and end are losses of the data, without the penalties of regularizers\n\n")
	for _, r := range runs {
		fmt.Printf("%-15s %v\n", r.Name, r.History.Verdict())
	}
	return plots.SaveComparison(example.Picture("overfitting.png"), "", runs...)
}

// run trains the network and returns its history and its row of the table.
func (e experiment) run(ctx context.Context) (*callbacks.History, string, error) {
	train, val := example.NoisyDigits(e.rows, 0.2)
	m := models.Sequential(layers.Input(64))
	m.Name = e.name
	for _, units := range e.units {
		m.Add(&layers.Dense{Units: units, Activation: activations.ReLU, KernelRegularizer: e.l2})
		m.Add(&layers.Dropout{Rate: e.dropout})
	}
	m.Add(&layers.Dense{Units: 10, Activation: activations.Softmax})
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: losses.SparseCategoricalCrossentropy{},
		Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 1}); err != nil {
		return nil, "", err
	}
	curves := &callbacks.LearningCurves{Path: example.Picture("overfitting_" + strings.ReplaceAll(e.name, " ", "_") + ".png")}
	h, err := m.Fit(ctx, train, models.Fit{Epochs: example.Choose(60, 40), BatchSize: 16, Validation: val,
		Callbacks: append(e.stop, curves, &callbacks.ProgressBar{PrintEvery: 20})})
	if err != nil {
		return nil, "", err
	}
	logs, err := m.Evaluate(ctx, val) // uses the weights of the best epoch if they were restored
	name := "loss"
	if e.l2 != nil {
		name = "data_loss"
	}
	epoch, best, _ := h.Best("val_" + name)
	return h, fmt.Sprintf("%-15s %7d    %.3f  %.3f@%-2d   %.3f   %.3f    %s\n", e.name, m.CountParams(),
		h.Last()[name], best, h.Epochs[epoch]+1, h.Last()["val_"+name], logs["accuracy"], e.keras), err
}

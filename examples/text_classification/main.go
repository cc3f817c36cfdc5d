// Text classification: is a sentence of this project's documentation about mathematics or about
// data? The texts are the comments of the project's packages, labeled by package. The model takes
// raw text and counts the words itself.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/plots"
	"github.com/rhyton/rhyton/tensor"
)

func main() { example.Main(run) }

// comments returns the comment lines of the Go files of a package.
func comments(pkg string) (lines []string, err error) {
	files, err := filepath.Glob(pkg + "/*.go")
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil || strings.HasSuffix(f, "_test.go") {
			continue
		}
		for line := range strings.Lines(string(text)) {
			if words, ok := strings.CutPrefix(line, "// "); ok && len(strings.Fields(words)) > 5 {
				lines = append(lines, words)
			}
		}
	}
	return lines, err
}

func run(ctx context.Context) error {
	var x []string
	var y []float32
	for i, pkg := range []string{"ops", "losses", "datasets", "plots"} {
		label := float32(i / 2) // 0 is mathematics, 1 is data
		lines, err := comments(pkg)
		if err != nil {
			return err
		}
		for _, l := range lines {
			x, y = append(x, l), append(y, label)
		}
	}
	fmt.Printf("%d lines of text\n", len(x))
	train, test, err := datasets.Split{Fraction: 0.25, Stratify: true, Seed: 1}.Of(datasets.Of(tensor.Of(x), tensor.Of(y, len(y), 1)))
	if err != nil {
		return err
	}
	words := &layers.TextVectorization{MaxTokens: 1000, OutputSequenceLength: 20}
	if err := models.Adapt(words, train); err != nil {
		return err
	}
	m := models.Sequential(layers.InputOf(layers.InputSpec{DType: tensor.String}), words,
		&layers.Embedding{InputDim: 1000, OutputDim: 16, MaskZero: true},
		&layers.GRU{Units: 16},
		&layers.Dropout{Rate: 0.3},
		&layers.Dense{Units: 1, Activation: activations.Sigmoid})
	m.Name = "text"
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.003}, Loss: losses.BinaryCrossentropy{},
		Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 1}); err != nil {
		return err
	}
	stop := &callbacks.EarlyStopping{Patience: 3, RestoreBestWeights: true}
	h, err := m.Fit(ctx, train, models.Fit{Epochs: example.Choose(20, 6), Validation: test, Callbacks: []callbacks.Callback{stop}})
	if err != nil {
		return err
	}
	logs, err := m.Evaluate(ctx, test)
	if err != nil {
		return err
	}
	fmt.Printf("accuracy on unseen lines %.3f\n", logs["accuracy"])
	mine := []string{"the logarithm of the sum of exponentials of x along an axis", "reads the rows of a csv file and shuffles the samples"}
	out, err := m.Predict(ctx, tensor.Of(mine))
	if err != nil {
		return err
	}
	p, _ := tensor.Data[float32](out[0])
	for i, text := range mine {
		fmt.Printf("data with probability %.2f: %s\n", p[i], text)
	}
	return plots.SaveCurves(example.Picture("text_classification.png"), h)
}

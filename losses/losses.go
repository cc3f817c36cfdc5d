// Package losses provides the loss functions that training minimizes. A loss maps targets y and
// predictions to one value per sample; [Compute] weights and reduces these as Keras 3 does.
//
// Targets must have the shape the loss expects; nothing is broadcast. As in Keras, a vector
// (batch) and a column (batch, 1) are interchangeable.
package losses

import (
	"errors"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/targets"
	"github.com/rhyton/rhyton/ops"
)

// A Loss compares predictions with targets. A custom loss is a struct that embeds [Options] and
// has a method Of, or a [Func]. A loss whose targets differ in shape from the output also has
// the method described at [TargetType].
type Loss interface {
	// Of returns one value per sample, (batch) or (batch, time). Invalid arguments panic via
	// graph.Errorf.
	Of(y, pred *graph.Node) *graph.Node
	// Mask returns a mask of the values that count, or nil for all. Options returns nil.
	Mask(y, pred, values *graph.Node) *graph.Node
	// Settings returns the name and the reduction. It is implemented by Options.
	Settings() Options
}

// A Reduction determines how the losses of the samples are reduced; "" is SumOverBatchSize.
type Reduction string

// The reductions.
const (
	SumOverBatchSize     Reduction = "sum_over_batch_size"     // the sum of weighted losses divided by their number
	Mean                 Reduction = "mean"                    // the same as SumOverBatchSize
	Sum                  Reduction = "sum"                     // the sum of weighted losses
	MeanWithSampleWeight Reduction = "mean_with_sample_weight" // the sum of weighted losses divided by the sum of weights
	None                 Reduction = "none"                    // no reduction: the weighted losses of the samples
)

// Options are common to all losses: the reduction ([SumOverBatchSize] if empty) and the name
// in logs.
type Options struct {
	Name      string    `keras:"name"`
	Reduction Reduction `keras:"reduction" default:"sum_over_batch_size" null:"none" enum:"sum_over_batch_size mean sum mean_with_sample_weight none"`
}

// Settings returns the options.
func (o Options) Settings() Options { return o }

// Mask returns nil: all values count.
func (Options) Mask(y, pred, values *graph.Node) *graph.Node { return nil }

var family = config.NewFamily[Loss]("loss", "keras.losses")

// Parse returns the loss with the given Keras name, such as "mse", with its defaults. "ce" and
// "crossentropy" are [Crossentropy]. For an unknown name the error suggests similar names.
func Parse(name string) (Loss, error) { return family.Parse(name) }

// Register registers a custom loss for loading saved models, under the class name
// "package>Name". make returns a zero value whose fields have keras tags.
func Register(name string, make func() Loss) { family.Register(name, make) }

// Func is a custom loss. It cannot be saved; a registered struct can.
type Func func(y, pred *graph.Node) *graph.Node

// Of returns f(y, pred).
func (f Func) Of(y, pred *graph.Node) *graph.Node { return f(y, pred) }

// Mask returns nil: all values count.
func (Func) Mask(y, pred, values *graph.Node) *graph.Node { return nil }

// Settings returns the default options.
func (Func) Settings() Options { return Options{} }

// MarshalJSON returns an error: a function cannot be saved.
func (Func) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a loss that is a Func cannot be saved; register a struct for it")
}

// NameOf returns the name of l in logs: its Name, or its class name in snake case, as in Keras.
func NameOf(l Loss) string {
	if _, own := l.(Func); own {
		return "loss"
	}
	if n := config.NameOf(config.Filled(l)); n != "" {
		return n
	}
	return config.Snake(config.ClassOf(l))
}

// Check returns an error if an argument of l is invalid.
func Check(l Loss) error { return config.Validate(l) }

// match converts y and pred to a common type and shape. y must have the shape of pred, except
// that either may lack a last axis of extent 1.
func match(who string, y, pred *graph.Node) (*graph.Node, *graph.Node) {
	y, pred = targets.SameRank(ops.Cast(y, pred.DType), pred)
	if !y.Shape.Equal(pred.Shape) {
		hint := ""
		if y.Rank() < pred.Rank() {
			hint = "; for class indices use SparseCategoricalCrossentropy"
		}
		graph.Errorf("%s: target %v does not match output %v; a loss never broadcasts%s", who, y.Shape, pred.Shape, hint)
	}
	return y, pred
}

// Package losses has the functions that training makes small. A loss maps targets y and
// predictions to one number for each sample; [Compute] weighs and reduces those to what is
// minimized, as Keras 3 does.
//
// Targets must have the shape the loss wants: nothing is broadcast. As in Keras a vector
// (batch) and a column (batch, 1) stand for each other.
package losses

import (
	"errors"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/targets"
	"github.com/rhyton/rhyton/ops"
)

// A Loss compares predictions with targets. A custom struct that embeds [Options] and has Of
// is one; so is a [Func]. A loss whose targets are not shaped as the output also has the
// method that [TargetType] asks for.
type Loss interface {
	// Of returns one number for each sample, (batch) or (batch, time). Misuse panics by
	// graph.Errorf.
	Of(y, pred *graph.Node) *graph.Node
	// Mask returns which of the values count, nil for all. Options has the nil one.
	Mask(y, pred, values *graph.Node) *graph.Node
	// Settings returns the name and the reduction. Options has it.
	Settings() Options
}

// A Reduction is how the losses of the samples become one number; "" is SumOverBatchSize.
type Reduction string

// The reductions.
const (
	SumOverBatchSize     Reduction = "sum_over_batch_size"     // the sum of weighted losses divided by how many there are
	Mean                 Reduction = "mean"                    // SumOverBatchSize by another name
	Sum                  Reduction = "sum"                     // the sum of weighted losses
	MeanWithSampleWeight Reduction = "mean_with_sample_weight" // the sum of weighted losses divided by the sum of weights
	None                 Reduction = "none"                    // the weighted losses of the samples as they are
)

// Options are what all losses have: how the samples' losses become one ([SumOverBatchSize]
// if empty) and what the loss is called in logs.
type Options struct {
	Name      string    `keras:"name"`
	Reduction Reduction `keras:"reduction" default:"sum_over_batch_size" null:"none" enum:"sum_over_batch_size mean sum mean_with_sample_weight none"`
}

// Settings returns the options.
func (o Options) Settings() Options { return o }

// Mask returns nil: all values count.
func (Options) Mask(y, pred, values *graph.Node) *graph.Node { return nil }

var family = config.NewFamily[Loss]("loss", "keras.losses")

// Parse returns the loss that Keras calls name, such as "mse", with its defaults. "ce" and
// "crossentropy" are [Crossentropy]. An unknown name is an error that tells the nearest ones.
func Parse(name string) (Loss, error) { return family.Parse(name) }

// Register makes a loss of one's own known to saved models, as a class "package>Name" of
// which make returns a zero value with Keras tags on its fields.
func Register(name string, make func() Loss) { family.Register(name, make) }

// Func is a loss of one's own. It cannot be saved; a registered struct can.
type Func func(y, pred *graph.Node) *graph.Node

// Of returns f(y, pred).
func (f Func) Of(y, pred *graph.Node) *graph.Node { return f(y, pred) }

// Mask returns nil: all values count.
func (Func) Mask(y, pred, values *graph.Node) *graph.Node { return nil }

// Settings returns the default options.
func (Func) Settings() Options { return Options{} }

// MarshalJSON says that a function cannot be saved.
func (Func) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a loss that is a Func cannot be saved; register a struct for it")
}

// NameOf returns what l is called in logs: its Name, or its class in Keras' spelling.
func NameOf(l Loss) string {
	if _, own := l.(Func); own {
		return "loss"
	}
	if n := config.NameOf(config.Filled(l)); n != "" {
		return n
	}
	return config.Snake(config.ClassOf(l))
}

// Check reports what is wrong with l's arguments, nil if nothing.
func Check(l Loss) error { return config.Validate(l) }

// match brings y and pred to one type and shape; y must have pred's shape, but a last axis
// of extent 1 may be missing in either.
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

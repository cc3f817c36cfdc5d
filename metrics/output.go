package metrics

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/targets"
	"github.com/rhyton/rhyton/losses"
)

// CheckOutput returns an error if m does not suit predictions pred trained with l: an accuracy
// for a plain regression, that is, one number without activation. Keras reports how often the
// number falls on the side of 0.5 that equals the target.
func CheckOutput(m Metric, pred *graph.Node, l losses.Loss) error {
	if c, ok := m.(interface {
		checkOutput(pred *graph.Node, l losses.Loss) error
	}); ok {
		return c.checkOutput(pred, l)
	}
	return nil
}

func (Accuracy) checkOutput(pred *graph.Node, l losses.Loss) error { return wantsClasses(pred, l) }

func (ExactAccuracy) checkOutput(pred *graph.Node, l losses.Loss) error {
	return wantsClasses(pred, l)
}

func wantsClasses(pred *graph.Node, l losses.Loss) error {
	if !losses.IsRegression(l) || !targets.Linear(pred) || pred.Shape[pred.Rank()-1] != 1 {
		return nil
	}
	return fmt.Errorf("accuracy needs classes, but this output is a number trained with %s: use metrics.MeanAbsoluteError, or a loss and an activation for classes", config.ClassOf(l))
}

package metrics

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/targets"
	"github.com/rhyton/rhyton/losses"
)

// CheckOutput reports that m is not meant for predictions pred that are trained by l: an accuracy of a plain regression, one number without activation. Keras reports how often
// the number falls on the side of 0.5 that the target equals.
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

package losses

import (
	"fmt"
	"reflect"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/targets"
)

// CheckOutput returns an error if the cross-entropy l does not match the activation that
// computes the predictions pred. A cross-entropy is a loss with a field FromLogits.
func CheckOutput(l Loss, pred *graph.Node) error {
	logits, ok := fromLogits(l)
	if !ok {
		return nil
	}
	class := config.ClassOf(l)
	width := 0
	if r := pred.Rank(); r > 0 {
		width = pred.Shape[r-1]
	}
	_, softmax := pred.Op.(fused.Softmax)
	u, unary := pred.Op.(graph.Unary)
	sigmoid := unary && u.Fn == graph.Sigmoid
	switch {
	case softmax && width == 1:
		return fmt.Errorf("softmax over one unit is always 1: use Activation: activations.Sigmoid, or as many units as classes")
	case logits && (softmax || sigmoid):
		return fmt.Errorf("%s{FromLogits: true} on probabilities applies the activation twice: leave FromLogits out, or the activation", class)
	case !logits && targets.Linear(pred):
		return fmt.Errorf("%s needs probabilities, but this output has no activation: set FromLogits: true, or use the activation softmax or sigmoid", class)
	}
	return nil
}

// TakesLogits reports whether FromLogits of l is set: predictions are logits, not
// probabilities.
func TakesLogits(l Loss) bool {
	logits, _ := fromLogits(l)
	return logits
}

// fromLogits reports whether l is a loss of probabilities or logits (either), and if so,
// whether it expects logits.
func fromLogits(l Loss) (logits, either bool) {
	v := reflect.Indirect(reflect.ValueOf(l))
	if v.Kind() != reflect.Struct {
		return false, false
	}
	f := v.FieldByName("FromLogits")
	if !f.IsValid() || f.Kind() != reflect.Bool {
		return false, false
	}
	return f.Bool(), true
}

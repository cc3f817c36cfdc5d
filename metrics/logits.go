package metrics

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/losses"
)

// NoteOf returns a note if m uses a threshold for probabilities but the predictions pred are
// logits, as expected by l; "" otherwise. It is a note and not an error because Keras behaves the
// same way.
func NoteOf(m Metric, pred *graph.Node, l losses.Loss) string {
	if !losses.TakesLogits(l) {
		return ""
	}
	threshold, remedy := thresholdOf(m, pred)
	if remedy == "" {
		return ""
	}
	return fmt.Sprintf("%s counts scores above %v as 1, and %s takes scores (FromLogits), of which those above 0 are more likely 1 than not: %s",
		NameOf(m), threshold, config.ClassOf(l), remedy)
}

// thresholdOf returns the threshold of m for predictions pred and a suggested fix, if the user
// has not chosen the threshold for logits. It returns "" if m has no such threshold.
func thresholdOf(m Metric, pred *graph.Node) (threshold float64, remedy string) {
	const sigmoid = "give the output the activation sigmoid and leave FromLogits out"
	switch m := pointee(m).(type) {
	case Accuracy:
		if pred.Rank() > 0 && pred.Shape[pred.Rank()-1] == 1 {
			return .5, "take BinaryAccuracy{Threshold: new(0.0)}"
		}
	case BinaryAccuracy:
		if m.Threshold == nil {
			return .5, "set Threshold: new(0.0)"
		}
	case Precision:
		return chosen(m.Thresholds, m.TopK)
	case Recall:
		return chosen(m.Thresholds, m.TopK)
	case TruePositives:
		return chosen(m.Thresholds, 0)
	case TrueNegatives:
		return chosen(m.Thresholds, 0)
	case FalsePositives:
		return chosen(m.Thresholds, 0)
	case FalseNegatives:
		return chosen(m.Thresholds, 0)
	case F1Score:
		if m.Threshold != 0 {
			return m.Threshold, sigmoid
		}
	case FBetaScore:
		if m.Threshold != 0 {
			return m.Threshold, sigmoid
		}
	case BinaryIoU:
		if m.Threshold == nil {
			return .5, "set Threshold: new(0.0)"
		}
	}
	return 0, ""
}

// chosen is thresholdOf for a list of thresholds that defaults to 0.5.
func chosen(thresholds []float64, topK int) (float64, string) {
	if thresholds != nil || topK > 0 {
		return 0, ""
	}
	return .5, "set Thresholds: []float64{0}"
}

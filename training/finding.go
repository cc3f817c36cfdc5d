package training

import "strings"

// A Finding is the kind of a [Verdict].
type Finding int

// The findings that learning curves can show.
const (
	Undecided        Finding = iota // the curves are inconclusive; the verdict says what would decide
	GoodFit                         // what the model learned from the training data holds for the validation data
	Overfitting                     // the validation loss rises, or stays far above the training loss
	StillLearning                   // the losses are still falling: the run was too short
	Underfitting                    // the losses have leveled off far from what is attainable
	NothingLearnt                   // the loss stays at the level of guessing
	Diverged                        // the loss is NaN or infinite, or has grown
	Noisy                           // the validation loss fluctuates too much to draw a conclusion
	MismatchedData                  // the validation data differs in kind from the training data
	StaleAverages                   // the moving averages of BatchNormalization lag behind the weights
	NoValidationData                // there is nothing to compare the training loss with
)

var findingNames = [...]string{
	Undecided: "undecided", GoodFit: "good fit", Overfitting: "overfitting", StillLearning: "still learning",
	Underfitting: "underfitting", NothingLearnt: "nothing learnt", Diverged: "diverged", Noisy: "noisy",
	MismatchedData: "mismatched data", StaleAverages: "stale averages", NoValidationData: "no validation data",
}

// String returns the finding in capitals, such as "GOOD FIT".
func (f Finding) String() string {
	if f < 0 || int(f) >= len(findingNames) {
		return "unknown finding"
	}
	return strings.ToUpper(findingNames[f])
}

// Findings returns all findings in the order of the constants.
func Findings() []Finding {
	all := make([]Finding, len(findingNames))
	for i := range all {
		all[i] = Finding(i)
	}
	return all
}

package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// CTC is minus the log-probability of a label sequence under all its alignments with a
// longer sequence of predictions (Graves et al. 2006): labels y (batch, length), class
// numbers from 1, filled up with 0; scores pred (batch, time, classes) before a softmax,
// class 0 being the blank. See [ops.CTCLoss].
type CTC struct {
	Options `default:"name=ctc"`
}

// Of returns one number for each sample.
func (CTC) Of(y, pred *graph.Node) *graph.Node {
	y = ops.Cast(y, graph.Int32)
	if y.Rank() != 2 {
		graph.Errorf("ctc: target %v, output %v; want labels (batch, length) and scores (batch, time, classes)", y.Shape, pred.Shape)
	}
	return ops.CTCLoss(y, pred, ops.CountNonzero(y, 1), nil, 0)
}

func init() { family.Register("CTC", func() Loss { return CTC{} }) }

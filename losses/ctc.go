package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// CTC is minus the log-probability of a label sequence, summed over all its alignments with a
// longer sequence of predictions (Graves et al. 2006). Labels y (batch, length) are class
// indices from 1, padded with 0; pred (batch, time, classes) are logits, with class 0 as the
// blank. See [ops.CTCLoss].
type CTC struct {
	Options `default:"name=ctc"`
}

// Of returns one value per sample.
func (CTC) Of(y, pred *graph.Node) *graph.Node {
	y = ops.Cast(y, graph.Int32)
	if y.Rank() != 2 {
		graph.Errorf("ctc: target %v, output %v; want labels (batch, length) and scores (batch, time, classes)", y.Shape, pred.Shape)
	}
	return ops.CTCLoss(y, pred, ops.CountNonzero(y, 1), nil, 0)
}

func init() { family.Register("CTC", func() Loss { return CTC{} }) }

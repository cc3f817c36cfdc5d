package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// CTC is minus the log-probability of a label sequence under all its alignments with a
// longer sequence of predictions (Graves et al. 2006): labels y (batch, length), class
// numbers from 1, filled up with 0; scores pred (batch, time, classes) before a softmax,
// class 0 being the blank.
type CTC struct {
	Options `default:"name=ctc"`
}

// Of returns one number for each sample.
func (CTC) Of(y, pred *graph.Node) *graph.Node {
	if y.Rank() != 2 || pred.Rank() != 3 || y.Shape[0] != pred.Shape[0] {
		graph.Errorf("ctc: target %v, output %v; wants labels (batch, length) and scores (batch, time, classes)", y.Shape, pred.Shape)
	}
	y = ops.Cast(y, graph.Int32)
	batch, length, k := y.Shape[0], y.Shape[1], pred.Shape[2]
	path := interleaved(y)
	hot := ops.Cast(ops.OneHot(path, k), pred.DType)                               // (batch, states, classes)
	emit := graph.Apply(graph.MatMul{TransB: true}, ops.LogSoftmax(pred, -1), hot) // (batch, time, states)
	states := 2*length + 1
	skip := skippable(path, pred)
	start := ops.Concatenate(1, ops.Full(pred, 0, batch, 1), ops.Full(pred, never, batch, states-1))
	loop := graph.Loop{Init: []*graph.Node{start}, Seqs: []*graph.Node{ops.Transpose(emit, 1, 0, 2)}}
	// The state before the first step may be entered at the blank or at the first label:
	// start stands one step before the first blank, which one move reaches both.
	final, _ := loop.Run(func(carry, x []*graph.Node) (next, _ []*graph.Node) {
		return []*graph.Node{ops.Add(advance(carry[0], skip), x[0])}, nil
	})
	count := ops.Sum(ops.Cast(ops.NotEqual(y, ops.ZerosLike(y)), graph.Int32), 1)
	last := ops.OneHot(ops.Scale(count, 2), states)
	before := ops.OneHot(ops.Shift(ops.Scale(count, 2), -1), states)
	ends := ops.LogicalOr(last, before)
	return ops.Negative(ops.LogSumExp(ops.Where(ends, final[0], ops.Full(pred, never, batch, states)), 1))
}

// interleaved puts a blank before, between and behind the labels: (batch, 2·length + 1).
func interleaved(y *graph.Node) *graph.Node {
	blank := ops.ZerosLike(y)
	both := ops.Reshape(ops.Stack(-1, blank, y), y.Shape[0], 2*y.Shape[1])
	return ops.Concatenate(1, both, ops.Full(y, 0, y.Shape[0], 1))
}

// skippable returns 0 for the states that may follow the last but one, never for others:
// labels that differ from the label before.
func skippable(path, like *graph.Node) *graph.Node {
	batch, states := path.Shape[0], path.Shape[1]
	two := ops.Full(path, -1, batch, min(2, states))
	earlier := ops.Concatenate(1, two, path)
	earlier = ops.Slice(earlier, 1, 0, states)
	differs := ops.LogicalAnd(ops.NotEqual(path, earlier), ops.NotEqual(path, ops.ZerosLike(path)))
	return ops.Where(differs, ops.Full(like, 0, batch, states), ops.Full(like, never, batch, states))
}

// advance sums, as logarithms, the ways to each state: to stay, to move on, to skip a blank.
func advance(a, skip *graph.Node) *graph.Node {
	batch, states := a.Shape[0], a.Shape[1]
	shifted := func(n int) *graph.Node {
		n = min(n, states)
		x := ops.Concatenate(1, ops.Full(a, never, batch, n), a)
		return ops.Slice(x, 1, 0, states)
	}
	return ops.LogSumExp(ops.Stack(-1, a, shifted(1), ops.Add(shifted(2), skip)), -1)
}

func init() { family.Register("CTC", func() Loss { return CTC{} }) }

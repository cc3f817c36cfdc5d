package ops

import "github.com/rhyton/rhyton/graph"

// never is the logarithm of probability 0, finite so that it can be added to.
const never = -1e30

// CTCLoss returns minus the log-probability of each label sequence under all its alignments with
// a longer sequence of scores (Graves et al. 2006): target (batch, length) has class indices, of
// which the first targetLength (batch) are used, output (batch, time, classes) has logits, of
// which the first outputLength (batch) steps are used, and blank is the index of the blank class.
// Nil lengths use everything. The result is (batch).
func CTCLoss(target, output, targetLength, outputLength N, blank int) N {
	if target.Rank() != 2 || output.Rank() != 3 || target.Shape[0] != output.Shape[0] || !target.DType.IsInt() {
		graph.Errorf("ctc: target %v, output %v; want labels (batch, length) and scores (batch, time, classes)", target.Type, output.Type)
	}
	output = float(output)
	batch, length, k := target.Shape[0], target.Shape[1], output.Shape[2]
	blank = blankClass(blank, k)
	if targetLength == nil {
		targetLength = Full(target, float64(length), batch)
	}
	path := ctcPath(Cast(target, graph.Int32), blank)
	hot := Cast(OneHot(path, k), output.DType)                                   // (batch, states, classes)
	emit := graph.Apply(graph.MatMul{TransB: true}, LogSoftmax(output, -1), hot) // (batch, time, states)
	states := 2*length + 1
	skip := ctcSkips(path, output, blank)
	start := Concatenate(1, Full(output, 0, batch, 1), Full(output, never, batch, states-1))
	seqs := []N{Transpose(emit, 1, 0, 2)}
	if outputLength != nil {
		t := ExpandDims(iota32(output.Graph(), output.Shape[1]), -1)
		seqs = append(seqs, Less(t, ExpandDims(Cast(outputLength, graph.Int32), 0))) // (time, batch)
	}
	// A path starts at the first blank or the first label: start is one position before the first
	// blank, from where one step reaches both.
	final, _ := graph.Loop{Init: []N{start}, Seqs: seqs}.Run(func(carry, x []N) (next, _ []N) {
		y := Add(ctcAdvance(carry[0], skip), x[0])
		if len(x) > 1 {
			y = Where(ExpandDims(x[1], -1), y, carry[0])
		}
		return []N{y}, nil
	})
	last := Scale(Cast(targetLength, graph.Int32), 2)
	ends := LogicalOr(OneHot(last, states), OneHot(Shift(last, -1), states))
	return Negative(LogSumExp(Where(ends, final[0], Full(output, never, batch, states)), 1))
}

// blankClass counts a negative class from the end.
func blankClass(blank, classes int) int {
	if blank < -classes || blank >= classes {
		graph.Errorf("ctc: the blank is class %d of %d", blank, classes)
	}
	if blank < 0 {
		blank += classes
	}
	return blank
}

// ctcPath puts blanks before, between and after the labels: (batch, 2·length + 1).
func ctcPath(y N, blank int) N {
	blanks := Full(y, float64(blank), y.Shape...)
	both := Reshape(Stack(-1, blanks, y), y.Shape[0], 2*y.Shape[1])
	return Concatenate(1, both, Full(y, float64(blank), y.Shape[0], 1))
}

// ctcSkips returns 0 for states that may follow the state two before them (labels that differ
// from the previous label) and never for others.
func ctcSkips(path, like N, blank int) N {
	batch, states := path.Shape[0], path.Shape[1]
	two := Full(path, -1, batch, min(2, states))
	earlier := Slice(Concatenate(1, two, path), 1, 0, states)
	differs := LogicalAnd(NotEqual(path, earlier), NotEqual(path, Scalar(path, float64(blank))))
	return Where(differs, Full(like, 0, batch, states), Full(like, never, batch, states))
}

// ctcAdvance sums, as logarithms, the probabilities of the transitions to each state: stay,
// advance, skip a blank.
func ctcAdvance(a, skip N) N {
	batch, states := a.Shape[0], a.Shape[1]
	shifted := func(n int) N {
		n = min(n, states)
		return Slice(Concatenate(1, Full(a, never, batch, n), a), 1, 0, states)
	}
	return LogSumExp(Stack(-1, a, shifted(1), Add(shifted(2), skip)), -1)
}

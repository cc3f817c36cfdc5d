package ops

import "github.com/rhyton/rhyton/graph"

// CTCDecode finds label sequences in the outputs of a model trained with [CTCLoss]. The zero
// value decodes greedily: the best class of every step. Scores are logits (batch, time, classes);
// lengths (batch) is the number of valid steps.
type CTCDecode struct {
	BeamSearch   bool
	BeamWidth    int  // beam search: the number of sequences followed; 0: 100
	TopPaths     int  // beam search: the number of sequences returned; 0: 1
	KeepRepeated bool // greedy: a class repeated in successive steps counts as several labels
	MaskIndex    int  // the index of the blank class; negative: from the end
}

// Of returns the labels (paths, batch, time) as int32, padded with -1, and their scores (batch,
// paths): log-probabilities for beam search; for greedy decoding, as in Keras, minus the sum of
// the largest logits.
func (o CTCDecode) Of(scores, lengths N) (labels, quality N) {
	if scores.Rank() != 3 || scores.Shape[1] < 1 || !lengths.DType.IsInt() || !lengths.Shape.Equal(scores.Shape[:1]) {
		graph.Errorf("ctc_decode: scores %v, lengths %v; want (batch, time, classes) and integers (batch)", scores.Type, lengths.Type)
	}
	o.MaskIndex = blankClass(o.MaskIndex, scores.Shape[2])
	scores, lengths = float(scores), Cast(lengths, graph.Int32)
	counts := Less(ExpandDims(iota32(scores.Graph(), scores.Shape[1]), 0), ExpandDims(lengths, -1)) // (batch, time)
	if o.BeamSearch {
		return o.beams(scores, counts)
	}
	return o.greedy(scores, counts)
}

func (o CTCDecode) greedy(scores, counts N) (labels, quality N) {
	blank := float64(o.MaskIndex)
	at := ArgMax(scores, -1)
	at = Where(counts, at, Scalar(at, blank))
	quality = Negative(Sum(Where(counts, Max(scores, -1), Scalar(scores, 0)), 1))
	keep := NotEqual(at, Scalar(at, blank))
	if time := at.Shape[1]; !o.KeepRepeated && time > 1 {
		first := NotEqual(Slice(at, 1, 1, time), Slice(at, 1, 0, time-1))
		keep = LogicalAnd(keep, Concatenate(1, Full(first, 1, at.Shape[0], 1), first))
	}
	order := ArgSort(LogicalNot(keep), 1) // labels first, in their order
	labels = TakeAlongAxis(Where(keep, at, Scalar(at, -1)), order, 1)
	return ExpandDims(labels, 0), ExpandDims(quality, -1)
}

// A beam holds the sequences being followed: their labels (batch, width, time), padded with -1,
// their lengths (batch, width), and the log-probabilities of ending in a blank or in the last
// label.
type beam struct{ paths, count, blank, label N }

func (o CTCDecode) beams(scores, counts N) (labels, quality N) {
	batch, time, classes := scores.Shape[0], scores.Shape[1], scores.Shape[2]
	width, top := o.BeamWidth, o.TopPaths
	if width == 0 {
		width = 100
	}
	if top == 0 {
		top = 1
	}
	if width < 1 || top < 1 || top > width {
		graph.Errorf("ctc_decode: TopPaths %d of BeamWidth %d; want at least 1 and at most the width", top, width)
	}
	g := scores.Graph()
	empty := Concatenate(1, Full(scores, 0, batch, 1), Full(scores, never, batch, width-1))
	init := []N{g.Const(graph.Int32, -1, batch, width, time), g.Const(graph.Int32, 0, batch, width), empty, Full(scores, never, batch, width)}
	seqs := []N{Transpose(LogSoftmax(scores, -1), 1, 0, 2), Transpose(counts)}
	final, _ := graph.Loop{Init: init, Seqs: seqs}.Run(func(c, x []N) (next, _ []N) {
		b := o.step(beam{c[0], c[1], c[2], c[3]}, x[0], classes)
		for i, n := range []N{b.paths, b.count, b.blank, b.label} {
			next = append(next, Where(rankAs(x[1], n), n, c[i])) // a step after the end changes nothing
		}
		return next, nil
	})
	quality, at := TopK(LogAddExp(final[2], final[3]), top)
	quality = Where(Less(quality, Scalar(quality, never/2)), Scalar(quality, -inf), quality)
	return Transpose(pickBeams(final[0], at), 1, 0, 2), quality
}

// step extends every sequence of b by a step with log-probabilities x (batch, classes).
func (o CTCDecode) step(b beam, x N, classes int) beam {
	batch, width := b.count.Shape[0], b.count.Shape[1]
	total := LogAddExp(b.blank, b.label)
	last := b.last()
	hot := OneHot(last, classes) // all zeros for the empty sequence
	by := ExpandDims(x, 1)       // (batch, 1, classes)
	isLast := Cast(hot, x.DType)
	own := Sum(Multiply(isLast, by), -1)
	stayBlank := Add(total, Slice(x, 1, o.MaskIndex, o.MaskIndex+1))
	stayLabel := Where(Equal(b.count, Scalar(b.count, 0)), Scalar(own, never), Add(b.label, own))
	more := Add(Where(hot, ExpandDims(b.blank, -1), ExpandDims(total, -1)), by) // extended by another label: (batch, width, classes)
	blank := Equal(ExpandDims(ExpandDims(iota32(x.Graph(), classes), 0), 0), x.Graph().Const(graph.Int32, float64(o.MaskIndex)))
	more = Where(blank, Scalar(more, never), more)

	// A sequence that extends another one by one label can also be reached from it.
	parent := b.parents()                                                            // [i, j]: i plus a label is j
	from := Where(parent, MatMul(more, SwapAxes(isLast, 1, 2)), Scalar(more, never)) // (batch, width, width)
	stayLabel = LogAddExp(stayLabel, Max(from, 1))
	there := Greater(MatMul(Cast(parent, x.DType), isLast), Scalar(x, .5))
	more = Where(there, Scalar(more, never), more)

	all := Concatenate(1, LogAddExp(stayBlank, stayLabel), Reshape(more, batch, width*classes))
	_, at := TopK(all, width)
	grown := GreaterEqual(at, Scalar(at, float64(width)))
	off := Shift(at, -float64(width))
	source := Where(grown, FloorDivide(off, Scalar(off, float64(classes))), at)
	class := Mod(off, Scalar(off, float64(classes)))
	next := beam{paths: pickBeams(b.paths, source), count: TakeAlongAxis(b.count, source, 1)}
	here := Equal(ExpandDims(ExpandDims(iota32(x.Graph(), b.paths.Shape[2]), 0), 0), ExpandDims(next.count, -1))
	next.paths = Where(LogicalAnd(ExpandDims(grown, -1), here), ExpandDims(class, -1), next.paths)
	next.count = Add(next.count, Cast(grown, graph.Int32))
	next.blank = Where(grown, Scalar(total, never), TakeAlongAxis(stayBlank, source, 1))
	next.label = Where(grown, TakeAlongAxis(all, at, 1), TakeAlongAxis(stayLabel, source, 1))
	return next
}

// last is the last label of each sequence, or -1.
func (b beam) last() N {
	at := ReLU(Shift(b.count, -1))
	return Squeeze(TakeAlongAxis(b.paths, ExpandDims(at, -1), 2), 2)
}

// parents is true where sequence i plus one label is sequence j: (batch, width, width). Two
// sequences are the same if the squares of the differences sum to 0.
func (b beam) parents() N {
	time := b.paths.Shape[2]
	end := Equal(ExpandDims(ExpandDims(iota32(b.paths.Graph(), time), 0), 0), ExpandDims(Shift(b.count, -1), -1))
	whole := Cast(b.paths, graph.Float64)
	cut := Where(end, Scalar(whole, -1), whole)
	square := func(x N) N { return Sum(Square(x), -1) }
	apart := Subtract(Add(ExpandDims(square(whole), 2), ExpandDims(square(cut), 1)), Scale(MatMul(whole, SwapAxes(cut, 1, 2)), 2))
	some := ExpandDims(Greater(b.count, Scalar(b.count, 0)), 1)
	return LogicalAnd(Equal(apart, Scalar(apart, 0)), some)
}

// pickBeams selects the sequences at (batch, n) of paths (batch, width, time).
func pickBeams(paths, at N) N {
	return TakeAlongAxis(paths, BroadcastTo(ExpandDims(at, -1), append(at.Shape.Clone(), paths.Shape[2])...), 1)
}

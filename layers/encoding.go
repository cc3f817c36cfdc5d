package layers

import (
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// An Encoding selects how a preprocessing layer represents category indices.
type Encoding string

// The encodings, for an input (batch, n) and depth categories.
const (
	AsIndices  Encoding = "int"       // the indices themselves: (batch, n)
	AsOneHot   Encoding = "one_hot"   // a one-hot vector for each index: (batch, n, depth); (batch, depth) if n is 1
	AsMultiHot Encoding = "multi_hot" // 1 at each index of the sample: (batch, depth)
	AsCounts   Encoding = "count"     // number of occurrences of each index in the sample: (batch, depth)
	AsTFIDF    Encoding = "tf_idf"    // the counts times the inverse document frequencies: (batch, depth)
)

// encodingNames maps the names in files, including Keras' older ones, to encodings.
var encodingNames = map[string]Encoding{"int": AsIndices, "one_hot": AsOneHot, "multi_hot": AsMultiHot,
	"count": AsCounts, "tf_idf": AsTFIDF, "binary": AsMultiHot, "tf-idf": AsTFIDF}

// MarshalText writes Keras' name.
func (e Encoding) MarshalText() ([]byte, error) { return []byte(e), nil }

// UnmarshalText reads Keras' name.
func (e *Encoding) UnmarshalText(text []byte) error {
	v, ok := encodingNames[string(text)]
	if !ok {
		return fmt.Errorf("output_mode %q; known: int, one_hot, multi_hot, count, tf_idf", text)
	}
	*e = v
	return nil
}

// or returns e, or otherwise if e is empty. The result must be one of allowed.
func (e Encoding) or(otherwise Encoding, allowed ...Encoding) (Encoding, error) {
	if e == "" {
		e = otherwise
	}
	if !slices.Contains(allowed, e) {
		return e, fmt.Errorf("OutputMode is %q; want one of %q", string(e), allowed)
	}
	return e, nil
}

// encodedShape returns the shape of the encoding of an input.
func (e Encoding) encodedShape(in []int, depth int) []int {
	rank := len(in)
	switch {
	case e == AsIndices:
		return in
	case e == AsOneHot && rank > 1 && in[rank-1] == 1:
		return append(slices.Clone(in[:rank-1]), depth)
	case e == AsOneHot:
		return append(slices.Clone(in), depth)
	case rank < 2:
		return []int{depth}
	}
	return append(append([]int{in[0]}, in[2:]...), depth)
}

// encode returns the encoding of index and its shape. Indices outside [0, depth) are ignored.
// weights, if not nil, are counted instead of 1.
func (e Encoding) encode(index []int64, in []int, depth int, weights []float32) ([]float32, []int) {
	shape := e.encodedShape(in, depth)
	out := make([]float32, tensor.Shape(shape).Size())
	n, inner := 1, 1 // the summed axis and the axes after it
	switch {
	case len(in) == 1:
		n = in[0]
	case len(in) > 1:
		n, inner = in[1], tensor.Shape(in[2:]).Size()
	}
	for i, v := range index {
		if v < 0 || v >= int64(depth) {
			continue
		}
		w := float32(1)
		if weights != nil {
			w = weights[i]
		}
		row := i
		if e != AsOneHot {
			row = i/(n*inner)*inner + i%inner
		}
		if at := row*depth + int(v); e == AsCounts || e == AsTFIDF {
			out[at] += w
		} else {
			out[at] = 1
		}
	}
	return out, shape
}

// encoded returns the encoding as a tensor: indices unchanged, all others converted to type to.
func (e Encoding) encoded(index []int64, in []int, depth int, to tensor.DType) *tensor.Tensor {
	if e == AsIndices {
		return tensor.Of(index, in...)
	}
	data, shape := e.encode(index, in, depth, nil)
	return tensor.Of(data, shape...).Convert(to)
}

// trace is encode in a graph, as float32; for AsIndices it returns x.
func (e Encoding) trace(x *graph.Node, depth int, weights *graph.Node) *graph.Node {
	switch e {
	case AsIndices:
		return x
	case AsOneHot:
		return ops.Reshape(ops.OneHot(x, depth), e.encodedShape(x.Shape, depth)...)
	case AsMultiHot:
		return ops.MultiHot(x, depth)
	}
	hot := ops.OneHot(x, depth)
	if weights != nil {
		hot = ops.Multiply(hot, ops.ExpandDims(ops.Cast(weights, graph.Float32), -1))
	}
	if x.Rank() < 2 {
		return ops.Sum(ops.Reshape(hot, -1, depth), 0)
	}
	return ops.Sum(hot, 1)
}

// outputOf returns the spec of the encoding of samples in: float32, or for AsIndices integers
// of type ints.
func (e Encoding) outputOf(in InputSpec, depth int, ints graph.DType) (InputSpec, error) {
	out := InputSpec{Shape: in.Shape, DType: ints, Name: in.Name}
	if e == AsIndices {
		return out, nil
	}
	out.DType = graph.Float32
	if e != AsOneHot && len(in.Shape) == 0 {
		return out, fmt.Errorf("%s of a batch of single values would make one vector of the whole batch: give each sample an axis (layers.InputSpec{Shape: []int{1}})", e)
	}
	out.Shape = e.encodedShape(append([]int{2}, in.Shape...), depth)[1:]
	return out, nil
}

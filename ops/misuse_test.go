package ops_test

import (
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// misuse lists calls on v (3,), m (2, 3), img (1, 4, 4, 2) and i, integers (3,), with part of the
// expected error.
func misuse(g *graph.Graph) map[string]func() {
	v, m, img, i := g.Input(graph.Float32, 3), g.Input(graph.Float32, 2, 3), g.Input(graph.Float32, 1, 4, 4, 2), g.Input(graph.Int32, 3)
	s, none := g.Input(graph.Float32), g.Input(graph.Float32, 0, 3)
	one := func() []node { return []node{v} }
	return map[string]func(){
		"gcd: got":                             func() { ops.GCD(v, v) },
		"bitwise and":                          func() { ops.BitwiseAnd(v, v) },
		"shift: got":                           func() { ops.LeftShift(i, v) },
		"dot_product_attention: query":         func() { ops.Attention{}.Of(m, m, m) },
		"dot_product_attention: 4 query heads": func() { ops.Attention{}.Of(img, ops.Slice(img, 2, 0, 3), ops.Slice(img, 2, 0, 3)) },
		"rgb_to_grayscale":                     func() { ops.RGBToGrayscale(img) },
		"select: 1 conditions":                 func() { ops.Select([]node{v}, nil, v) },
		"cond: got":                            func() { ops.Cond(v, one, one) },
		"cond: one branch":                     func() { ops.Cond(s, one, func() []node { return nil }) },
		"cond: result 0":                       func() { ops.Cond(s, one, func() []node { return []node{m} }) },
		"switch: no branches":                  func() { ops.Switch(i) },
		"fori_loop: no values":                 func() { ops.ForiLoop(0, 2, nil) },
		"while_loop: 0 values":                 func() { ops.WhileLoop(1, nil, nil) },
		"associative_scan: no values":          func() { ops.AssociativeScan(nil) },
		"conv: got (2, 3)":                     func() { ops.Conv{}.Of(m, m) },
		"conv: kernel (3,)":                    func() { ops.Conv{}.Of(img, v) },
		"conv: strides [1 2 3]":                func() { ops.Conv{Strides: []int{1, 2, 3}}.Of(img, ops.Transpose(img, 1, 2, 3, 0)) },
		"depthwise_conv: kernel":               func() { ops.Conv{}.Depthwise(img, ops.Transpose(img, 1, 2, 0, 3)) },
		"conv_transpose: kernel":               func() { ops.Conv{}.Transpose(img, ops.Transpose(img, 1, 2, 3, 0)) },
		"conv_transpose: causal":               func() { ops.Conv{Padding: ops.Causal}.Transpose(img, img) },
		"arange: from":                         func() { ops.Arange(g, graph.Float32, 0, 1, 0) },
		"geomspace: from":                      func() { ops.Geomspace(g, graph.Float32, 0, 1, 3) },
		"linspace: -1":                         func() { ops.Linspace(g, graph.Float32, 0, 1, -1) },
		"softmax cross-entropy: target (3,)":   func() { ops.SoftmaxCrossEntropy(v, m, -1) },
		"no operands":                          func() { ops.Einsum("i->i") },
		"1 operands for 2 terms":               func() { ops.Einsum("i,j->ij", v) },
		"the result's axis \"k\"":              func() { ops.Einsum("i->k", v) },
		"want letters":                         func() { ops.Einsum("1->1", v) },
		"\"ij\" for a value of rank 1":         func() { ops.Einsum("ij->i", v) },
		"axis \"i\" has extents 3 and 2":       func() { ops.Einsum("i,ij->j", v, m) },
		"fft: no elements":                     func() { ops.FFT(ops.Complex{Re: ops.Transpose(none)}) },
		"irfft: to 0":                          func() { ops.IRFFT(ops.Complex{Re: ops.Slice(v, 0, 0, 1)}, 0) },
		"crop_images":                          func() { ops.CropImages(img, 2, 2, 0, 0) },
		"pad_images":                           func() { ops.PadImages(m, 1, 1, 1, 1) },
		"extract_patches: windows":             func() { ops.Patches{Size: []int{5}}.Of(img) },
		"space_to_depth":                       func() { ops.SpaceToDepth(img, 3) },
		"depth_to_space":                       func() { ops.DepthToSpace(img, 3) },
		"gaussian: 0 elements":                 func() { ops.GaussianBlur(img, [2]int{0, 3}, [2]float64{1, 1}) },
		"sobel_edges":                          func() { ops.SobelEdges(m) },
		"cholesky: got (3,)":                   func() { ops.Cholesky(v) },
		"inv: got (3,)":                        func() { ops.Inv(v) },
		"lu: got":                              func() { ops.LU(m) },
		"solve: right-hand side":               func() { ops.Solve(v, m) },
		"matmul: () by":                        func() { ops.MatMul(s, v) },
		"diag: got":                            func() { ops.Diag(img, 0) },
		"diagonal: got":                        func() { ops.Diagonal(v, 0) },
		"diagonal: axes 1 and 1":               func() { ops.DiagonalOf(m, 0, 1, -1) },
		"triangle: got":                        func() { ops.Tril(v, 0) },
		"tensordot: over 2 axes":               func() { ops.Tensordot(v, m, 2) },
		"tensordot: axes [0]":                  func() { ops.TensordotAxes(v, m, []int{0}, nil) },
		"tensordot: axis 0":                    func() { ops.TensordotAxes(v, m, []int{0}, []int{0}) },
		"is named twice":                       func() { ops.TensordotAxes(m, m, []int{0, 0}, []int{0, 1}) },
		"cross: got":                           func() { ops.Cross(img, ops.Concatenate(-1, img, img)) },
		"vander: 0 columns":                    func() { ops.Vander(v, 0) },
		"correlate: got":                       func() { ops.Correlate(ops.Slice(v, 0, 0, 2), v) },
		"norm: order 3 over":                   func() { ops.NormOrder(img, 3) },
		"norm: matrix norm":                    func() { ops.NormOrder(m, 3) },
		"normalize: order 0":                   func() { ops.Normalize(m, -1, 0) },
		"normalization: (3,) for":              func() { ops.LayerNormalization(img, v, nil, 1e-3) },
		"do not broadcast: axis -1":            func() { ops.Add(v, ops.Slice(v, 0, 0, 2)) },
		"broadcast: (2, 3) does not":           func() { ops.BroadcastTo(m, 3) },
		"axis 2 of a value":                    func() { ops.Sum(m, 2) },
		"pad: amounts":                         func() { ops.PadReflect(m, []int{1}, []int{1}) },
		"pad: negative":                        func() { ops.PadEdge(v, []int{-1}, []int{1}) },
		"which is empty":                       func() { ops.PadWrap(none, []int{1, 0}, []int{0, 0}) },
		"max_pool: causal":                     func() { ops.Pool{Padding: ops.Causal}.Max(img) },
		"adaptive pool: to":                    func() { ops.AdaptiveMaxPool(img, 0) },
		"randint: from":                        func() { ops.RandInt(g, 1, 3, 3) },
		"categorical: 1 of":                    func() { ops.Categorical(v, 1, 1) },
		"binomial: -1":                         func() { ops.Binomial(s, -1, 1) },
		"resize: (2, 3)":                       func() { ops.Resize{}.Of(m, 2, 2) },
		"not both":                             func() { ops.Resize{CropToAspectRatio: true, PadToAspectRatio: true}.Of(img, 2, 2) },
		"map_coordinates: coordinates":         func() { ops.Sampler{}.MapCoordinates(m, v) },
		"affine_transform: got":                func() { ops.Sampler{}.AffineTransform(m, v) },
		"perspective_transform: got":           func() { ops.Sampler{}.PerspectiveTransform(s, v, v) },
		"one_hot: got":                         func() { ops.OneHot(v, 3) },
		"one_hot: 0":                           func() { ops.OneHot(i, 0) },
		"scatter: indices float32":             func() { ops.Scatter(v, v, 3) },
		"3 coordinates":                        func() { ops.ScatterAdd(m, i, v) },
		"scatter: updates":                     func() { ops.ScatterAdd(v, ops.ExpandDims(i, -1), m) },
		"segment: 0":                           func() { ops.SegmentSum(v, i, 0) },
		"more than one -1":                     func() { ops.Reshape(m, -1, -1) },
		"reshape: extent -2":                   func() { ops.Reshape(m, -2) },
		"cannot hold":                          func() { ops.Reshape(m, 4, -1) },
		"expand_dims: axis 3":                  func() { ops.ExpandDims(m, 3) },
		"squeeze: axis 0":                      func() { ops.Squeeze(m, 0) },
		"concatenate: no values":               func() { ops.Concatenate(0) },
		"stack: no values":                     func() { ops.Stack(0) },
		"repeat: -1":                           func() { ops.Repeat(v, -1, 0) },
		"repeat: 1 counts":                     func() { ops.RepeatEach(v, []int{1}, 0) },
		"rot90: axes":                          func() { ops.Rot90(m, 1, 0, 0) },
		"index 3 along":                        func() { ops.Index(v, 0, 3) },
		"split: axis 0":                        func() { ops.Split(v, 2, 0) },
		"array_split: into":                    func() { ops.ArraySplit(v, 0, 0) },
		"slice: start [0]":                     func() { ops.SliceBlock(m, []int{0}, []int{1}) },
		"is outside of (3,)":                   func() { ops.SliceBlock(v, []int{2}, []int{2}) },
		"slice_update: start":                  func() { ops.SliceUpdate(m, []int{0}, v) },
		"slice_update: (3,) at":                func() { ops.SliceUpdate(v, []int{1}, v) },
		"slice: start int32":                   func() { ops.DynamicSlice(m, i, 1, 1) },
		"slice_update: start int32":            func() { ops.DynamicSliceUpdate(m, i, v) },
		"slice: 4 elements":                    func() { ops.DynamicSlice(v, ops.Slice(i, 0, 0, 1), 4) },
		"top_k: 4":                             func() { ops.TopK(v, 4) },
		"in_top_k: targets":                    func() { ops.InTopK(v, m, 1) },
		"searchsorted: in":                     func() { ops.SearchSorted(m, v, ops.Left) },
		"unique: 0":                            func() { ops.Unique(v, 0) },
		"nonzero: 2 of ()":                     func() { ops.Nonzero(s, 2) },
		"quantile: 2":                          func() { ops.Quantile(v, 2) },
		"quantile: NaN":                        func() { ops.Quantile(v, math.NaN()) },
		"quantile: no elements":                func() { ops.Quantile(none, .5, 0) },
		"histogram: 0 bins":                    func() { ops.Histogram(v, 0, 0, 1) },
		"stft: frames":                         func() { ops.STFT{}.Of(v) },
		"stft: a window of 1":                  func() { ops.STFT{Length: 2, Stride: 1, FFT: 2, Window: []float64{1}}.Of(v) },
		"extract_sequences: got 4":             func() { ops.ExtractSequences(v, 4, 1) },
		"take: indices":                        func() { ops.Take(v, v, 0) },
		"take_along_axis: indices":             func() { ops.TakeAlongAxis(m, i, 0) },
	}
}

func TestMisuseReportsWhatIsWanted(t *testing.T) {
	var names []string
	_, err := graph.Trace(func(g *graph.Graph) []node {
		for name := range misuse(g) {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		_, err := graph.Trace(func(g *graph.Graph) []node {
			misuse(g)[name]()
			return nil
		})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %q", err, name)
		}
	}
}

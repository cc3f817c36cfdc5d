package gorgonia

import (
	"github.com/rhyton/rhyton/graph"
	"gorgonia.org/gorgonia"
	dense "gorgonia.org/tensor"
)

// im2col lays out the windows of images x (batch, in, height, width) as rows of a matrix
// (batch·height'·width', in·kh·kw), so that a convolution is a matrix product.
type im2col struct {
	graph.Window
	Kernel graph.Dims
}

func (o im2col) Infer(in []graph.Type) []graph.Type {
	s := in[0].Shape
	rows := s[0]
	for i := range 2 {
		span := (o.Kernel.At[i]-1)*o.Dilation.At[i] + 1
		rows *= (s[2+i]+2*o.Low.At[i]-span)/o.Strides.At[i] + 1
	}
	return []graph.Type{{DType: in[0].DType, Shape: graph.Shape{rows, s[1] * o.Kernel.Shape().Size()}}}
}

func (o im2col) native(x graph.Type) native {
	two := func(d graph.Dims) dense.Shape { return dense.Shape{d.At[0], d.At[1]} }
	return native{func(in []*gorgonia.Node) (*gorgonia.Node, error) {
		return gorgonia.Im2Col(in[0], two(o.Kernel), two(o.Low), two(o.Strides), two(o.Dilation))
	}, []dense.Shape{shapeOf(x.Shape)}}
}

// isPlain reports whether im2col can compute the convolution.
func isPlain(op graph.Conv, x, f graph.Type) bool {
	return len(x.Shape) == 4 && op.Groups == 1 && op.Low == op.High && x.Shape.Size() > 1 && f.Shape.Size() > 1
}

// conv is Gorgonia's Conv2d decomposed, for channels last: windows·filters, where the filters
// (kh, kw, in, out) become (in·kh·kw, out).
func (l *lowering) conv(n *graph.Node, op graph.Conv, x, f *value) *value {
	w := l.apply(n, graph.Transpose{Perm: graph.DimsOf([]int{2, 0, 1, 3})}, f)
	cols := l.columns(n, op, x, f.Shape)
	w = l.reshape(n, w, cols.Shape[1], f.Shape[3])
	return l.reshape(n, l.apply(n, graph.MatMul{}, cols, w), n.Shape...)
}

func (l *lowering) columns(n *graph.Node, op graph.Conv, x *value, filter graph.Shape) *value {
	x = l.apply(n, graph.Transpose{Perm: graph.DimsOf([]int{0, 3, 1, 2})}, x)
	return l.apply(n, im2col{op.Window, graph.DimsOf(filter[:2])}, x)
}

// convGradFilter is windowsᵀ·dy, rearranged to (kh, kw, in, out).
func (l *lowering) convGradFilter(n *graph.Node, op graph.ConvGradFilter, x, dy *value) *value {
	f := op.Filter.Shape()
	cols := l.columns(n, op.Conv, x, f)
	dy = l.reshape(n, dy, cols.Shape[0], f[3])
	df := l.apply(n, graph.MatMul{TransA: true}, cols, dy)
	df = l.reshape(n, df, f[2], f[0], f[1], f[3])
	return l.apply(n, graph.Transpose{Perm: graph.DimsOf([]int{1, 2, 0, 3})}, df)
}

func (l *lowering) reshape(n *graph.Node, x *value, to ...int) *value {
	return l.apply(n, graph.Reshape{To: graph.DimsOf(to)}, x)
}

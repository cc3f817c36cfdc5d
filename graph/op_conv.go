package graph

import "fmt"

// Window describes how a kernel moves over the 1 to 3 spatial axes of an input, which are between
// the batch and the channel axis.
type Window struct {
	Strides   Dims // at least 1
	Low, High Dims // padding before and after: zeros, which pooling ignores
	Dilation  Dims // distance of kernel elements, at least 1
}

// out returns the spatial extents of the output for spatial extents in and kernel k.
func (w Window) out(who string, in, k Shape) Shape {
	out := make(Shape, len(in))
	for i := range in {
		if w.Strides.At[i] < 1 || w.Dilation.At[i] < 1 || w.Low.At[i] < 0 || w.High.At[i] < 0 || k[i] < 1 {
			Errorf("%s: window %v with strides %v, dilation %v, padding %v %v", who, k, w.Strides, w.Dilation, w.Low, w.High)
		}
		span := (k[i]-1)*w.Dilation.At[i] + 1
		room := in[i] + w.Low.At[i] + w.High.At[i] - span
		if room < 0 {
			Errorf("%s: kernel %v spans %d, larger than the input's extent %d (with padding %d) at spatial axis %d: use a smaller kernel or more padding",
				who, k, span, in[i], in[i]+w.Low.At[i]+w.High.At[i], i)
		}
		out[i] = room/w.Strides.At[i] + 1
	}
	return out
}

func (w Window) String() string {
	return fmt.Sprintf("strides=%v low=%v high=%v dilation=%v", w.Strides, w.Low, w.High, w.Dilation)
}

type (
	// Conv is the cross-correlation of x (batch, spatial…, in) with filters (spatial…, in/Groups,
	// out): (batch, spatial…, out), as Keras' channels-last convolutions.
	Conv struct {
		Window
		Groups int
	}
	// ConvGradInput is the gradient of Conv with respect to an input of shape In, computed from
	// dy and the filters. Used on its own, it is the transposed convolution.
	ConvGradInput struct {
		Conv
		In Dims
	}
	// ConvGradFilter is the gradient of Conv with respect to filters of shape Filter, computed
	// from x and dy.
	ConvGradFilter struct {
		Conv
		Filter Dims
	}
)

// result returns the type of Conv's output for types x and filter f.
func (o Conv) result(x, f Type) Type {
	r := len(x.Shape)
	if r < 3 || r > 5 || len(f.Shape) != r || o.Strides.Rank != r-2 || x.DType != f.DType || !x.DType.IsFloat() {
		Errorf("conv: input %v with filters %v", x, f)
	}
	in, out := x.Shape[r-1], f.Shape[r-1]
	if o.Groups < 1 || in != f.Shape[r-2]*o.Groups || out%o.Groups != 0 {
		Errorf("conv: input %v has %d channels, filters %v in %d groups need %d", x, in, f, o.Groups, f.Shape[r-2]*o.Groups)
	}
	s := append(Shape{x.Shape[0]}, o.out("conv", x.Shape[1:r-1], f.Shape[:r-2])...)
	return Type{x.DType, append(s, out)}
}

func (o Conv) Infer(in []Type) []Type { return []Type{o.result(in[0], in[1])} }

func (o ConvGradInput) Infer(in []Type) []Type {
	x := Type{in[0].DType, o.In.Shape()}
	if want := o.result(x, in[1]); !want.Equal(in[0]) {
		Errorf("conv gradient: output gradient %v; want %v", in[0], want)
	}
	return []Type{x}
}

func (o ConvGradFilter) Infer(in []Type) []Type {
	f := Type{in[0].DType, o.Filter.Shape()}
	if want := o.result(in[0], f); !want.Equal(in[1]) {
		Errorf("conv gradient: output gradient %v; want %v", in[1], want)
	}
	return []Type{f}
}

func (o Conv) String() string           { return fmt.Sprintf("conv[%v groups=%d]", o.Window, o.Groups) }
func (o ConvGradInput) String() string  { return "conv_grad_input" + o.Conv.String()[4:] }
func (o ConvGradFilter) String() string { return "conv_grad_filter" + o.Conv.String()[4:] }

type (
	// Pool combines windows of Size over the spatial axes of x (batch, spatial…, channels) with
	// Fn, which is Max or Add. Padding is ignored (treated as -∞ or 0). Dilation is 1.
	Pool struct {
		Window
		Fn   Fn
		Size Dims
	}
	// PoolGrad is the gradient of Pool with respect to its input, computed from x and dy. For
	// Max, each dy goes to the first largest element of its window; for Add, only the shape of x
	// is used.
	PoolGrad struct{ Pool }
	// MaxPoolGather gathers, from u with the shape of x, the element where each window of x is
	// largest. It is the gradient of a max PoolGrad with respect to dy.
	MaxPoolGather struct{ Pool }
)

func (o Pool) Infer(in []Type) []Type {
	r := len(in[0].Shape)
	if r < 3 || r > 5 || o.Size.Rank != r-2 || o.Strides.Rank != r-2 || o.Fn != Max && o.Fn != Add {
		Errorf("pool: %v by %v windows of %v", in[0], o.Fn, o.Size)
	}
	if o.Dilation != RepeatDim(r-2, 1) || in[0].DType == Bool {
		Errorf("pool: %v with dilation %v; want numbers and dilation 1", in[0], o.Dilation)
	}
	s := append(Shape{in[0].Shape[0]}, o.out("pool", in[0].Shape[1:r-1], o.Size.Shape())...)
	return []Type{{in[0].DType, append(s, in[0].Shape[r-1])}}
}

func (o PoolGrad) Infer(in []Type) []Type {
	if want := o.Pool.Infer(in[:1])[0]; !want.Equal(in[1]) {
		Errorf("pool gradient: output gradient %v; want %v", in[1], want)
	}
	return in[:1]
}

func (o MaxPoolGather) Infer(in []Type) []Type {
	same("pool pick", in)
	return o.Pool.Infer(in[:1])
}

func (o Pool) String() string          { return fmt.Sprintf("pool_%v[%v %v]", o.Fn, o.Size, o.Window) }
func (o PoolGrad) String() string      { return "grad_" + o.Pool.String() }
func (o MaxPoolGather) String() string { return "pick_" + o.Pool.String() }

package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[RandomSharpness]()
	register[RandomGaussianBlur]()
}

// RandomSharpness blends each image with a smoothed version of itself during training:
// x + (1 - 2f)·(smooth - x) with a random f. An f of 0 is the smoothed image, 0.5 the original
// and 1 a sharpened image. It does nothing at inference.
//
// Input and output: (batch, height, width, channels), or a single image without the batch axis;
// with ChannelsFirst, channels come before the spatial axes.
type RandomSharpness struct {
	Base

	Name       string     `keras:"name"`
	Factor     []float64  `keras:"factor,required"`                     // in [0, 1]: one number f for [0, f], or both bounds
	ValueRange []float64  `keras:"value_range" default:"[0, 255]"`      // lowest and highest pixel value; nil: 0 to 255
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// Call applies the random transformation to the images of x during training.
func (r *RandomSharpness) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("Factor", r.Factor, 0, 1)
	dark, bright := valueRange(r.ValueRange)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		const a, b = 1. / 13, 5. / 13
		kernel := ops.Cast(ops.Constant(x, tensor.Of([]float32{a, a, a, a, b, a, a, a, a}, 3, 3, 1, 1)), x.DType)
		smooth := ops.Conv{Padding: ops.Same}.Depthwise(x, ops.BroadcastTo(kernel, 3, 3, x.Shape[3], 1))
		f := ops.Shift(ops.Scale(s.perImage(x, lo, hi), -2), 1)
		return ops.Clip(ops.Add(x, ops.Multiply(f, ops.Subtract(smooth, x))), dark, bright)
	})
}

// Saved returns the layer as Keras saves it, with both bounds of each factor.
func (r RandomSharpness) Saved() any {
	r.Factor = savedFactor(r.Factor, 0)
	return r
}

// RandomGaussianBlur blurs images with a Gaussian kernel during training, each with a probability
// drawn from Factor. The standard deviations along columns and rows are drawn from Sigma, once
// for the whole batch. It does nothing at inference.
//
// Input and output: (batch, height, width, channels), or a single image without the batch axis;
// with ChannelsFirst, channels come before the spatial axes.
type RandomGaussianBlur struct {
	Base

	Name       string     `keras:"name"`
	Factor     []float64  `keras:"factor" default:"[0.0, 1.0]"`         // range of the probability: one number f for [0, f], or both bounds; nil: 0 to 1
	KernelSize []int      `keras:"kernel_size" default:"[3]"`           // odd kernel sizes, along columns and rows, or one for both; nil: 3
	Sigma      []float64  `keras:"sigma" default:"[0.0, 1.0]"`          // in [0, 1]: one number f for [0, f], or both bounds; nil: 0 to 1
	ValueRange []float64  `keras:"value_range" default:"[0, 255]"`      // lowest and highest pixel value; nil: 0 to 255
	Seed       *int64     `keras:"seed"`                                // stored for Keras compatibility; the model's seed is used
	DataFormat DataFormat `keras:"data_format" default:"channels_last"` // zero: ChannelsLast
}

// leastSigma keeps a Gaussian with standard deviation 0 finite, as in Keras.
const leastSigma = 1e-6

// Call applies the random transformation to the images of x during training.
func (r *RandomGaussianBlur) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("Factor", r.Factor, 0, 1)
	least, most := limits("Sigma", r.Sigma, 0, 1)
	dark, bright := valueRange(r.ValueRange)
	size := spread("KernelSize", r.KernelSize, 2, 3)
	if size[0]%2 == 0 || size[1]%2 == 0 {
		graph.Errorf("KernelSize %v; want odd numbers", r.KernelSize)
	}
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		apply := s.chosen(x, lo, hi)
		y := x
		for i, n := range size { // columns first: axis 2, then axis 1
			kernel := bell(ops.Cast(s.between(least+leastSigma, most+leastSigma), x.DType), n)
			shape := []int{1, 1, 1, 1}
			shape[1-i] = n
			kernel = ops.BroadcastTo(ops.Reshape(kernel, shape...), shape[0], shape[1], x.Shape[3], 1)
			y = ops.Conv{Padding: ops.Same}.Depthwise(y, kernel)
		}
		return ops.Clip(ops.Where(apply, y, x), dark, bright)
	})
}

// bell returns a Gaussian of n elements that sum to 1.
func bell(sigma *graph.Node, n int) *graph.Node {
	t := ops.Arange(sigma.Graph(), sigma.DType, -float64(n-1)/2, float64(n)/2, 1)
	return ops.Softmax(ops.Scale(ops.Square(ops.Divide(t, sigma)), -.5), -1)
}

// Saved returns the layer as Keras saves it, with two numbers per range.
func (r RandomGaussianBlur) Saved() any {
	r.Factor, r.Sigma, r.KernelSize = savedFactor(r.Factor, 0), savedFactor(r.Sigma, 0), each(r.KernelSize, 2, 3)
	return r
}

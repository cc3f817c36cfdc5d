package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[RandomPerspective]()
}

// RandomPerspective applies a random perspective transformation to images during training: it
// moves each corner by up to Scale/2 of its distance from the upper left corner. Each image is
// transformed with a probability drawn from Factor. It does nothing at inference.
//
// Input and output: (batch, height, width, channels), or a single image without the batch axis;
// with ChannelsFirst, channels come before the spatial axes.
type RandomPerspective struct {
	Base

	Name          string        `keras:"name"`
	Factor        []float64     `keras:"factor" default:"[0.0, 1.0]"`                              // range of the probability: one number f for [0, f], or both bounds; nil: 0 to 1
	Scale         *float64      `keras:"scale" default:"1.0" range:"[0,1]"`                        // nil: 1
	Interpolation Interpolation `keras:"interpolation" default:"bilinear" enum:"nearest bilinear"` // "": Bilinear
	FillValue     float64       `keras:"fill_value" default:"0.0"`                                 // value outside the image
	Seed          *int64        `keras:"seed"`                                                     // stored for Keras compatibility; the model's seed is used
	DataFormat    DataFormat    `keras:"data_format" default:"channels_last"`                      // zero: ChannelsLast
}

// Call applies the random transformation to the images of x during training.
func (r *RandomPerspective) Call(s *Scope, x *graph.Node) *graph.Node {
	lo, hi := limits("Factor", r.Factor, 0, 1)
	k := *r.Scale / 2
	if !(k >= 0 && k <= .5) {
		graph.Errorf("Scale is %v; it must be in [0, 1]", *r.Scale)
	}
	o := sampler(r.Interpolation, FillConstant, r.FillValue)
	return s.augment(r.DataFormat, x, func(x *graph.Node) *graph.Node {
		n, h, w := x.Shape[0], float32(x.Shape[1]-1), float32(x.Shape[2]-1)
		corners := ops.Constant(x, tensor.Of([]float32{0, 0, w, 0, 0, h, w, h}, 1, 4, 2))
		start := ops.BroadcastTo(corners, n, 4, 2)
		end := ops.Add(start, ops.Multiply(start, s.between(-k, k, n, 4, 2)))
		return ops.Where(s.chosen(x, lo, hi), o.PerspectiveTransform(x, start, end), x)
	})
}

// Saved returns the layer as Keras saves it, with both bounds of each factor.
func (r RandomPerspective) Saved() any {
	r.Factor = savedFactor(r.Factor, 0)
	return r
}

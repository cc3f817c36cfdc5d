package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[RandomPerspective]()
}

// RandomPerspective shows images as seen from a random place while training: it moves their
// corners by up to Scale/2 of the corners' distance from the upper left one. An image is
// changed with a probability that is drawn from Factor. Otherwise it does nothing.
//
// Input and output: images (batch, height, width, channels), or one; ChannelsFirst: channels
// before the spatial axes.
type RandomPerspective struct {
	Base

	Name          string        `keras:"name"`
	Factor        []float64     `keras:"factor" default:"[0.0, 1.0]"`                              // the probability: one number for 0 to it, or two; nil: 0 to 1
	Scale         *float64      `keras:"scale" default:"1.0" range:"[0,1]"`                        // nil: 1
	Interpolation Interpolation `keras:"interpolation" default:"bilinear" enum:"nearest bilinear"` // "": Bilinear
	FillValue     float64       `keras:"fill_value" default:"0.0"`                                 // outside of the image
	Seed          *int64        `keras:"seed"`                                                     // kept for Keras' files; the model's seed decides
	DataFormat    DataFormat    `keras:"data_format" default:"channels_last"`                      // zero: ChannelsLast
}

// Call changes the images of x while training.
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

// Saved returns the layer with both factors, as Keras writes it.
func (r RandomPerspective) Saved() any {
	r.Factor = savedFactor(r.Factor, 0)
	return r
}

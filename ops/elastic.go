package ops

import "github.com/rhyton/rhyton/graph"

// Elastic deforms images elastically (Simard et al. 2003): every position is read at a random
// displacement Alpha·G(Sigma·n), where n has mean 0 and variance 1 and G is a Gaussian blur.
// Keras' sampler is Sampler{Linear: true, Border: ReflectBorder}.
type Elastic struct {
	Sampler
	Alpha  *float64 // strength of the displacement; nil: 20
	Sigma  float64  // of the blur, in pixels; 0: 5
	Stream uint64   // of the random numbers; Stream+1 is used as well
}

// Of deforms images (batch, height, width, channels), each differently, or a single image.
func (o Elastic) Of(images N) N {
	if images.Rank() == 3 {
		return Squeeze(o.Of(ExpandDims(images, 0)), 0)
	}
	if images.Rank() != 4 {
		graph.Errorf("elastic_transform: got %v; want (batch, height, width, channels)", images.Shape)
	}
	alpha, sigma := 20.0, o.Sigma
	if o.Alpha != nil {
		alpha = *o.Alpha
	}
	if sigma == 0 {
		sigma = 5
	}
	size := int(6*sigma) | 1
	field := func(stream uint64) N {
		d := Normal(images.Graph(), stream, graph.Float32, images.Shape[:3]...)
		d = GaussianBlur(ExpandDims(Scale(d, sigma), -1), [2]int{size, size}, [2]float64{sigma, sigma})
		return Scale(Squeeze(d, -1), alpha)
	}
	dx := field(o.Stream)
	return o.Displace(images, field(o.Stream+1), dx)
}

package ops

import "github.com/rhyton/rhyton/graph"

// Elastic bends images as if they were of rubber (Simard et al. 2003): every place is read
// where a random field of displacements points, Alpha·G(Sigma·n) with n of mean 0 and
// variance 1 and G a Gaussian blur. Keras' sampler is Sampler{Linear: true, Border: ReflectBorder}.
type Elastic struct {
	Sampler
	Alpha  *float64 // how far; nil: 20
	Sigma  float64  // of the blur, in pixels; 0: 5
	Stream uint64   // of the random numbers; Stream+1 is drawn from as well
}

// Of bends images (batch, height, width, channels), each its own way, or one image.
func (o Elastic) Of(images N) N {
	if images.Rank() == 3 {
		return Squeeze(o.Of(ExpandDims(images, 0)), 0)
	}
	if images.Rank() != 4 {
		graph.Errorf("elastic_transform: of %v; wants (batch, height, width, channels)", images.Shape)
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

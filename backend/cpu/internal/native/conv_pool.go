package native

import (
	"github.com/rhyton/rhyton/graph"
)

// ConvPool is a convolution and the pooling of its result: the two are its results. They are
// computed image by image, so that the convolution of an image is still in the cache when it is
// pooled or, if nothing else reads it, is never stored. Operands as of Convolution.
type ConvPool struct {
	Convolution
	Pool graph.Pool
	Keep bool // the convolution has other readers
}

func (o ConvPool) String() string {
	return o.Convolution.String() + " + " + o.Pool.String() + list(when(o.Keep, "keep"))
}

func (o ConvPool) Infer(in []graph.Type) []graph.Type {
	y := o.Convolution.Infer(in)
	return append(y, o.Pool.Infer(y)...)
}

// Seen is the shape of the part of a convolution's result, of shape y, that the windows of its
// pooling, of shape p, cover: if nothing else reads it the rest need not be computed. Small
// images stay whole: their size decides whether a convolution is done by tiles, and a batch and
// a single sample, whose pooling is separate, must be done in the same way.
func (o ConvPool) Seen(y, p graph.Shape) graph.Shape {
	const least = 7
	s := y.Clone()
	for i := range o.Pool.Size.Rank {
		end := (p[1+i]-1)*o.Pool.Strides.At[i] - o.Pool.Low.At[i] + o.Pool.Size.At[i]
		if s[1+i] = min(s[1+i], end); s[1+i] < least {
			return y
		}
	}
	return s
}

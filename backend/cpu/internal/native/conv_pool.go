package native

import (
	"github.com/rhyton/rhyton/graph"
)

// ConvPool is a convolution and the pooling of its result: the two are its results. They
// are done image by image, so that the convolution of one need not come back from memory,
// or, where nothing else reads it, never goes there. Operands as of convolution.
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

// Seen is the shape of the part of a convolution's result, of shape y, that the windows of
// its pooling see, of shape p: with nobody else to read it the rest need not be there. Small
// images stay whole: whether a convolution is done by tiles depends on their size, and it must be done
// in one way for a batch and for a sample alone, whose pooling stands apart.
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

package ops

import "github.com/rhyton/rhyton/graph"

// SSIM measures the structural similarity of images by the means, variances and covariance of
// windows with Gaussian weights (Wang et al. 2004); it is 1 for equal images. Zero fields mean
// Keras' defaults.
type SSIM struct {
	MaxVal      float64 // the largest possible value; 0: 1
	FilterSize  int     // of the window; 0: 11
	FilterSigma float64 // 0: 1.5
	K1, K2      float64 // against small divisors; 0: 0.01 and 0.03
}

// Of compares images a and b (batch, height, width, channels) and returns one number per image,
// or one number for images without a batch axis.
func (o SSIM) Of(a, b N) N {
	if a.Rank() == 3 && b.Rank() == 3 {
		return Squeeze(o.Of(ExpandDims(a, 0), ExpandDims(b, 0)), 0)
	}
	o = o.filled()
	if a.Rank() != 4 || !a.Shape.Equal(b.Shape) || a.Shape[1] < o.FilterSize || a.Shape[2] < o.FilterSize {
		graph.Errorf("ssim: got %v and %v; want two (batch, height, width, channels), at least %d by %d", a.Shape, b.Shape, o.FilterSize, o.FilterSize)
	}
	a, b = promote(float(a), float(b))
	a.Graph().Table("ssim", o.FilterSize)
	window := bell(o.FilterSize, o.FilterSigma)
	blur := func(x N) N {
		for _, s := range [][]int{{o.FilterSize, 1, 1, 1}, {1, o.FilterSize, 1, 1}} {
			k := Reshape(numbers(x.Graph(), x.DType, window, len(window)), s...)
			x = Conv{}.Depthwise(x, BroadcastTo(k, s[0], s[1], x.Shape[3], 1))
		}
		return x
	}
	ma, mb := blur(a), blur(b)
	va, vb := Subtract(blur(Square(a)), Square(ma)), Subtract(blur(Square(b)), Square(mb))
	cov := Subtract(blur(Multiply(a, b)), Multiply(ma, mb))
	c1, c2 := o.K1*o.MaxVal*o.K1*o.MaxVal, o.K2*o.MaxVal*o.K2*o.MaxVal
	top := Multiply(Shift(Scale(Multiply(ma, mb), 2), c1), Shift(Scale(cov, 2), c2))
	bottom := Multiply(Shift(Add(Square(ma), Square(mb)), c1), Shift(Add(va, vb), c2))
	return Mean(Divide(top, bottom), 1, 2, 3)
}

func (o SSIM) filled() SSIM {
	for _, f := range []struct {
		at *float64
		v  float64
	}{{&o.MaxVal, 1}, {&o.FilterSigma, 1.5}, {&o.K1, .01}, {&o.K2, .03}} {
		if *f.at == 0 {
			*f.at = f.v
		}
	}
	if o.FilterSize == 0 {
		o.FilterSize = 11
	}
	return o
}

package ops

import "github.com/rhyton/rhyton/graph"

// LayerNormalization returns (x - mean)/√(variance + epsilon)·gamma + beta over the given
// axes, the last one if none is given (Ba et al. 2016). gamma and beta, shaped like those
// axes, may be nil. Half floats are computed in float32.
func LayerNormalization(x, gamma, beta N, epsilon float64, axes ...int) N {
	k := lastUnless(axes)
	y := k.standardized(wide(x), epsilon)
	return Cast(affine(y, k.along(x, gamma), k.along(x, beta)), x.DType)
}

// RMSNormalization returns x/√(mean(x²) + epsilon)·scale over the given axes, the last one
// if none is given (Zhang & Sennrich 2019). scale may be nil.
func RMSNormalization(x, scale N, epsilon float64, axes ...int) N {
	k := lastUnless(axes)
	w := wide(x)
	y := Multiply(w, Rsqrt(Shift(k.Mean(Square(w)), epsilon)))
	return Cast(affine(y, k.along(x, scale), nil), x.DType)
}

// BatchNormalization returns (x - mean)/√(variance + epsilon)·scale + offset, whose
// vectors belong to the given axis. scale and offset may be nil.
func BatchNormalization(x, mean, variance, offset, scale N, axis int, epsilon float64) N {
	k := KeepDims{axis}
	inv := Rsqrt(Shift(k.along(x, variance), epsilon))
	return affine(Multiply(Subtract(x, k.along(x, mean)), inv), k.along(x, scale), k.along(x, offset))
}

func lastUnless(axes []int) KeepDims {
	if len(axes) == 0 {
		return KeepDims{-1}
	}
	return axes
}

// wide returns half floats as float32.
func wide(x N) N {
	if x = float(x); x.DType == graph.Float16 || x.DType == graph.BFloat16 {
		return Cast(x, graph.Float32)
	}
	return x
}

// standardized returns (x - mean)/√(variance + epsilon) over the axes.
func (k KeepDims) standardized(x N, epsilon float64) N {
	c := Subtract(x, k.Mean(x))
	return Multiply(c, Rsqrt(Shift(k.Mean(Square(c)), epsilon)))
}

// along reshapes v, whose axes are the named ones of x, so that it broadcasts to x.
func (k KeepDims) along(x, v N) N {
	if v == nil || v.Rank() == x.Rank() {
		return v
	}
	bits := k.bits(x)
	s := make([]int, x.Rank())
	size := 1
	for i, d := range x.Shape {
		s[i] = 1
		if bits>>i&1 != 0 {
			s[i] = d
			size *= d
		}
	}
	if v.Shape.Size() != size {
		graph.Errorf("normalization: %v for axes %v of %v", v.Shape, []int(k), x.Shape)
	}
	return Reshape(v, s...)
}

func affine(y, scale, offset N) N {
	if scale != nil {
		y = Multiply(y, scale)
	}
	if offset != nil {
		y = Add(y, offset)
	}
	return y
}

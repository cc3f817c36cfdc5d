package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// A Complex is an array of complex numbers, stored as real and imaginary parts of the same shape.
// A nil Im means 0.
type Complex struct{ Re, Im N }

func (z Complex) im() N {
	if z.Im == nil {
		return ZerosLike(z.Re)
	}
	return z.Im
}

// Abs returns |z|.
func (z Complex) Abs() N { return Hypot(z.Re, z.im()) }

// Angle returns the angle of z in (-π, π].
func (z Complex) Angle() N { return Arctan2(z.im(), z.Re) }

// Polar returns the complex numbers with the given magnitudes and angles.
func Polar(length, angle N) Complex {
	return Complex{Multiply(length, Cos(angle)), Multiply(length, Sin(angle))}
}

// each applies f to both parts.
func (z Complex) each(f func(N) N) Complex { return Complex{f(z.Re), f(z.im())} }

func (z Complex) times(w Complex) Complex {
	return Complex{
		Subtract(Multiply(z.Re, w.Re), Multiply(z.im(), w.im())),
		Add(Multiply(z.Re, w.im()), Multiply(z.im(), w.Re)),
	}
}

// FFT returns the discrete Fourier transform along the last axis, of extent n: y[k] = Σⱼ
// x[j]·exp(-2πi·j·k/n). The cost is proportional to n times the sum of the factors of n, which
// are at most 16 where possible.
func FFT(z Complex) Complex { return fourier(z, -1) }

// IFFT returns the inverse transform: (1/n)·Σₖ z[k]·exp(2πi·j·k/n).
func IFFT(z Complex) Complex {
	n := z.Re.Shape[Axis(z.Re, -1)]
	return fourier(z, 1).each(func(x N) N { return Scale(x, 1/float64(max(n, 1))) })
}

// FFT2 is FFT over the last two axes, IFFT2 its inverse.
func FFT2(z Complex) Complex { return overTwo(z, FFT) }

// IFFT2 is the inverse of FFT2.
func IFFT2(z Complex) Complex { return overTwo(z, IFFT) }

func overTwo(z Complex, f func(Complex) Complex) Complex {
	swap := func(x N) N { return SwapAxes(x, -1, -2) }
	return f(f(z).each(swap)).each(swap)
}

func fourier(z Complex, sign float64) Complex {
	z = z.each(float)
	n := z.Re.Shape[Axis(z.Re, -1)]
	if n < 1 {
		graph.Errorf("fft: no elements: %v", z.Re.Shape)
	}
	s := z.Re.Shape
	flat := z.each(func(x N) N { return Reshape(x, -1, n) })
	return transform(flat, sign).each(func(x N) N { return Reshape(x, s...) })
}

// transform transforms the rows of (rows, n). With n = p·q, j = q·j₁ + j₂ and k = k₁ + p·k₂ it
// consists of transforms of length p, twiddle factors exp(±2πi·j₂·k₁/n) and transforms of length
// q (Cooley & Tukey 1965).
func transform(z Complex, sign float64) Complex {
	n := z.Re.Shape[1]
	p := factor(n)
	if p == n {
		return z.through(dft(z.Re, n, n, n, sign))
	}
	q, rows := n/p, z.Re.Shape[0]
	cols := z.each(func(x N) N { return Reshape(Transpose(Reshape(x, rows, p, q), 0, 2, 1), rows*q, p) })
	y := cols.through(dft(z.Re, p, p, p, sign)) // (rows·j₂, k₁)
	y = y.each(func(x N) N { return Transpose(Reshape(x, rows, q, p), 0, 2, 1) })
	y = y.times(dft(z.Re, p, q, n, sign)) // (rows, k₁, j₂)
	y = transform(y.each(func(x N) N { return Reshape(x, rows*p, q) }), sign)
	return y.each(func(x N) N { return Reshape(Transpose(Reshape(x, rows, p, q), 0, 2, 1), rows, n) })
}

// through multiplies the rows of z by the matrix w.
func (z Complex) through(w Complex) Complex {
	return Complex{
		Subtract(MatMul(z.Re, w.Re), MatMul(z.im(), w.Im)),
		Add(MatMul(z.Re, w.Im), MatMul(z.im(), w.Re)),
	}
}

// factor returns n if it is at most 16 or has no smaller factors, otherwise its largest factor of
// at most 16.
func factor(n int) int {
	if n <= 16 {
		return n
	}
	for p := 16; p > 1; p-- {
		if n%p == 0 {
			return p
		}
	}
	return n
}

// dft is the matrix exp(±2πi·j·k/n) of j < rows and k < cols.
func dft(x N, rows, cols, n int, sign float64) Complex {
	g := x.Graph()
	g.Table("fourier transform", rows, cols, 2)
	re, im := make([]float64, rows*cols), make([]float64, rows*cols)
	for j := range rows {
		for k := range cols {
			im[j*cols+k], re[j*cols+k] = math.Sincos(sign * 2 * math.Pi * float64(j*k%n) / float64(n))
		}
	}
	return Complex{numbers(g, x.DType, re, rows, cols), numbers(g, x.DType, im, rows, cols)}
}

// RFFT returns the first n/2+1 elements of the transform of real x along the last axis, truncated
// or zero-padded to n; n = 0 means its extent. The remaining elements mirror them.
func RFFT(x N, n int) Complex {
	x = float(x)
	if n == 0 {
		n = x.Shape[Axis(x, -1)]
	}
	y := FFT(Complex{Re: fit(x, n)})
	return y.each(func(x N) N { return cut(x, x.Rank()-1, 0, n/2+1) })
}

// IRFFT is the inverse of RFFT for n real numbers; n = 0 means twice the extent minus 2. The
// imaginary parts of the first and, for even n, of the last element count as 0.
func IRFFT(z Complex, n int) N {
	a := Axis(z.Re, -1)
	if n == 0 {
		n = 2 * (z.Re.Shape[a] - 1)
	}
	if n < 1 {
		graph.Errorf("irfft: to %d elements", n)
	}
	h := n/2 + 1
	re, im := fit(float(z.Re), h), fit(float(z.im()), h)
	if h < n { // mirror elements 1 to n-h
		re = Concatenate(a, re, Flip(cut(re, a, 1, n-h+1), a))
		im = Concatenate(a, im, Negative(Flip(cut(im, a, 1, n-h+1), a)))
	}
	return IFFT(Complex{re, im}).Re
}

// fit truncates or zero-pads the last axis to n.
func fit(x N, n int) N {
	a := x.Rank() - 1
	if d := x.Shape[a]; d < n {
		low, high := make([]int, a+1), make([]int, a+1)
		high[a] = n - d
		return Pad(x, low, high, 0)
	}
	return cut(x, a, 0, n)
}

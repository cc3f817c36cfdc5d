package initializers

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

// A Window weights the samples of a frame before its Fourier transform; "" is WindowHann.
type Window string

// The windows, as functions of t for 0 ≤ t ≤ 1.
const (
	WindowHann     Window = "hann"     // 0.5 - 0.5·cos 2πt
	WindowHamming  Window = "hamming"  // 0.54 - 0.46·cos 2πt
	WindowBlackman Window = "blackman" // 0.42 - 0.5·cos 2πt + 0.08·cos 4πt
	WindowBartlett Window = "bartlett" // a triangle: 1 - |2t - 1|
	WindowBoxcar   Window = "boxcar"   // 1
	WindowNone     Window = "none"     // 1, and no scaling
)

// A WindowScaling is the divisor of a [Window]; "" is ScalingDensity.
type WindowScaling string

// The scalings of a window.
const (
	ScalingDensity  WindowScaling = "density"  // the square root of its sum of squares
	ScalingSpectrum WindowScaling = "spectrum" // its sum
	ScalingNone     WindowScaling = "none"     // 1
)

// A STFTSide is the part of a Fourier transform that [STFT] computes; "" is SideReal.
type STFTSide string

// The parts of a Fourier transform.
const (
	SideReal STFTSide = "real"
	SideImag STFTSide = "imag"
)

// STFT is the convolution kernel (frame length, 1, frequencies) that computes the real or
// imaginary part of the short-time Fourier transform, as in Keras 3. Periodic makes the window
// periodic instead of symmetric.
type STFT struct {
	Side     STFTSide      `keras:"side" default:"real" enum:"real imag"`
	Window   Window        `keras:"window" default:"hann" null:"none" enum:"hann hamming blackman bartlett boxcar"`
	Scaling  WindowScaling `keras:"scaling" default:"density" null:"none" enum:"density spectrum"`
	Periodic bool          `keras:"periodic"`
}

// Make returns the initial value of a weight, which must have rank 3.
func (i STFT) Make(dtype tensor.DType, shape tensor.Shape, _ uint64) (*tensor.Tensor, error) {
	return build(i, dtype, shape, func(x []float64) error {
		if len(shape) != 3 || shape[2] < 2 {
			return fmt.Errorf("a weight of shape %v; want (frame, 1, frequencies), 2 or more frequencies", shape)
		}
		config.Filled(i).fill(x, shape)
		return nil
	})
}

func (i STFT) fill(x []float64, shape tensor.Shape) {
	frame, channels, freqs := shape[0], shape[1], shape[2]
	win := i.window(frame)
	for t := range frame {
		for f := range freqs {
			s, c := math.Sincos(-2 * math.Pi * float64(t) * float64(f) / float64(2*(freqs-1)))
			if i.Side == SideImag {
				c = s
			}
			for ch := range channels {
				x[(t*channels+ch)*freqs+f] = c * win[t]
			}
		}
	}
}

// window returns the scaled window with n points.
func (i STFT) window(n int) []float64 {
	w := make([]float64, n)
	span := float64(n - 1)
	if i.Periodic {
		span = float64(n)
	}
	sum, squares := 0.0, 0.0
	for t := range w {
		w[t] = windowAt(i.Window, float64(t), span)
		sum += math.Abs(w[t])
		squares += w[t] * w[t]
	}
	scale := 1.0
	switch {
	case i.Window == WindowNone:
	case i.Scaling == ScalingDensity:
		scale = math.Sqrt(squares)
	case i.Scaling == ScalingSpectrum:
		scale = sum
	}
	for t := range w {
		w[t] /= scale
	}
	return w
}

func windowAt(w Window, t, span float64) float64 {
	if span == 0 {
		return 1
	}
	c := math.Cos(2 * math.Pi * t / span)
	switch w {
	case WindowHann:
		return 0.5 - 0.5*c
	case WindowHamming:
		return 0.54 - 0.46*c
	case WindowBlackman:
		return 0.42 - 0.5*c + 0.08*math.Cos(4*math.Pi*t/span)
	case WindowBartlett:
		return 1 - math.Abs(2*t/span-1)
	}
	return 1
}

func init() {
	family.Register("STFT", func() Initializer { return STFT{} }, "STFTInitializer")
}

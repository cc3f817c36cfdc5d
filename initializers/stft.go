package initializers

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

// STFT is the kernel (frame length, 1, frequencies) of a convolution that computes the real
// or imaginary part of the short-time Fourier transform (as Keras 3). Side is "real" if
// empty. Window is "hann" if empty, or "hamming", "blackman", "bartlett", "boxcar", "none";
// Periodic makes it periodic rather than symmetric. Scaling is "density" if empty (divides
// by the window's root sum of squares), "spectrum" (by its sum) or "none".
type STFT struct {
	Side     string `keras:"side" default:"real" enum:"real imag"`
	Window   string `keras:"window" default:"hann" null:"none" enum:"hann hamming blackman bartlett boxcar"`
	Scaling  string `keras:"scaling" default:"density" null:"none" enum:"density spectrum"`
	Periodic bool   `keras:"periodic"`
}

// Make returns the value of a weight of rank 3.
func (i STFT) Make(dtype tensor.DType, shape tensor.Shape, _ uint64) (*tensor.Tensor, error) {
	return build(i, dtype, shape, func(x []float64) error {
		if len(shape) != 3 || shape[2] < 2 {
			return fmt.Errorf("a weight of shape %v; wants (frame, 1, frequencies), 2 or more frequencies", shape)
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
			if i.Side == "imag" {
				c = s
			}
			for ch := range channels {
				x[(t*channels+ch)*freqs+f] = c * win[t]
			}
		}
	}
}

// window returns the scaled window of n points.
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
	case i.Window == "none":
	case i.Scaling == "density":
		scale = math.Sqrt(squares)
	case i.Scaling == "spectrum":
		scale = sum
	}
	for t := range w {
		w[t] /= scale
	}
	return w
}

func windowAt(name string, t, span float64) float64 {
	if span == 0 {
		return 1
	}
	c := math.Cos(2 * math.Pi * t / span)
	switch name {
	case "hann":
		return 0.5 - 0.5*c
	case "hamming":
		return 0.54 - 0.46*c
	case "blackman":
		return 0.42 - 0.5*c + 0.08*math.Cos(4*math.Pi*t/span)
	case "bartlett":
		return 1 - math.Abs(2*t/span-1)
	}
	return 1
}

func init() {
	family.Register("STFT", func() Initializer { return STFT{} }, "STFTInitializer")
}

package layers

import (
	"math/bits"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[STFTSpectrogram]()
}

// A SpectrogramMode is the quantity that [STFTSpectrogram] computes from the complex Fourier
// coefficients; "" is SpectrogramLog.
type SpectrogramMode string

// The spectrogram modes.
const (
	SpectrogramLog       SpectrogramMode = "log"       // the logarithm of the magnitude
	SpectrogramMagnitude SpectrogramMode = "magnitude" // the magnitude
	SpectrogramPSD       SpectrogramMode = "psd"       // the one-sided power spectral density
	SpectrogramReal      SpectrogramMode = "real"      // the real part
	SpectrogramImag      SpectrogramMode = "imag"      // the imaginary part
	SpectrogramAngle     SpectrogramMode = "angle"     // the phase, in radians
	SpectrogramSTFT      SpectrogramMode = "stft"      // the real and imaginary parts, concatenated
)

// STFTSpectrogram computes a spectrogram, the frequency content of a signal over time. It is the
// short-time Fourier transform of overlapping frames, implemented as convolutions with windowed
// sines and cosines, which can be trained.
//
// Input: (batch, time, channels); ChannelsFirst: (batch, channels, time). Output: (batch,
// frames, channels·frequencies), with the last two axes swapped if ChannelsFirst; with
// ExpandDims (batch, frames, frequencies, channels), or (batch, channels, frames, frequencies)
// if ChannelsFirst. There are FFTLength/2 + 1 frequencies. Weights: real_kernel, imag_kernel
// (FrameLength, 1, frequencies).
type STFTSpectrogram struct {
	Base

	Name        string                     `keras:"name"`
	Mode        SpectrogramMode            `keras:"mode" default:"log" enum:"log magnitude psd real imag angle stft"`               // "": SpectrogramLog
	FrameLength int                        `keras:"frame_length" range:"[1,inf)" default:"256"`                                     // in samples; 0: 256
	FrameStep   int                        `keras:"frame_step" range:"[0,inf)" default:"null"`                                      // samples between successive frames, at most FrameLength; 0: FrameLength/2
	FFTLength   int                        `keras:"fft_length" range:"[0,inf)" default:"null"`                                      // at least FrameLength; 0: the next power of two
	Window      initializers.Window        `keras:"window" default:"hann" null:"none" enum:"hann hamming blackman bartlett boxcar"` // "": WindowHann
	Periodic    bool                       `keras:"periodic"`                                                                       // use a periodic window instead of a symmetric one
	Scaling     initializers.WindowScaling `keras:"scaling" default:"density" null:"none" enum:"density spectrum"`                  // normalization of the window; "": ScalingDensity
	Padding     Padding                    `keras:"padding" default:"valid"`                                                        // Valid or Same
	ExpandDims  bool                       `keras:"expand_dims"`                                                                    // add a separate frequency axis
	DataFormat  DataFormat                 `keras:"data_format" default:"channels_last"`                                            // zero: ChannelsLast
}

// Call returns the spectrogram of x.
func (l *STFTSpectrogram) Call(s *Scope, x *graph.Node) *graph.Node {
	spatial(x, 1)
	step, fft := l.sizes()
	shape := graph.Shape{l.FrameLength, 1, fft/2 + 1}
	part := func(side initializers.STFTSide) *graph.Node {
		return s.Weight(string(side)+"_kernel", shape, initializers.STFT{Side: side, Window: l.Window, Scaling: l.Scaling, Periodic: l.Periodic})
	}
	if l.DataFormat == ChannelsFirst {
		x = channelsLast(x)
	}
	var re, im *graph.Node
	if l.Mode != SpectrogramImag {
		re = l.frames(x, part(initializers.SideReal), step)
	}
	if l.Mode != SpectrogramReal {
		im = l.frames(x, part(initializers.SideImag), step)
	}
	return l.arrange(l.combine(re, im))
}

func (l *STFTSpectrogram) sizes() (step, fft int) {
	step, fft = l.FrameStep, l.FFTLength
	if step == 0 {
		step = max(l.FrameLength/2, 1)
	}
	if fft == 0 {
		fft = 1 << bits.Len(uint(l.FrameLength-1))
	}
	if l.FrameLength < 1 || step < 1 || step > l.FrameLength || fft < l.FrameLength {
		graph.Errorf("FrameLength %d, FrameStep %d, FFTLength %d; want 0 < FrameStep ≤ FrameLength ≤ FFTLength", l.FrameLength, step, fft)
	}
	return step, fft
}

// frames convolves each channel of x (batch, time, channels) separately: (batch, channels,
// frames, frequencies).
func (l *STFTSpectrogram) frames(x, kernel *graph.Node, step int) *graph.Node {
	n, channels := x.Shape[0], x.Shape[2]
	x = ops.Reshape(ops.Transpose(x, 0, 2, 1), n*channels, x.Shape[1], 1)
	y := ops.Conv{Strides: []int{step}, Padding: ops.Padding(l.Padding)}.Of(x, kernel)
	return ops.Reshape(y, n, channels, y.Shape[1], y.Shape[2])
}

// leastPower keeps the logarithm of silence finite, as in Keras.
const leastPower = 1e-7

func (l *STFTSpectrogram) combine(re, im *graph.Node) *graph.Node {
	switch l.Mode {
	case SpectrogramReal:
		return re
	case SpectrogramImag:
		return im
	case SpectrogramAngle:
		return ops.Arctan2(im, re)
	case SpectrogramSTFT:
		return ops.Concatenate(-1, re, im)
	}
	power := ops.Add(ops.Square(re), ops.Square(im))
	if l.Mode == SpectrogramPSD { // one-sided: frequencies between 0 and Nyquist count twice
		inner := ops.Slice(power, -1, 1, power.Shape[3]-1)
		return ops.Add(power, ops.Pad(inner, []int{0, 0, 0, 1}, []int{0, 0, 0, 1}, 0))
	}
	y := ops.Sqrt(ops.Maximum(power, ops.Scalar(power, leastPower)))
	switch l.Mode {
	case SpectrogramMagnitude:
		return y
	case SpectrogramLog:
		return ops.Log(ops.Maximum(y, ops.Scalar(y, leastPower)))
	}
	graph.Errorf("Mode is %q; want log, magnitude, psd, real, imag, angle or stft", l.Mode)
	return nil
}

// arrange reshapes (batch, channels, frames, frequencies) to the output shape.
func (l *STFTSpectrogram) arrange(y *graph.Node) *graph.Node {
	n, channels, frames, freqs := y.Shape[0], y.Shape[1], y.Shape[2], y.Shape[3]
	switch {
	case l.ExpandDims && l.DataFormat == ChannelsFirst:
		return y
	case l.ExpandDims:
		return ops.Transpose(y, 0, 2, 3, 1)
	case l.DataFormat == ChannelsFirst:
		return ops.Reshape(ops.Transpose(y, 0, 1, 3, 2), n, channels*freqs, frames)
	}
	return ops.Reshape(ops.Transpose(y, 0, 2, 1, 3), n, frames, channels*freqs)
}

package layers

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[MelSpectrogram]()
}

// MelSpectrogram computes a mel spectrogram: the loudness of a signal over time in bands that
// are equally wide on the mel scale, 1127·ln(1 + f/700). It takes the short-time Fourier
// transform of centered frames and sums |z|^MagExp over triangular bands. The result is in
// decibels unless LinearPower is set.
//
// Input: (batch, time) or (time). Output: (batch, NumMelBins, frames).
type MelSpectrogram struct {
	Base

	Name           string              `keras:"name"`
	FFTLength      int                 `keras:"fft_length" range:"[2,inf)" default:"2048"`             // size of the FFT; 0: 2048
	SequenceStride int                 `keras:"sequence_stride" range:"[1,inf)" default:"512"`         // samples between successive frames; 0: 512
	SequenceLength int                 `keras:"sequence_length" range:"[0,inf)"`                       // samples per frame, at most FFTLength; 0: FFTLength
	Window         initializers.Window `keras:"window" default:"hann" null:"none" enum:"hann hamming"` // WindowHann, WindowHamming or WindowNone; "": WindowHann
	SamplingRate   float64             `keras:"sampling_rate" range:"(0,inf)" default:"16000"`         // samples per second; 0: 16000
	NumMelBins     int                 `keras:"num_mel_bins" range:"[1,inf)" default:"128"`            // number of bands; 0: 128
	MinFreq        *float64            `keras:"min_freq" range:"[0,inf)" default:"20.0"`               // in Hz; nil: 20
	MaxFreq        float64             `keras:"max_freq" range:"[0,inf)"`                              // in Hz; 0: SamplingRate/2
	LinearPower    bool                `keras:"!power_to_db"`                                          // do not convert to decibels
	TopDB          float64             `keras:"top_db" default:"80.0"`                                 // dynamic range kept below the peak, in decibels; 0: 80
	MagExp         float64             `keras:"mag_exp" default:"2.0"`                                 // exponent of the magnitude: 1 for magnitude, 2 for power; 0: 2
	MinPower       float64             `keras:"min_power" default:"1e-10"`                             // lower bound of the power; 0: 1e-10
	RefPower       float64             `keras:"ref_power" default:"1.0"`                               // power that corresponds to 0 dB; 0: 1
}

// Call returns the mel spectrogram of x.
func (l *MelSpectrogram) Call(s *Scope, x *graph.Node) *graph.Node {
	length := l.SequenceLength
	if length == 0 {
		length = l.FFTLength
	}
	if length > l.FFTLength {
		graph.Errorf("SequenceLength is %d; it must be at most FFTLength, %d", length, l.FFTLength)
	}
	if x.Rank() != 1 && x.Rank() != 2 {
		graph.Errorf("want a signal, (batch, time)")
	}
	out := s.policy().compute()
	if out != graph.Float64 {
		x = ops.Cast(x, graph.Float32) // the spectrum can overflow float16
	}
	s.g.Table("window", length)
	s.g.Table("mel bands", l.FFTLength/2+1, l.NumMelBins)
	z := ops.STFT{Length: length, Stride: l.SequenceStride, FFT: l.FFTLength, Window: periodicWindow(l.Window, length)}.Of(x)
	magnitude := ops.Sqrt(ops.Add(ops.Square(z.Re), ops.Square(z.Im)))
	y := ops.Power(magnitude, ops.Scalar(magnitude, l.MagExp))
	y = ops.MatMul(y, ops.Cast(ops.Constant(y, l.bands()), y.DType))
	if !l.LinearPower {
		y = l.decibels(y)
	}
	return ops.Cast(ops.SwapAxes(y, -1, -2), out)
}

// periodicWindow returns the n values of a window; nil means a periodic Hann window.
func periodicWindow(window initializers.Window, n int) []float64 {
	switch window {
	case initializers.WindowHann:
		return nil
	case initializers.WindowHamming, initializers.WindowNone:
	default:
		graph.Errorf("Window is %q; want hann, hamming or none", window)
	}
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
		if window == initializers.WindowHamming {
			w[i] = 0.54 - 0.46*math.Cos(2*math.Pi*float64(i)/float64(n))
		}
	}
	return w
}

func (l *MelSpectrogram) decibels(y *graph.Node) *graph.Node {
	y = ops.Scale(ops.Log10(ops.Maximum(y, ops.Scalar(y, l.MinPower))), 10)
	y = ops.Shift(y, -10*math.Log10(max(math.Abs(l.RefPower), l.MinPower)))
	return ops.Maximum(y, ops.Shift(ops.Max(y), -l.TopDB))
}

// bands returns the weight of each frequency in each band, (frequencies, NumMelBins). Each band
// is a triangle on the mel scale that extends to the centers of its neighbors.
func (l *MelSpectrogram) bands() *tensor.Tensor {
	mel := func(hertz float64) float64 { return 1127 * math.Log(1+hertz/700) }
	high := l.MaxFreq
	if high == 0 {
		high = math.Trunc(l.SamplingRate / 2)
	}
	lo, hi := mel(*l.MinFreq), mel(high)
	step := (hi - lo) / float64(l.NumMelBins+1)
	freqs := l.FFTLength/2 + 1
	w := make([]float64, freqs*l.NumMelBins)
	for f := 1; f < freqs; f++ { // skip the DC component, 0 Hz
		m := mel(float64(f) * l.SamplingRate / 2 / float64(freqs-1))
		for b := range l.NumMelBins {
			left := lo + float64(b)*step
			w[f*l.NumMelBins+b] = max(0, min((m-left)/step, (left+2*step-m)/step))
		}
	}
	return tensor.Of(w, freqs, l.NumMelBins)
}

// Saved returns the layer with its effective lengths, as Keras saves it.
func (l MelSpectrogram) Saved() any {
	if l.SequenceLength == 0 {
		l.SequenceLength = l.FFTLength
		if l.FFTLength == 0 {
			l.SequenceLength = 2048
		}
	}
	if l.MaxFreq == 0 {
		l.MaxFreq = 8000
		if l.SamplingRate != 0 {
			l.MaxFreq = math.Trunc(l.SamplingRate / 2)
		}
	}
	return l
}

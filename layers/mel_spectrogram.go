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

// MelSpectrogram shows how loud a signal is over time in bands that are equally wide to the
// ear, on the mel scale 1127·ln(1 + f/700): the short-time Fourier transform of centred
// frames, |z|^MagExp, summed over triangular bands, in decibels if not LinearPower.
//
// Input: (batch, time) or (time). Output: (batch, NumMelBins, frames).
type MelSpectrogram struct {
	Base

	Name           string              `keras:"name"`
	FFTLength      int                 `keras:"fft_length" range:"[2,inf)" default:"2048"`             // of a transform; 0: 2048
	SequenceStride int                 `keras:"sequence_stride" range:"[1,inf)" default:"512"`         // from frame to frame; 0: 512
	SequenceLength int                 `keras:"sequence_length" range:"[0,inf)"`                       // of a frame, at most FFTLength; 0: FFTLength
	Window         initializers.Window `keras:"window" default:"hann" null:"none" enum:"hann hamming"` // WindowHann, WindowHamming or WindowNone; "": WindowHann
	SamplingRate   float64             `keras:"sampling_rate" range:"(0,inf)" default:"16000"`         // samples a second; 0: 16000
	NumMelBins     int                 `keras:"num_mel_bins" range:"[1,inf)" default:"128"`            // bands; 0: 128
	MinFreq        *float64            `keras:"min_freq" range:"[0,inf)" default:"20.0"`               // in hertz; nil: 20
	MaxFreq        float64             `keras:"max_freq" range:"[0,inf)"`                              // in hertz; 0: half of SamplingRate
	LinearPower    bool                `keras:"!power_to_db"`                                          // no decibels
	TopDB          float64             `keras:"top_db" default:"80.0"`                                 // decibels kept below the loudest; 0: 80
	MagExp         float64             `keras:"mag_exp" default:"2.0"`                                 // 2 is power, 1 magnitude; 0: 2
	MinPower       float64             `keras:"min_power" default:"1e-10"`                             // least that counts; 0: 1e-10
	RefPower       float64             `keras:"ref_power" default:"1.0"`                               // what is 0 decibels; 0: 1
}

// Call returns the spectrogram of x.
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
		x = ops.Cast(x, graph.Float32) // a spectrum in half floats overflows
	}
	z := ops.STFT{Length: length, Stride: l.SequenceStride, FFT: l.FFTLength, Window: periodicWindow(l.Window, length)}.Of(x)
	magnitude := ops.Sqrt(ops.Add(ops.Square(z.Re), ops.Square(z.Im)))
	y := ops.Power(magnitude, ops.Scalar(magnitude, l.MagExp))
	y = ops.MatMul(y, ops.Cast(ops.Constant(y, l.bands()), y.DType))
	if !l.LinearPower {
		y = l.decibels(y)
	}
	return ops.Cast(ops.SwapAxes(y, -1, -2), out)
}

// periodicWindow returns the values of a window; nil is periodic Hann.
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

// bands returns how much of each frequency is in each band, (frequencies, NumMelBins): a
// triangle on the mel scale that reaches to the middles of its neighbours.
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
	for f := 1; f < freqs; f++ { // not the mean, 0 hertz
		m := mel(float64(f) * l.SamplingRate / 2 / float64(freqs-1))
		for b := range l.NumMelBins {
			left := lo + float64(b)*step
			w[f*l.NumMelBins+b] = max(0, min((m-left)/step, (left+2*step-m)/step))
		}
	}
	return tensor.Of(w, freqs, l.NumMelBins)
}

// Saved returns the layer with the lengths it works with, as Keras writes it.
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

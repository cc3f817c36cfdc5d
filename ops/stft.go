package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// STFT describes how a signal is divided into overlapping frames for short-time Fourier
// transforms.
type STFT struct {
	Length int       // of a frame
	Stride int       // from frame to frame
	FFT    int       // length of the transform, at least Length
	Window []float64 // of Length; nil is a periodic Hann window
	// Uncentered frames start at multiples of Stride; otherwise frame i is centered there, with
	// the signal mirrored at its ends.
	Uncentered bool
}

// window returns the window, with zeros on both sides up to the transform's length.
func (o STFT) window(g *graph.Graph) []float64 {
	if o.Length < 1 || o.Stride < 1 || o.FFT < o.Length {
		graph.Errorf("stft: frames of %d every %d in transforms of %d; want 0 < length ≤ transform, 0 < stride", o.Length, o.Stride, o.FFT)
	}
	g.Table("stft", o.FFT)
	w := o.Window
	if w == nil {
		w = make([]float64, o.Length)
		for i := range w {
			w[i] = .5 - .5*math.Cos(2*math.Pi*float64(i)/float64(o.Length))
		}
	}
	if len(w) != o.Length {
		graph.Errorf("stft: a window of %d for frames of %d", len(w), o.Length)
	}
	out := make([]float64, o.FFT)
	copy(out[(o.FFT-o.Length)/2:], w)
	return out
}

// Of returns the transforms of the frames of x (…, time): (…, frames, FFT/2+1).
func (o STFT) Of(x N) Complex {
	x = float(x)
	w := o.window(x.Graph())
	if !o.Uncentered {
		side := make([]int, x.Rank())
		side[len(side)-1] = o.FFT / 2
		x = PadReflect(x, side, side)
	}
	frames := ExtractSequences(x, o.FFT, o.Stride)
	return RFFT(Multiply(frames, numbers(x.Graph(), x.DType, w, len(w))), o.FFT)
}

// Inverse reconstructs a signal (…, length) from the transforms of its frames (…, frames,
// FFT/2+1): overlapping frames are added and divided by the sum of the squared windows. A length
// of 0 keeps everything covered by frames.
func (o STFT) Inverse(z Complex, length int) N {
	w := o.window(z.Re.Graph())
	frames := IRFFT(z, o.FFT)
	g, d := frames.Graph(), frames.DType
	frames = Multiply(frames, numbers(g, d, w, len(w)))
	count := frames.Shape[frames.Rank()-2]
	total := (count-1)*o.Stride + o.FFT
	g.Table("inverse stft", total)
	norm := make([]float64, total)
	for f := range count {
		for i, v := range w {
			norm[f*o.Stride+i] += v * v
		}
	}
	for i, v := range norm {
		if norm[i] = 1; v > 1e-11 {
			norm[i] = 1 / v
		}
	}
	x := Multiply(o.overlapAdd(frames, total), numbers(g, d, norm, total))
	lo, hi := 0, total
	if !o.Uncentered {
		lo = o.FFT / 2
		hi = total - o.FFT/2
	}
	if length > 0 {
		hi = min(lo+length, total)
	}
	x = cut(x, x.Rank()-1, lo, hi)
	if length > 0 {
		x = fit(x, length)
	}
	return x
}

// overlapAdd adds frames (…, frames, n) at multiples of the stride: (…, total).
func (o STFT) overlapAdd(frames N, total int) N {
	r := frames.Rank()
	count, n := frames.Shape[r-2], frames.Shape[r-1]
	frames.Graph().Table("inverse stft", count, n)
	at := make([]int, count*n)
	for i := range at {
		at[i] = i/n*o.Stride + i%n
	}
	flat := Transpose(Reshape(frames, -1, count*n)) // (frames·n, …)
	zero := Full(frames, 0, total, flat.Shape[1])
	sum := graph.Apply(graph.Scatter{Fn: graph.Add}, zero, indices(frames.Graph(), at), flat)
	return Reshape(Transpose(sum), append(frames.Shape[:r-2].Clone(), total)...)
}

// ExtractSequences returns the windows of the given length every stride elements of the
// last axis: (…, time) to (…, 1 + (time-length)/stride, length).
func ExtractSequences(x N, length, stride int) N {
	a := Axis(x, -1)
	n := x.Shape[a]
	if length < 1 || stride < 1 || length > n {
		graph.Errorf("extract_sequences: got %d every %d from the last axis of %v", length, stride, x.Shape)
	}
	count := 1 + (n-length)/stride
	x.Graph().Table("extract_sequences", count, length)
	at := make([]int, count*length)
	for i := range at {
		at[i] = i/length*stride + i%length
	}
	return gatherRows(x, indices(x.Graph(), at, count, length), a)
}

package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// A Filter is an interpolation method for images.
type Filter uint8

// The filters.
const (
	Bilinear Filter = iota
	Nearest
	Bicubic // Keys' with a = -1/2
	Lanczos3
	Lanczos5
	Area // means; of whole pixels if the scale is an integer
)

var filterNames = [...]string{"bilinear", "nearest", "bicubic", "lanczos3", "lanczos5", "area"}

// String returns the filter's name in Keras, such as "bilinear".
func (f Filter) String() string {
	if int(f) < len(filterNames) {
		return filterNames[f]
	}
	return "unknown filter"
}

// ParseFilter returns the filter of that name.
func ParseFilter(name string) (Filter, bool) {
	for i, n := range filterNames {
		if n == name {
			return Filter(i), true
		}
	}
	return 0, false
}

// radius and weight describe the filter as a function of the distance in pixels.
func (f Filter) radius() float64 {
	switch f {
	case Bicubic:
		return 2
	case Lanczos3:
		return 3
	case Lanczos5:
		return 5
	}
	return 1
}

func (f Filter) weight(x float64) float64 {
	x = math.Abs(x)
	switch r := f.radius(); {
	case x >= r:
		return 0
	case f == Bicubic && x < 1:
		return (1.5*x-2.5)*x*x + 1
	case f == Bicubic:
		return ((-.5*x+2.5)*x-4)*x + 2
	case f == Bilinear:
		return 1 - x
	case x < 1e-3:
		return 1
	default:
		return r * math.Sin(math.Pi*x) * math.Sin(math.Pi*x/r) / (math.Pi * math.Pi * x * x)
	}
}

// Resize describes how images are resized. The zero value is bilinear.
type Resize struct {
	Filter    Filter
	Antialias bool // widen the filter when shrinking
	// To avoid distortion, CropToAspectRatio crops the image centrally and PadToAspectRatio adds
	// a border of Fill.
	CropToAspectRatio, PadToAspectRatio bool
	Fill                                float64
}

// Of returns images (…, height, width, channels) resized to another height and width, sampled at
// pixel centers. Nearest keeps the type; the other filters return floats.
func (r Resize) Of(images N, height, width int) N {
	if images.Rank() < 3 || height < 1 || width < 1 {
		graph.Errorf("resize: %v to %d by %d; want (…, height, width, channels)", images.Shape, height, width)
	}
	if r.CropToAspectRatio && r.PadToAspectRatio {
		graph.Errorf("resize: crop or pad to the aspect ratio, not both")
	}
	x := r.fit(images, height, width)
	return r.along(r.along(x, x.Rank()-3, height), x.Rank()-2, width)
}

// fit crops or pads to the aspect ratio of height and width.
func (r Resize) fit(x N, height, width int) N {
	y, z := x.Rank()-3, x.Rank()-2
	h, w := x.Shape[y], x.Shape[z]
	switch {
	case r.CropToAspectRatio:
		ch := max(min(h, w*height/width), 1)
		cw := max(min(w, h*width/height), 1)
		x = cut(x, y, (h-ch)/2, (h-ch)/2+ch)
		x = cut(x, z, (w-cw)/2, (w-cw)/2+cw)
	case r.PadToAspectRatio:
		side := make([]int, x.Rank())
		side[y] = (max(h, w*height/width) - h) / 2
		side[z] = (max(w, h*width/height) - w) / 2
		x = Pad(x, side, side, r.Fill)
	}
	return x
}

// along resizes one axis.
func (r Resize) along(x N, axis, n int) N {
	m := x.Shape[axis]
	if m < 1 {
		graph.Errorf("resize: axis %d of %v is empty", axis, x.Shape)
	}
	scale := float64(m) / float64(n)
	if r.Filter == Nearest {
		x.Graph().Table("resize", n)
		at := make([]int, n)
		for i := range at {
			at[i] = min(int(math.Floor((float64(i)+.5)*scale)), m-1)
		}
		return takeStatic(x, axis, at)
	}
	x = float(x)
	if m == n && r.Filter != Area {
		return x
	}
	x.Graph().Table("resize", m, n)
	w := r.weights(m, n, scale)
	y := MatMul(MoveAxis(x, axis, -1), numbers(x.Graph(), x.DType, w, m, n))
	return MoveAxis(y, -1, axis)
}

// cubicTable is the number of subdivisions of a pixel in TensorFlow's bicubic interpolation,
// needed to reproduce its results.
const cubicTable = 1024

// weights is the matrix (m, n) of the weights of the old pixels in each new one.
func (r Resize) weights(m, n int, scale float64) []float64 {
	w := make([]float64, m*n)
	wide := 1.0
	if r.Antialias {
		wide = max(scale, 1)
	}
	for j := range n {
		centre := (float64(j)+.5)*scale - .5
		if r.Filter == Bicubic && !r.Antialias {
			centre = math.RoundToEven(centre*cubicTable) / cubicTable
		}
		sum := 0.0
		for i := range m {
			v := r.Filter.weight((float64(i) - centre) / wide)
			if r.Filter == Area {
				v = max(0, min(float64(i+1), float64(j+1)*scale)-max(float64(i), float64(j)*scale))
			}
			w[i*n+j] = v
			sum += v
		}
		for i := range m {
			w[i*n+j] /= sum
		}
	}
	return w
}

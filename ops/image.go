package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// CropImages removes the given numbers of rows and columns from images (…, height, width,
// channels).
func CropImages(images N, top, bottom, left, right int) N {
	y, x := images.Rank()-3, images.Rank()-2
	if y < 0 || top < 0 || bottom < 0 || left < 0 || right < 0 || top+bottom >= images.Shape[y] || left+right >= images.Shape[x] {
		graph.Errorf("crop_images: %d, %d rows and %d, %d columns of %v", top, bottom, left, right, images.Shape)
	}
	return cut(cut(images, y, top, images.Shape[y]-bottom), x, left, images.Shape[x]-right)
}

// PadImages adds the given numbers of zero rows and columns to images (…, height, width,
// channels).
func PadImages(images N, top, bottom, left, right int) N {
	y, x := images.Rank()-3, images.Rank()-2
	if y < 0 {
		graph.Errorf("pad_images: got %v; want (…, height, width, channels)", images.Shape)
	}
	low, high := make([]int, images.Rank()), make([]int, images.Rank())
	low[y], high[y], low[x], high[x] = top, bottom, left, right
	return Pad(images, low, high, 0)
}

// Patches describes how patches are extracted from images. The zero value extracts 1 by 1
// patches.
type Patches struct {
	Size     []int // one number for all spatial axes, or one each
	Strides  []int // nil is Size
	Dilation []int // nil is 1
	Padding  Padding
}

// Of returns, for each position of the window in x (batch, spatial…, channels), its elements in
// row-major order, channels last: (batch, positions…, Πsize·channels). Padding is 0. If Size has
// a number for each axis of x but the last, x is one image without a batch.
func (p Patches) Of(x N) N {
	if n := len(p.Size); n > 1 && x.Rank() == n+1 {
		return Squeeze(p.Of(ExpandDims(x, 0)), 0)
	}
	in := spatial("extract_patches", x)
	n := len(in)
	size := perAxis("extract_patches", "size", p.Size, n, 1)
	strides := size
	if len(p.Strides) > 0 {
		strides = perAxis("extract_patches", "strides", p.Strides, n, 1)
	}
	dilation := perAxis("extract_patches", "dilation", p.Dilation, n, 1)
	w := p.Padding.windows(in, size, strides, dilation)
	low, high := make([]int, n+2), make([]int, n+2)
	places := make([]int, n)
	for i := range n {
		low[i+1], high[i+1] = w.Low.At[i], w.High.At[i]
		room := in[i] + low[i+1] + high[i+1] - (size[i]-1)*dilation[i] - 1
		if room < 0 || size[i] < 1 || strides[i] < 1 {
			graph.Errorf("extract_patches: windows of %v every %v of %v", size, strides, x.Shape)
		}
		places[i] = room/strides[i] + 1
	}
	x = Pad(x, low, high, 0)
	x.Graph().Table("extract_patches", size...)
	parts := make([]N, graph.Shape(size).Size())
	for k := range parts {
		y := x
		for i, rest := n-1, k; i >= 0; i-- {
			lo := rest % size[i] * dilation[i]
			rest /= size[i]
			y = SliceStep(y, i+1, lo, lo+(places[i]-1)*strides[i]+1, strides[i])
		}
		parts[k] = y
	}
	return Concatenate(-1, parts...)
}

// SpaceToDepth moves blocks of k by k pixels into the channels: (batch, h, w, c) to
// (batch, h/k, w/k, k·k·c).
func SpaceToDepth(x N, k int) N {
	if x.Rank() != 4 || k < 1 || x.Shape[1]%k != 0 || x.Shape[2]%k != 0 {
		graph.Errorf("space_to_depth: blocks of %d in %v; want (batch, height, width, channels) with height and width divisible by the block size", k, x.Shape)
	}
	b, h, w, c := x.Shape[0], x.Shape[1]/k, x.Shape[2]/k, x.Shape[3]
	return Reshape(Transpose(Reshape(x, b, h, k, w, k, c), 0, 1, 3, 2, 4, 5), b, h, w, k*k*c)
}

// DepthToSpace is the inverse of [SpaceToDepth].
func DepthToSpace(x N, k int) N {
	if x.Rank() != 4 || k < 1 || x.Shape[3]%(k*k) != 0 {
		graph.Errorf("depth_to_space: blocks of %d in %v; want (batch, height, width, channels), channels divisible by %d", k, x.Shape, k*k)
	}
	b, h, w, c := x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]/(k*k)
	return Reshape(Transpose(Reshape(x, b, h, w, k, k, c), 0, 1, 3, 2, 4, 5), b, h*k, w*k, c)
}

// GaussianBlur blurs images (batch, height, width, channels) with a normalized Gaussian of the
// given size along height and width, with zero padding. As in Keras sigma is the standard
// deviation along width and then height.
func GaussianBlur(images N, size [2]int, sigma [2]float64) N {
	x := float(images)
	for i := range 2 {
		x.Graph().Table("gaussian", size[i])
		k := bell(size[i], sigma[1-i])
		s := []int{1, 1, 1, 1}
		s[i] = len(k)
		kernel := BroadcastTo(Reshape(numbers(x.Graph(), x.DType, k, len(k)), s...), s[0], s[1], x.Shape[3], 1)
		x = Conv{Padding: Same}.Depthwise(x, kernel)
	}
	return x
}

// bell returns a Gaussian of n elements with sum 1.
func bell(n int, sigma float64) []float64 {
	if n < 1 || !(sigma > 0) {
		graph.Errorf("gaussian: %d elements with sigma %v; want at least 1 and more than 0", n, sigma)
	}
	k := make([]float64, n)
	sum := 0.0
	for i := range k {
		t := (float64(i) - float64(n-1)/2) / sigma
		k[i] = math.Exp(-t * t / 2)
		sum += k[i]
	}
	for i := range k {
		k[i] /= sum
	}
	return k
}

// SobelEdges returns the vertical and horizontal gradients of images (batch, height, width,
// channels) by Sobel filters, with mirrored borders: (batch, height, width, channels, 2).
func SobelEdges(images N) N {
	x := float(images)
	if x.Rank() != 4 {
		graph.Errorf("sobel_edges: got %v; want (batch, height, width, channels)", x.Shape)
	}
	c := x.Shape[3]
	side := []int{0, 1, 1, 0}
	x = PadReflect(x, side, side)
	filter := func(k ...float64) N {
		w := Reshape(numbers(x.Graph(), x.DType, k, 9), 3, 3, 1, 1)
		return Conv{}.Depthwise(x, BroadcastTo(w, 3, 3, c, 1))
	}
	return Stack(-1, filter(-1, -2, -1, 0, 0, 0, 1, 2, 1), filter(-1, 0, 1, -2, 0, 2, -1, 0, 1))
}

// PSNR returns the peak signal-to-noise ratio in decibels of all elements: 20·log₁₀(top) -
// 10·log₁₀(mean (a-b)²), where top is the largest possible value.
func PSNR(a, b N, top float64) N {
	mse := Mean(Square(Subtract(a, b)))
	return Shift(Scale(Log10(mse), -10), 20*math.Log10(top))
}

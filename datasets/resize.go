package datasets

import (
	"fmt"

	"github.com/rhyton/rhyton/tensor"
)

// Resize scales images of shape (height, width, channels) or (batch, height, width, channels) to
// another size, as Float32. It interpolates bilinearly between pixel centers, without
// antialiasing, like Keras' ops.image.resize.
func Resize(images *tensor.Tensor, height, width int) *tensor.Tensor {
	s := images.Shape()
	if images.Err() == nil && (len(s) < 3 || len(s) > 4 || height < 1 || width < 1 || images.Len() == 0) {
		return tensor.Broken(fmt.Errorf("datasets: resize: images of shape %v to %d x %d; want (height, width, channels), or a batch of them, and a size of at least 1", s, height, width))
	}
	src, err := tensor.As[float32](images)
	if err != nil {
		return tensor.Broken(fmt.Errorf("datasets: resize: %w", err))
	}
	shape := s.Clone()
	h, w, c := s[len(s)-3], s[len(s)-2], s[len(s)-1]
	shape[len(s)-3], shape[len(s)-2] = height, width
	out := tensor.New(tensor.Float32, shape...)
	dst, ok := tensor.Data[float32](out)
	if out.Err() != nil || !ok {
		return out
	}
	for i := range len(src) / (h * w * c) {
		resize1(dst[i*height*width*c:], src[i*h*w*c:], height, width, h, w, c)
	}
	return out
}

// resize1 resizes one image of (h, w, c) to (height, width, c).
func resize1(dst, src []float32, height, width, h, w, c int) {
	columns := make([]tap, width)
	for x := range columns {
		columns[x] = tapAt(x, width, w)
	}
	at := 0
	for y := range height {
		row := tapAt(y, height, h)
		top, bottom := src[row.low*w*c:], src[row.high*w*c:]
		for _, col := range columns {
			for k := range c {
				a, b := top[col.low*c+k], top[col.high*c+k]
				d, e := bottom[col.low*c+k], bottom[col.high*c+k]
				up, down := a+(b-a)*col.share, d+(e-d)*col.share
				dst[at] = up + (down-up)*row.share
				at++
			}
		}
	}
}

// A tap holds the two source positions between which a pixel lies, and the weight of the second.
type tap struct {
	low, high int
	share     float32
}

func tapAt(i, to, from int) tap {
	at := (float32(i)+0.5)*float32(from)/float32(to) - 0.5
	at = max(0, min(at, float32(from-1)))
	low := int(at)
	return tap{low, min(low+1, from-1), at - float32(low)}
}

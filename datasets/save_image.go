package datasets

import (
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"path/filepath"
	"strings"

	"github.com/rhyton/rhyton/internal/atomicfile"
	"github.com/rhyton/rhyton/tensor"
)

// jpegQuality is the quality used by Keras' save_img.
const jpegQuality = 75

// ToImage returns an array of shape (height, width, channels) as an image: grayscale for 1
// channel, RGB for 3, RGBA for 4. Uint8 is used unchanged; other numbers are scaled so that the
// minimum becomes 0 and the maximum 255, like keras.utils.array_to_img.
func ToImage(x *tensor.Tensor) (image.Image, error) {
	m, err := toImage(x)
	if err != nil {
		return nil, fmt.Errorf("datasets: to image: %w", err)
	}
	return m, nil
}

func toImage(x *tensor.Tensor) (image.Image, error) {
	if x.Err() != nil {
		return nil, x.Err()
	}
	shape := x.Shape()
	if len(shape) != 3 || shape.Size() == 0 || shape[2] != 1 && shape[2] != 3 && shape[2] != 4 {
		return nil, fmt.Errorf("shape %v; want (height, width, channels) with 1, 3 or 4 channels", shape)
	}
	bytes, ok := x.Data().([]uint8)
	if !ok {
		v, err := tensor.As[float32](x)
		if err != nil {
			return nil, err
		}
		for i, x := range v {
			if x-x != 0 {
				return nil, fmt.Errorf("element %d is %v; want finite numbers", i, x)
			}
		}
		bytes = stretched(v)
	}
	channels, where := shape[2], image.Rect(0, 0, shape[1], shape[0])
	if channels == 1 {
		return &image.Gray{Pix: bytes, Stride: shape[1], Rect: where}, nil
	}
	m := image.NewNRGBA(where)
	for i := range shape[0] * shape[1] {
		p := bytes[i*channels:]
		c := color.NRGBA{p[0], p[1], p[2], 255}
		if channels == 4 {
			c.A = p[3]
		}
		m.SetNRGBA(i%shape[1], i/shape[1], c)
	}
	return m, nil
}

// stretched maps the minimum of v to 0 and the maximum to 255; equal values become 0.
func stretched(v []float32) []uint8 {
	least, most := v[0], v[0]
	for _, x := range v {
		least, most = min(least, x), max(most, x)
	}
	wide := most - least
	if wide == 0 {
		wide = 1
	}
	out := make([]uint8, len(v))
	for i, x := range v {
		out[i] = uint8((x - least) / wide * 255)
	}
	return out
}

// SaveImage writes an array as an image file, converted as by [ToImage]: .png; .jpg or .jpeg,
// without alpha; or .gif, with 256 colors. The file is written atomically.
func SaveImage(path string, x *tensor.Tensor) error {
	m, err := toImage(x)
	if err == nil {
		var encode func(w io.Writer) error
		switch ext := strings.ToLower(filepath.Ext(path)); ext {
		case ".png":
			encode = func(w io.Writer) error { return png.Encode(w, m) }
		case ".jpg", ".jpeg":
			encode = func(w io.Writer) error { return jpeg.Encode(w, opaque(m), &jpeg.Options{Quality: jpegQuality}) }
		case ".gif":
			encode = func(w io.Writer) error { return gif.Encode(w, m, nil) }
		default:
			err = fmt.Errorf("the ending is %q; want .png, .jpg, .jpeg or .gif", ext)
		}
		if err == nil {
			return atomicfile.Write(path, encode)
		}
	}
	return fmt.Errorf("datasets: save image %s: %w", filepath.Base(path), err)
}

// opaque returns m without alpha; its colors are unchanged.
func opaque(m image.Image) image.Image {
	if c, ok := m.(*image.NRGBA); ok {
		for i := 3; i < len(c.Pix); i += 4 {
			c.Pix[i] = 255
		}
	}
	return m
}

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

// jpegQuality is that of Keras' save_img.
const jpegQuality = 75

// ToImage returns an array (height, width, channels) as an image, of 1 channel grey, 3 red,
// green and blue, 4 with opacity. Uint8 is taken as it is; other numbers are stretched so that
// the least becomes 0 and the greatest 255, as keras.utils.array_to_img does.
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

// stretched maps the least of v to 0 and the greatest to 255; all alike to 0.
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

// SaveImage writes an array as an image file, as [ToImage] makes it, whole or not at all: .png,
// .jpg or .jpeg, whose opacity is left out, or .gif of 256 colours.
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

// opaque returns m without its opacity, the colours as they are.
func opaque(m image.Image) image.Image {
	if c, ok := m.(*image.NRGBA); ok {
		for i := 3; i < len(c.Pix); i += 4 {
			c.Pix[i] = 255
		}
	}
	return m
}

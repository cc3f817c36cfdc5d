package datasets

import (
	"bufio"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // formats for image.Decode
	_ "image/jpeg"
	_ "image/png"
	"io"
	"os"

	"github.com/rhyton/rhyton/tensor"
)

// LoadImage reads a PNG, JPEG or GIF file (its first frame) as Uint8 of shape (height, width,
// channels). With channels 1 the image is grayscale, with 3 RGB, with 4 RGBA; 0 means 1 for a
// grayscale file and 3 for others.
func LoadImage(path string, channels int) (*tensor.Tensor, error) {
	return load("image", path, func(f *os.File) (*tensor.Tensor, error) { return Limits{}.image(f, channels) })
}

// Image reads an image like [LoadImage]. The size in its header is checked before anything is
// decompressed.
func (l Limits) Image(r io.ReadSeeker, channels int) (*tensor.Tensor, error) {
	t, err := l.image(r, channels)
	return whose("image", t, err)
}

func (l Limits) image(r io.ReadSeeker, channels int) (*tensor.Tensor, error) {
	if channels < 0 || channels == 2 || channels > 4 {
		return nil, fmt.Errorf("%d channels; want 1, 3, 4, or 0 for the file's own", channels)
	}
	head, _, err := image.DecodeConfig(bufio.NewReader(r))
	if err != nil {
		return nil, err
	}
	if head.Width < 1 || head.Height < 1 || head.Width > l.maxPixels()/head.Height {
		return nil, fmt.Errorf("%d x %d pixels; want 1 to %d in all; raise Limits.MaxPixels for a file you trust", head.Width, head.Height, l.maxPixels())
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	m, _, err := image.Decode(bufio.NewReader(r))
	if err != nil {
		return nil, err
	}
	return pixels(m, channels), nil
}

// pixels returns the pixels of m. Like TensorFlow's decoders, it does not premultiply alpha, and
// drops it for 1 and 3 channels.
func pixels(m image.Image, channels int) *tensor.Tensor {
	if channels == 0 {
		channels = 3
		switch m.ColorModel() {
		case color.GrayModel, color.Gray16Model:
			channels = 1
		}
	}
	b := m.Bounds()
	out := make([]uint8, 0, b.Dx()*b.Dy()*channels)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		if g, ok := m.(*image.Gray); ok && channels == 1 {
			out = append(out, g.Pix[g.PixOffset(b.Min.X, y):][:b.Dx()]...)
			continue
		}
		for x := b.Min.X; x < b.Max.X; x++ {
			c := plain(m, x, y)
			switch channels {
			case 1:
				// ITU-R BT.601, like color.GrayModel
				out = append(out, uint8((19595*uint32(c.R)+38470*uint32(c.G)+7471*uint32(c.B)+1<<15)>>16))
			case 3:
				out = append(out, c.R, c.G, c.B)
			default:
				out = append(out, c.R, c.G, c.B, c.A)
			}
		}
	}
	return tensor.Of(out, b.Dy(), b.Dx(), channels)
}

func plain(m image.Image, x, y int) color.NRGBA {
	switch m := m.(type) { // avoids an allocation per pixel
	case *image.NRGBA:
		return m.NRGBAAt(x, y)
	case *image.YCbCr:
		c := m.YCbCrAt(x, y)
		r, g, b := color.YCbCrToRGB(c.Y, c.Cb, c.Cr)
		return color.NRGBA{r, g, b, 255}
	case *image.RGBA:
		if c := m.RGBAAt(x, y); c.A == 255 {
			return color.NRGBA(c)
		}
	case *image.Gray:
		c := m.GrayAt(x, y).Y
		return color.NRGBA{c, c, c, 255}
	}
	return color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
}

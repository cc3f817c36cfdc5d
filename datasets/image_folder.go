package datasets

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"runtime"
	"sync"

	"github.com/rhyton/rhyton/tensor"
)

// ImageFolder is a data set of image files, one folder per class, read on demand, like
// keras.utils.image_dataset_from_directory. x is Float32 with values 0…255, of shape (Height,
// Width, Channels); y is the Int32 index of the folder in sorted order.
type ImageFolder struct {
	FS       fs.FS  // os.DirFS(dir), for example
	Height   int    // images are resized to this height; 256 if 0
	Width    int    // 256 if 0
	Channels int    // 1: grayscale, 3: RGB, 4: RGBA; 3 if 0
	Limits   Limits // limits for each file
}

// Images is the data set of the files of an [ImageFolder].
type Images struct {
	classFolder
	of ImageFolder
}

// Open lists the .png, .jpg, .jpeg and .gif files in the class folders and their subfolders. It
// reads none of them.
func (d ImageFolder) Open() (*Images, error) {
	d.Height, d.Width, d.Channels = or(d.Height, 256), or(d.Width, 256), or(d.Channels, 3)
	shape := tensor.Shape{d.Height, d.Width, d.Channels}
	if d.FS == nil || d.Height < 1 || d.Width < 1 || d.Channels != 1 && d.Channels != 3 && d.Channels != 4 {
		return nil, fmt.Errorf("datasets: image folder: images of %v; want a file system, a size, and 1, 3 or 4 channels", shape)
	}
	if _, err := d.Limits.elements(shape, 4); err != nil {
		return nil, fmt.Errorf("datasets: image folder: %w", err)
	}
	m := &Images{of: d}
	if err := m.list(d.FS, ".png", ".jpg", ".jpeg", ".gif"); err != nil {
		return nil, fmt.Errorf("datasets: image folder: %w", err)
	}
	return m, nil
}

// Types returns the type of an image and of its label.
func (m *Images) Types() Types {
	d := m.of
	return Types{
		X: []Type{{tensor.Float32, tensor.Shape{d.Height, d.Width, d.Channels}}},
		Y: []Type{{tensor.Int32, tensor.Shape{}}},
	}
}

// Batches yields the images in order, 32 at a time; use [Batched] for other options.
func (m *Images) Batches() iter.Seq2[Batch, error] { return (&Batched{Data: m}).Batches() }

// BatchesFrom starts a pass without its first n batches; see [Seeker].
func (m *Images) BatchesFrom(n int) iter.Seq2[Batch, error] {
	return (&Batched{Data: m}).BatchesFrom(n)
}

// Steps returns the number of batches in a pass.
func (m *Images) Steps() int { return (&Batched{Data: m}).Steps() }

// Slice reads images lo to hi-1.
func (m *Images) Slice(dst *Batch, lo, hi int) error {
	rows, err := m.rows(lo, hi)
	if err != nil {
		return err
	}
	return m.Gather(dst, rows)
}

// Gather reads the given images concurrently.
func (m *Images) Gather(dst *Batch, rows []int) error {
	d, n := m.of, len(rows)
	resize(&dst.X, 1)
	resize(&dst.Y, 1)
	dst.N, dst.Weights = n, nil
	dst.X[0] = tensor.Reuse(dst.X[0], tensor.Float32, n, d.Height, d.Width, d.Channels)
	dst.Y[0] = tensor.Reuse(dst.Y[0], tensor.Int32, n)
	if err := dst.X[0].Err(); err != nil {
		return fmt.Errorf("datasets: images: %w", err)
	}
	x, _ := tensor.Data[float32](dst.X[0])
	y, _ := tensor.Data[int32](dst.Y[0])
	size := d.Height * d.Width * d.Channels
	var wg sync.WaitGroup
	errs := make([]error, n)
	turn := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, r := range rows {
		if r < 0 || r >= m.Len() {
			errs[i] = fmt.Errorf("datasets: image %d of %d", r, m.Len())
			break
		}
		y[i] = m.Labels[r]
		turn <- struct{}{}
		wg.Go(func() {
			errs[i] = m.read(x[i*size:(i+1)*size], m.Files[r])
			<-turn
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *Images) read(dst []float32, name string) error {
	t, err := m.of.decode(name)
	if err != nil {
		return fmt.Errorf("datasets: image %s: %w", name, err)
	}
	got, err := tensor.As[float32](Resize(t, m.of.Height, m.of.Width))
	copy(dst, got)
	return err
}

func (d ImageFolder) decode(name string) (*tensor.Tensor, error) {
	f, err := d.FS.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, ok := f.(io.ReadSeeker)
	if !ok {
		all, err := whole(d.FS, name, d.Limits.maxBytes())
		if err != nil {
			return nil, err
		}
		r = bytes.NewReader(all)
	}
	return d.Limits.image(r, d.Channels)
}

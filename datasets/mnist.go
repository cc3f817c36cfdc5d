package datasets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rhyton/rhyton/tensor"
)

// FashionClasses are the class names of Fashion-MNIST, by label.
var FashionClasses = [10]string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}

// MNIST reads MNIST, or a data set with the same file names such as Fashion-MNIST, from a folder
// that contains the four files {train,t10k}-{images-idx3,labels-idx1}-ubyte, with or without .gz,
// or Keras' mnist.npz. x is Uint8 with values 0…255, of shape (samples, 28, 28); y is Int32 of
// shape (samples,).
func MNIST(dir string) (train, test *Arrays, err error) {
	if arrays, err := LoadNPZ(filepath.Join(dir, "mnist.npz")); err == nil {
		return splitNPZ(arrays, "mnist.npz")
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	if train, err = imagesAndLabels(dir, "train"); err != nil {
		return nil, nil, err
	}
	if test, err = imagesAndLabels(dir, "t10k"); err != nil {
		return nil, nil, err
	}
	return train, test, nil
}

func imagesAndLabels(dir, part string) (*Arrays, error) {
	x, err := idxOf(dir, part+"-images-idx3-ubyte", 3)
	if err != nil {
		return nil, err
	}
	y, err := idxOf(dir, part+"-labels-idx1-ubyte", 1)
	if err != nil {
		return nil, err
	}
	a := Of(x, y.Convert(tensor.Int32))
	return a, a.Err()
}

func idxOf(dir, name string, rank int) (*tensor.Tensor, error) {
	for _, n := range []string{name, name + ".gz"} {
		t, err := LoadIDX(filepath.Join(dir, n))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && t.Rank() != rank {
			err = fmt.Errorf("datasets: idx %s: rank %d, want %d", n, t.Rank(), rank)
		}
		return t, err
	}
	return nil, fmt.Errorf("datasets: mnist: no %s[.gz] in %s: want the files {train,t10k}-{images-idx3,labels-idx1}-ubyte[.gz], or mnist.npz: %w",
		name, dir, fs.ErrNotExist)
}

func splitNPZ(arrays map[string]*tensor.Tensor, name string) (train, test *Arrays, err error) {
	for _, key := range []string{"x_train", "y_train", "x_test", "y_test"} {
		if arrays[key] == nil {
			return nil, nil, fmt.Errorf("datasets: npz %s: no array %s; want x_train, y_train, x_test and y_test", name, key)
		}
	}
	train = Of(arrays["x_train"], arrays["y_train"].Convert(tensor.Int32))
	test = Of(arrays["x_test"], arrays["y_test"].Convert(tensor.Int32))
	return train, test, errors.Join(train.Err(), test.Err())
}

// CIFAR10 reads the data set from a folder that contains its binary version: data_batch_1.bin to
// data_batch_5.bin and test_batch.bin. x is Uint8 of shape (samples, 32, 32, 3), y Int32.
func CIFAR10(dir string) (train, test *Arrays, err error) {
	var parts []*Arrays
	for i := range 5 {
		a, err := cifar(dir, fmt.Sprintf("data_batch_%d.bin", i+1), 1, 0, 10)
		if err != nil {
			return nil, nil, err
		}
		parts = append(parts, a)
	}
	test, err = cifar(dir, "test_batch.bin", 1, 0, 10)
	if err != nil {
		return nil, nil, err
	}
	var xs, ys []*tensor.Tensor
	for _, p := range parts {
		xs, ys = append(xs, p.X[0]), append(ys, p.Y[0])
	}
	train = Of(tensor.Concat(0, xs...), tensor.Concat(0, ys...))
	return train, test, train.Err()
}

// LabelMode selects which labels [CIFAR100] reads.
type LabelMode int

const (
	FineLabels   LabelMode = iota // 100 classes
	CoarseLabels                  // their 20 superclasses
)

// CIFAR100 reads the data set from a folder that contains its binary version: train.bin and
// test.bin.
func CIFAR100(dir string, labels LabelMode) (train, test *Arrays, err error) {
	label, classes := 1, 100
	switch labels {
	case FineLabels:
	case CoarseLabels:
		label, classes = 0, 20
	default:
		return nil, nil, fmt.Errorf("datasets: cifar: label mode is %d; want FineLabels or CoarseLabels", labels)
	}
	if train, err = cifar(dir, "train.bin", 2, label, classes); err != nil {
		return nil, nil, err
	}
	test, err = cifar(dir, "test.bin", 2, label, classes)
	return train, test, err
}

// cifar reads records of label bytes followed by 32 x 32 red, then green, then blue bytes.
func cifar(dir, name string, labels, label, classes int) (*Arrays, error) {
	const pixels = 32 * 32
	path := filepath.Join(dir, name)
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("datasets: cifar: no %s in %s: want the files of the binary version: %w", name, dir, err)
	}
	record := int64(labels + 3*pixels)
	if info.Size() == 0 || info.Size()%record != 0 || info.Size() > 100_000*record {
		return nil, fmt.Errorf("datasets: cifar %s: %d bytes, want 1 to 100000 records of %d", name, info.Size(), record)
	}
	n := int(info.Size() / record)
	raw, err := load("cifar", path, func(f *os.File) ([]byte, error) {
		return elements(f, n*int(record), 1, func(dst, raw []byte) { copy(dst, raw) })
	})
	if err != nil {
		return nil, err
	}
	x, y := make([]uint8, n*3*pixels), make([]int32, n)
	for i := range n {
		r := raw[i*int(record):]
		if y[i] = int32(r[label]); int(y[i]) >= classes {
			return nil, fmt.Errorf("datasets: cifar %s: label %d in record %d, want 0 to %d", name, y[i], i, classes-1)
		}
		planes, out := r[labels:], x[i*3*pixels:]
		for p := range pixels {
			out[3*p], out[3*p+1], out[3*p+2] = planes[p], planes[pixels+p], planes[2*pixels+p]
		}
	}
	return Of(tensor.Of(x, n, 32, 32, 3), tensor.Of(y)), nil
}

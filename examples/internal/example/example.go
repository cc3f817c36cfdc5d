// Package example contains what the examples share: flags, the folder for pictures, and the
// course's data.
package example

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/tensor"
)

// The flags of every example.
var (
	Short = flag.Bool("short", false, "train less, to see only that the example runs")
	out   = flag.String("out", "out", "folder for the pictures")
	data  = flag.String("data", "datasets/testdata", "folder of the data that is not inside the program")
)

// Main parses the flags, runs the example and exits the program if it fails. The context is
// canceled by SIGINT (Ctrl-C) and SIGTERM: training stops after the current step, and the
// weights learned so far are kept.
func Main(run func(ctx context.Context) error) {
	flag.Parse()
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w\nits data lies in the repository: run it in the root, by go run ./examples/NAME", err)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// Picture returns the path of the picture called name and prints it.
func Picture(name string) string {
	path := filepath.Join(*out, name)
	fmt.Println("picture:", path)
	return path
}

// File returns the path of a data file.
func File(name string) string { return filepath.Join(*data, name) }

// Choose returns full, or short if the example runs with -short.
func Choose[T any](full, short T) T {
	if *Short {
		return short
	}
	return full
}

// Classification loads the course's two-class points: 70 for training, 30 for testing.
func Classification() (train, test *datasets.Arrays, err error) {
	t, err := datasets.CSV{Label: "label"}.Load(File("course/intro_classification_seed0_n100.csv"))
	if err != nil {
		return nil, nil, err
	}
	return datasets.Split{Fraction: 0.3}.Of(t.Arrays())
}

// Columns returns the two columns of points, whose shape is (n, 2).
func Columns(points *tensor.Tensor) (x, y []float64) {
	v, _ := tensor.As[float64](points)
	for i := 0; i < len(v); i += 2 {
		x, y = append(x, v[i]), append(y, v[i+1])
	}
	return x, y
}

// Labels returns class indices in the form that package plots expects.
func Labels(y *tensor.Tensor) []int {
	v, _ := tensor.As[int64](y)
	labels := make([]int, len(v))
	for i, k := range v {
		labels[i] = int(k)
	}
	return labels
}

// Plane adapts predict, which takes points of shape (n, 2), to the functions of x and y that
// package plots evaluates on a grid.
func Plane(predict func(points *tensor.Tensor) (*tensor.Tensor, error)) func(x, y []float64) []float64 {
	return func(x, y []float64) []float64 {
		points := make([]float32, 0, 2*len(x))
		for i := range x {
			points = append(points, float32(x[i]), float32(y[i]))
		}
		p, err := predict(tensor.Of(points, len(x), 2))
		if err != nil {
			log.Fatal(err)
		}
		v, _ := tensor.As[float64](p)
		return v
	}
}

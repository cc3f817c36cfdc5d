package example

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
)

// MNIST loads 8,000 training and 2,000 test digits of MNIST from the data folder, as images of
// shape (28, 28, 1) with values in [0, 1]; with -short, a tenth of them.
func MNIST() (train, test *datasets.Arrays, err error) {
	if train, test, err = datasets.MNIST(File("mnist10k")); err != nil {
		return nil, nil, err
	}
	for _, d := range []*datasets.Arrays{train, test} {
		n := Choose(d.Len(), d.Len()/10)
		x := datasets.Rescaling{Scale: []float64{1. / 255}}.Apply(d.X[0].Rows(0, n))
		d.X[0], d.Y[0] = x.Reshape(-1, 28, 28, 1), d.Y[0].Rows(0, n)
	}
	return train, test, nil
}

// CNN returns the course's convolutional network for MNIST with the given dropout rate.
func CNN(dropout float64) *models.Model {
	return models.Sequential(layers.Input(28, 28, 1),
		&layers.Conv2D{Filters: 32, KernelSize: []int{3, 3}, Activation: activations.ReLU},
		&layers.MaxPooling2D{},
		&layers.Conv2D{Filters: 64, KernelSize: []int{3, 3}, Activation: activations.ReLU},
		&layers.MaxPooling2D{},
		&layers.Flatten{},
		&layers.Dropout{Rate: dropout},
		&layers.Dense{Units: 10, Activation: activations.Softmax},
	)
}

package models_test

import (
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// Flip images, and mix them with their labels, before they reach the model.
func ExampleAugment() {
	images := tensor.New(tensor.Float32, 6, 8, 8, 3)
	labels := datasets.ToCategorical(tensor.Of([]int32{0, 1, 2, 0, 1, 2}), 3)
	train := models.Augment(&datasets.Batched{Data: datasets.Of(images, labels), Size: 3}, 7,
		&layers.RandomFlip{Mode: layers.FlipHorizontal}, &layers.MixUp{Alpha: 0.2})
	for b, err := range train.Batches() {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(b.X[0].Shape(), b.Y[0].Shape())
	}
	// Output:
	// (3, 8, 8, 3) (3, 3)
	// (3, 8, 8, 3) (3, 3)
}

// Draw a model's layers for Graphviz. SVG does not need another program.
func ExamplePlot() {
	x := layers.Input(4)
	m := models.New(x, layers.Apply(&layers.Add{}, x, x.Then(&layers.Dense{Units: 4})))
	dot, err := models.Plot{ShowShapes: true}.DOT(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Count(dot, "->"), "arrows")
	// Output:
	// 3 arrows
}

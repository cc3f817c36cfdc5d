package layers_test

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// The end of a ConvNeXt block: its output is scaled, sometimes dropped, and added to its input.
func ExampleLayerScale() {
	x := layers.Input(3)
	y := x.Then(&layers.LayerScale{InitValues: new(0.5), ProjectionDim: 3}).Then(&layers.StochasticDepth{DropPathRate: .2})
	m := models.New(x, layers.Apply(&layers.Add{}, x, y))
	out, err := m.Predict(context.Background(), tensor.Of([]float32{2, 4, 6}, 1, 3))
	fmt.Println(out[0], err)
	// Output:
	// [[3. 6. 9.]] <nil>
}

func ExampleCustomScaleLayer() {
	x := layers.Input(2)
	m := models.New(x, layers.Apply(&layers.CustomScaleLayer{Scale: .1}, x, x))
	out, err := m.Predict(context.Background(), tensor.Of([]float32{10, 20}, 1, 2))
	fmt.Println(out[0], err)
	// Output:
	// [[11. 22.]] <nil>
}

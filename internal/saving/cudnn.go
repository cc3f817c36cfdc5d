package saving

import (
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/tensor"
)

// Keras 2 had CuDNNLSTM and CuDNNGRU, whose arrays have the layout of cuDNN: the parts for the
// gates are stored by columns, and there are two biases. As in Keras, they are recognized by the
// longer bias.
//
// Source: tf_keras/src/saving/legacy/hdf5_format.py, _convert_rnn_weights.

// readCuDNN reads objects, which are the kernel, the recurrent kernel and the bias of a cuDNN
// layer, for the variables of an LSTM or a GRU. It returns nil if they do not have the cuDNN
// layout.
func readCuDNN(objects []*hdf5.Object, vars []*graph.Variable) ([]*tensor.Tensor, error) {
	if len(vars) < 3 || !named(vars[0], "kernel") || !named(vars[1], "recurrent_kernel") || !named(vars[2], "bias") {
		return nil, nil
	}
	units, bias := vars[1].Type.Shape[0], vars[2].Type.Shape
	gates := vars[1].Type.Shape[1] / units
	shape, err := objects[2].Shape()
	if err != nil || len(shape) != 1 || shape[0] != 2*gates*units || shape.Equal(bias) {
		return nil, nil
	}
	out := make([]*tensor.Tensor, 3)
	for i, v := range vars[:2] {
		numbers, err := readFloats(objects[i], v.Type.Shape)
		if err != nil {
			return nil, err
		}
		out[i] = tensor.Of(fromCuDNN(numbers, v.Type.Shape[0], units, gates, i == 1), v.Type.Shape...)
	}
	numbers, err := readFloats(objects[2], shape)
	if err != nil {
		return nil, err
	}
	if len(bias) == 1 { // an LSTM adds the two biases
		half := len(numbers) / 2
		for i := range half {
			numbers[i] += numbers[half+i]
		}
		numbers = numbers[:half]
	}
	out[2] = tensor.Of(numbers, bias...)
	return out, out[2].Err()
}

func named(v *graph.Variable, name string) bool { return strings.HasSuffix(v.Path, "/"+name) }

func readFloats(o *hdf5.Object, shape tensor.Shape) ([]float32, error) {
	t, err := o.Read(shape)
	if err != nil {
		return nil, err
	}
	numbers, ok := t.Data().([]float32)
	if !ok {
		return nil, fmt.Errorf("%q holds %v; want float32", o.Path(), t.DType())
	}
	return numbers, nil
}

// fromCuDNN returns a kernel (rows, gates·units) with each gate's part, (rows, units), read by
// columns: element k of the part is at (k mod rows, k div rows). The parts of the recurrent kernel
// are transposed.
func fromCuDNN(kernel []float32, rows, units, gates int, recurrent bool) []float32 {
	out := make([]float32, len(kernel))
	for g := range gates {
		for r := range rows {
			for c := range units {
				k := r*units + c
				row, column := k%rows, k/rows
				if recurrent {
					row, column = c, r
				}
				out[row*gates*units+g*units+column] = kernel[r*gates*units+g*units+c]
			}
		}
	}
	return out
}

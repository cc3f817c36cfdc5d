package layers

import (
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/farmhash"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[HashedCrossing]()
}

// HashedCrossing hashes combinations of categories, one value from each input, into bins with
// TensorFlow's hash.
//
// Inputs: two or more of strings or integers, (batch) or (batch, 1). Output: bin indices,
// int64, of the shape of the inputs, or one-hot vectors, float32 (batch, NumBins). It runs on
// the host.
type HashedCrossing struct {
	Base `omit:"trainable"`

	NumBins    int      `keras:"num_bins,required" range:"[1,inf)"` // number of bins; must be positive
	OutputMode Encoding `keras:"output_mode" default:"int"`         // "": AsIndices; or AsOneHot
	Sparse     bool     `keras:"sparse"`                            // kept for Keras files; sparse output is not supported
	Name       string   `keras:"name"`
}

// crossingKey is TensorFlow's default key for crossed hashes.
const crossingKey = 0xDECAFCAFFE

// Check returns an error if the configuration is invalid.
func (h *HashedCrossing) Check() error {
	if _, err := h.mode(); err != nil {
		return fmt.Errorf("HashedCrossing: %w", err)
	}
	return config.Check(h)
}

func (h *HashedCrossing) mode() (Encoding, error) {
	if h.Sparse {
		return "", errSparse
	}
	return h.OutputMode.or(AsIndices, AsIndices, AsOneHot)
}

// Transform returns the bins of the combinations.
func (h *HashedCrossing) Transform(x ...*tensor.Tensor) (*tensor.Tensor, error) {
	return transform(h, 0, x, func() (*tensor.Tensor, error) {
		if err := h.Check(); err != nil {
			return nil, err
		}
		if len(x) < 2 {
			return nil, fmt.Errorf("%d inputs; want two or more", len(x))
		}
		shape := x[0].Shape()
		if len(shape) > 2 || len(shape) == 2 && shape[1] != 1 {
			return nil, fmt.Errorf("input of shape %v; want (batch) or (batch, 1)", shape)
		}
		hashes := slices.Repeat([]uint64{crossingKey}, shape.Size())
		for i, t := range x {
			if !t.Shape().Equal(shape) {
				return nil, fmt.Errorf("input %d has shape %v, the first %v", i, t.Shape(), shape)
			}
			if err := crossInto(hashes, t); err != nil {
				return nil, fmt.Errorf("input %d: %w", i, err)
			}
		}
		index := make([]int64, len(hashes))
		for i, v := range hashes {
			index[i] = int64(v % uint64(h.NumBins))
		}
		mode, err := h.mode()
		return mode.encoded(index, shape, h.NumBins, tensor.Float32), err
	})
}

func crossInto(hashes []uint64, t *tensor.Tensor) error {
	if words, ok := t.Data().([]string); ok {
		for i, w := range words {
			hashes[i] = farmhash.Concat64(hashes[i], farmhash.Fingerprint64(w))
		}
		return nil
	}
	if t.DType().IsFloat() {
		return fmt.Errorf("%v; want text or integers", t.DType())
	}
	numbers, err := tensor.As[int64](t)
	for i, v := range numbers {
		hashes[i] = farmhash.Concat64(hashes[i], uint64(v))
	}
	return err
}

// OutputOf returns the spec of one sample of the output.
func (h *HashedCrossing) OutputOf(in ...InputSpec) (InputSpec, error) {
	mode, err := h.mode()
	if err != nil {
		return InputSpec{}, err
	}
	if len(in) < 2 {
		return InputSpec{}, fmt.Errorf("%d inputs; want two or more", len(in))
	}
	return mode.outputOf(in[0], h.NumBins, tensor.Int64)
}

// Merge panics: text and hashing run only on the host.
func (h *HashedCrossing) Merge(*Scope, ...*graph.Node) *graph.Node { return onHostOnly() }

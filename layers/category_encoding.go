package layers

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[CategoryEncoding]()
}

// CategoryEncoding turns category indices into vectors, in the way selected by its [Encoding].
//
// Input: integers (batch, n) in [0, NumTokens). With AsCounts, [Apply] also accepts the weight
// of each index, of the same shape. Output: float32 (batch, NumTokens); with AsOneHot and n > 1
// (batch, n, NumTokens). On the host an index out of range is an error; in a model it is
// ignored.
type CategoryEncoding struct {
	Base

	Name       string   `keras:"name"`
	NumTokens  int      `keras:"num_tokens,required" range:"[1,inf)"` // number of categories; must be positive
	OutputMode Encoding `keras:"output_mode" default:"multi_hot"`     // "": AsMultiHot
	Sparse     bool     `keras:"sparse"`                              // kept for Keras files; sparse output is not supported
}

// Check returns an error if the configuration is invalid.
func (c *CategoryEncoding) Check() error {
	if _, err := c.mode(); err != nil {
		return fmt.Errorf("CategoryEncoding: %w", err)
	}
	return config.Check(c)
}

func (c *CategoryEncoding) mode() (Encoding, error) {
	if c.Sparse {
		return "", errSparse
	}
	if c.NumTokens < 1 {
		return "", fmt.Errorf("NumTokens is %d; it must be positive", c.NumTokens)
	}
	return c.OutputMode.or(AsMultiHot, AsMultiHot, AsOneHot, AsCounts)
}

var errSparse = fmt.Errorf("Sparse is set; sparse arrays are not made: leave it out")

// Call returns the encoding of x.
func (c *CategoryEncoding) Call(s *Scope, x *graph.Node) *graph.Node { return c.Merge(s, x) }

// Merge returns the encoding of xs[0]; xs[1], if given, holds the weight of each index.
func (c *CategoryEncoding) Merge(s *Scope, xs ...*graph.Node) *graph.Node {
	mode, err := c.mode()
	if err != nil {
		graph.Errorf("%v", err)
	}
	var weights *graph.Node
	if len(xs) == 2 && mode == AsCounts {
		weights = xs[1]
	} else if len(xs) != 1 {
		graph.Errorf("%d inputs; want one, or with AsCounts a second that says what each number counts", len(xs))
	}
	x := xs[0]
	if !x.DType.IsInt() {
		x = ops.Cast(x, graph.Int32)
	}
	return ops.Cast(mode.trace(x, c.NumTokens, weights), s.policy().compute())
}

// Transform returns the encoding of x[0]; x[1], if given, holds the weight of each index.
func (c *CategoryEncoding) Transform(x ...*tensor.Tensor) (*tensor.Tensor, error) {
	return transform(c, 0, x, func() (*tensor.Tensor, error) {
		mode, err := c.mode()
		if err != nil {
			return nil, err
		}
		var weights []float32
		switch {
		case len(x) == 2 && mode == AsCounts && x[0].Shape().Equal(x[1].Shape()):
			if weights, err = tensor.As[float32](x[1]); err != nil {
				return nil, err
			}
		case len(x) != 1:
			return nil, fmt.Errorf("%d inputs; want one, or with AsCounts a second of the same shape that says what each number counts", len(x))
		}
		index, err := tensor.As[int64](x[0])
		if err != nil {
			return nil, err
		}
		for i, v := range index {
			if v < 0 || v >= int64(c.NumTokens) {
				return nil, fmt.Errorf("category %d at position %d; want a number in [0, %d)", v, i, c.NumTokens)
			}
		}
		data, shape := mode.encode(index, x[0].Shape(), c.NumTokens, weights)
		return tensor.Of(data, shape...), nil
	})
}

// keepsTypes: category indices must not be rounded to a half-precision float.
func (c *CategoryEncoding) keepsTypes() {}

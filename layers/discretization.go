package layers

import (
	"fmt"
	"slices"
	"sort"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/quantiles"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[Discretization]()
}

// Discretization maps numbers to the indices of bins: bin i holds
// BinBoundaries[i-1] ≤ x < BinBoundaries[i]; the first and the last bin are unbounded. Adapt
// sets the boundaries to quantiles of the data, so that all bins hold equal shares.
//
// Input: numbers (batch, n). Output: bin indices, int32 (batch, n), or their [Encoding].
// Applied to an input of the model it runs on the host, after other layers on the device.
type Discretization struct {
	Base `omit:"trainable"`

	BinBoundaries []float64 `keras:"bin_boundaries"`                          // ascending; nil: from Adapt, with NumBins
	NumBins       int       `keras:"num_bins" default:"null" range:"[0,inf)"` // number of bins that Adapt creates
	Epsilon       float64   `keras:"epsilon" default:"0.01" range:"(0,1)"`    // allowed error of the quantiles in Adapt, as a fraction of the data; 0: 0.01
	OutputMode    Encoding  `keras:"output_mode" default:"int"`               // "": AsIndices
	Sparse        bool      `keras:"sparse"`                                  // kept for Keras files; sparse output is not supported
	Name          string    `keras:"name"`
	adapted       bool      // BinBoundaries were set by Adapt
}

// Check returns an error if the configuration is invalid.
func (d *Discretization) Check() error {
	_, err := d.mode()
	switch {
	case err != nil:
	case d.BinBoundaries == nil && d.NumBins == 0:
		err = fmt.Errorf("set BinBoundaries, or NumBins and call Adapt")
	case !slices.IsSorted(d.BinBoundaries):
		err = fmt.Errorf("BinBoundaries %v; want them in ascending order", d.BinBoundaries)
	default:
		return config.Check(d)
	}
	return fmt.Errorf("Discretization: %w", err)
}

func (d *Discretization) mode() (Encoding, error) {
	if d.Sparse {
		return "", errSparse
	}
	return d.OutputMode.or(AsIndices, AsIndices, AsOneHot, AsMultiHot, AsCounts)
}

// bins returns the boundaries and the encoding.
func (d *Discretization) bins() ([]float32, Encoding, error) {
	if err := d.Check(); err != nil {
		return nil, "", err
	}
	if d.BinBoundaries == nil {
		return nil, "", errNotAdapted("BinBoundaries")
	}
	bins := make([]float32, len(d.BinBoundaries))
	for i, b := range d.BinBoundaries {
		bins[i] = float32(b)
	}
	mode, err := d.mode()
	return bins, mode, err
}

// Call returns the bins of x.
func (d *Discretization) Call(s *Scope, x *graph.Node) *graph.Node {
	bins, mode, err := d.bins()
	if err != nil {
		graph.Errorf("%v", err)
	}
	if len(bins) == 0 {
		graph.Errorf("BinBoundaries is empty")
	}
	y := ops.Digitize(ops.Cast(x, graph.Float32), s.g.Literal(tensor.Of(bins)))
	if y = mode.trace(y, len(bins)+1, nil); mode != AsIndices {
		y = ops.Cast(y, s.policy().compute())
	}
	return y
}

// Transform returns the bins of x.
func (d *Discretization) Transform(x ...*tensor.Tensor) (*tensor.Tensor, error) {
	return transform(d, 1, x, func() (*tensor.Tensor, error) {
		bins, mode, err := d.bins()
		if err != nil {
			return nil, err
		}
		in, err := tensor.As[float32](x[0])
		if err != nil {
			return nil, err
		}
		index := make([]int64, len(in))
		for i, v := range in {
			index[i] = int64(sort.Search(len(bins), func(k int) bool { return v < bins[k] }))
		}
		y := mode.encoded(index, x[0].Shape(), len(bins)+1, tensor.Float32)
		if mode == AsIndices {
			y = y.Convert(tensor.Int32)
		}
		return y, nil
	})
}

// OutputOf returns the spec of one sample of the output.
func (d *Discretization) OutputOf(in ...InputSpec) (InputSpec, error) {
	bins, mode, err := d.bins()
	if err != nil {
		return InputSpec{}, err
	}
	if len(in) != 1 {
		return InputSpec{}, fmt.Errorf("%d inputs; want one", len(in))
	}
	return mode.outputOf(in[0], len(bins)+1, tensor.Int32)
}

// keepsTypes: the input must not be rounded to a half-precision float before it is binned.
func (d *Discretization) keepsTypes() {}

// Adapt sets BinBoundaries to NumBins-1 quantiles of x, accurate to within Epsilon.
func (d *Discretization) Adapt(x ...*tensor.Tensor) error { return adapt(d, x) }

func (d *Discretization) learner() (learner, error) {
	if d.NumBins == 0 || d.BinBoundaries != nil && !d.adapted {
		return nil, fmt.Errorf("BinBoundaries are set; to learn them leave them out and set NumBins")
	}
	eps := d.Epsilon
	if eps == 0 {
		eps = 0.01
	}
	return &binning{layer: d, epsilon: eps}, nil
}

// A binning is the state of Adapt for a Discretization.
type binning struct {
	layer   *Discretization
	epsilon float64
	summary quantiles.Summary
}

func (b *binning) See(x *tensor.Tensor) error {
	data, err := tensor.As[float32](x)
	if err != nil {
		return err
	}
	b.summary = quantiles.Summarize(data, b.epsilon).Merge(b.summary, b.epsilon)
	return nil
}

func (b *binning) Finish() error {
	if len(b.summary) == 0 {
		return fmt.Errorf("there are no samples")
	}
	bounds := b.summary.Compress(1 / float64(b.layer.NumBins))
	b.layer.BinBoundaries, b.layer.adapted = []float64{}, true
	for _, s := range bounds[:len(bounds)-1] {
		b.layer.BinBoundaries = append(b.layer.BinBoundaries, float64(s.Value))
	}
	return nil
}

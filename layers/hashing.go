package layers

import (
	"fmt"
	"math"
	"strconv"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/farmhash"
	"github.com/rhyton/rhyton/internal/siphash"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[Hashing]()
}

// Hashing maps strings or integers to bins by a hash of their text: FarmHash's fingerprint, or
// SipHash-2-4 with a Salt, like Keras on TensorFlow. Fractions are truncated.
//
// Input: strings or numbers (batch, n). Output: bin indices, int64 (batch, n) in [0, NumBins),
// or their [Encoding]. It runs on the host.
type Hashing struct {
	Base

	Name       string   `keras:"name"`
	NumBins    int      `keras:"num_bins,required" range:"[1,inf)"` // number of bins; must be positive; MaskValue reserves bin 0
	Salt       []int    `keras:"salt"`                              // one or two numbers, the key of SipHash; nil: FarmHash
	MaskValue  any      `keras:"mask_value"`                        // a string or a number that maps to bin 0; nil: none
	OutputMode Encoding `keras:"output_mode" default:"int"`         // "": AsIndices
	Sparse     bool     `keras:"sparse"`                            // kept for Keras files; sparse output is not supported
}

// Check returns an error if the configuration is invalid.
func (h *Hashing) Check() error {
	_, err := h.mode()
	if err == nil && len(h.Salt) > 2 {
		err = fmt.Errorf("Salt has %d numbers; want one or two", len(h.Salt))
	}
	if err != nil {
		return fmt.Errorf("Hashing: %w", err)
	}
	return config.Check(h)
}

// Saved returns h as Keras writes it: with two numbers for the salt and the type of the output.
func (h *Hashing) Saved() any {
	c := *h
	c.Salt = twice(h.Salt)
	if v, ok := h.MaskValue.(float64); ok && v == math.Trunc(v) {
		c.MaskValue = int64(v)
	}
	if mode, _ := h.mode(); c.Policy == nil && mode == AsIndices {
		c.Policy = &Policy{Compute: graph.Int64, Variable: graph.Int64}
	}
	return &c
}

func (h *Hashing) mode() (Encoding, error) {
	if h.Sparse {
		return "", errSparse
	}
	return h.OutputMode.or(AsIndices, AsIndices, AsOneHot, AsMultiHot, AsCounts)
}

// hasher returns the hash function for the given salt.
func hasher(salt []int) func(s string) uint64 {
	if len(salt) == 0 {
		return farmhash.Fingerprint64
	}
	return func(s string) uint64 { return siphash.Sum64(uint64(salt[0]), uint64(salt[len(salt)-1]), s) }
}

// Transform returns the bins of x.
func (h *Hashing) Transform(x ...*tensor.Tensor) (*tensor.Tensor, error) {
	return transform(h, 1, x, func() (*tensor.Tensor, error) {
		if err := h.Check(); err != nil {
			return nil, err
		}
		mode, err := h.mode()
		if err != nil {
			return nil, err
		}
		words, err := decimals(x[0])
		if err != nil {
			return nil, err
		}
		bins, hash := uint64(h.NumBins), hasher(h.Salt)
		masked, first := h.masked(x[0]), int64(0)
		if masked != nil {
			bins, first = bins-1, 1
		}
		index := make([]int64, len(words))
		for i, w := range words {
			if masked == nil || !masked(i) {
				index[i] = first + int64(hash(w)%bins)
			}
		}
		y := mode.encoded(index, x[0].Shape(), h.NumBins, tensor.Float32)
		if mode == AsIndices && h.Policy != nil && h.Policy.Compute == tensor.Int32 {
			y = y.Convert(tensor.Int32)
		}
		return y, nil
	})
}

// masked returns a function that reports whether element i of x is the mask value, or nil if
// there is no mask value.
func (h *Hashing) masked(x *tensor.Tensor) func(i int) bool {
	if h.MaskValue == nil || h.NumBins < 2 {
		return nil
	}
	mask := fmt.Sprint(h.MaskValue)
	if words, ok := x.Data().([]string); ok {
		return func(i int) bool { return words[i] == mask }
	}
	v, err := strconv.ParseFloat(mask, 64)
	numbers, wrong := tensor.As[float64](x)
	if err != nil || wrong != nil {
		return func(int) bool { return false }
	}
	return func(i int) bool { return numbers[i] == v }
}

// decimals returns the elements of x as strings, numbers in decimal without fractions.
func decimals(x *tensor.Tensor) ([]string, error) {
	if words, ok := x.Data().([]string); ok {
		return words, nil
	}
	numbers, err := tensor.As[int64](x)
	if err != nil {
		return nil, err
	}
	words := make([]string, len(numbers))
	for i, v := range numbers {
		words[i] = strconv.FormatInt(v, 10)
	}
	return words, nil
}

// OutputOf returns the spec of one sample of the output.
func (h *Hashing) OutputOf(in ...InputSpec) (InputSpec, error) {
	mode, err := h.mode()
	if err != nil {
		return InputSpec{}, err
	}
	if len(in) != 1 {
		return InputSpec{}, fmt.Errorf("%d inputs; want one", len(in))
	}
	return mode.outputOf(in[0], h.NumBins, tensor.Int64)
}

// Call panics: text and hashing run only on the host.
func (h *Hashing) Call(*Scope, *graph.Node) *graph.Node { return onHostOnly() }

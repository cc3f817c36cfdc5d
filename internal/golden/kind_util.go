package golden

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/tensor"
)

// A utilCase is a call of a function of keras.utils.
type utilCase struct {
	Function      string
	Args          []json.RawMessage
	Kwargs        map[string]json.RawMessage
	Outputs       []Array
	Data, Targets Array
	Batches       [][]Array
}

func runUtil(c *Case) error {
	k := &utilCase{}
	if err := c.Decode(k); err != nil {
		return err
	}
	if k.Batches != nil {
		return k.timeseries(c)
	}
	var got *tensor.Tensor
	var err error
	switch _, name, _ := strings.Cut(k.Function, "."); name {
	case "to_categorical":
		got, err = k.categorical()
	case "normalize":
		got, err = k.normalize()
	case "pad_sequences":
		got, err = k.pad()
	default:
		return Unsupported("function %s", k.Function)
	}
	if err != nil {
		return err
	}
	if err := got.Err(); err != nil {
		return err
	}
	want := k.Outputs[0].Tensor
	return c.Compare("output", got.Convert(want.DType()), want, 1e-6)
}

// array decodes argument i.
func (k *utilCase) array(i int) (*tensor.Tensor, error) {
	var a Array
	err := json.Unmarshal(k.Args[i], &a)
	return a.Tensor, err
}

// arg decodes the keyword argument name, or returns def if it is missing.
func arg[T any](k *utilCase, name string, def T) (T, error) {
	raw, given := k.Kwargs[name]
	if !given || string(raw) == "null" {
		return def, nil
	}
	err := json.Unmarshal(raw, &def)
	return def, err
}

func (k *utilCase) categorical() (*tensor.Tensor, error) {
	x, err := k.array(0)
	if err != nil {
		return nil, err
	}
	n, err := arg(k, "num_classes", 0)
	return datasets.ToCategorical(x, n), err
}

func (k *utilCase) normalize() (*tensor.Tensor, error) {
	x, err := k.array(0)
	if err != nil {
		return nil, err
	}
	axis, err := arg(k, "axis", -1)
	if err != nil {
		return nil, err
	}
	order, err := arg(k, "order", 2.0)
	return datasets.Normalize(x, axis, order), err
}

func (k *utilCase) pad() (*tensor.Tensor, error) {
	var rows [][]float64
	if err := json.Unmarshal(k.Args[0], &rows); err != nil {
		return nil, err
	}
	var p datasets.PadSequences[float64]
	var padding, truncating string
	var err error
	for _, f := range []func() error{
		func() error { p.MaxLen, err = arg(k, "maxlen", 0); return err },
		func() error { p.Value, err = arg(k, "value", 0.0); return err },
		func() error { padding, err = arg(k, "padding", "pre"); return err },
		func() error { truncating, err = arg(k, "truncating", "pre"); return err },
	} {
		if err := f(); err != nil {
			return nil, err
		}
	}
	p.PaddingPost, p.TruncatingPost = padding == "post", truncating == "post"
	return p.Of(rows), nil
}

func (k *utilCase) timeseries(c *Case) error {
	number := func(name string, def int) int {
		n, err := arg(k, name, def)
		if err != nil {
			return -1
		}
		return n
	}
	s := datasets.Timeseries{Data: k.Data.Tensor, Targets: k.Targets.Tensor,
		SequenceLength: number("sequence_length", 0), SequenceStride: number("sequence_stride", 0),
		SamplingRate: number("sampling_rate", 0), Start: number("start_index", 0), End: number("end_index", 0)}
	i := 0
	for b, err := range (&datasets.Batched{Data: s, Size: number("batch_size", 128)}).Batches() {
		if err != nil {
			return err
		}
		if i >= len(k.Batches) {
			return fmt.Errorf("more than %d batches", len(k.Batches))
		}
		for j, got := range append(b.X[:len(b.X):len(b.X)], b.Y...) {
			if err := c.Compare(fmt.Sprintf("batch %d, array %d", i, j), got, k.Batches[i][j].Tensor, 1e-6); err != nil {
				return err
			}
		}
		i++
	}
	if i != len(k.Batches) {
		return fmt.Errorf("%d batches, want %d", i, len(k.Batches))
	}
	return nil
}

package models

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/tensor"
)

// Predict returns the model's outputs for x, which has one array per input, with any number of
// samples (possibly 0). It is safe for concurrent use.
//
// Large inputs are processed in batches of [PredictBatch].
func (m *Model) Predict(ctx context.Context, x ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	c, err := m.compiledFor("predict")
	if err != nil {
		return nil, err
	}
	n, err := m.checkInputs(x)
	if err == nil {
		err = c.checkInputValues(x)
	}
	if err != nil {
		return nil, fmt.Errorf("models: predict: %w", err)
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if n == 0 {
		return m.emptyOutputs(), nil
	}
	data := &datasets.Arrays{X: x}
	var out []*tensor.Tensor
	var b datasets.Batch
	for lo := 0; lo < n; lo += PredictBatch {
		hi := min(lo+PredictBatch, n)
		if err := data.Slice(&b, lo, hi); err != nil {
			return nil, fmt.Errorf("models: predict: %w", err)
		}
		part, err := c.predict(ctx, b.X)
		if err != nil {
			return nil, fmt.Errorf("models: predict: samples %d to %d: %w", lo, hi-1, err)
		}
		if n <= PredictBatch {
			return part, nil
		}
		if out == nil {
			for _, t := range part {
				out = append(out, tensor.New(t.DType(), append([]int{n}, t.Shape()[1:]...)...))
			}
		}
		for i, t := range part {
			copyRows(out[i], t, lo)
		}
	}
	return out, nil
}

// PredictBatch is the maximum number of samples per batch in Predict.
const PredictBatch = 1024

// PredictDataset returns the model's outputs for all batches of data, concatenated.
func (m *Model) PredictDataset(ctx context.Context, data datasets.Dataset) ([]*tensor.Tensor, error) {
	if data == nil {
		return nil, fmt.Errorf("models: predict: there is no data")
	}
	var parts [][]*tensor.Tensor
	for b, err := range batchesOf(data, 0) {
		if err != nil {
			return nil, fmt.Errorf("models: predict: batch %d: %w", len(parts), err)
		}
		p, err := m.Predict(ctx, b.X...)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("models: predict: the data has no samples")
	}
	out := make([]*tensor.Tensor, len(parts[0]))
	for i := range out {
		var col []*tensor.Tensor
		for _, p := range parts {
			col = append(col, p[i])
		}
		out[i] = tensor.Concat(0, col...)
	}
	return out, nil
}

// predict runs one batch.
func (c *compiled) predict(ctx context.Context, x []*tensor.Tensor) ([]*tensor.Tensor, error) {
	err := c.m.ready()
	if err == nil {
		x, err = c.m.toDevice(x)
	}
	if err != nil {
		return nil, err
	}
	e, err := c.entryFor(predicting, x, nil, nil)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	return e.Run(ctx, 0, x...)
}

// emptyOutputs returns the outputs for zero samples.
func (m *Model) emptyOutputs() []*tensor.Tensor {
	out := make([]*tensor.Tensor, len(m.trace.Outputs))
	for i, n := range m.trace.Outputs {
		out[i] = tensor.New(n.DType, append([]int{0}, n.Shape[1:]...)...)
	}
	return out
}

// copyRows copies src into the rows of dst, starting at row at.
func copyRows(dst, src *tensor.Tensor, at int) {
	rows := dst.Rows(at, at+src.Shape()[0])
	switch d := rows.Data().(type) {
	case []float32:
		copy(d, src.Data().([]float32))
	case []float64:
		copy(d, src.Data().([]float64))
	case []int32:
		copy(d, src.Data().([]int32))
	case []int64:
		copy(d, src.Data().([]int64))
	case []bool:
		copy(d, src.Data().([]bool))
	case []uint8:
		copy(d, src.Data().([]uint8))
	case []uint16:
		copy(d, src.Data().([]uint16))
	}
}

// checkInputs reports arrays that are not valid inputs of the model, and returns their number of
// samples.
func (m *Model) checkInputs(x []*tensor.Tensor) (n int, err error) {
	if len(x) != len(m.inputs) {
		return 0, fmt.Errorf("%d inputs given, the model has %d", len(x), len(m.inputs))
	}
	for i, t := range x {
		who := "x"
		if len(x) > 1 {
			who = fmt.Sprintf("x[%d]", i)
		}
		spec := m.inputs[i].Input()
		switch {
		case t == nil:
			return 0, fmt.Errorf("%s is nil", who)
		case t.Err() != nil:
			return 0, fmt.Errorf("%s: %w", who, t.Err())
		case spec.DType == tensor.String && t.DType() != tensor.String:
			return 0, fmt.Errorf("%s holds %v; the model expects text", who, t.DType())
		case t.DType() == tensor.String && spec.DType != tensor.String:
			return 0, fmt.Errorf("%s holds text; the model expects %v: turn text into numbers with StringLookup or TextVectorization", who, spec.DType)
		}
		if err := fits(spec, t.Shape()); err != nil {
			return 0, fmt.Errorf("%s: %w", who, err)
		}
		if i > 0 && t.Shape()[0] != n {
			return 0, fmt.Errorf("%s has %d samples, x[0] has %d", who, t.Shape()[0], n)
		}
		n = t.Shape()[0]
	}
	return n, nil
}

// A mode is the purpose of a program.
type mode int

const (
	learning mode = iota
	testing
	predicting
)

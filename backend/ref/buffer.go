package ref

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// A buffer is an array of its own, or one lent to it.
type buffer struct {
	t    *tensor.Tensor
	lent *tensor.Tensor
}

func (b *buffer) typ() graph.Type { return graph.Type{DType: b.t.DType(), Shape: b.t.Shape()} }

func (b *buffer) value() *tensor.Tensor {
	if b.lent != nil {
		return b.lent
	}
	return b.t
}

func (b *buffer) Write(t *tensor.Tensor) error {
	if err := b.check("write", t); err != nil {
		return err
	}
	b.lent = nil
	copyTensor(b.t, t)
	return nil
}

func (b *buffer) Lend(t *tensor.Tensor) error {
	if err := b.check("lend", t); err != nil {
		return err
	}
	b.lent = t
	return nil
}

func (b *buffer) Read(t *tensor.Tensor) error {
	if err := b.check("read", t); err != nil {
		return err
	}
	copyTensor(t, b.value())
	return nil
}

func (b *buffer) Close() error { return nil }

func (b *buffer) check(verb string, t *tensor.Tensor) error {
	if t == nil {
		return fmt.Errorf("ref: %s: no array; wants %v", verb, b.typ())
	}
	if err := t.Err(); err != nil {
		return fmt.Errorf("ref: %s: %w", verb, err)
	}
	if got := (graph.Type{DType: t.DType(), Shape: t.Shape()}); !got.Equal(b.typ()) {
		return fmt.Errorf("ref: %s: array %v; the buffer is %v", verb, got, b.typ())
	}
	return nil
}

// copyTensor copies the elements of src to dst, which has the same type.
func copyTensor(dst, src *tensor.Tensor) {
	switch d := dst.Data().(type) {
	case []bool:
		copy(d, src.Data().([]bool))
	case []uint8:
		copy(d, src.Data().([]uint8))
	case []int32:
		copy(d, src.Data().([]int32))
	case []int64:
		copy(d, src.Data().([]int64))
	case []uint16:
		copy(d, src.Data().([]uint16))
	case []float32:
		copy(d, src.Data().([]float32))
	case []float64:
		copy(d, src.Data().([]float64))
	}
}

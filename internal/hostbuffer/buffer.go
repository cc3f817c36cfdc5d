// Package hostbuffer provides buffers for devices that compute in host memory.
package hostbuffer

import (
	"fmt"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// A Buffer has its own array or a borrowed one.
type Buffer struct {
	who  string // the device, for errors
	t    *tensor.Tensor
	lent *tensor.Tensor
}

// New returns a zeroed buffer for the device who.
func New(who string, t graph.Type) (*Buffer, error) {
	if t.DType == tensor.Invalid || t.DType == tensor.String {
		return nil, fmt.Errorf("%s: no buffer of %v", who, t)
	}
	b := &Buffer{who: who, t: tensor.New(t.DType, t.Shape...)}
	return b, b.t.Err()
}

func (b *Buffer) typ() graph.Type { return graph.Type{DType: b.t.DType(), Shape: b.t.Shape()} }

// Value returns the current array of the buffer, which must only be read.
func (b *Buffer) Value() *tensor.Tensor {
	if b.lent != nil {
		return b.lent
	}
	return b.t
}

// Own returns the buffer's own array, which becomes its current array.
func (b *Buffer) Own() *tensor.Tensor {
	b.lent = nil
	return b.t
}

func (b *Buffer) Write(t *tensor.Tensor) error {
	if err := b.check("write", t); err != nil {
		return err
	}
	copyTensor(b.Own(), t)
	return nil
}

func (b *Buffer) Lend(t *tensor.Tensor) error {
	if err := b.check("lend", t); err != nil {
		return err
	}
	b.lent = t
	return nil
}

func (b *Buffer) Read(t *tensor.Tensor) error {
	if err := b.check("read", t); err != nil {
		return err
	}
	copyTensor(t, b.Value())
	return nil
}

func (b *Buffer) Close() error { return nil }

func (b *Buffer) check(verb string, t *tensor.Tensor) error {
	if t == nil {
		return fmt.Errorf("%s: %s: no array; want %v", b.who, verb, b.typ())
	}
	if err := t.Err(); err != nil {
		return fmt.Errorf("%s: %s: %w", b.who, verb, err)
	}
	if got := (graph.Type{DType: t.DType(), Shape: t.Shape()}); !got.Equal(b.typ()) {
		return fmt.Errorf("%s: %s: array %v; the buffer is %v", b.who, verb, got, b.typ())
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

// A Call holds the buffers of one run.
type Call struct{ Vars, In, Out []*Buffer }

// CallOf checks the buffers given for a run of g: it returns an error if a buffer is missing,
// belongs to another device or has another type.
func CallOf(who string, g *graph.Graph, given backend.Call) (c Call, err error) {
	var types []graph.Type
	for _, v := range g.Variables {
		types = append(types, v.Type)
	}
	if c.Vars, err = checked(who, "variable", given.Vars, types); err != nil {
		return c, err
	}
	if c.In, err = checked(who, "input", given.In, typesOf(g.Inputs)); err != nil {
		return c, err
	}
	if c.Out, err = checked(who, "output", given.Out, typesOf(g.Outputs)); err != nil {
		return c, err
	}
	if err := given.Check(g.Inputs); err != nil {
		return c, fmt.Errorf("%s: run: %w", who, err)
	}
	return c, nil
}

func typesOf(nodes []*graph.Node) (types []graph.Type) {
	for _, n := range nodes {
		types = append(types, n.Type)
	}
	return types
}

func checked(who, what string, got []backend.Buffer, want []graph.Type) ([]*Buffer, error) {
	if len(got) != len(want) {
		return nil, fmt.Errorf("%s: run: %d %s buffers; want %d", who, len(got), what, len(want))
	}
	all := make([]*Buffer, len(got))
	for i, b := range got {
		r, ok := b.(*Buffer)
		if !ok || r.who != who {
			return nil, fmt.Errorf("%s: run: %s %d is a buffer of another device (%T)", who, what, i, b)
		}
		if !r.typ().Equal(want[i]) {
			return nil, fmt.Errorf("%s: run: %s %d is %v; want %v", who, what, i, r.typ(), want[i])
		}
		all[i] = r
	}
	return all, nil
}

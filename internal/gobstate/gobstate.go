// Package gobstate encodes the state of callbacks and runs with encoding/gob.
package gobstate

import (
	"bytes"
	"encoding/gob"
	"fmt"

	"github.com/rhyton/rhyton/tensor"
)

// Encode encodes v, a callback's state in exported fields, for training.Stateful.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(v)
	return b.Bytes(), err
}

// Decode decodes the bytes returned by [Encode] into the value that v points to.
func Decode(data []byte, v any) error { return gob.NewDecoder(bytes.NewReader(data)).Decode(v) }

// Arrays is a list of tensors that [Encode] can write.
type Arrays []*tensor.Tensor

// An array is the content of a tensor; its types are those in which models keep weights.
type array struct {
	DType  string
	Shape  []int
	Bool   []bool
	Uint8  []uint8
	Int32  []int32
	Int64  []int64
	Half   []uint16
	Single []float32
	Double []float64
}

// GobEncode implements gob.GobEncoder.
func (a Arrays) GobEncode() ([]byte, error) {
	out := make([]array, len(a))
	for i, t := range a {
		out[i] = array{DType: t.DType().String(), Shape: t.Shape()}
		switch d := t.Data().(type) {
		case []bool:
			out[i].Bool = d
		case []uint8:
			out[i].Uint8 = d
		case []int32:
			out[i].Int32 = d
		case []int64:
			out[i].Int64 = d
		case []uint16:
			out[i].Half = d
		case []float32:
			out[i].Single = d
		case []float64:
			out[i].Double = d
		default:
			return nil, fmt.Errorf("weights of type %v can't be kept in a state", t.DType())
		}
	}
	return Encode(out)
}

// GobDecode implements gob.GobDecoder.
func (a *Arrays) GobDecode(data []byte) error {
	var in []array
	if err := Decode(data, &in); err != nil {
		return err
	}
	*a = make(Arrays, len(in))
	for i, v := range in {
		d, ok := tensor.ParseDType(v.DType)
		if !ok {
			return fmt.Errorf("array %d has the unknown type %q", i, v.DType)
		}
		t := tensor.New(d, v.Shape...)
		if err := t.Err(); err != nil {
			return err
		}
		if n := v.copyTo(t.Data()); n != t.Len() {
			return fmt.Errorf("array %d has %d elements, its shape %v needs %d", i, n, v.Shape, t.Len())
		}
		(*a)[i] = t
	}
	return nil
}

// copyTo copies the elements into dst, the data of a tensor, and returns their number.
func (v array) copyTo(dst any) int {
	switch d := dst.(type) {
	case []bool:
		return copy(d, v.Bool)
	case []uint8:
		return copy(d, v.Uint8)
	case []int32:
		return copy(d, v.Int32)
	case []int64:
		return copy(d, v.Int64)
	case []uint16:
		return copy(d, v.Half)
	case []float32:
		return copy(d, v.Single)
	case []float64:
		return copy(d, v.Double)
	}
	return 0
}

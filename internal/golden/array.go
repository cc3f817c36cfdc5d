package golden

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/rhyton/rhyton/tensor"
)

// An Array is a tensor in the format of the case files: {"shape", "dtype", "data"}, with "NaN",
// "Infinity" and "-Infinity" for values that JSON can't represent. For JSON null Tensor is nil.
type Array struct{ *tensor.Tensor }

// UnmarshalJSON decodes an array.
func (a *Array) UnmarshalJSON(raw []byte) error {
	a.Tensor = nil
	if string(raw) == "null" {
		return nil
	}
	var f struct {
		Shape []int
		DType string
		Data  json.RawMessage
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return err
	}
	dtype, ok := tensor.ParseDType(f.DType)
	if !ok {
		return fmt.Errorf("array of type %q", f.DType)
	}
	t, err := decodeData(dtype, f.Shape, f.Data)
	if err != nil {
		return err
	}
	a.Tensor = t
	return t.Err()
}

func decodeData(dtype tensor.DType, shape []int, raw []byte) (*tensor.Tensor, error) {
	switch dtype {
	case tensor.Bool:
		return decodeSlice[bool](shape, raw)
	case tensor.Uint8:
		var wide []int32 // a []uint8 would be decoded as base64
		if err := json.Unmarshal(raw, &wide); err != nil {
			return nil, err
		}
		data := make([]uint8, len(wide))
		for i, v := range wide {
			data[i] = uint8(v)
		}
		return tensor.Of(data, nonNil(shape)...), nil
	case tensor.Int32:
		return decodeSlice[int32](shape, raw)
	case tensor.Int64:
		return decodeSlice[int64](shape, raw)
	case tensor.String:
		return decodeSlice[string](shape, raw)
	case tensor.Float32, tensor.Float64:
		var nums []number
		if err := json.Unmarshal(raw, &nums); err != nil {
			return nil, err
		}
		if dtype == tensor.Float64 {
			return tensor.Of(convert[float64](nums), nonNil(shape)...), nil
		}
		return tensor.Of(convert[float32](nums), nonNil(shape)...), nil
	}
	return nil, fmt.Errorf("array of type %v", dtype)
}

func decodeSlice[T tensor.Element](shape []int, raw []byte) (*tensor.Tensor, error) {
	var data []T
	if err := json.Unmarshal(raw, &data); err != nil {
		return nil, err
	}
	return tensor.Of(data, nonNil(shape)...), nil
}

func nonNil(shape []int) []int { return append([]int{}, shape...) }

// A number is a float64 that may be written as a string.
type number float64

func (n *number) UnmarshalJSON(raw []byte) error {
	switch s := string(raw); s {
	case `"NaN"`:
		*n = number(math.NaN())
	case `"Infinity"`:
		*n = number(math.Inf(1))
	case `"-Infinity"`:
		*n = number(math.Inf(-1))
	default:
		v, err := strconv.ParseFloat(s, 64)
		*n = number(v)
		return err
	}
	return nil
}

func convert[T float32 | float64](nums []number) []T {
	out := make([]T, len(nums))
	for i, v := range nums {
		out[i] = T(v)
	}
	return out
}

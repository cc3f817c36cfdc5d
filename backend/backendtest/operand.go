package backendtest

import (
	"math"
	"math/rand/v2"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/half"
	"github.com/rhyton/rhyton/tensor"
)

// An operand is an array that repeats given numbers or has random ones in [lo, hi).
type operand struct {
	graph.Type
	lo, hi  float64
	numbers []float64
}

// of returns an operand of moderate numbers: floats in [-2, 2), integers in [-9, 9), uint8 in
// [0, 20).
func of(d graph.DType, shape ...int) operand {
	o := operand{Type: graph.Type{DType: d, Shape: shape}, lo: -2, hi: 2}
	switch {
	case d == graph.Uint8:
		o.lo, o.hi = 0, 20
	case d.IsInt():
		o.lo, o.hi = -9, 9
	case d == graph.Bool:
		o.lo, o.hi = 0, 2
	}
	return o
}

func (o operand) between(lo, hi float64) operand {
	if o.DType == graph.Uint8 {
		lo, hi = max(lo, 0), max(hi, 2)
	}
	o.lo, o.hi = lo, hi
	return o
}

func (o operand) cycling(xs ...float64) operand {
	o.numbers = xs
	return o
}

func (o operand) String() string { return o.Type.String() }

func (o operand) array(rng *rand.Rand) *tensor.Tensor {
	t := tensor.New(o.DType, o.Shape...)
	for i := range t.Len() {
		x := o.lo + (o.hi-o.lo)*rng.Float64()
		if len(o.numbers) > 0 {
			x = o.numbers[i%len(o.numbers)]
		}
		set(t, i, x)
	}
	return t
}

// set stores x in element i of t, rounded down for integer types.
func set(t *tensor.Tensor, i int, x float64) {
	switch d := t.Data().(type) {
	case []bool:
		d[i] = x >= 1
	case []uint8:
		d[i] = uint8(x)
	case []int32:
		d[i] = int32(math.Floor(x))
	case []int64:
		d[i] = int64(math.Floor(x))
	case []float32:
		d[i] = float32(x)
	case []float64:
		d[i] = x
	case []uint16:
		if t.DType() == graph.BFloat16 {
			d[i] = half.ToBFloat16(float32(x))
		} else {
			d[i] = half.ToFloat16(float32(x))
		}
	}
}

var (
	floatTypes = []graph.DType{graph.Float32, graph.Float64, graph.BFloat16, graph.Float16}
	intTypes   = []graph.DType{graph.Int32, graph.Int64, graph.Uint8}
	numTypes   = append(append([]graph.DType{}, floatTypes...), intTypes...)
	allTypes   = append(append([]graph.DType{}, numTypes...), graph.Bool)
	wideTypes  = []graph.DType{graph.Float32, graph.Float64}
)

// rowsFor returns a row of one operation for each type.
func rowsFor(name string, types []graph.DType, cases func(d graph.DType) []testCase) (rows []row) {
	for _, d := range types {
		rows = append(rows, row{name, d, cases(d)})
	}
	return rows
}

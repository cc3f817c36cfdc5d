package emit

import (
	"math"
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/half"
	"github.com/rhyton/rhyton/internal/scalar"
)

// number is the Go types that arrays are computed with. A bool is a uint8 of 0 or 1.
type number interface {
	uint8 | int32 | int64 | float32 | float64
}

// mapGrain is the elements a thread takes at a time in plain loops.
const mapGrain = 16384

// cast converts v as [graph.Cast] says.
func (c *compiler) cast(v plan.Value, to graph.DType) plan.Value {
	if v.DType == to {
		return v
	}
	from := v.DType
	if once := v.Once(); once.Shape.Size() < v.Shape.Size() {
		return c.cast(once, to).Broadcast(v.Shape)
	}
	v = c.dense(v)
	out := c.Temp(graph.Type{DType: to, Shape: v.Shape})
	x, y := c.Ref(v), c.Ref(out)
	convert := converter(from, to)
	run := c.Program.Spread(x.N, mapGrain, func(lo, hi int) {
		convert(unsafe.Add(y.Pointer(), lo*to.Size()), unsafe.Add(x.Pointer(), lo*from.Size()), hi-lo)
	})
	c.Emit("cast "+from.String()+" "+to.String()+" "+v.Shape.String(), run, []plan.Value{out}, []plan.Value{v})
	if from.Size() == to.Size() {
		c.MayOverwrite(out, v)
	}
	return out
}

// converter returns the conversion of n elements; half floats convert from and to float32.
func converter(from, to graph.DType) func(dst, src unsafe.Pointer, n int) {
	switch {
	case from == graph.BFloat16:
		return fromBFloat16
	case from == graph.Float16:
		return loop(half.FromFloat16)
	case to == graph.BFloat16:
		return toBFloat16
	case to == graph.Float16:
		return loop(half.ToFloat16)
	}
	switch from {
	case graph.Bool, graph.Uint8:
		if to == graph.Float32 {
			return fromBytes
		}
		return converterFrom[uint8](to)
	case graph.Int32:
		return converterFrom[int32](to)
	case graph.Int64:
		return converterFrom[int64](to)
	case graph.Float32:
		if to == graph.Bool {
			return toBools
		}
		return converterFrom[float32](to)
	}
	return converterFrom[float64](to)
}

func converterFrom[S number](to graph.DType) func(dst, src unsafe.Pointer, n int) {
	var s S = 1
	fromFloat := s/2 != 0
	switch to {
	case graph.Bool:
		return loop(func(x S) uint8 { return truth(x != 0) })
	case graph.Uint8:
		if fromFloat {
			return loop(func(x S) uint8 { return uint8(scalar.Saturate(float64(x), 0, math.MaxUint8)) })
		}
		return loop(func(x S) uint8 { return uint8(x) })
	case graph.Int32:
		if fromFloat {
			return loop(func(x S) int32 { return int32(scalar.Saturate(float64(x), math.MinInt32, math.MaxInt32)) })
		}
		return loop(func(x S) int32 { return int32(x) })
	case graph.Int64:
		if fromFloat {
			return loop(func(x S) int64 { return scalar.Saturate(float64(x), math.MinInt64, math.MaxInt64) })
		}
		return loop(func(x S) int64 { return int64(x) })
	case graph.Float32:
		return func(dst, src unsafe.Pointer, n int) {
			d, s := unsafe.Slice((*float32)(dst), n), unsafe.Slice((*S)(src), n)
			for i, x := range s {
				d[i] = float32(x)
			}
		}
	}
	return loop(func(x S) float64 { return float64(x) })
}

func fromBFloat16(dst, src unsafe.Pointer, n int) {
	kernel.FromBF16(unsafe.Slice((*float32)(dst), n), unsafe.Slice((*uint16)(src), n))
}

func toBFloat16(dst, src unsafe.Pointer, n int) {
	kernel.ToBF16(unsafe.Slice((*uint16)(dst), n), unsafe.Slice((*float32)(src), n))
}

func fromBytes(dst, src unsafe.Pointer, n int) {
	kernel.FromBytes(unsafe.Slice((*float32)(dst), n), unsafe.Slice((*uint8)(src), n))
}

func toBools(dst, src unsafe.Pointer, n int) {
	kernel.ToBools(unsafe.Slice((*uint8)(dst), n), unsafe.Slice((*float32)(src), n))
}

func loop[S, D any](f func(S) D) func(dst, src unsafe.Pointer, n int) {
	return func(dst, src unsafe.Pointer, n int) {
		d, s := unsafe.Slice((*D)(dst), n), unsafe.Slice((*S)(src), n)
		for i, x := range s {
			d[i] = f(x)
		}
	}
}

func truth(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

package ref

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/scalar"
)

func unary(fn graph.Fn, x value) value {
	v := newValue(x.Type)
	f := scalar.Float(fn)
	for k, e := range x.f {
		v.f[k] = f(e)
	}
	for k, e := range x.i {
		v.i[k] = scalar.Int(fn, e)
	}
	return v.rounded()
}

func binary(fn graph.Fn, a, b value) value {
	v := newValue(a.Type)
	for k, e := range a.f {
		v.f[k] = scalar.Floats(fn, e, b.f[k])
	}
	for k, e := range a.i {
		v.i[k] = scalar.Ints(fn, e, b.i[k])
	}
	return v.rounded()
}

func compare(fn graph.Fn, t graph.Type, a, b value) value {
	v := newValue(t)
	for k, e := range a.f {
		v.i[k] = scalar.Bit(scalar.Holds(fn, e, b.f[k]))
	}
	for k, e := range a.i {
		v.i[k] = scalar.Bit(scalar.Holds(fn, e, b.i[k]))
	}
	return v
}

func choose(c, a, b value) value {
	v := newValue(a.Type)
	for k, yes := range c.i {
		from := b
		if yes != 0 {
			from = a
		}
		if v.f != nil {
			v.f[k] = from.f[k]
		} else {
			v.i[k] = from.i[k]
		}
	}
	return v
}

// cast converts x to type t. A float is truncated to an integer, saturating at the ends of the
// range, with NaN converted to 0. An integer is converted to a narrower one modulo its range.
// The conversion to bool is x ≠ 0.
func cast(t graph.Type, x value) value {
	v := newValue(t)
	for k, e := range x.f {
		v.set(k, e)
	}
	for k, e := range x.i {
		switch {
		case t.DType == graph.Bool:
			v.i[k] = scalar.Bit(e != 0)
		case t.DType == graph.Float64:
			v.f[k] = float64(e)
		case v.f != nil:
			v.f[k] = float64(float32(e))
		default:
			v.i[k] = e
		}
	}
	return v.rounded()
}

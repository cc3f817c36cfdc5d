package kerasops

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// item returns x[key] as in NumPy: key is an index, a slice, None or an ellipsis, or a list of
// these.
func (a *Args) item() *graph.Node {
	x := a.x("x")
	keys, ok := a.Values["key"].([]any)
	if !ok {
		keys = []any{a.Values["key"]}
	}
	axis := 0
	for i, key := range keys {
		if at, whole, ok := numberOf(key); ok && whole {
			x = ops.Index(x, axis, int(at))
			continue
		}
		o, _ := key.(map[string]any)
		switch {
		case key == nil:
			x = ops.ExpandDims(x, axis)
		case o["class_name"] == "__ellipsis__":
			axis = x.Rank() - axesOf(keys[i+1:])
			continue
		case o["class_name"] == "__slice__":
			conf, _ := o["config"].(map[string]any)
			x = a.sliced(x, axis, conf)
		default:
			a.wrong("key", "integers, slices, None and an ellipsis")
		}
		axis++
	}
	return x
}

// axesOf returns the number of axes of x that keys index.
func axesOf(keys []any) (n int) {
	for _, key := range keys {
		if key != nil {
			n++
		}
	}
	return n
}

// sliced returns the elements start, start+step, … before stop along an axis, as in Python.
func (a *Args) sliced(x *graph.Node, axis int, conf map[string]any) *graph.Node {
	part := &Args{Values: conf, In: a.In, Graph: a.Graph}
	n, step := x.Shape[ops.Axis(x, axis)], part.int("step", 1)
	if step == 0 {
		graph.Errorf("a slice of step 0")
	}
	first, end, sign := 0, n, 1
	if step < 0 {
		first, end, sign = n-1, -1, -1
	}
	bound := func(name string, otherwise int) int {
		if conf[name] == nil {
			return otherwise
		}
		at := part.int(name, 0)
		if at < 0 {
			at += n
		}
		if step < 0 {
			return min(max(at, -1), n-1)
		}
		return min(max(at, 0), n)
	}
	start, stop := bound("start", first), bound("stop", end)
	count := (stop - start + step - sign) / step
	if count <= 0 {
		graph.Errorf("slice %d:%d:%d of axis %d of %v is empty", start, stop, step, axis, x.Shape)
	}
	last := start + (count-1)*step
	if step < 0 {
		return ops.Flip(ops.SliceStep(x, axis, last, start+1, -step), axis)
	}
	return ops.SliceStep(x, axis, start, last+1, step)
}

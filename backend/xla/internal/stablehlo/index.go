package stablehlo

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
)

// rows converts indices to a signed type, as XLA requires.
func (e *emitter) rows(idx value) value {
	if idx.elem == "ui8" {
		return e.convert(idx, "i32")
	}
	return idx
}

// gather gathers rows of x. StableHLO clamps indices, as the operation requires.
func (e *emitter) gather(x, idx value, out typ) value {
	idx = e.rows(idx)
	sizes := append([]int{1}, x.dims[1:]...)
	offset := axes(out.rank())[idx.rank():]
	return e.op(out, "\"stablehlo.gather\"(%s, %s) <{dimension_numbers = #stablehlo.gather<offset_dims = %s, "+
		"collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = %d>, indices_are_sorted = false, "+
		"slice_sizes = %s}> : %s", x.id, idx.id, list(offset), idx.rank(), array(sizes),
		signature([]value{x, idx}, out))
}

// scatter combines rows into x. StableHLO drops out-of-range indices, as the operation requires.
func (e *emitter) scatter(fn graph.Fn, x, idx, updates value) value {
	if updates.size() == 0 {
		return x
	}
	idx = e.rows(idx)
	if fn == graph.Set {
		return e.setRows(x, idx, updates)
	}
	return e.combineRows(fn, x, idx, updates)
}

func (e *emitter) combineRows(fn graph.Fn, x, idx, updates value) value {
	window := axes(updates.rank())[idx.rank():]
	return e.op(x.typ, "\"stablehlo.scatter\"(%s, %s, %s) <{indices_are_sorted = false, scatter_dimension_numbers = "+
		"#stablehlo.scatter<update_window_dims = %s, inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], "+
		"index_vector_dim = %d>, unique_indices = false}> %s : %s", x.id, idx.id, updates.id, list(window), idx.rank(),
		e.combine(fn, x.typ), signature([]value{x, idx, updates}, x.typ))
}

// setRows makes the last of several updates of a row win. StableHLO leaves the winner unspecified,
// and on GPUs it varies. So each row first finds the index of its last update, with a maximum, and
// then takes that update.
func (e *emitter) setRows(x, idx, updates value) value {
	n, rows := idx.size(), x.dims[0]
	flat := e.reshape(idx, []int{n})
	updates = e.reshape(updates, append([]int{n}, x.dims[1:]...))
	last := e.combineRows(graph.Max, e.splat(typ{"i32", []int{rows}}, -1), flat, e.iota(typ{"i32", []int{n}}, 0))
	taken := e.gather(updates, last, x.typ)
	hit := e.compare("GE", last, e.zeros(last.typ))
	return e.choose(e.broadcast(hit, x.dims, 0), taken, x)
}

func (e *emitter) matMul(op graph.MatMul, a, b value, out typ) value {
	r := a.rank()
	ca, cb := r-1, r-2
	if op.TransA {
		ca = r - 2
	}
	if op.TransB {
		cb = r - 1
	}
	batch := ""
	if r > 2 {
		batch = fmt.Sprintf("batching_dims = %[1]s x %[1]s, ", list(axes(r-2)))
	}
	return e.op(out, "stablehlo.dot_general %s, %s, %scontracting_dims = [%d] x [%d], precision = [%[6]s, %[6]s] : %[7]s",
		a.id, b.id, batch, ca, cb, e.precision(a.typ), signature([]value{a, b}, out))
}

// precision returns the precision in which products of x's type are computed.
func (e *emitter) precision(x typ) string {
	if x.elem == "f32" && !e.options.TF32 {
		return "HIGHEST"
	}
	return "DEFAULT"
}

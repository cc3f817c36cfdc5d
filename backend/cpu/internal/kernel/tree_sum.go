package kernel

import "sync/atomic"

// treeSum adds up arrays that threads make. Whoever makes the second of a pair adds it to
// the first, and so do pairs of pairs: always the same pairs, so that the bits do not depend on
// who is first, and mostly of one thread's making, whose cache holds them.
type treeSum struct {
	total  []float32 // array 0, and in the end the sum
	others []float32 // memory of the other arrays
	arrays int
	cells  int            // ranges that are made, and added up, apart
	met    []atomic.Int32 // of each pair, known by its second array, and cell: how many are there
}

// begin makes room for arrays as long as total.
func (t *treeSum) begin(total []float32, arrays, cells int) {
	t.total, t.arrays, t.cells = total, arrays, cells
	t.others = grow(t.others, (arrays-1)*len(total))
	if len(t.met) < arrays*cells {
		t.met = make([]atomic.Int32, arrays*cells)
	}
	for i := range t.met {
		t.met[i].Store(0)
	}
}

// array is array i.
func (t *treeSum) array(i int) []float32 {
	n := len(t.total)
	if i == 0 {
		return t.total
	}
	return t.others[(i-1)*n : i*n]
}

// made says that a cell of array i is complete: rows of n numbers from the one at lo on,
// ld apart.
func (t *treeSum) made(i, cell, lo, n, rows, ld int) {
	for step := 1; step < t.arrays; step *= 2 {
		i &^= step
		if i+step >= t.arrays {
			continue
		}
		if t.met[(i+step)*t.cells+cell].Add(1) == 1 {
			return
		}
		a, b := t.array(i), t.array(i+step)
		for r := range rows {
			row := a[lo+r*ld:][:n]
			Binary(Add, row, row, b[lo+r*ld:][:n])
		}
	}
}

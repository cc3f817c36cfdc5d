package kernel

// ScatterAdd adds row k of x to row index[k] of rows (n, width), for every k in order
// whose index lies in [lo, hi): parts of them can be done side by side.
func ScatterAdd(rows, x []float32, index []int64, lo, hi, width int) {
	if len(index) == 0 || width == 0 || lo >= hi {
		return
	}
	rows, x = rows[:hi*width], x[:len(index)*width]
	if add := table.scatterAdd; add != nil {
		add(&rows[0], &x[0], &index[0], len(index), lo, hi-lo, width)
		return
	}
	for k, row := range index {
		if row >= int64(lo) && row < int64(hi) {
			dst := rows[int(row)*width : (int(row)+1)*width]
			for j, v := range x[k*width : (k+1)*width] {
				dst[j] += v
			}
		}
	}
}

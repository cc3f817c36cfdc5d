package kernel

// Blocks says how blocks of rows of N elements lie: distances in elements, none negative.
type Blocks struct {
	Blocks, Rows, N    int
	DstBlock, SrcBlock int
	DstRow, SrcRow     int
}

// CopyBlocks copies rows of src to those of dst. No two of dst's may overlap.
func CopyBlocks(dst, src []float32, b Blocks) {
	if b.Blocks <= 0 || b.Rows <= 0 || b.N <= 0 {
		return
	}
	need(dst, b.Blocks, b.DstBlock, b.Rows, b.DstRow, b.N)
	need(src, b.Blocks, b.SrcBlock, b.Rows, b.SrcRow, b.N)
	if f := table.copyBlocks; f != nil {
		f(&dst[0], &src[0], b.Blocks, b.Rows, b.N, 4*b.DstBlock, 4*b.SrcBlock, 4*b.DstRow, 4*b.SrcRow)
		return
	}
	for i := range b.Blocks {
		for j := range b.Rows {
			copy(dst[i*b.DstBlock+j*b.DstRow:][:b.N], src[i*b.SrcBlock+j*b.SrcRow:])
		}
	}
}

// sumBlocks sets dst (blocks, n) to the sums over the rows of x (blocks, rows, n), row by
// row.
func sumBlocks(dst, x []float32, blocks, rows, n int) {
	dst, x = dst[:blocks*n], x[:blocks*rows*n]
	if len(dst) > 0 && rows > 0 {
		table.sumBlocks(&dst[0], &x[0], blocks, rows, n)
	}
}

// Package kernel is the arithmetic of the CPU device: matrix products,
// convolutions, elementwise maths, reductions, optimizer updates and random
// numbers over plain slices. It knows nothing of graphs.
//
// Arrays are dense, row-major and float32 unless a name ends in 64. A slice
// that is too short panics with Go's own bounds error; a destination may be the
// same slice as a source where the function works element by element, and may
// not overlap it otherwise.
//
// Every result is the same, bit for bit, for any number of threads: work is
// split over outputs, and sums have one fixed order per Level. Two levels may
// differ in the last bits.
package kernel

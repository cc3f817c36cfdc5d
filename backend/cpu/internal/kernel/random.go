package kernel

import "github.com/rhyton/rhyton/internal/philox"

// Uniform fills dst with draws from [0, 1): dst[i] is element offset+i of the
// stream, see package philox.
func Uniform(dst []float32, key, stream, offset uint64) {
	for i := range dst {
		dst[i] = philox.Uniform(philox.Word(key, stream, offset+uint64(i)))
	}
}

// Normal fills dst with standard normal draws: dst[i] is element offset+i of the
// stream by philox.Normals.
func Normal(dst []float32, key, stream, offset uint64) {
	for i := range dst {
		e := offset + uint64(i)
		dst[i] = philox.Normals(philox.Block(key, stream, e/4))[e%4]
	}
}

// Dropout sets y[i] = x[i]/keep where element offset+i of the stream is below
// keep, else 0. Its gradient is Dropout of dy with the same numbers.
func Dropout(y, x []float32, keep float32, key, stream, offset uint64) {
	for i, v := range x[:len(y)] {
		y[i] = 0
		if philox.Uniform(philox.Word(key, stream, offset+uint64(i))) < keep {
			y[i] = v * (1 / keep)
		}
	}
}

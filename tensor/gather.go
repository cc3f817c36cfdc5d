package tensor

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

func gather(dst, src any, rows []int, w int) {
	switch d := dst.(type) {
	case []bool:
		gatherRows(d, src.([]bool), rows, w)
	case []uint8:
		gatherRows(d, src.([]uint8), rows, w)
	case []int32:
		gatherRows(d, src.([]int32), rows, w)
	case []int64:
		gatherRows(d, src.([]int64), rows, w)
	case []uint16:
		gatherRows(d, src.([]uint16), rows, w)
	case []float32:
		gatherRows(d, src.([]float32), rows, w)
	case []float64:
		gatherRows(d, src.([]float64), rows, w)
	case []string:
		gatherRows(d, src.([]string), rows, w)
	}
}

func gatherRows[T any](dst, src []T, rows []int, w int) {
	switch {
	case w == 1:
		for i, r := range rows {
			dst[i] = src[r]
		}
	case w <= 8: // a call of copy would take longer
		for i, r := range rows {
			from := src[r*w : (r+1)*w]
			to := dst[i*w:][:len(from)]
			//lint:ignore S1001 that call is what this saves
			for k := range from {
				to[k] = from[k]
			}
		}
	case len(rows)*w*int(unsafe.Sizeof(src[0])) < sharedBytes:
		copyRows(dst, src, rows, w)
	default:
		shareRows(dst, src, rows, w)
	}
}

func copyRows[T any](dst, src []T, rows []int, w int) {
	for i, r := range rows {
		copy(dst[i*w:(i+1)*w], src[r*w:])
	}
}

// sharedBytes is the amount that pays for another goroutine, pieceBytes about what one copies at
// a time.
const (
	sharedBytes = 1 << 20
	pieceBytes  = 64 << 10
)

// shareRows is copyRows with several goroutines. One that starts late finds nothing to do, and
// nobody waits for it.
func shareRows[T any](dst, src []T, rows []int, w int) {
	var next, done atomic.Int64
	piece := max(1, pieceBytes/(w*int(unsafe.Sizeof(src[0]))))
	work := func() {
		for {
			hi := int(next.Add(int64(piece)))
			lo := hi - piece
			if hi = min(hi, len(rows)); lo >= hi {
				return
			}
			copyRows(dst[lo*w:], src, rows[lo:hi], w)
			done.Add(int64(hi - lo))
		}
	}
	for range min(runtime.GOMAXPROCS(0)-1, 3) {
		go work()
	}
	work()
	for done.Load() < int64(len(rows)) {
		runtime.Gosched()
	}
}

// upTo returns the first n elements of data's memory, n no more than its capacity.
func upTo(data any, n int) any {
	switch d := data.(type) {
	case []bool:
		return d[:n]
	case []uint8:
		return d[:n]
	case []int32:
		return d[:n]
	case []int64:
		return d[:n]
	case []uint16:
		return d[:n]
	case []float64:
		return d[:n]
	case []string:
		return d[:n]
	}
	return data.([]float32)[:n]
}

func capOf(data any) int {
	switch d := data.(type) {
	case []bool:
		return cap(d)
	case []uint8:
		return cap(d)
	case []int32:
		return cap(d)
	case []int64:
		return cap(d)
	case []uint16:
		return cap(d)
	case []float64:
		return cap(d)
	case []string:
		return cap(d)
	}
	return cap(data.([]float32))
}

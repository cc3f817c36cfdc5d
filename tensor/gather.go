package tensor

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
	default:
		for i, r := range rows {
			copy(dst[i*w:(i+1)*w], src[r*w:])
		}
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

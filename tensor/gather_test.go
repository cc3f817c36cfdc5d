package tensor_test

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

// Batches of megabytes are copied by several goroutines; the rows are those requested.
func TestManyRowsAreGatheredTogether(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	const n, width = 700, 1001
	x := make([]float32, n*width)
	words := make([]string, n*width)
	for i := range x {
		x[i], words[i] = float32(i), string(rune('a'+i%26))
	}
	r := rand.New(rand.NewPCG(1, 1))
	rows := make([]int, 900)
	for range 5 {
		for i := range rows {
			rows[i] = r.IntN(n)
		}
		numbers, _ := tensor.Data[float32](tensor.Gather(nil, tensor.Of(x, n, width), rows))
		texts, _ := tensor.Data[string](tensor.Gather(nil, tensor.Of(words, n, width), rows))
		for i := range numbers {
			from := rows[i/width]*width + i%width
			if numbers[i] != x[from] || texts[i] != words[from] {
				t.Fatalf("element %d is %v and %q, want %v and %q", i, numbers[i], texts[i], x[from], words[from])
			}
		}
	}
}

package datasets

import (
	"fmt"

	"github.com/rhyton/rhyton/tensor"
)

// PadSequences makes sequences equally long, like keras.utils.pad_sequences: shorter ones are
// padded and longer ones truncated, by default at the beginning.
type PadSequences[T tensor.Element] struct {
	MaxLen         int  // length of the longest sequence if 0
	PaddingPost    bool // pad at the end
	TruncatingPost bool // truncate at the end
	Value          T    // padding value
}

// Of returns an array of shape (len(sequences), MaxLen).
func (p PadSequences[T]) Of(sequences [][]T) *tensor.Tensor {
	n := p.MaxLen
	if n < 0 {
		return tensor.Broken(fmt.Errorf("datasets: pad sequences: length %d", n))
	}
	if n == 0 {
		for _, s := range sequences {
			n = max(n, len(s))
		}
	}
	if err := (tensor.Shape{len(sequences), n}).Check(); err != nil {
		return tensor.Broken(fmt.Errorf("datasets: pad sequences: %w", err))
	}
	data := make([]T, len(sequences)*n)
	for i, s := range sequences {
		row := data[i*n : (i+1)*n]
		for k := range row {
			row[k] = p.Value
		}
		if len(s) > n && p.TruncatingPost {
			s = s[:n]
		} else if len(s) > n {
			s = s[len(s)-n:]
		}
		if !p.PaddingPost {
			row = row[n-len(s):]
		}
		copy(row, s)
	}
	return tensor.Of(data, len(sequences), n)
}

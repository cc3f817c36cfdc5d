package layers

import (
	"cmp"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/rhyton/rhyton/internal/vocabulary"
	"github.com/rhyton/rhyton/tensor"
)

// A tableCache caches the table of a vocabulary between calls.
type tableCache[T cmp.Ordered] struct {
	at atomic.Pointer[cachedTable[T]]
}

type cachedTable[T cmp.Ordered] struct {
	of *T // the vocabulary's first token
	n  int
	*vocabulary.Table[T]
}

// tableOf returns the table for l, which is built at the first call.
func (c *tableCache[T]) tableOf(l vocabulary.Config[T], err error) (*vocabulary.Table[T], error) {
	if err != nil {
		return nil, err
	}
	if have := c.at.Load(); have != nil && len(l.Tokens) == have.n && have.n > 0 && &l.Tokens[0] == have.of {
		return have.Table, nil
	}
	t, err := ready(l)
	if err != nil {
		return nil, err
	}
	c.at.Store(&cachedTable[T]{&l.Tokens[0], len(l.Tokens), t})
	return t, nil
}

// ready returns the table for l, or an error if there are no tokens because the layer is not
// adapted.
func ready[T cmp.Ordered](l vocabulary.Config[T]) (*vocabulary.Table[T], error) {
	t, err := l.Table()
	if errors.Is(err, vocabulary.ErrEmpty) {
		return nil, errNotAdapted("Vocabulary")
	}
	return t, err
}

// encodeTokens returns the encoding of tokens of the given shape.
func encodeTokens[T cmp.Ordered](t *vocabulary.Table[T], tokens []T, shape []int) (*tensor.Tensor, error) {
	mode := Encoding(t.Mode)
	index := make([]int64, len(tokens))
	for i, token := range tokens {
		var err error
		if index[i], err = t.IndexOf(token); err != nil {
			return nil, err
		}
	}
	if mode != AsTFIDF {
		return mode.encoded(index, shape, t.Depth(), tensor.Int64), nil
	}
	data, out := mode.encode(index, shape, t.Depth(), nil)
	for i := range data {
		data[i] *= t.Weights[i%len(t.Weights)]
	}
	return tensor.Of(data, out...), nil
}

// rowsOf splits the elements of a tensor into samples; each element of a vector is one sample.
func rowsOf[T any](data []T, shape []int) [][]T {
	if len(data) == 0 {
		return nil
	}
	return slices.Collect(slices.Chunk(data, len(data)/shape[0]))
}

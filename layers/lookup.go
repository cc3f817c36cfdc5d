package layers

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"sync/atomic"

	"github.com/rhyton/rhyton/tensor"
)

// A lookup is what StringLookup and IntegerLookup have in common: the configuration of a
// table from tokens to indices. Index 0 is the mask's, if there is a mask and indices are
// wanted; then come the indices of tokens outside the vocabulary; then the vocabulary.
type lookup[T cmp.Ordered] struct {
	tokens    []T
	idf       []float64
	maxTokens int
	outside   int // how many indices tokens outside the vocabulary share
	mask      *T
	unknown   T
	invert    bool
	pad       bool
	mode      Encoding
	bucket    func(token T) uint64 // of tokens outside, where they share several indices
}

// A table is a lookup that is ready.
type table[T cmp.Ordered] struct {
	lookup[T]
	index map[T]int64 // of the vocabulary
	own   []T         // the vocabulary without special tokens
	idf   []float32   // of each index
}

// A tableCache keeps the table of a vocabulary from call to call.
type tableCache[T cmp.Ordered] struct {
	at atomic.Pointer[cachedTable[T]]
}

type cachedTable[T cmp.Ordered] struct {
	of *T // the vocabulary's first token
	n  int
	*table[T]
}

// tableOf returns l's table, made at the first call.
func (c *tableCache[T]) tableOf(l lookup[T], err error) (*table[T], error) {
	if err != nil {
		return nil, err
	}
	if have := c.at.Load(); have != nil && len(l.tokens) == have.n && have.n > 0 && &l.tokens[0] == have.of {
		return have.table, nil
	}
	t, err := l.table()
	if err != nil {
		return nil, err
	}
	c.at.Store(&cachedTable[T]{&l.tokens[0], len(l.tokens), t})
	return t, nil
}

// firstOutside is the index of the first token outside the vocabulary.
func (l *lookup[T]) firstOutside() int64 {
	if l.mask != nil && l.mode == AsIndices {
		return 1
	}
	return 0
}

// first is the index of the vocabulary's first token.
func (l *lookup[T]) first() int { return int(l.firstOutside()) + l.outside }

// special lists the tokens before the vocabulary.
func (l *lookup[T]) special() (list []T) {
	for range l.firstOutside() {
		list = append(list, *l.mask)
	}
	for range l.outside {
		list = append(list, l.unknown)
	}
	return list
}

// beginsWithSpecial reports whether the special tokens are in the vocabulary given.
func (l *lookup[T]) beginsWithSpecial() bool {
	special := l.special()
	n := len(special)
	return n > 0 && len(l.tokens) >= n && slices.Equal(l.tokens[:n], special)
}

// check reports arguments that don't go together.
func (l *lookup[T]) check() error {
	switch {
	case l.maxTokens < 0 || l.maxTokens == 1:
		return fmt.Errorf("MaxTokens is %d; wants 2 or more, or 0 for any number", l.maxTokens)
	case l.pad && l.maxTokens == 0:
		return errors.New("PadToMaxTokens is set without MaxTokens")
	case l.outside < 0:
		return fmt.Errorf("NumOOVIndices is %d; wants 0 or more", l.outside)
	case l.invert && l.mode != AsIndices:
		return fmt.Errorf("Invert goes with AsIndices, not with %q", l.mode)
	case len(l.idf) > 0 && l.mode != AsTFIDF:
		return fmt.Errorf("IDFWeights go with AsTFIDF, not with %q", l.mode)
	case l.mode == AsTFIDF && len(l.tokens) > 0 && len(l.idf) != len(l.tokens):
		return fmt.Errorf("%d IDFWeights for a vocabulary of %d; AsTFIDF wants one for each token, or Adapt", len(l.idf), len(l.tokens))
	}
	return nil
}

// table returns the table, or says what is wrong with the vocabulary.
func (l lookup[T]) table() (*table[T], error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	if len(l.tokens) == 0 {
		return nil, errNotAdapted("Vocabulary")
	}
	t := &table[T]{lookup: l, index: map[T]int64{}, own: l.tokens}
	special, found := l.special(), l.beginsWithSpecial()
	if found {
		t.own = l.tokens[len(special):]
	}
	for i, token := range t.own {
		if _, twice := t.index[token]; twice {
			return nil, fmt.Errorf("vocabulary: %#v occurs twice", token)
		}
		if l.mask != nil && token == *l.mask || l.invert && token == l.unknown {
			return nil, fmt.Errorf("vocabulary: the special token %#v at position %d: leave special tokens out, or begin with %#v", token, i, special)
		}
		t.index[token] = int64(l.first() + i)
	}
	if n := l.first() + len(t.own); l.maxTokens > 0 && n > l.maxTokens {
		return nil, fmt.Errorf("vocabulary: %d tokens with the special ones, MaxTokens is %d", n, l.maxTokens)
	}
	t.weigh(found)
	return t, nil
}

// weigh sets the IDF weight of every index: tokens outside get the mean.
func (t *table[T]) weigh(special bool) {
	if t.mode != AsTFIDF {
		return
	}
	mean := 0.0
	for _, w := range t.lookup.idf {
		mean += w / float64(len(t.lookup.idf))
	}
	t.idf = make([]float32, 0, t.depth())
	for range t.first() {
		if !special {
			t.idf = append(t.idf, float32(mean))
		}
	}
	for _, w := range t.lookup.idf {
		t.idf = append(t.idf, float32(w))
	}
	for len(t.idf) < t.depth() {
		t.idf = append(t.idf, 0)
	}
}

// size is the number of indices.
func (t *table[T]) size() int { return t.first() + len(t.own) }

// depth is the width of an encoding.
func (t *table[T]) depth() int {
	if t.pad {
		return t.maxTokens
	}
	return t.size()
}

// indexOf returns the index of a token, -1 for one that counts nothing.
func (t *table[T]) indexOf(token T) (int64, error) {
	if t.mask != nil && token == *t.mask {
		if t.mode == AsIndices {
			return 0, nil
		}
		return -1, nil
	}
	if i, ok := t.index[token]; ok {
		return i, nil
	}
	switch t.outside {
	case 0:
		return 0, fmt.Errorf("%#v is not in the vocabulary, and NumOOVIndices is 0: set it to 1", token)
	case 1:
		return t.firstOutside(), nil
	}
	return t.firstOutside() + int64(t.bucket(token)), nil
}

// encode looks tokens of the given shape up.
func (t *table[T]) encode(tokens []T, shape []int) (*tensor.Tensor, error) {
	index := make([]int64, len(tokens))
	for i, token := range tokens {
		var err error
		if index[i], err = t.indexOf(token); err != nil {
			return nil, err
		}
	}
	if t.mode != AsTFIDF {
		return t.mode.encoded(index, shape, t.depth(), tensor.Int64), nil
	}
	data, out := t.mode.encode(index, shape, t.depth(), nil)
	for i := range data {
		data[i] *= t.idf[i%len(t.idf)]
	}
	return tensor.Of(data, out...), nil
}

// decode returns the tokens of indices.
func (t *table[T]) decode(index []int64) []T {
	out := make([]T, len(index))
	for i, v := range index {
		k := v - int64(t.first())
		switch {
		case v == 0 && t.mask != nil:
			out[i] = *t.mask
		case k >= 0 && k < int64(len(t.own)):
			out[i] = t.own[k]
		default:
			out[i] = t.unknown
		}
	}
	return out
}

// A counting learns a vocabulary: how often each token occurs, and in how many documents.
type counting[T cmp.Ordered] struct {
	lookup[T]
	counts, documents map[T]int
	rows              int
	words             func(x *tensor.Tensor) (rows [][]T, err error) // a document each
	done              func(tokens []T, idf []float64)
}

func (c *counting[T]) see(x *tensor.Tensor) error {
	rows, err := c.words(x)
	if err != nil {
		return err
	}
	if c.counts == nil {
		c.counts, c.documents = map[T]int{}, map[T]int{}
	}
	last := map[T]int{} // the document in which a token was met, from 1
	for r, row := range rows {
		c.rows++
		for _, token := range row {
			c.counts[token]++
			if last[token] != r+1 {
				last[token] = r + 1
				c.documents[token]++
			}
		}
	}
	return nil
}

// finish hands over the most frequent tokens; of equally frequent ones the greater comes
// first, as in Keras.
func (c *counting[T]) finish() error {
	if c.mask != nil {
		delete(c.counts, *c.mask)
	}
	delete(c.counts, c.unknown)
	if len(c.counts) == 0 {
		return errors.New("the data has no tokens")
	}
	tokens := make([]T, 0, len(c.counts))
	for t := range c.counts {
		tokens = append(tokens, t)
	}
	sort.Slice(tokens, func(i, j int) bool {
		if a, b := c.counts[tokens[i]], c.counts[tokens[j]]; a != b {
			return a > b
		}
		return tokens[i] > tokens[j]
	})
	if c.maxTokens > 0 {
		tokens = tokens[:min(len(tokens), max(c.maxTokens-c.first(), 0))]
	}
	if len(tokens) == 0 {
		return fmt.Errorf("MaxTokens %d leaves no room for tokens", c.maxTokens)
	}
	var idf []float64
	if c.mode == AsTFIDF {
		for _, t := range tokens {
			idf = append(idf, float64(float32(math.Log(1+float64(c.rows)/float64(1+c.documents[t])))))
		}
	}
	c.done(tokens, idf)
	return nil
}

// rowsOf cuts the elements of an array into samples; those of a vector are one each.
func rowsOf[T any](data []T, shape []int) [][]T {
	if len(data) == 0 {
		return nil
	}
	return slices.Collect(slices.Chunk(data, len(data)/shape[0]))
}

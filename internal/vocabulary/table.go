// Package vocabulary implements the tables from tokens to indices of StringLookup, IntegerLookup
// and TextVectorization, and learns them from data.
package vocabulary

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Values of a Config's Mode: indices, and counts weighted by inverse document frequency.
const (
	indices = "int"
	tfidf   = "tf_idf"
)

// ErrEmpty is returned if there are no tokens.
var ErrEmpty = errors.New("there is no vocabulary")

// A Config is the common configuration of StringLookup and IntegerLookup, for a Table from tokens
// to indices. Index 0 is the mask's, if there is a mask and the mode is indices. It is followed by
// the indices of tokens outside the vocabulary, and then by those of the vocabulary.
type Config[T cmp.Ordered] struct {
	Tokens    []T
	IDF       []float64
	MaxTokens int
	Outside   int // number of indices shared by tokens outside the vocabulary
	Mask      *T
	Unknown   T
	Invert    bool
	Pad       bool
	Mode      string               // the output, as layers.Encoding
	Bucket    func(token T) uint64 // hashes tokens outside the vocabulary if they share several indices
}

// Limits of what a configuration makes the host allocate.
const (
	maxOutside = 1 << 20
	maxWeights = 1 << 24
)

// A Table is a Config that is ready for use.
type Table[T cmp.Ordered] struct {
	Config[T]
	Index   map[T]int64 // of the vocabulary
	Own     []T         // the vocabulary without special tokens
	Weights []float32   // of each index
}

// FirstOutside returns the first index of tokens outside the vocabulary.
func (l *Config[T]) FirstOutside() int64 {
	if l.Mask != nil && l.Mode == indices {
		return 1
	}
	return 0
}

// First returns the index of the first token of the vocabulary.
func (l *Config[T]) First() int { return int(l.FirstOutside()) + l.Outside }

// Special lists the tokens before the vocabulary.
func (l *Config[T]) Special() (list []T) {
	for range l.FirstOutside() {
		list = append(list, *l.Mask)
	}
	for range l.Outside {
		list = append(list, l.Unknown)
	}
	return list
}

// BeginsWithSpecial reports whether the given vocabulary includes the special tokens.
func (l *Config[T]) BeginsWithSpecial() bool {
	n := l.First()
	return n > 0 && len(l.Tokens) >= n && slices.Equal(l.Tokens[:n], l.Special())
}

// Check reports incompatible arguments.
func (l *Config[T]) Check() error {
	switch {
	case l.MaxTokens < 0 || l.MaxTokens == 1:
		return fmt.Errorf("MaxTokens is %d; want 2 or more, or 0 for any number", l.MaxTokens)
	case l.Pad && l.MaxTokens == 0:
		return errors.New("PadToMaxTokens is set without MaxTokens")
	case l.Outside < 0 || l.Outside > maxOutside:
		return fmt.Errorf("NumOOVIndices is %d; want 0 to %d", l.Outside, maxOutside)
	case l.Mode == tfidf && l.Pad && l.MaxTokens > maxWeights:
		return fmt.Errorf("MaxTokens is %d; weights of tokens are padded to at most %d", l.MaxTokens, maxWeights)
	case l.Invert && l.Mode != indices:
		return fmt.Errorf("Invert goes with AsIndices, not with %q", l.Mode)
	case len(l.IDF) > 0 && l.Mode != tfidf:
		return fmt.Errorf("IDFWeights go with AsTFIDF, not with %q", l.Mode)
	case l.Mode == tfidf && len(l.Tokens) > 0 && len(l.IDF) != len(l.Tokens):
		return fmt.Errorf("%d IDFWeights for a vocabulary of %d; AsTFIDF needs one for each token, or Adapt", len(l.IDF), len(l.Tokens))
	}
	return nil
}

// Table returns the table, or an error that describes what is wrong with the vocabulary.
func (l Config[T]) Table() (*Table[T], error) {
	if err := l.Check(); err != nil {
		return nil, err
	}
	if len(l.Tokens) == 0 {
		return nil, ErrEmpty
	}
	t := &Table[T]{Config: l, Index: map[T]int64{}, Own: l.Tokens}
	found := l.BeginsWithSpecial()
	if found {
		t.Own = l.Tokens[l.First():]
	}
	for i, token := range t.Own {
		if _, twice := t.Index[token]; twice {
			return nil, fmt.Errorf("vocabulary: %#v occurs twice", token)
		}
		if l.Mask != nil && token == *l.Mask || l.Invert && token == l.Unknown {
			return nil, fmt.Errorf("vocabulary: the special token %#v at position %d: leave special tokens out, or begin with all %d of them", token, i, l.First())
		}
		t.Index[token] = int64(l.First() + i)
	}
	if n := l.First() + len(t.Own); l.MaxTokens > 0 && n > l.MaxTokens {
		return nil, fmt.Errorf("vocabulary: %d tokens with the special ones, MaxTokens is %d", n, l.MaxTokens)
	}
	t.weigh(found)
	return t, nil
}

// weigh sets the IDF weight of every index; tokens outside the vocabulary get the mean.
func (t *Table[T]) weigh(special bool) {
	if t.Mode != tfidf {
		return
	}
	mean := 0.0
	for _, w := range t.Config.IDF {
		mean += w / float64(len(t.Config.IDF))
	}
	t.Weights = make([]float32, 0, t.Depth())
	for range t.First() {
		if !special {
			t.Weights = append(t.Weights, float32(mean))
		}
	}
	for _, w := range t.Config.IDF {
		t.Weights = append(t.Weights, float32(w))
	}
	for len(t.Weights) < t.Depth() {
		t.Weights = append(t.Weights, 0)
	}
}

// Size returns the number of indices.
func (t *Table[T]) Size() int { return t.First() + len(t.Own) }

// Depth returns the width of an encoding.
func (t *Table[T]) Depth() int {
	if t.Pad {
		return t.MaxTokens
	}
	return t.Size()
}

// IndexOf returns the index of a token, -1 for a token that is not counted.
func (t *Table[T]) IndexOf(token T) (int64, error) {
	if t.Mask != nil && token == *t.Mask {
		if t.Mode == indices {
			return 0, nil
		}
		return -1, nil
	}
	if i, ok := t.Index[token]; ok {
		return i, nil
	}
	switch t.Outside {
	case 0:
		return 0, fmt.Errorf("%#v is not in the vocabulary, and NumOOVIndices is 0: set it to 1", token)
	case 1:
		return t.FirstOutside(), nil
	}
	return t.FirstOutside() + int64(t.Bucket(token)), nil
}

// Decode returns the tokens for indices.
func (t *Table[T]) Decode(index []int64) []T {
	out := make([]T, len(index))
	for i, v := range index {
		k := v - int64(t.First())
		switch {
		case v == 0 && t.Mask != nil:
			out[i] = *t.Mask
		case k >= 0 && k < int64(len(t.Own)):
			out[i] = t.Own[k]
		default:
			out[i] = t.Unknown
		}
	}
	return out
}

// Weighted returns the tokens, including special tokens that have weights, and the weight of each.
// The weights may be followed by the zeros of PadToMaxTokens.
func (l *Config[T]) Weighted(weights []float32) ([]T, []float64, error) {
	if l.Mode != tfidf {
		return nil, nil, fmt.Errorf("weights of tokens go with AsTFIDF, not with %q", l.Mode)
	}
	tokens := l.Tokens
	if special := l.Special(); len(weights) != len(tokens) && !l.BeginsWithSpecial() {
		tokens = append(special, tokens...)
	}
	n := len(tokens)
	if len(weights) != n && !(l.Pad && n < len(weights) && len(weights) == l.MaxTokens) {
		return nil, nil, fmt.Errorf("%d weights for a vocabulary of %d", len(weights), n)
	}
	idf := make([]float64, n)
	for i := range idf {
		idf[i] = float64(weights[i])
	}
	return tokens, idf, nil
}

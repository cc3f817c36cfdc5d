package layers

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/rhyton/rhyton/internal/vocabulary"
)

// A VocabularyLayer is a layer with a vocabulary: StringLookup, IntegerLookup or
// TextVectorization.
type VocabularyLayer interface {
	Adaptable
	// HasVocabulary reports whether the layer was given or has learned a vocabulary.
	HasVocabulary() bool
	// SetVocabulary sets the tokens, with or without the leading special tokens, as Adapt
	// would; integers are written in decimal. For AsTFIDF, weights are the inverse document
	// frequencies, one per token or, as returned by [VocabularyLayer.IndexWeights], one per
	// index; otherwise weights is nil. With no tokens, only the weights of the existing tokens
	// are replaced. On an error, the layer is unchanged.
	SetVocabulary(tokens []string, weights []float32) error
	// IndexWeights returns the weight of each index, special tokens first, for AsTFIDF. It
	// returns nil for other encodings and before the layer has a vocabulary.
	IndexWeights() []float32
}

// HasVocabulary reports whether Vocabulary was set or learned by Adapt.
func (l *StringLookup) HasVocabulary() bool { return len(l.Vocabulary) > 0 }

// HasVocabulary reports whether Vocabulary was set or learned by Adapt.
func (l *IntegerLookup) HasVocabulary() bool { return len(l.Vocabulary) > 0 }

// HasVocabulary reports whether Vocabulary was set or learned by Adapt.
func (v *TextVectorization) HasVocabulary() bool { return len(v.Vocabulary) > 0 }

// IndexWeights returns the weight of each index for AsTFIDF, and nil otherwise.
func (l *StringLookup) IndexWeights() []float32 { return indexWeights(l.table()) }

// IndexWeights returns the weight of each index for AsTFIDF, and nil otherwise.
func (l *IntegerLookup) IndexWeights() []float32 { return indexWeights(l.table()) }

// IndexWeights returns the weight of each index for AsTFIDF, and nil otherwise.
func (v *TextVectorization) IndexWeights() []float32 { return indexWeights(v.table()) }

func indexWeights[T cmp.Ordered](t *vocabulary.Table[T], err error) []float32 {
	if err != nil {
		return nil
	}
	return t.Weights
}

// SetVocabulary sets Vocabulary, as Adapt would, and IDFWeights.
func (l *StringLookup) SetVocabulary(tokens []string, weights []float32) error {
	t, err := l.lookup()
	return handOver(t, err, tokens, weights, func(tokens []string, idf []float64, adapted bool) {
		l.Vocabulary, l.IDFWeights, l.adapted = tokens, idf, l.adapted || adapted
	})
}

// SetVocabulary sets Vocabulary from decimal strings, as Adapt would, and IDFWeights.
func (l *IntegerLookup) SetVocabulary(tokens []string, weights []float32) error {
	var numbers []int
	for i, t := range tokens {
		n, err := strconv.Atoi(t)
		if err != nil {
			return fmt.Errorf("token %d is %q; want an integer", i, t)
		}
		numbers = append(numbers, n)
	}
	t, err := l.lookup()
	return handOver(t, err, numbers, weights, func(tokens []int, idf []float64, adapted bool) {
		l.Vocabulary, l.IDFWeights, l.adapted = tokens, idf, l.adapted || adapted
	})
}

// SetVocabulary sets Vocabulary, as Adapt would, and IDFWeights.
func (v *TextVectorization) SetVocabulary(tokens []string, weights []float32) error {
	t, err := v.lookup()
	return handOver(t, err, tokens, weights, func(tokens []string, idf []float64, adapted bool) {
		v.Vocabulary, v.IDFWeights, v.adapted = tokens, idf, v.adapted || adapted
	})
}

// handOver passes the tokens and weights loaded from a file to a layer, if they form a valid
// table.
func handOver[T cmp.Ordered](l vocabulary.Config[T], err error, tokens []T, weights []float32, done func(tokens []T, idf []float64, adapted bool)) error {
	if err != nil {
		return err
	}
	adapted := tokens != nil
	if !adapted {
		tokens = slices.Clone(l.Tokens) // a different slice means a different table
	}
	l.Tokens, l.IDF = tokens, nil
	if weights != nil {
		if l.Tokens, l.IDF, err = l.Weighted(weights); err != nil {
			return err
		}
	}
	if _, err := ready(l); err != nil {
		return err
	}
	done(l.Tokens, l.IDF, adapted)
	return nil
}

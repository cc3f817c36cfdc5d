package layers

import (
	"fmt"
	"strconv"
)

// A VocabularyLayer is a layer that looks tokens up: StringLookup, IntegerLookup and
// TextVectorization.
type VocabularyLayer interface {
	Adaptable
	// HasVocabulary reports whether the layer was given a vocabulary or has learned one.
	HasVocabulary() bool
	// SetVocabulary gives the layer the tokens, with or without the special ones before them,
	// as Adapt would; integers as decimals.
	SetVocabulary(tokens []string) error
}

// HasVocabulary reports whether Vocabulary is set or learned.
func (l *StringLookup) HasVocabulary() bool { return len(l.Vocabulary) > 0 }

// HasVocabulary reports whether Vocabulary is set or learned.
func (l *IntegerLookup) HasVocabulary() bool { return len(l.Vocabulary) > 0 }

// HasVocabulary reports whether Vocabulary is set or learned.
func (v *TextVectorization) HasVocabulary() bool { return len(v.Vocabulary) > 0 }

// SetVocabulary sets Vocabulary as Adapt would.
func (l *StringLookup) SetVocabulary(tokens []string) error {
	l.Vocabulary, l.adapted = tokens, true
	return l.Check()
}

// SetVocabulary sets Vocabulary, of decimals, as Adapt would.
func (l *IntegerLookup) SetVocabulary(tokens []string) error {
	numbers := make([]int, len(tokens))
	for i, t := range tokens {
		var err error
		if numbers[i], err = strconv.Atoi(t); err != nil {
			return fmt.Errorf("token %d is %q; wants an integer", i, t)
		}
	}
	l.Vocabulary, l.adapted = numbers, true
	return l.Check()
}

// SetVocabulary sets Vocabulary as Adapt would.
func (v *TextVectorization) SetVocabulary(tokens []string) error {
	v.Vocabulary, v.adapted = tokens, true
	return v.Check()
}

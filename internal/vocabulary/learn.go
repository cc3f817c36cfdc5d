package vocabulary

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"sort"

	"github.com/rhyton/rhyton/tensor"
)

// A Counting learns a vocabulary: it counts the occurrences of each token, and the documents that
// contain it.
type Counting[T cmp.Ordered] struct {
	Config[T]
	counts, documents map[T]int
	rows              int
	Words             func(x *tensor.Tensor) (rows [][]T, err error) // one row per document
	Done              func(tokens []T, idf []float64)
}

// See counts the tokens of a batch.
func (c *Counting[T]) See(x *tensor.Tensor) error {
	rows, err := c.Words(x)
	if err != nil {
		return err
	}
	if c.counts == nil {
		c.counts, c.documents = map[T]int{}, map[T]int{}
	}
	last := map[T]int{} // the last document that contained a token, from 1
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

// Finish passes on the most frequent tokens. Equally frequent tokens are in descending order, as
// in Keras.
func (c *Counting[T]) Finish() error {
	if c.Mask != nil {
		delete(c.counts, *c.Mask)
	}
	delete(c.counts, c.Unknown)
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
	if c.MaxTokens > 0 {
		tokens = tokens[:min(len(tokens), max(c.MaxTokens-c.First(), 0))]
	}
	if len(tokens) == 0 {
		return fmt.Errorf("MaxTokens %d leaves no room for tokens", c.MaxTokens)
	}
	var idf []float64
	if c.Mode == tfidf {
		for _, t := range tokens {
			idf = append(idf, float64(float32(math.Log(1+float64(c.rows)/float64(1+c.documents[t])))))
		}
	}
	c.Done(tokens, idf)
	return nil
}

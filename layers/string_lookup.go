package layers

import (
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/vocabulary"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[StringLookup]()
}

// StringLookup maps strings to integer indices using a vocabulary, or the reverse. If MaskToken is
// set and OutputMode is AsIndices, index 0 is MaskToken. Next come NumOOVIndices indices for
// out-of-vocabulary strings, then the vocabulary.
//
// Input: strings (batch, n). Output: int64 (batch, n), or their [Encoding]. With Invert, the
// input is integers and the output is strings. The layer runs on the host.
type StringLookup struct {
	Base

	Name           string    `keras:"name"`
	Invert         bool      `keras:"invert"`                                                 // map indices to strings
	MaxTokens      int       `keras:"max_tokens" default:"null"`                              // maximum vocabulary size, including special tokens; 0: no limit
	NumOOVIndices  *int      `keras:"num_oov_indices" default:"1"`                            // nil: 1; more than one: chosen by a hash of the string; 0: unknown strings are errors
	OOVToken       string    `keras:"oov_token" default:"[UNK]"`                              // output of Invert for out-of-vocabulary indices; "": [UNK]
	MaskToken      *string   `keras:"mask_token"`                                             // masked token: index 0, or not counted; nil: none
	OutputMode     Encoding  `keras:"output_mode" default:"int"`                              // "": AsIndices
	PadToMaxTokens bool      `keras:"pad_to_max_tokens"`                                      // pad encodings to MaxTokens, even if the vocabulary is smaller
	Vocabulary     []string  `keras:"vocabulary"`                                             // nil: from Adapt
	IDFWeights     []float64 `keras:"idf_weights"`                                            // inverse document frequency of each token, for AsTFIDF; nil: from Adapt
	OOVMethod      OOVMethod `keras:"oov_method" default:"floormod" enum:"floormod farmhash"` // for integers in Keras; strings are always hashed
	Salt           []int     `keras:"salt"`                                                   // one or two numbers: SipHash with this key; nil: FarmHash
	Encoding       string    `keras:"encoding" default:"utf-8" enum:"utf-8"`
	Sparse         bool      `keras:"sparse"`                         // in Keras' files only; sparse arrays are not supported
	VocabularySize int       `keras:"vocabulary_size" default:"null"` // in Keras' files only; it is computed

	adapted bool // Vocabulary comes from Adapt
	cache   tableCache[string]
}

// lookup returns the configuration of the lookup table.
func (l *StringLookup) lookup() (vocabulary.Config[string], error) {
	mode, err := l.OutputMode.or(AsIndices, AsIndices, AsOneHot, AsMultiHot, AsCounts, AsTFIDF)
	t := vocabulary.Config[string]{Tokens: l.Vocabulary, IDF: l.IDFWeights, MaxTokens: l.MaxTokens, Outside: 1, Mask: l.MaskToken,
		Unknown: l.OOVToken, Invert: l.Invert, Pad: l.PadToMaxTokens, Mode: string(mode)}
	if t.Unknown == "" {
		t.Unknown = "[UNK]"
	}
	if l.NumOOVIndices != nil {
		t.Outside = *l.NumOOVIndices
	}
	hash := hasher(l.Salt)
	t.Bucket = func(s string) uint64 { return hash(s) % uint64(t.Outside) }
	switch {
	case err != nil:
	case l.Sparse:
		err = errSparse
	case len(l.Salt) > 2:
		err = fmt.Errorf("Salt has %d numbers; want one or two", len(l.Salt))
	default:
		err = t.Check()
	}
	return t, err
}

func (l *StringLookup) table() (*vocabulary.Table[string], error) { return l.cache.tableOf(l.lookup()) }

// Check reports invalid arguments.
func (l *StringLookup) Check() error {
	t, err := l.lookup()
	if err == nil && len(t.Tokens) > 0 {
		_, err = t.Table()
	}
	if err != nil {
		return fmt.Errorf("StringLookup: %w", err)
	}
	return config.Check(l)
}

// Saved returns l as Keras saves it: with a salt of two numbers and without the computed size.
func (l *StringLookup) Saved() any {
	c := &StringLookup{}
	config.Copy(c, l)
	c.Salt = twice(l.Salt)
	if t, err := l.table(); err == nil {
		c.VocabularySize = t.Size()
	}
	return c
}

// twice returns the salt as two numbers.
func twice(salt []int) []int {
	if len(salt) == 1 {
		return slices.Repeat(salt, 2)
	}
	return salt
}

// Transform returns the indices of strings, or with Invert the strings of indices.
func (l *StringLookup) Transform(x ...*tensor.Tensor) (*tensor.Tensor, error) {
	return transform(l, 1, x, func() (*tensor.Tensor, error) {
		t, err := l.table()
		if err != nil {
			return nil, err
		}
		if l.Invert {
			index, err := tensor.As[int64](x[0])
			return tensor.Of(t.Decode(index), x[0].Shape()...), err
		}
		words, err := texts(x[0])
		if err != nil {
			return nil, err
		}
		return encodeTokens(t, words, x[0].Shape())
	})
}

// OutputOf describes one sample of the output.
func (l *StringLookup) OutputOf(in ...InputSpec) (InputSpec, error) {
	t, err := l.table()
	switch {
	case err != nil:
		return InputSpec{}, err
	case len(in) != 1:
		return InputSpec{}, fmt.Errorf("%d inputs; want one", len(in))
	case l.Invert:
		return InputSpec{}, fmt.Errorf("Invert gives text, which a model can't go on with: use Transform on what it predicts")
	}
	return Encoding(t.Mode).outputOf(in[0], t.Depth(), tensor.Int64)
}

// Call panics: the layer runs on the host.
func (l *StringLookup) Call(*Scope, *graph.Node) *graph.Node { return onHostOnly() }

// Adapt sets Vocabulary to the strings of x by descending frequency, with ties in reverse
// alphabetical order, as in Keras. For AsTFIDF each sample is a document.
func (l *StringLookup) Adapt(x ...*tensor.Tensor) error { return adapt(l, x) }

func (l *StringLookup) learner() (learner, error) {
	t, err := l.lookup()
	if err == nil && len(l.Vocabulary) > 0 && !l.adapted {
		err = fmt.Errorf("Vocabulary is set; there is nothing to learn")
	}
	return &vocabulary.Counting[string]{Config: t,
		Words: func(x *tensor.Tensor) ([][]string, error) {
			words, err := texts(x)
			return rowsOf(words, x.Shape()), err
		},
		Done: func(tokens []string, idf []float64) {
			l.Vocabulary, l.IDFWeights, l.adapted = tokens, idf, true
		}}, err
}

// Tokens returns the string of each index: the whole vocabulary, including special tokens.
func (l *StringLookup) Tokens() ([]string, error) {
	t, err := l.table()
	if err != nil {
		return nil, failed(l, "tokens", err)
	}
	return append(t.Special(), t.Own...), nil
}

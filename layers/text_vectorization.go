package layers

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/vocabulary"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[TextVectorization]()
}

// A Standardization is how [TextVectorization] normalizes text; "" is LowerAndStripPunctuation.
// Only ASCII letters and punctuation are affected.
type Standardization string

// The standardizations.
const (
	LowerAndStripPunctuation Standardization = "lower_and_strip_punctuation"
	Lower                    Standardization = "lower"
	StripPunctuation         Standardization = "strip_punctuation"
	NoStandardization        Standardization = "none"
)

// A Splitting is how [TextVectorization] splits text into tokens; "" is SplitWhitespace.
type Splitting string

// The splittings.
const (
	SplitWhitespace Splitting = "whitespace" // split at ASCII whitespace
	SplitCharacter  Splitting = "character"  // each character is a token
	SplitNone       Splitting = "none"       // each string is a single token
)

// TextVectorization maps text to integers: it standardizes each string, splits it into tokens,
// forms n-grams and looks them up in a vocabulary. With AsIndices, 0 is padding and 1 is an
// out-of-vocabulary token; with the other encodings, 0 is an out-of-vocabulary token.
//
// Input: strings (batch) or (batch, 1). Output: int64 (batch, tokens), padded with 0 to
// OutputSequenceLength or to the longest sample; for the other encodings, float or int64 (batch,
// vocabulary). The layer runs on the host.
type TextVectorization struct {
	Base

	Name                 string          `keras:"name"`
	MaxTokens            int             `keras:"max_tokens" default:"null"`                                                                                                // maximum vocabulary size, including special tokens; 0: no limit
	Standardize          Standardization `keras:"standardize" default:"lower_and_strip_punctuation" null:"none" enum:"lower_and_strip_punctuation lower strip_punctuation"` // "": LowerAndStripPunctuation
	Split                Splitting       `keras:"split" default:"whitespace" null:"none" enum:"whitespace character"`                                                       // "": SplitWhitespace
	Ngrams               Ngrams          `keras:"ngrams"`                                                                                                                   // nil: single tokens only
	OutputMode           Encoding        `keras:"output_mode" default:"int"`                                                                                                // "": AsIndices
	OutputSequenceLength int             `keras:"output_sequence_length" default:"null" range:"[0,inf)"`                                                                    // tokens per sample, truncated or padded; 0: the longest in the batch
	PadToMaxTokens       bool            `keras:"pad_to_max_tokens"`                                                                                                        // pad encodings to MaxTokens, even if the vocabulary is smaller
	Vocabulary           []string        `keras:"vocabulary"`                                                                                                               // nil: from Adapt
	IDFWeights           []float64       `keras:"idf_weights"`                                                                                                              // inverse document frequency of each token, for AsTFIDF; nil: from Adapt
	Sparse               bool            `keras:"sparse"`                                                                                                                   // in Keras' files only; sparse arrays are not supported
	Ragged               bool            `keras:"ragged"`                                                                                                                   // in Keras' files only; ragged arrays are not supported
	Encoding             string          `keras:"encoding" default:"utf-8" enum:"utf-8"`
	VocabularySize       int             `keras:"vocabulary_size" default:"null"` // in Keras' files only; it is computed

	// StandardizeFunc and SplitFunc replace Standardize and Split. They cannot be saved.
	StandardizeFunc func(text string) string
	SplitFunc       func(text string) []string

	adapted bool // Vocabulary comes from Adapt
	cache   tableCache[string]
}

// Ngrams lists the lengths of n-grams. A single number n in Keras means 1…n.
type Ngrams []int

// maxNgram limits the n-grams of a file.
const maxNgram = 1024

// UpTo returns the lengths 1…n.
func UpTo(n int) (all Ngrams) {
	for i := 1; i <= n; i++ {
		all = append(all, i)
	}
	return all
}

// MarshalJSON writes 1…n as a number, and anything else as a list.
func (n Ngrams) MarshalJSON() ([]byte, error) {
	if slices.Equal(n, UpTo(len(n))) {
		return json.Marshal(len(n))
	}
	return json.Marshal([]int(n))
}

// UnmarshalJSON reads a number or a list.
func (n *Ngrams) UnmarshalJSON(data []byte) error {
	var most int
	if string(data) != "null" && json.Unmarshal(data, &most) == nil {
		if most < 1 || most > maxNgram {
			return fmt.Errorf("%d; want 1 to %d", most, maxNgram)
		}
		*n = UpTo(most)
		return nil
	}
	return json.Unmarshal(data, (*[]int)(n))
}

// lookup returns the configuration of the lookup table.
func (v *TextVectorization) lookup() (vocabulary.Config[string], error) {
	mode, err := v.OutputMode.or(AsIndices, AsIndices, AsMultiHot, AsCounts, AsTFIDF)
	padding := ""
	t := vocabulary.Config[string]{Tokens: v.Vocabulary, IDF: v.IDFWeights, MaxTokens: v.MaxTokens, Outside: 1, Mask: &padding,
		Unknown: "[UNK]", Pad: v.PadToMaxTokens, Mode: string(mode)}
	switch {
	case err != nil:
	case v.Sparse || v.Ragged:
		err = fmt.Errorf("Sparse or Ragged is set; such arrays are not made: leave it out")
	case mode != AsIndices && v.OutputSequenceLength != 0:
		err = fmt.Errorf("OutputSequenceLength goes with AsIndices, not with %q", mode)
	default:
		err = t.Check()
	}
	return t, err
}

func (v *TextVectorization) table() (*vocabulary.Table[string], error) {
	return v.cache.tableOf(v.lookup())
}

// Check reports invalid arguments.
func (v *TextVectorization) Check() error {
	t, err := v.lookup()
	if err == nil && len(t.Tokens) > 0 {
		_, err = t.Table()
	}
	if err != nil {
		return fmt.Errorf("TextVectorization: %w", err)
	}
	return config.Check(v)
}

// Saved returns v as Keras saves it, without the computed size.
func (v *TextVectorization) Saved() any {
	c := &TextVectorization{}
	config.Copy(c, v)
	if t, err := v.lookup(); err == nil {
		c.VocabularySize = t.First()
	}
	if t, err := v.table(); err == nil {
		c.VocabularySize = t.Size()
	}
	return c
}

// Transform returns the encoding of strings.
func (v *TextVectorization) Transform(x ...*tensor.Tensor) (*tensor.Tensor, error) {
	return transform(v, 1, x, func() (*tensor.Tensor, error) {
		t, err := v.table()
		if err != nil {
			return nil, err
		}
		rows, err := v.rows(x[0])
		if err != nil {
			return nil, err
		}
		width := v.OutputSequenceLength
		if width == 0 {
			for _, r := range rows {
				width = max(width, len(r))
			}
		}
		flat := make([]string, len(rows)*width)
		for i, r := range rows {
			copy(flat[i*width:(i+1)*width], r)
		}
		if Encoding(t.Mode) == AsIndices && v.split() == SplitNone && x[0].Rank() == 1 && v.Ngrams == nil {
			return encodeTokens(t, flat, []int{len(rows)})
		}
		return encodeTokens(t, flat, []int{len(rows), width})
	})
}

// splitFunc is the Splitting used when SplitFunc is set.
const splitFunc Splitting = "func"

func (v *TextVectorization) split() Splitting {
	if v.SplitFunc != nil {
		return splitFunc
	}
	return v.Split
}

// rows returns the tokens of each sample.
func (v *TextVectorization) rows(x *tensor.Tensor) ([][]string, error) {
	words, err := texts(x)
	if err != nil {
		return nil, err
	}
	if rank := x.Rank(); rank == 0 || rank > 2 || v.split() != SplitNone && rank == 2 && x.Shape()[1] != 1 {
		return nil, fmt.Errorf("shape %v; want (batch) or (batch, 1), or (batch, n) with Split none", x.Shape())
	}
	rows := make([][]string, 0, len(words))
	for _, row := range rowsOf(words, x.Shape()) {
		var tokens []string
		for _, text := range row {
			text = v.standardized(text)
			switch v.split() {
			case splitFunc:
				tokens = append(tokens, v.SplitFunc(text)...)
			case SplitNone:
				tokens = append(tokens, text)
			case SplitCharacter:
				for _, r := range text {
					tokens = append(tokens, string(r))
				}
			default:
				tokens = append(tokens, strings.FieldsFunc(text, whitespace)...)
			}
		}
		rows = append(rows, v.Ngrams.of(tokens))
	}
	return rows, nil
}

// whitespace reports whether TensorFlow splits at r: ASCII whitespace.
func whitespace(r rune) bool { return r == ' ' || r >= '\t' && r <= '\r' }

const punctuation = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"

func (v *TextVectorization) standardized(text string) string {
	if v.StandardizeFunc != nil {
		return v.StandardizeFunc(text)
	}
	how := cmp.Or(v.Standardize, LowerAndStripPunctuation)
	both := how == LowerAndStripPunctuation
	lower, strip := both || how == Lower, both || how == StripPunctuation
	return strings.Map(func(r rune) rune {
		switch {
		case lower && r >= 'A' && r <= 'Z': // TensorFlow lowercases only ASCII
			return r + 'a' - 'A'
		case strip && r < 128 && strings.ContainsRune(punctuation, r):
			return -1
		}
		return r
	}, text)
}

// of returns the n-grams of tokens, in the order of the lengths in n.
func (n Ngrams) of(tokens []string) []string {
	if n == nil {
		return tokens
	}
	var out []string
	for _, width := range n {
		for i := 0; i+width <= len(tokens); i++ {
			out = append(out, strings.Join(tokens[i:i+width], " "))
		}
	}
	return out
}

// OutputOf describes one sample of the output.
func (v *TextVectorization) OutputOf(in ...InputSpec) (InputSpec, error) {
	t, err := v.table()
	switch {
	case err != nil:
		return InputSpec{}, err
	case len(in) != 1:
		return InputSpec{}, fmt.Errorf("%d inputs; want one", len(in))
	case Encoding(t.Mode) != AsIndices:
		return InputSpec{Shape: graph.Shape{t.Depth()}, DType: tensor.Float32}, nil
	}
	width := v.OutputSequenceLength
	if width == 0 {
		width = -1
	}
	return InputSpec{Shape: graph.Shape{width}, DType: tensor.Int64}, nil
}

// Call panics: the layer runs on the host.
func (v *TextVectorization) Call(*Scope, *graph.Node) *graph.Node { return onHostOnly() }

// Adapt sets Vocabulary to the tokens of x by descending frequency, with ties in reverse
// alphabetical order, as in Keras. For AsTFIDF each sample is a document.
func (v *TextVectorization) Adapt(x ...*tensor.Tensor) error { return adapt(v, x) }

func (v *TextVectorization) learner() (learner, error) {
	t, err := v.lookup()
	if err == nil && len(v.Vocabulary) > 0 && !v.adapted {
		err = fmt.Errorf("Vocabulary is set; there is nothing to learn")
	}
	return &vocabulary.Counting[string]{Config: t, Words: v.rows,
		Done: func(tokens []string, idf []float64) {
			v.Vocabulary, v.IDFWeights, v.adapted = tokens, idf, true
		}}, err
}

// Tokens returns the token of each index: the whole vocabulary, including special tokens.
func (v *TextVectorization) Tokens() ([]string, error) {
	t, err := v.table()
	if err != nil {
		return nil, failed(v, "tokens", err)
	}
	return append(t.Special(), t.Own...), nil
}

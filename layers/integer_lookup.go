package layers

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/vocabulary"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[IntegerLookup]()
}

// An OOVMethod selects how out-of-vocabulary values are distributed over several indices; "" is
// OOVFloorMod.
type OOVMethod string

// The methods for out-of-vocabulary values.
const (
	OOVFloorMod OOVMethod = "floormod" // the remainder of floor division, like Python's %
	OOVFarmHash OOVMethod = "farmhash" // a hash of the decimal digits
)

// A VocabularyDType is the type of an integer vocabulary in Keras files; "" is VocabularyInt64.
type VocabularyDType string

// The types of an integer vocabulary.
const (
	VocabularyInt32 VocabularyDType = "int32"
	VocabularyInt64 VocabularyDType = "int64"
)

// IntegerLookup maps integers to their indices in a vocabulary, or back with Invert. The
// indices are laid out as in [StringLookup].
//
// Input: integers (batch, n). Output: int64 (batch, n), or their [Encoding]. Applied to an
// input of the model it runs on the host. After other layers it runs on the device, which
// requires that NumOOVIndices is not 0 and OOVMethod is not OOVFarmHash.
type IntegerLookup struct {
	Base

	Name            string          `keras:"name"`
	Invert          bool            `keras:"invert"`                                                 // map indices to the integers of the vocabulary
	MaxTokens       int             `keras:"max_tokens" default:"null"`                              // maximum size of the vocabulary, including special tokens; 0: no limit
	NumOOVIndices   *int            `keras:"num_oov_indices" default:"1"`                            // nil: 1; 0: out-of-vocabulary integers are errors
	OOVToken        *int            `keras:"oov_token" default:"-1"`                                 // output of Invert for out-of-vocabulary indices; nil: -1
	MaskToken       *int            `keras:"mask_token"`                                             // integer that represents a missing value: index 0, or ignored in counts; nil: none
	OutputMode      Encoding        `keras:"output_mode" default:"int"`                              // "": AsIndices
	PadToMaxTokens  bool            `keras:"pad_to_max_tokens"`                                      // encodings have width MaxTokens even if the vocabulary is smaller
	Vocabulary      []int           `keras:"vocabulary"`                                             // nil: set by Adapt
	IDFWeights      []float64       `keras:"idf_weights"`                                            // one per token, for AsTFIDF; nil: set by Adapt
	OOVMethod       OOVMethod       `keras:"oov_method" default:"floormod" enum:"floormod farmhash"` // how out-of-vocabulary integers are distributed over several indices; "": OOVFloorMod
	Salt            []int           `keras:"salt"`                                                   // with OOVFarmHash: one or two numbers, the key of SipHash; nil: FarmHash
	VocabularyDType VocabularyDType `keras:"vocabulary_dtype" default:"int64" enum:"int32 int64"`    // kept for Keras files; "": VocabularyInt64
	Sparse          bool            `keras:"sparse"`                                                 // kept for Keras files; sparse output is not supported
	VocabularySize  int             `keras:"vocabulary_size" default:"null"`                         // kept for Keras files; computed from the vocabulary

	adapted bool // Vocabulary was set by Adapt
	cache   tableCache[int]
}

// lookup returns the configuration of the table.
func (l *IntegerLookup) lookup() (vocabulary.Config[int], error) {
	mode, err := l.OutputMode.or(AsIndices, AsIndices, AsOneHot, AsMultiHot, AsCounts, AsTFIDF)
	t := vocabulary.Config[int]{Tokens: l.Vocabulary, IDF: l.IDFWeights, MaxTokens: l.MaxTokens, Outside: 1, Mask: l.MaskToken,
		Unknown: -1, Invert: l.Invert, Pad: l.PadToMaxTokens, Mode: string(mode)}
	if l.OOVToken != nil {
		t.Unknown = *l.OOVToken
	}
	if l.NumOOVIndices != nil {
		t.Outside = *l.NumOOVIndices
	}
	hash := hasher(l.Salt)
	t.Bucket = func(v int) uint64 {
		if l.OOVMethod == OOVFarmHash {
			return hash(strconv.Itoa(v)) % uint64(t.Outside)
		}
		return uint64(((v % t.Outside) + t.Outside) % t.Outside)
	}
	switch {
	case err != nil:
	case l.Sparse:
		err = errSparse
	case len(l.Salt) > 2 || len(l.Salt) > 0 && l.OOVMethod != OOVFarmHash:
		err = fmt.Errorf("Salt %v; want one or two numbers, with OOVMethod farmhash", l.Salt)
	default:
		err = t.Check()
	}
	return t, err
}

func (l *IntegerLookup) table() (*vocabulary.Table[int], error) { return l.cache.tableOf(l.lookup()) }

// Check returns an error if the configuration is invalid.
func (l *IntegerLookup) Check() error {
	t, err := l.lookup()
	if err == nil && len(t.Tokens) > 0 {
		_, err = t.Table()
	}
	if err != nil {
		return fmt.Errorf("IntegerLookup: %w", err)
	}
	return config.Check(l)
}

// Saved returns l as Keras writes it: with two numbers for the salt and the size of the
// vocabulary.
func (l *IntegerLookup) Saved() any {
	c := &IntegerLookup{}
	config.Copy(c, l)
	c.Salt = twice(l.Salt)
	if t, err := l.table(); err == nil {
		c.VocabularySize = t.Size()
	}
	return c
}

// Transform returns the indices of integers, or with Invert the integers of indices.
func (l *IntegerLookup) Transform(x ...*tensor.Tensor) (*tensor.Tensor, error) {
	return transform(l, 1, x, func() (*tensor.Tensor, error) {
		t, err := l.table()
		if err != nil {
			return nil, err
		}
		wide, err := tensor.As[int64](x[0])
		if err != nil {
			return nil, err
		}
		if l.Invert {
			return tensor.Ints(t.Decode(wide), x[0].Shape()...), nil
		}
		return encodeTokens(t, narrow(wide), x[0].Shape())
	})
}

func narrow(v []int64) []int {
	out := make([]int, len(v))
	for i, x := range v {
		out[i] = int(x)
	}
	return out
}

// OutputOf returns the spec of one sample of the output.
func (l *IntegerLookup) OutputOf(in ...InputSpec) (InputSpec, error) {
	t, err := l.table()
	switch {
	case err != nil:
		return InputSpec{}, err
	case len(in) != 1:
		return InputSpec{}, fmt.Errorf("%d inputs; want one", len(in))
	case l.Invert:
		return InputSpec{Shape: in[0].Shape, DType: tensor.Int64}, nil
	}
	return Encoding(t.Mode).outputOf(in[0], t.Depth(), tensor.Int64)
}

// Call returns the indices of x, or with Invert the integers.
func (l *IntegerLookup) Call(s *Scope, x *graph.Node) *graph.Node {
	t, err := l.table()
	if err != nil {
		graph.Errorf("%v", err)
	}
	x = ops.Cast(x, graph.Int64)
	if l.Invert {
		return l.traceInverse(s, t, x)
	}
	if t.Outside == 0 || t.Outside > 1 && l.OOVMethod == OOVFarmHash {
		onHostOnly()
	}
	tokens := slices.Clone(t.Own)
	slices.Sort(tokens)
	numbers := make([]int64, len(tokens))
	for i, v := range tokens {
		numbers[i] = t.Index[v]
	}
	sorted := s.g.Literal(tensor.Ints(tokens))
	at := ops.Minimum(ops.SearchSorted(sorted, x, ops.Left), s.g.Const(graph.Int32, float64(len(tokens)-1)))
	outside := ops.Full(x, float64(t.FirstOutside()), x.Shape...)
	if t.Outside > 1 {
		outside = ops.Add(outside, ops.Mod(x, ops.Scalar(x, float64(t.Outside))))
	}
	y := ops.Where(ops.Equal(ops.Take(sorted, at, 0), x), ops.Take(s.g.Literal(tensor.Of(numbers)), at, 0), outside)
	if t.Mask != nil {
		nothing := 0.0
		if Encoding(t.Mode) != AsIndices {
			nothing = float64(t.Depth())
		}
		y = ops.Where(ops.Equal(x, ops.Scalar(x, float64(*t.Mask))), ops.Scalar(x, nothing), y)
	}
	y = Encoding(t.Mode).trace(y, t.Depth(), nil)
	if Encoding(t.Mode) == AsTFIDF {
		y = ops.Multiply(y, s.g.Literal(tensor.Of(t.Weights)))
	}
	return y
}

// traceInverse returns the integers of indices x.
func (l *IntegerLookup) traceInverse(s *Scope, t *vocabulary.Table[int], x *graph.Node) *graph.Node {
	s.g.Table("inverse lookup", t.Size()+1)
	index := make([]int64, t.Size()+1) // all indices, and one for those out of range
	for i := range index {
		index[i] = int64(i)
	}
	all := s.g.Literal(tensor.Ints(t.Decode(index)))
	last := ops.Scalar(x, float64(t.Size()))
	return ops.Take(all, ops.Where(ops.Less(x, ops.Scalar(x, 0)), last, ops.Minimum(x, last)), 0)
}

// keepsTypes: integers must not be rounded to a half-precision float.
func (l *IntegerLookup) keepsTypes() {}

// Adapt sets Vocabulary to the integers in x, sorted by decreasing frequency, then by
// decreasing value, as in Keras; for AsTFIDF each sample is a document.
func (l *IntegerLookup) Adapt(x ...*tensor.Tensor) error { return adapt(l, x) }

func (l *IntegerLookup) learner() (learner, error) {
	t, err := l.lookup()
	if err == nil && len(l.Vocabulary) > 0 && !l.adapted {
		err = fmt.Errorf("Vocabulary is set; there is nothing to learn")
	}
	return &vocabulary.Counting[int]{Config: t,
		Words: func(x *tensor.Tensor) ([][]int, error) {
			v, err := tensor.As[int64](x)
			return rowsOf(narrow(v), x.Shape()), err
		},
		Done: func(tokens []int, idf []float64) {
			l.Vocabulary, l.IDFWeights, l.adapted = tokens, idf, true
		}}, err
}

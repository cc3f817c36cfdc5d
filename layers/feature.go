package layers

import (
	"cmp"
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/vocabulary"
	"github.com/rhyton/rhyton/tensor"
)

// A FeatureKind selects what a column of a table holds and how a [FeatureSpace] preprocesses
// it.
type FeatureKind string

// The kinds of features, named as in Keras.
const (
	FloatFeature       FeatureKind = "float"               // numbers, unchanged
	FloatNormalized    FeatureKind = "float_normalized"    // numbers, by Normalization
	FloatRescaled      FeatureKind = "float_rescaled"      // numbers, by Rescaling
	FloatDiscretized   FeatureKind = "float_discretized"   // numbers, by Discretization
	IntegerCategorical FeatureKind = "integer_categorical" // integers, by IntegerLookup
	StringCategorical  FeatureKind = "string_categorical"  // strings, by StringLookup
	IntegerHashed      FeatureKind = "integer_hashed"      // integers, by Hashing
	StringHashed       FeatureKind = "string_hashed"       // strings, by Hashing
)

// A Feature is one column of a table.
type Feature struct {
	Name string
	Kind FeatureKind // "" if Layer is set

	NumBins       int       // for FloatDiscretized and hashed kinds; 0: the default of the FeatureSpace
	BinBoundaries []float64 // for FloatDiscretized, instead of NumBins; nil: set by Adapt
	MaxTokens     int       // for categorical kinds: maximum size of the vocabulary; 0: no limit
	NumOOVIndices *int      // for categorical kinds: number of indices for out-of-vocabulary values; nil: 1
	Scale         *float64  // for FloatRescaled; nil: 1
	Offset        float64   // for FloatRescaled

	// Output is AsOneHot or AsIndices, for bins and categories; "": AsOneHot. Floats and the
	// outputs of a custom Layer are not encoded.
	Output Encoding

	// Layer preprocesses the column; nil: the layer of Kind, which is stored here at first use.
	Layer Transformer
	DType tensor.DType // type of the column if Layer is set; 0: Float32
}

// A Cross hashes combinations of features into bins with [HashedCrossing]. The layers of the
// features must return integers or strings.
type Cross struct {
	Features []string
	Dim      int      // number of bins; 0: CrossingDim of the FeatureSpace
	Output   Encoding // AsOneHot or AsIndices; "": AsOneHot
}

// dtype returns the type of the column.
func (f *Feature) dtype() tensor.DType {
	switch f.Kind {
	case IntegerCategorical, IntegerHashed:
		return tensor.Int32
	case StringCategorical, StringHashed:
		return tensor.String
	}
	if f.Kind == "" && f.DType != 0 {
		return f.DType
	}
	return tensor.Float32
}

// output returns the encoding, "" for values that are not encoded.
func (f *Feature) output() Encoding {
	switch f.Kind {
	case FloatDiscretized, IntegerCategorical, StringCategorical, IntegerHashed, StringHashed:
		if f.Output == "" {
			return AsOneHot
		}
	}
	return f.Output
}

// layer returns the column's layer, which is created at first use.
func (f *Feature) layer(space *FeatureSpace) (Transformer, error) {
	if f.Layer != nil {
		return f.Layer, nil
	}
	name := f.Name + "_preprocessor"
	switch f.Kind {
	case FloatFeature:
		f.Layer = &Identity{Name: name}
	case FloatNormalized:
		f.Layer = &Normalization{Name: name}
	case FloatRescaled:
		r := &Rescaling{Name: name, Offset: []float64{f.Offset}}
		if f.Scale != nil {
			r.Scale = []float64{*f.Scale}
		}
		f.Layer = r
	case FloatDiscretized:
		d := &Discretization{Name: name, BinBoundaries: f.BinBoundaries}
		if f.BinBoundaries == nil {
			d.NumBins = cmp.Or(f.NumBins, space.NumDiscretizationBins, 32)
		}
		f.Layer = d
	case IntegerCategorical:
		f.Layer = &IntegerLookup{Name: name, MaxTokens: f.MaxTokens, NumOOVIndices: f.NumOOVIndices}
	case StringCategorical:
		f.Layer = &StringLookup{Name: name, MaxTokens: f.MaxTokens, NumOOVIndices: f.NumOOVIndices}
	case IntegerHashed, StringHashed:
		f.Layer = &Hashing{Name: name, NumBins: cmp.Or(f.NumBins, space.HashingDim, 32)}
	default:
		return nil, fmt.Errorf("feature %q: Kind is %q; want one of float, float_normalized, float_rescaled, float_discretized, integer_categorical, string_categorical, integer_hashed, string_hashed, or set Layer", f.Name, f.Kind)
	}
	return f.Layer, nil
}

// categories returns the number of distinct outputs of a layer that returns bins or categories.
func categories(l Module) (int, error) {
	switch l := l.(type) {
	case *IntegerLookup:
		return sizeOf(l.table())
	case *StringLookup:
		return sizeOf(l.table())
	case *CategoryEncoding:
		return l.NumTokens, nil
	case *Discretization:
		if l.BinBoundaries == nil {
			return 0, errNotAdapted("BinBoundaries")
		}
		return max(l.NumBins, len(l.BinBoundaries)+1), nil
	case *Hashing:
		return l.NumBins, nil
	case *HashedCrossing:
		return l.NumBins, nil
	}
	return 0, fmt.Errorf("how many categories %T gives is not known, so they can't be one-hot: set Output to AsIndices, or to \"\" if they are floats", l)
}

func sizeOf[T cmp.Ordered](t *vocabulary.Table[T], err error) (int, error) {
	if err != nil {
		return 0, err
	}
	return t.Size(), nil
}

// input returns the column as an input of a model.
func (f *Feature) input() *Value {
	return InputOf(InputSpec{Name: f.Name, Shape: graph.Shape{1}, DType: f.dtype()})
}

package layers

import (
	"cmp"
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/vocabulary"
	"github.com/rhyton/rhyton/tensor"
)

// A FeatureKind says what a column of a table holds and how a [FeatureSpace] prepares it.
type FeatureKind string

// The kinds of features, as Keras calls them.
const (
	FloatFeature       FeatureKind = "float"               // numbers, as they are
	FloatNormalized    FeatureKind = "float_normalized"    // numbers, by Normalization
	FloatRescaled      FeatureKind = "float_rescaled"      // numbers, by Rescaling
	FloatDiscretized   FeatureKind = "float_discretized"   // numbers, by Discretization
	IntegerCategorical FeatureKind = "integer_categorical" // integers, by IntegerLookup
	StringCategorical  FeatureKind = "string_categorical"  // texts, by StringLookup
	IntegerHashed      FeatureKind = "integer_hashed"      // integers, by Hashing
	StringHashed       FeatureKind = "string_hashed"       // texts, by Hashing
)

// A Feature is one column of a table.
type Feature struct {
	Name string
	Kind FeatureKind // "" if Layer is given

	NumBins       int       // of FloatDiscretized and hashed kinds; 0: what the FeatureSpace has
	BinBoundaries []float64 // of FloatDiscretized, instead of NumBins; nil: from Adapt
	MaxTokens     int       // of categorical kinds: the largest vocabulary; 0: any
	NumOOVIndices *int      // of categorical kinds: indices of values not in the vocabulary; nil: 1
	Scale         *float64  // of FloatRescaled; nil: 1
	Offset        float64   // of FloatRescaled

	// Output is AsOneHot or AsIndices of bins and categories. "": AsOneHot; floats and the
	// outputs of a custom Layer are not encoded.
	Output Encoding

	// Layer prepares the column; nil: the one of Kind, which is set here at first use.
	Layer Transformer
	DType tensor.DType // of the column, where Layer is given; 0: Float32
}

// A Cross sorts combinations of features into bins, by [HashedCrossing] of what their layers
// give: of whole numbers or texts.
type Cross struct {
	Features []string
	Dim      int      // bins; 0: what the FeatureSpace has
	Output   Encoding // AsOneHot or AsIndices; "": AsOneHot
}

// dtype is the type of the column.
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

// output is the encoding, "" for what stays as it is.
func (f *Feature) output() Encoding {
	switch f.Kind {
	case FloatDiscretized, IntegerCategorical, StringCategorical, IntegerHashed, StringHashed:
		if f.Output == "" {
			return AsOneHot
		}
	}
	return f.Output
}

// layer returns the column's layer, made at first use.
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

// categories is how many numbers a layer of bins or categories gives.
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

// input is the column as an input of a model.
func (f *Feature) input() *Value {
	return InputOf(InputSpec{Name: f.Name, Shape: graph.Shape{1}, DType: f.dtype()})
}

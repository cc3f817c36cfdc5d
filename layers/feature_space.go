package layers

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/tensor"
)

// A FeatureOutput selects the form of the output of a [FeatureSpace]; "" is OutputConcat.
type FeatureOutput string

// The output modes of a [FeatureSpace].
const (
	OutputConcat FeatureOutput = "concat" // one vector, (batch, width)
	OutputDict   FeatureOutput = "dict"   // one output for each of Names
)

// FeatureSpace preprocesses the columns of a table for a model, like keras.utils.FeatureSpace.
// Each column has a layer chosen by its kind; categories and crosses of them become one-hot
// vectors.
//
//	space := &layers.FeatureSpace{
//		Features: []layers.Feature{
//			{Name: "age", Kind: layers.FloatNormalized},
//			{Name: "job", Kind: layers.StringCategorical},
//			{Name: "city", Kind: layers.StringHashed, NumBins: 16},
//		},
//		Crosses: []layers.Cross{{Features: []string{"job", "city"}, Dim: 8}},
//	}
//
// After [FeatureSpace.Adapt] (for a data set: models.AdaptFeatures) use it in a data pipeline,
// with [FeatureSpace.Transform], or in a model, with [FeatureSpace.Values]. Its inputs are the
// columns in the order of Features, each (batch) or (batch, 1). Its outputs are those of the
// features, sorted by name, followed by those of the crosses, sorted by name.
type FeatureSpace struct {
	Features              []Feature
	Crosses               []Cross
	OutputMode            FeatureOutput // "": OutputConcat
	CrossingDim           int           // for crosses without Dim; 0: 32
	HashingDim            int           // for hashed features without NumBins; 0: 32
	NumDiscretizationBins int           // for FloatDiscretized without NumBins; 0: 32
}

// A column is one output of a FeatureSpace: that of a feature, or of a cross of several.
type column struct {
	name   string
	from   []int // indices into Features
	layer  Transformer
	output Encoding
	onehot *CategoryEncoding // nil: not one-hot encoded
}

// columns returns the outputs with their layers. before is true before Adapt, when the numbers
// of categories are not known yet.
func (f *FeatureSpace) columns(before bool) ([]column, error) {
	if len(f.Features) == 0 {
		return nil, fmt.Errorf("there are no Features")
	}
	if f.OutputMode != "" && f.OutputMode != OutputConcat && f.OutputMode != OutputDict {
		return nil, fmt.Errorf("OutputMode is %q; want concat or dict", f.OutputMode)
	}
	number := map[string]int{}
	var all, crosses []column
	for i := range f.Features {
		x := &f.Features[i]
		if _, twice := number[x.Name]; twice || x.Name == "" {
			return nil, fmt.Errorf("feature %d has the name %q; want a unique name", i, x.Name)
		}
		number[x.Name] = i
		l, err := x.layer(f)
		if err != nil {
			return nil, err
		}
		all = append(all, column{name: x.Name, from: []int{i}, layer: l, output: x.output()})
	}
	for _, c := range f.Crosses {
		x, err := f.cross(&c, number)
		if err != nil {
			return nil, err
		}
		crosses = append(crosses, x)
	}
	byName := func(a, b column) int { return strings.Compare(a.name, b.name) }
	slices.SortStableFunc(all, byName)
	slices.SortStableFunc(crosses, byName)
	all = append(all, crosses...)
	for i := range all {
		if err := f.encode(&all[i], before); err != nil {
			return nil, fmt.Errorf("%s: %w", all[i].name, err)
		}
	}
	return all, nil
}

// cross returns the output for the cross c; number maps feature names to indices.
func (f *FeatureSpace) cross(c *Cross, number map[string]int) (column, error) {
	x := column{name: c.name(), output: cmp.Or(c.Output, AsOneHot)}
	for _, n := range c.Features {
		i, ok := number[n]
		if !ok {
			return x, fmt.Errorf("cross %s: there is no feature %q", x.name, n)
		}
		x.from = append(x.from, i)
	}
	x.layer = &HashedCrossing{Name: x.name, NumBins: cmp.Or(c.Dim, f.CrossingDim, 32)}
	return x, nil
}

func (c *Cross) name() string { return strings.Join(c.Features, "_X_") }

// encode checks the encoding of a column and creates its one-hot layer.
func (f *FeatureSpace) encode(c *column, before bool) error {
	switch {
	case c.output == AsIndices && f.OutputMode != OutputDict:
		return fmt.Errorf("indices can't stand beside floats in one vector: leave Output out for one-hot vectors, or set OutputMode to dict")
	case c.output == AsOneHot && !before:
		n, err := categories(c.layer)
		c.onehot = &CategoryEncoding{NumTokens: n}
		return err
	case c.output != "" && c.output != AsIndices && c.output != AsOneHot:
		return fmt.Errorf("Output is %q; want one of %q", c.output, []Encoding{AsOneHot, AsIndices})
	}
	return nil
}

// Names returns the names of the outputs: those of the features, then those of the crosses
// ("job_X_city").
func (f *FeatureSpace) Names() ([]string, error) {
	all, err := f.columns(true)
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.name
	}
	return names, f.failed("names", err)
}

func (f *FeatureSpace) failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("layers: feature space: %s: %w", doing, err)
}

// Adapt adapts the layers that need it, given one tensor for each feature.
func (f *FeatureSpace) Adapt(x ...*tensor.Tensor) error {
	if len(x) != len(f.Features) {
		return f.failed("adapt", fmt.Errorf("%d arrays for %d features", len(x), len(f.Features)))
	}
	return f.AdaptEach(func(i int) iter.Seq2[*tensor.Tensor, error] {
		return func(yield func(*tensor.Tensor, error) bool) { yield(x[i], nil) }
	})
}

// AdaptEach is Adapt for data in batches: batches(i) yields those of feature i and is called at
// most once for each i.
func (f *FeatureSpace) AdaptEach(batches func(i int) iter.Seq2[*tensor.Tensor, error]) error {
	if _, err := f.columns(true); err != nil {
		return f.failed("adapt", err)
	}
	for i := range f.Features {
		l, ok := f.Features[i].Layer.(Adaptable)
		if !ok {
			continue
		}
		if _, err := l.learner(); err != nil {
			continue // its configuration is already given
		}
		err := adaptEach(l, func(yield func(*tensor.Tensor, error) bool) {
			for x, err := range batches(i) {
				if err == nil {
					x, err = f.Features[i].given(x)
				}
				if !yield(x, err) {
					return
				}
			}
		})
		if err != nil {
			return f.failed("adapt: feature "+f.Features[i].Name, err)
		}
	}
	return nil
}

// given returns a column in the form its layer expects: shape (batch, 1) and type dtype.
func (f *Feature) given(x *tensor.Tensor) (*tensor.Tensor, error) {
	if x == nil || x.Err() != nil {
		return x, fmt.Errorf("no array")
	}
	if rank := x.Rank(); rank > 2 {
		return nil, fmt.Errorf("shape %v; want (batch) or (batch, 1)", x.Shape())
	} else if rank < 2 {
		x = x.Reshape(x.Len(), 1)
	}
	if text := x.DType() == tensor.String; text != (f.dtype() == tensor.String) {
		return nil, fmt.Errorf("%v; want %v", x.DType(), f.dtype())
	}
	x = x.Convert(f.dtype())
	return x, x.Err()
}

// Transform returns the encoding of the columns x, given in the order of Features, as one
// vector per sample, float32 (batch, width); for scalars, (width). It requires OutputMode
// OutputConcat.
func (f *FeatureSpace) Transform(x ...*tensor.Tensor) (*tensor.Tensor, error) {
	if f.OutputMode == OutputDict {
		return nil, f.failed("transform", fmt.Errorf("OutputMode dict has several outputs: call TransformAll"))
	}
	parts, err := f.TransformAll(x...)
	if err != nil {
		return nil, err
	}
	for i := range parts {
		parts[i] = parts[i].Convert(tensor.Float32)
	}
	y := tensor.Concat(-1, parts...)
	return y, f.failed("transform", y.Err())
}

// TransformAll returns the outputs for the columns x separately, in the order of Names.
func (f *FeatureSpace) TransformAll(x ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	if len(x) != len(f.Features) {
		return nil, f.failed("transform", fmt.Errorf("%d arrays for %d features", len(x), len(f.Features)))
	}
	all, err := f.columns(false)
	if err != nil {
		return nil, f.failed("transform", err)
	}
	single := x[0] != nil && x[0].Rank() == 0
	ready := make([]*tensor.Tensor, len(x))
	for i := range f.Features {
		in, err := f.Features[i].given(x[i])
		if err == nil {
			ready[i], err = f.Features[i].Layer.Transform(in)
		}
		if err != nil {
			return nil, f.failed("transform: feature "+f.Features[i].Name, err)
		}
	}
	out := make([]*tensor.Tensor, len(all))
	for i, c := range all {
		if out[i], err = c.transform(ready); err != nil {
			return nil, f.failed("transform: "+c.name, err)
		}
		if single {
			out[i] = out[i].Row(0)
		}
	}
	return out, nil
}

// transform returns the output of the column from the outputs of the features' layers.
func (c *column) transform(ready []*tensor.Tensor) (y *tensor.Tensor, err error) {
	if y = ready[c.from[0]]; len(c.from) > 1 || c.crosses() {
		var in []*tensor.Tensor
		for _, i := range c.from {
			in = append(in, ready[i])
		}
		if y, err = c.layer.Transform(in...); err != nil {
			return nil, err
		}
	}
	if c.onehot != nil {
		return c.onehot.Transform(y)
	}
	return y, nil
}

func (c *column) crosses() bool {
	_, ok := c.layer.(*HashedCrossing)
	return ok
}

// Values returns the inputs of a model, one for each feature, and the outputs of the layers:
// one vector, or with OutputMode OutputDict one value for each of Names. A model built from
// them contains these layers, takes the raw columns, each (batch, 1), and is saved with the
// adapted state.
func (f *FeatureSpace) Values() (in, out []*Value, err error) {
	all, err := f.columns(false)
	if err != nil {
		return nil, nil, f.failed("values", err)
	}
	at := site(2)
	ready := make([]*Value, len(f.Features))
	for i := range f.Features {
		in = append(in, f.Features[i].input())
		ready[i] = applyAt(f.Features[i].Layer, at, in[i])
	}
	for _, c := range all {
		v := ready[c.from[0]]
		if c.crosses() {
			var from []*Value
			for _, i := range c.from {
				from = append(from, ready[i])
			}
			v = applyAt(c.layer, at, from...)
		}
		if c.onehot != nil {
			v = applyAt(c.onehot, at, v)
		}
		out = append(out, v)
	}
	if f.OutputMode != OutputDict && len(out) > 1 {
		out = []*Value{applyAt(&Concatenate{}, at, out...)}
	}
	return in, out, nil
}

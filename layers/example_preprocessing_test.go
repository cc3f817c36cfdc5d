package layers_test

import (
	"fmt"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// Normalize numbers to mean 0 and variance 1.
func ExampleNormalization() {
	n := &layers.Normalization{}
	if err := n.Adapt(tensor.Of([]float32{10, 1000, 20, 3000, 30, 5000}, 3, 2)); err != nil {
		fmt.Println(err)
		return
	}
	y, err := n.Transform(tensor.Of([]float32{20, 3000, 30, 1000}, 2, 2))
	fmt.Println(y, err)
	// Output:
	// [[ 0.         0.       ]
	//  [ 1.2247449 -1.2247449]] <nil>
}

// Rescale numbers to another range: x/2 - 1.
func ExampleRescaling() {
	y, err := (&layers.Rescaling{Scale: []float64{0.5}, Offset: []float64{-1}}).Transform(tensor.Of([]uint8{0, 1, 4}))
	fmt.Println(y, err)
	// Output:
	// [-1.  -0.5  1. ] <nil>
}

// Bin ages into groups of about equal size.
func ExampleDiscretization() {
	d := &layers.Discretization{NumBins: 3}
	if err := d.Adapt(tensor.Of([]float32{18, 21, 25, 33, 38, 41, 55, 62, 70}, 9, 1)); err != nil {
		fmt.Println(err)
		return
	}
	y, err := d.Transform(tensor.Of([]float32{20, 40, 80}, 3, 1))
	fmt.Println(y.Reshape(3), err)
	// Output:
	// [0 1 2] <nil>
}

// Map words to indices, the most frequent first; 0 is for unknown words.
func ExampleStringLookup() {
	l := &layers.StringLookup{}
	data := datasets.Of(tensor.Of([]string{"tea", "milk", "tea", "tea", "milk", "juice"}, 6, 1), nil)
	if err := models.Adapt(l, data); err != nil {
		fmt.Println(err)
		return
	}
	tokens, _ := l.Tokens()
	y, err := l.Transform(tensor.Of([]string{"juice", "tea", "wine"}, 1, 3))
	fmt.Println(tokens, y, err)
	// Output:
	// [[UNK] tea milk juice] [[3 1 0]] <nil>
}

// Multi-hot encode the numbers of shops.
func ExampleIntegerLookup() {
	l := &layers.IntegerLookup{Vocabulary: []int{501, 7, 88}, OutputMode: layers.AsMultiHot}
	y, err := l.Transform(tensor.Of([]int64{7, 88, 501, 3}, 2, 2))
	fmt.Println(y, err)
	// Output:
	// [[0 0 1 1]
	//  [1 1 0 0]] <nil>
}

// Turn sentences into rows of indices, padded with 0 to the same length.
func ExampleTextVectorization() {
	v := &layers.TextVectorization{OutputSequenceLength: 5}
	if err := v.Adapt(tensor.Of([]string{"The cat sat.", "The dog sat, the cat ran!"})); err != nil {
		fmt.Println(err)
		return
	}
	y, err := v.Transform(tensor.Of([]string{"the dog", "The cat saw the dog run"}))
	fmt.Println(y, err)
	// Output:
	// [[2 6 0 0 0]
	//  [2 4 1 2 6]] <nil>
}

// Hash strings into bins when there are too many for a vocabulary.
func ExampleHashing() {
	y, err := (&layers.Hashing{NumBins: 16}).Transform(tensor.Of([]string{"alice", "bob", "alice"}, 3, 1))
	fmt.Println(y.Reshape(3), err)
	// Output:
	// [5 1 5] <nil>
}

// Use the combination of two features as another feature.
func ExampleHashedCrossing() {
	day, hour := tensor.Of([]string{"sat", "sat", "mon"}, 3, 1), tensor.Of([]int64{23, 9, 23}, 3, 1)
	y, err := (&layers.HashedCrossing{NumBins: 5, OutputMode: layers.AsOneHot}).Transform(day, hour)
	fmt.Println(y.Shape(), err)
	// Output:
	// (3, 5) <nil>
}

// Preprocess the columns of a table for a model, each according to its kind.
func ExampleFeatureSpace() {
	space := &layers.FeatureSpace{
		Features: []layers.Feature{
			{Name: "age", Kind: layers.FloatNormalized},
			{Name: "job", Kind: layers.StringCategorical},
			{Name: "city", Kind: layers.StringHashed, NumBins: 4},
		},
		Crosses: []layers.Cross{{Features: []string{"job", "city"}, Dim: 6}},
	}
	age, job, city := tensor.Of([]float32{20, 40, 60}), tensor.Of([]string{"cook", "pilot", "cook"}), tensor.Of([]string{"Rome", "Oslo", "Lima"})
	if err := space.Adapt(age, job, city); err != nil {
		fmt.Println(err)
		return
	}
	y, err := space.Transform(age, job, city)
	fmt.Println(y.Shape(), err)

	in, out, err := space.Values() // or as part of the model
	if err != nil {
		fmt.Println(err)
		return
	}
	m := models.New(in, out[0].Then(&layers.Dense{Units: 1}))
	fmt.Println(m.InputNames(), m.CountParams())
	// Output:
	// (3, 14) <nil>
	// [age job city] 18
}

// Combine preprocessing layers into one.
func ExamplePipeline() {
	p := &layers.Pipeline{Layers: []layers.Module{
		&layers.StringLookup{Vocabulary: []string{"red", "green"}},
		&layers.CategoryEncoding{NumTokens: 3, OutputMode: layers.AsOneHot},
	}}
	y, err := p.Transform(tensor.Of([]string{"green", "blue"}, 2, 1))
	fmt.Println(y, err)
	// Output:
	// [[0. 0. 1.]
	//  [1. 0. 0.]] <nil>
}

// Adapting a layer batch by batch has the same result as adapting it to the whole data set.
func ExampleAdaptable() {
	data := &datasets.Batched{Data: datasets.Of(tensor.Of([]float32{1, 2, 3, 4, 5, 6, 7, 8}, 8, 1), nil), Size: 3}
	whole, each := &layers.Normalization{}, &layers.Normalization{}
	fmt.Println(models.Adapt(whole, data.Data), models.Adapt(each, data))
	x := tensor.Of([]float32{8}, 1, 1)
	a, _ := whole.Transform(x)
	b, _ := each.Transform(x)
	fmt.Println(a, b)
	// Output:
	// <nil> <nil>
	// [[1.5275252]] [[1.5275252]]
}

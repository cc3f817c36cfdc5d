package datasets_test

import (
	"fmt"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/datasets/classic"
)

// From a table to the batches of an epoch: hold out samples, scale by statistics of the training
// samples, check the data, shuffle.
func Example() {
	iris := classic.Iris()
	train, test, err := datasets.Split{Fraction: 0.3, Stratify: true, Seed: 1}.Of(iris.Arrays())
	if err != nil {
		fmt.Println(err)
		return
	}
	scale, err := datasets.Standard{}.Fit(train.X[0])
	if err != nil {
		fmt.Println(err)
		return
	}
	train.X[0], test.X[0] = scale.Apply(train.X[0]), scale.Apply(test.X[0])
	for _, f := range (datasets.Checks{Targets: []datasets.Target{{Classes: 3}}}).Of(train, nil) {
		fmt.Println(f)
	}
	samples, batches := 0, 0
	for b, err := range (&datasets.Batched{Data: train, Size: 16, Shuffle: true, Seed: 2}).Batches() {
		if err != nil {
			fmt.Println(err)
			return
		}
		samples, batches = samples+b.N, batches+1
	}
	fmt.Println(samples, "samples in", batches, "batches;", test.Len(), "to test")
	// Output: 105 samples in 7 batches; 45 to test
}

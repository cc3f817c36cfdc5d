package main

import (
	"context"
	"fmt"
	"math"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// compare compares the model's predictions with those in the file of arrays, which holds inputs
// x0, x1, … and outputs y0, y1, …
func compare(m *models.Model, path string, mixed bool) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("predict: panic: %v", e)
		}
	}()
	arrays, err := datasets.LoadNPZ(path)
	if err != nil {
		return err
	}
	out, err := m.Predict(context.Background(), numbered(arrays, "x")...)
	if err != nil {
		return err
	}
	want := numbered(arrays, "y")
	if len(out) != len(want) {
		return fmt.Errorf("%d outputs, want %d", len(out), len(want))
	}
	for i, y := range out {
		if err := near(y, want[i], mixed); err != nil {
			return fmt.Errorf("output %d: %w", i, err)
		}
	}
	return nil
}

func numbered(arrays map[string]*tensor.Tensor, letter string) (list []*tensor.Tensor) {
	for i := 0; arrays[fmt.Sprint(letter, i)] != nil; i++ {
		list = append(list, arrays[fmt.Sprint(letter, i)])
	}
	return list
}

// near returns an error with the largest difference if it exceeds the tolerance, which is wider in
// mixed precision.
func near(got, want *tensor.Tensor, mixed bool) error {
	atol, rtol := 1e-4, 1e-3
	if mixed {
		atol, rtol = 2e-2, 2e-2
	}
	if !got.Shape().Equal(want.Shape()) {
		return fmt.Errorf("shape %v, want %v", got.Shape(), want.Shape())
	}
	a, err := tensor.As[float64](got)
	if err != nil {
		return err
	}
	b, err := tensor.As[float64](want)
	if err != nil {
		return err
	}
	worst, at := 0.0, -1
	for i, x := range a {
		if d := math.Abs(x - b[i]); !(d <= atol+rtol*math.Abs(b[i])) && (at < 0 || d > worst) {
			worst, at = d, i
		}
	}
	if at >= 0 {
		return fmt.Errorf("element %d is %v, want %v", at, a[at], b[at])
	}
	return nil
}

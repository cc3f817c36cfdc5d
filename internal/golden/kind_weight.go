package golden

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/regularizers"
	"github.com/rhyton/rhyton/tensor"
)

// Operations on weights: initializers, regularizers and constraints.

func runRegularizer(c *Case) error {
	var f struct {
		Class  string
		Config json.RawMessage
		Inputs []Array
		Output Array
		Grad   Array
	}
	if err := c.Decode(&f); err != nil {
		return err
	}
	r, err := build[regularizers.Regularizer](f.Class, f.Config)
	if err != nil {
		return err
	}
	got, err := evalGrad(c, r.Penalty, f.Inputs[0].Tensor, tensor.Scalar(float32(1)))
	if err != nil {
		return err
	}
	if err := c.Compare("penalty", got[0], f.Output.Tensor, 1e-6); err != nil {
		return err
	}
	return c.Compare("gradient", got[1], f.Grad.Tensor, 1e-6)
}

func runConstraint(c *Case) error {
	var f struct {
		Class           string
		Config          json.RawMessage
		Inputs, Outputs []Array
	}
	if err := c.Decode(&f); err != nil {
		return err
	}
	k, err := build[constraints.Constraint](f.Class, f.Config)
	if err != nil {
		return err
	}
	got, err := Eval(c.Dev, func(in []*graph.Node) []*graph.Node { return []*graph.Node{k.Apply(in[0])} }, f.Inputs[0].Tensor)
	if err != nil {
		return err
	}
	return c.Compare("weight", got[0], f.Outputs[0].Tensor, 1e-6)
}

func runInitializer(c *Case) error {
	var f struct {
		Class    string
		Config   json.RawMessage
		Shape    []int
		Exact    bool
		Output   Array
		Expected struct {
			Mean, Var, Bound, Min, Max, Gain2 *float64
		}
	}
	if err := c.Decode(&f); err != nil {
		return err
	}
	i, err := build[initializers.Initializer](f.Class, f.Config)
	if err != nil {
		return err
	}
	t, err := i.Make(tensor.Float32, f.Shape, 7)
	if err != nil {
		return err
	}
	x := Floats(t)
	e := f.Expected
	switch {
	case f.Exact:
		return c.Compare("weight", t, f.Output.Tensor, 1e-6)
	case e.Gain2 != nil:
		return c.orthogonal(x, f.Shape[len(f.Shape)-1], *e.Gain2)
	}
	lo, hi := math.Inf(-1), math.Inf(1)
	if e.Bound != nil {
		lo, hi = -*e.Bound, *e.Bound
	}
	if e.Min != nil {
		lo, hi = *e.Min, *e.Max
	}
	return moments(x, *e.Mean, *e.Var, lo*(1+1e-6), hi*(1+1e-6))
}

// moments checks that all elements are in [lo, hi] and that the mean and the variance are within
// four standard errors (for the variance, those of a normal distribution).
func moments(x []float64, mean, variance, lo, hi float64) error {
	sum, squares := 0.0, 0.0
	for i, v := range x {
		if !(v >= lo && v <= hi) {
			return fmt.Errorf("weight[%d] is %v; want [%v, %v]", i, v, lo, hi)
		}
		sum += v
		squares += (v - mean) * (v - mean)
	}
	n := float64(len(x))
	if d := math.Abs(sum/n - mean); d > 4*math.Sqrt(variance/n) {
		return fmt.Errorf("mean %v, want %v", sum/n, mean)
	}
	if d := math.Abs(squares/n/variance - 1); d > 4*math.Sqrt(2/n) {
		return fmt.Errorf("variance %v, want %v", squares/n, variance)
	}
	return nil
}

// orthogonal checks that the columns of x, or the rows if there are fewer, are orthogonal and have
// squared length gain2.
func (c *Case) orthogonal(x []float64, cols int, gain2 float64) error {
	rows := len(x) / cols
	n, at := cols, func(v, k int) float64 { return x[k*cols+v] }
	if rows < cols {
		n, at = rows, func(v, k int) float64 { return x[v*cols+k] }
	}
	var got, want []float64
	for a := range n {
		for b := range n {
			sum := 0.0
			for k := range max(rows, cols) {
				sum += at(a, k) * at(b, k)
			}
			got = append(got, sum)
			w := 0.0
			if a == b {
				w = gain2
			}
			want = append(want, w)
		}
	}
	return c.CompareFloats("gram matrix", got, want, 1e-5)
}

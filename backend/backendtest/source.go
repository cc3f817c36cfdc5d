package backendtest

import (
	"math/rand/v2"

	"github.com/rhyton/rhyton/graph"
)

func sourceRows() (rows []row) {
	rows = append(rows, rowsFor("const", allTypes, func(d graph.DType) (cases []testCase) {
		for i, s := range lengths {
			cases = append(cases, testCase{op: graph.Const{DType: d, Value: []float64{0, 1, .1}[i%3], Dims: graph.DimsOf(s)}})
		}
		if d.IsFloat() {
			for _, x := range []float64{nan, inf, -inf} {
				cases = append(cases, testCase{op: graph.Const{DType: d, Value: x, Dims: graph.RepeatDim(1, 3)}})
			}
		}
		return cases
	})...)
	rows = append(rows, rowsFor("literal", allTypes, func(d graph.DType) (cases []testCase) {
		for i, s := range lengths {
			cases = append(cases, testCase{op: graph.Literal{Tensor: of(d, s...).array(rand.New(rand.NewPCG(uint64(i), 2)))}})
		}
		return cases
	})...)
	return append(rows, rowsFor("iota", numTypes, func(d graph.DType) (cases []testCase) {
		for _, s := range lengths[1:] {
			if len(s) == 1 && s[0] > 200 && d != graph.Int32 { // half floats are exact up to 256
				s = []int{200}
			}
			for a := range s {
				cases = append(cases, testCase{op: graph.Iota{DType: d, Axis: a, Dims: graph.DimsOf(s)}})
			}
		}
		return cases
	})...)
}

package layers

import (
	"errors"

	"github.com/rhyton/rhyton/graph"
)

func init() {
	register[Lambda]()
}

// A Function is a custom computation on nodes, written with package ops.
type Function func(x *graph.Node) *graph.Node

// MarshalJSON returns an error: a function cannot be saved.
func (Function) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a function cannot be saved; make a struct with a Call of it and Register that")
}

// UnmarshalJSON returns an error: a function cannot be loaded.
func (*Function) UnmarshalJSON([]byte) error {
	return errors.New("code in a file is not run; write the function in Go, as a struct with a Call, and Register that")
}

// Lambda applies a function. It has no weights and cannot be saved; to save a custom layer,
// define a struct with a Call method and register it with [Register].
//
// Input: what Function accepts. Output: what it returns, without a mask.
type Lambda struct {
	Base

	Name     string   `keras:"name"`
	Function Function `keras:"function,required"`
}

// Call returns Function(x).
func (l *Lambda) Call(_ *Scope, x *graph.Node) *graph.Node {
	if l.Function == nil {
		graph.Errorf("Function is nil")
	}
	y := l.Function(x)
	if y == nil {
		graph.Errorf("Function returned nil")
	}
	return y
}

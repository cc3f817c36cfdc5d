// Package datasets provides batches of samples for training, and functions to load, generate,
// split, scale and check data.
//
// [Arrays] holds samples in memory and is what most programs need. Everything else that yields
// batches is a [Dataset] too: [Map], [Prefetch], [Take], [Skip], [Repeat] and [Concat] build
// new ones from others.
package datasets

import (
	"iter"

	"github.com/rhyton/rhyton/tensor"
)

// A Batch is the samples of one step: an array for each input, each output and, where samples
// are weighted, each weight, of shape (N, …). Y and Weights may be nil. Its arrays may lie in
// memory that the data set uses again: they are to be read, and until the next batch is asked for.
type Batch struct {
	N       int
	X, Y    []*tensor.Tensor
	Weights []*tensor.Tensor
}

// A Dataset yields batches. Each range over Batches is one pass over the data; a model asks for
// one an epoch. An error is the last thing a pass yields.
type Dataset interface {
	Batches() iter.Seq2[Batch, error]
}

// Func is a Dataset made of a function that starts a pass.
type Func func() iter.Seq2[Batch, error]

// Batches starts a pass.
func (f Func) Batches() iter.Seq2[Batch, error] { return f() }

// A Type is the element type and the shape of one sample of an input or output: no batch axis.
type Type struct {
	DType tensor.DType
	Shape tensor.Shape
}

// Types are the types of a batch's arrays, in the same order.
type Types struct{ X, Y, Weights []Type }

// An Indexed data set has a known number of samples that can be had in any order, so that who
// uses it, such as a model's Fit, can set the batch size, shuffle, and set samples aside.
//
// Gather fills dst with the samples of those numbers, in that order; dst's memory is used again,
// so a loop that hands the same batch over each time allocates nothing. Slice gives samples lo
// to hi-1, without copying where they lie in memory side by side; its arrays are to be read only.
type Indexed interface {
	Dataset
	Len() int
	Types() Types
	Gather(dst *Batch, rows []int) error
	Slice(dst *Batch, lo, hi int) error
}

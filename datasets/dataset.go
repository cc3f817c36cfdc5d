// Package datasets provides batches of samples for training, and functions to load, generate,
// split, scale and check data.
//
// [Arrays] holds samples in memory and is what most programs need. Everything else that yields
// batches is also a [Dataset]: [Map], [Prefetch], [Take], [Skip], [Repeat] and [Concat] build new
// ones from others.
package datasets

import (
	"iter"

	"github.com/rhyton/rhyton/tensor"
)

// A Batch holds the samples of one step: an array of shape (N, …) for each input, each output
// and, if samples are weighted, each weight. Y and Weights may be nil. The data set may reuse the
// memory of the arrays: treat them as read-only, and as valid until the next batch is requested.
type Batch struct {
	N       int
	X, Y    []*tensor.Tensor
	Weights []*tensor.Tensor
}

// A Dataset yields batches. Each range over Batches is one pass over the data; a model starts one
// per epoch. A pass ends after yielding an error.
type Dataset interface {
	Batches() iter.Seq2[Batch, error]
}

// Func is a function that starts a pass, used as a Dataset.
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

// An Indexed data set has a known number of samples that can be read in any order, so that its
// user, such as a model's Fit, can set the batch size, shuffle, and hold out samples.
//
// Gather fills dst with the samples with the given numbers, in that order. It reuses the memory
// of dst, so a loop that passes the same batch each time allocates nothing. Slice fills dst with
// samples lo to hi-1, without copying if they are contiguous in memory; treat its arrays as
// read-only.
type Indexed interface {
	Dataset
	Len() int
	Types() Types
	Gather(dst *Batch, rows []int) error
	Slice(dst *Batch, lo, hi int) error
}

package layers

import (
	"fmt"
	"iter"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

// A Transformer is a preprocessing layer that computes on arrays in host memory, either by itself
// or in a data pipeline (datasets.Transform). Text can only be processed this way.
type Transformer interface {
	// Transform returns the layer's output for batches x: one batch, or several for a layer
	// with several inputs. It does not modify x.
	Transform(x ...*tensor.Tensor) (*tensor.Tensor, error)
	Module
}

// A HostLayer is a Transformer that a model applies to its inputs on the host, before they are
// copied to the device. Layers that take text must be HostLayers.
type HostLayer interface {
	Transformer
	// OutputOf describes one sample of the output for the described inputs.
	OutputOf(in ...InputSpec) (InputSpec, error)
}

// An Adaptable layer learns state, such as a mean or a vocabulary, from data before the model is
// trained.
type Adaptable interface {
	// Adapt learns from batches x, whose first axis is the batch axis, and discards anything
	// learned before. On an error, the layer is unchanged.
	Adapt(x ...*tensor.Tensor) error
	Module
	learner() (learner, error)
}

// A learner is an Adapt in progress.
type learner interface {
	See(x *tensor.Tensor) error
	Finish() error // stores the learned state in the layer
}

// adaptEach is Adapt for batches that arrive one at a time. models.Adapt takes a data set.
func adaptEach(l Adaptable, batches iter.Seq2[*tensor.Tensor, error]) error {
	learn, err := l.learner()
	n := 0
	for x, broken := range batches {
		if err == nil {
			err = broken
		}
		if err == nil {
			err = x.Err()
		}
		if err == nil && x.Rank() == 0 {
			err = fmt.Errorf("a single value; the first axis counts the samples")
		}
		if err == nil {
			err = learn.See(x)
		}
		if err != nil {
			return failed(l, fmt.Sprintf("adapt: batch %d", n), err)
		}
		n++
	}
	if err == nil && n == 0 {
		err = fmt.Errorf("there is no data")
	}
	if err == nil {
		err = learn.Finish()
	}
	if err != nil {
		return failed(l, "adapt", err)
	}
	return nil
}

// adapt implements Adapt for any layer.
func adapt(l Adaptable, x []*tensor.Tensor) error {
	return adaptEach(l, func(yield func(*tensor.Tensor, error) bool) {
		for _, t := range x {
			if !yield(t, nil) {
				return
			}
		}
	})
}

// failed adds the layer and the operation to an error on the host.
func failed(l Module, doing string, err error) error {
	who := config.Snake(config.ClassOf(l))
	if name := config.NameOf(l); name != "" && name != who {
		who += fmt.Sprintf(" %q", name)
	}
	return fmt.Errorf("layers: %s: %s: %w", who, doing, err)
}

// errNotAdapted is the error of a layer that has not learned anything yet.
func errNotAdapted(field string) error {
	return fmt.Errorf("the layer is not adapted: call models.Adapt with the layer and data first, or set %s", field)
}

// transform runs f on x, which must have n elements, and adds the layer to its errors.
func transform(l Module, n int, x []*tensor.Tensor, f func() (*tensor.Tensor, error)) (*tensor.Tensor, error) {
	var err error
	if n > 0 && len(x) != n {
		err = fmt.Errorf("takes %d inputs, %d were given", n, len(x))
	}
	for i, t := range x {
		if err == nil && t.Err() != nil {
			err = fmt.Errorf("input %d: %w", i, t.Err())
		}
	}
	if err == nil {
		var y *tensor.Tensor
		if y, err = f(); err == nil && y.Err() == nil {
			return y, nil
		} else if err == nil {
			err = y.Err()
		}
	}
	return nil, failed(l, "transform", err)
}

// texts returns the elements of t, which must contain text.
func texts(t *tensor.Tensor) ([]string, error) {
	s, ok := t.Data().([]string)
	if !ok {
		return nil, fmt.Errorf("%v %v; want text", t.DType(), t.Shape())
	}
	return s, nil
}

// onHostOnly panics: the layer runs on the host and cannot be traced.
func onHostOnly() *graph.Node {
	graph.Errorf("runs on the host: apply it to an input of the model, or to the data before the model (datasets.Transform)")
	return nil
}

// Value returns the first result of c.
func (c *Call) Value() *Value { return &Value{call: c} }

// Enter names l and adds it to the layers of the trace without calling it, for layers that run
// on the host.
func (s *Scope) Enter(l Module) { s.enter(l)() }

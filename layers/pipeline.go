package layers

import (
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[Pipeline]()
}

// Pipeline applies layers sequentially. It can be part of a model, run on the host with
// [Pipeline.Transform], or, for random layers, augment data before a model (models.Augment).
//
// Input: that of the first layer. Output: that of the last layer. If labels are passed as a
// second input through [Apply], the layers that mix samples mix the labels the same way, and
// the labels are the second output.
type Pipeline struct {
	Base `omit:"trainable dtype"`

	Layers []Module `keras:"layers,required"`
	Name   string   `keras:"name"`
}

// A mixer is a layer that mixes labels along with samples.
type mixer interface {
	MultiIO
	mixes()
}

// CallAll returns the result of applying the layers to in.
func (p *Pipeline) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	if len(in) < 1 || len(in) > 2 {
		graph.Errorf("takes one input, or samples and labels; %d were given", len(in))
	}
	if len(p.Layers) == 0 {
		graph.Errorf("Layers is empty")
	}
	x, labels := in[0], in[1:]
	for _, l := range p.Layers {
		if mixesLabels(l) && len(labels) == 1 {
			out := s.CallAll(l, x, labels[0])
			x, labels = out[0], out[1:]
			continue
		}
		out := s.CallAll(l, x)
		if len(out) != 1 {
			graph.Errorf("%s gives %d outputs; want layers that give one", config.ClassOf(l), len(out))
		}
		x = out[0]
	}
	return append([]*graph.Node{x}, labels...)
}

// Call returns the result of applying the layers to x.
func (p *Pipeline) Call(s *Scope, x *graph.Node) *graph.Node {
	return p.CallAll(s, []*graph.Node{x})[0]
}

// Transform applies the layers, all of which must be able to run on the host, to x.
func (p *Pipeline) Transform(x ...*tensor.Tensor) (*tensor.Tensor, error) {
	return transform(p, 0, x, func() (*tensor.Tensor, error) {
		in := x
		for i, l := range p.Layers {
			t, ok := l.(Transformer)
			if !ok {
				return nil, fmt.Errorf("layer %d, a %s, has no Transform: it works in a model, or by models.Augment", i, config.ClassOf(l))
			}
			y, err := t.Transform(in...)
			if err != nil {
				return nil, err
			}
			in = []*tensor.Tensor{y}
		}
		if len(in) != 1 {
			return nil, fmt.Errorf("%d inputs and no layer that makes one of them", len(in))
		}
		return in[0], nil
	})
}

// Mask returns nil: the output already has the mask set by the last layer.
func (p *Pipeline) Mask(*Scope, []*graph.Node) *graph.Node { return nil }

// mixesLabels reports whether l, or a layer inside a Pipeline, mixes labels along with samples
// when it receives both, as MixUp and CutMix do.
func mixesLabels(l Module) bool {
	if p, ok := l.(*Pipeline); ok {
		return slices.ContainsFunc(p.Layers, mixesLabels)
	}
	_, ok := l.(mixer)
	return ok
}

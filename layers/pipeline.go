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

// Pipeline applies layers one after another: preprocessing in a model, on the host by
// [Pipeline.Transform], or, of random layers, on data before a model (models.Augment).
//
// Input and output: those of the first and the last of Layers. With labels as a second input,
// by [Apply], those layers that mix samples mix the labels alike, and they are the second
// output.
type Pipeline struct {
	Base `omit:"trainable dtype"`

	Layers []Module `keras:"layers,required"`
	Name   string   `keras:"name"`
}

// A mixer is a layer that mixes the labels as it does the samples.
type mixer interface {
	MultiIO
	mixes()
}

// CallAll returns what the layers make of in.
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

// Call returns what the layers make of x.
func (p *Pipeline) Call(s *Scope, x *graph.Node) *graph.Node {
	return p.CallAll(s, []*graph.Node{x})[0]
}

// Transform returns what the layers, which must be for the host, make of x.
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

// Mask returns nil: the output has the mask that the last layer gave it.
func (p *Pipeline) Mask(*Scope, []*graph.Node) *graph.Node { return nil }

// mixesLabels reports whether l, or a layer in a Pipeline, mixes labels with the samples when
// it is given both: MixUp and CutMix.
func mixesLabels(l Module) bool {
	if p, ok := l.(*Pipeline); ok {
		return slices.ContainsFunc(p.Layers, mixesLabels)
	}
	_, ok := l.(mixer)
	return ok
}

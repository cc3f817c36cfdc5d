package saving

import (
	"slices"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// A lowRank is the low-rank update of a weight: scale·a·b. Keras saves the sum in place of the
// weight, but neither a nor b, and sets both to 0 when loading.
type lowRank struct {
	a, b  *graph.Variable
	scale float64
}

// ownPlaces lists the file places of the variables that l itself created, in Keras' order. A
// weight with low-rank adaptation is listed as if it were trainable.
func ownPlaces(l layers.Module) (all []place) {
	own := access.OwnVariables(l)
	lastName := func(v *graph.Variable) string { return v.Path[strings.LastIndexByte(v.Path, '/')+1:] }
	find := func(name string) *graph.Variable {
		i := slices.IndexFunc(own, func(v *graph.Variable) bool { return lastName(v) == name })
		if i < 0 {
			return nil
		}
		return own[i]
	}
	var adapted []place
	for _, v := range own {
		name := lastName(v)
		a, b := find("lora_"+name+"_a"), find("lora_"+name+"_b")
		switch {
		case a != nil && b != nil:
			adapted = append(adapted, place{v: v, low: &lowRank{a, b, access.LoRAScale(l)}})
		case !strings.HasPrefix(name, "lora_"):
			all = append(all, place{v: v})
		}
	}
	return append(adapted, all...)
}

// merged returns the value of v plus its low-rank update.
func (l *lowRank) merged(v *graph.Variable, valueOf Values) (*tensor.Tensor, error) {
	value, err := valueOf(v)
	if err != nil || l == nil {
		return value, err
	}
	a, err := matrix(l.a, valueOf)
	if err != nil {
		return nil, err
	}
	b, err := matrix(l.b, valueOf)
	if err != nil {
		return nil, err
	}
	sum, err := tensor.As[float64](value)
	if err != nil {
		return nil, err
	}
	rank := l.b.Type.Shape[0]
	wide := l.b.Type.Shape[1]
	for i := range sum {
		row, column := i/wide, i%wide
		for k := range rank {
			sum[i] += l.scale * a[row*rank+k] * b[k*wide+column]
		}
	}
	return tensor.Of(sum, value.Shape()...).Convert(value.DType()), nil
}

func matrix(v *graph.Variable, valueOf Values) ([]float64, error) {
	t, err := valueOf(v)
	if err != nil {
		return nil, err
	}
	return tensor.As[float64](t)
}

// clear sets a and b to 0.
func (l *lowRank) clear(a *Assignment) {
	if l == nil {
		return
	}
	for _, v := range []*graph.Variable{l.a, l.b} {
		a.add(v, tensor.New(v.Type.DType, v.Type.Shape...))
	}
}

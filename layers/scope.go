package layers

import (
	"fmt"
	"hash/fnv"
	"reflect"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// A Scope is a trace of a model. It gives layers access to their weights and to the mode.
type Scope struct {
	// Training reports whether a training step is traced: Dropout drops, BatchNormalization
	// uses batch statistics. Layers that behave differently when frozen use [Scope.Updating].
	Training bool
	// Policy holds the default compute and variable types of layers.
	Policy Policy
	// Remat selects the layers that are rematerialized for the gradient.
	Remat Remat
	// Frozen reports whether a layer is frozen; nil: whether its Frozen field is set.
	Frozen func(l Module) bool
	// Seed is the seed of the initial weights.
	Seed uint64
	// Blank leaves new weights uninitialized because their values are about to be loaded.
	Blank bool

	g         *graph.Graph
	stack     []frame
	root      Base
	seen      map[*Base]bool
	order     []Module
	streams   map[string]uint64
	masks     map[*graph.Node]*graph.Node
	losses    []*graph.Node
	penalties []*graph.Node
	penalty   map[*graph.Variable]bool
	frozen    map[*graph.Variable]bool
	made      map[*Base]func(weight string) // called when a layer requests a weight, before it is read
}

// A frame describes a layer being called.
type frame struct {
	l      Module
	frozen bool
	names  map[string]bool // names taken by its sublayers
	next   map[string]int  // by class, the first number that may be free
}

// NewScope returns a scope that traces into g, in inference mode. For a training step, set
// Training.
func NewScope(g *graph.Graph) *Scope {
	s := &Scope{g: g, seen: map[*Base]bool{}, streams: map[string]uint64{},
		masks: map[*graph.Node]*graph.Node{}, penalty: map[*graph.Variable]bool{}, frozen: map[*graph.Variable]bool{},
		made: map[*Base]func(string){}}
	s.stack = []frame{{l: &s.root, names: map[string]bool{}, next: map[string]int{}}}
	return s
}

// Freeze treats every layer of the trace as frozen.
func (s *Scope) Freeze() { s.stack[0].frozen = true }

// Graph returns the graph being built.
func (s *Scope) Graph() *graph.Graph { return s.g }

// policy returns the policy of the current layer: its own if set, else that of the scope.
func (s *Scope) policy() Policy {
	for i := len(s.stack) - 1; i >= 0; i-- {
		if p := s.stack[i].l.state().Policy; p != nil {
			return *p
		}
	}
	return s.Policy
}

func (s *Scope) top() *frame { return &s.stack[len(s.stack)-1] }

// Updating reports whether the current layer is being trained in this trace: Training is set, and
// neither the layer nor any enclosing layer is frozen.
func (s *Scope) Updating() bool { return s.Training && !s.top().frozen }

// Call returns the output of l, a sublayer of the current layer.
func (s *Scope) Call(l Layer, x *graph.Node) *graph.Node { return s.CallAll(l, x)[0] }

// CallAll applies any layer, with one or more inputs and outputs.
func (s *Scope) CallAll(l Module, in ...*graph.Node) []*graph.Node {
	if v := reflect.ValueOf(l); l == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		graph.Errorf("calls a layer that is nil")
	}
	defer s.enter(l)()
	if len(in) == 0 {
		graph.Errorf("is called without inputs")
	}
	in = s.autocast(l, in)
	first := len(s.g.Nodes)
	out := call(l, s, in)
	if s.Training && s.Remat.again(l, out) {
		s.g.Remat(first)
	}
	if m, ok := l.(Masker); ok && s.masks[out[0]] == nil {
		s.SetMask(out[0], m.Mask(s, in))
	} else if !ok && out[0] == in[0] {
		out[0] = ops.Shift(out[0], 0) // a separate node, which has no mask
	}
	for _, y := range out {
		s.activityLoss(l, y)
	}
	return out
}

// autocast casts float inputs to the compute type of the layer, as Keras does.
func (s *Scope) autocast(l Module, in []*graph.Node) []*graph.Node {
	to := s.policy().compute()
	if k, ok := l.(interface{ keepsTypes() }); ok {
		k.keepsTypes()
		return in
	}
	out := make([]*graph.Node, len(in))
	for i, x := range in {
		out[i] = x
		if x.DType.IsFloat() && x.DType != to {
			out[i] = ops.Cast(x, to)
			s.masks[out[i]] = s.masks[x]
		}
	}
	return out
}

// enter makes l the current layer and names it on its first call.
func (s *Scope) enter(l Module) (leave func()) {
	l = itself(l)
	outer := s.top()
	st := l.state()
	if _, quantized := l.(interface{ fileOrder() []string }); st.Policy != nil && st.Policy.int8 && !quantized {
		graph.Errorf("%s is quantized to int8; Dense, EinsumDense and Embedding can be", config.ClassOf(l))
	}
	if !s.seen[st] {
		s.seen[st] = true
		s.order = append(s.order, l)
		config.Fill(l)
		s.name(outer, l)
	}
	s.stack = append(s.stack, frame{l: l, frozen: outer.frozen || s.holds(l), names: map[string]bool{}, next: map[string]int{}})
	label := s.g.Label
	s.g.Label = st.path
	return func() {
		s.stack = s.stack[:len(s.stack)-1]
		s.g.Label = label
	}
}

// holds reports whether l is frozen in this trace.
func (s *Scope) holds(l Module) bool {
	if s.Frozen != nil {
		return s.Frozen(l)
	}
	return l.state().Frozen
}

// name assigns l a path below the current layer: its Name, or its class in snake case, with a
// number appended if the name is taken.
func (s *Scope) name(outer *frame, l Module) {
	st, parent := l.state(), outer.l.state()
	if parent != &s.root {
		parent.adopt(l)
	}
	own := config.NameOf(l)
	if strings.Contains(own, "/") {
		graph.Errorf("the name %q has a slash, which separates the names in a path", own)
	}
	if st.path == "" {
		base := own
		if base == "" {
			base = config.Snake(config.ClassOf(l))
		}
		name := base
		if own != "" && outer.names[name] {
			graph.Errorf("the name %q is used by two layers", own)
		}
		for outer.names[name] {
			outer.next[base]++
			name = fmt.Sprintf("%s_%d", base, outer.next[base])
		}
		st.path = name
		if parent.path != "" {
			st.path = parent.path + "/" + name
		}
	}
	outer.names[lastName(st.path)] = true
}

func lastName(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}

// adopt records c as a sublayer.
func (s *Base) adopt(c Module) {
	if s.adopted[c.state()] {
		return
	}
	if s.adopted == nil {
		s.adopted = map[*Base]bool{}
	}
	s.adopted[c.state()] = true
	s.children = append(s.children, c)
}

// Stream returns the seed of a random sequence of the current layer: the k-th call in a trace
// returns the same value in every trace, regardless of the layers before it.
func (s *Scope) Stream() uint64 {
	path := s.top().l.state().path
	s.streams[path]++
	return hash(path)<<16 + s.streams[path]
}

func hash(path string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(path))
	return h.Sum64()
}

// Uniform returns uniform values in [0, 1) with the shape of x, different for each run.
func (s *Scope) Uniform(x *graph.Node) *graph.Node {
	return ops.Uniform(s.g, s.Stream(), graph.Float32, x.Shape...)
}

// Normal returns standard normal values with the shape of x, different for each run.
func (s *Scope) Normal(x *graph.Node) *graph.Node {
	return ops.Normal(s.g, s.Stream(), graph.Float32, x.Shape...)
}

// Layers returns the layers called so far, each once, in the order of their first call.
func (s *Scope) Layers() []Module { return s.order }

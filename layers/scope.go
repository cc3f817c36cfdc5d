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

// A Scope is one trace of a model. Through it a layer meets its weights and the mode.
type Scope struct {
	// Training says that the trace is of a training step: Dropout drops, BatchNormalization
	// uses the batch. A layer that behaves otherwise while frozen asks [Scope.Updating].
	Training bool
	// Policy is the types that layers compute and keep weights in.
	Policy Policy
	// Remat tells which layers the gradient computes again.
	Remat Remat
	// Frozen tells which layers are frozen; nil: those whose Frozen is set.
	Frozen func(l Module) bool
	// Seed makes the initial weights.
	Seed uint64
	// Blank leaves new weights without a value: their values are about to be loaded.
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
	made      map[*Base]func(weight string) // called when a layer has a weight, before it is read
}

// A frame is a layer being called.
type frame struct {
	l      Module
	frozen bool
	names  map[string]bool // taken by the layers it is made of
}

// NewScope returns the scope of a trace into g, in inference mode. Set
// Training for a training step.
func NewScope(g *graph.Graph) *Scope {
	s := &Scope{g: g, seen: map[*Base]bool{}, streams: map[string]uint64{},
		masks: map[*graph.Node]*graph.Node{}, penalty: map[*graph.Variable]bool{}, frozen: map[*graph.Variable]bool{},
		made: map[*Base]func(string){}}
	s.stack = []frame{{l: &s.root, names: map[string]bool{}}}
	return s
}

// Freeze holds every layer of the trace frozen.
func (s *Scope) Freeze() { s.stack[0].frozen = true }

// Graph returns the graph that is traced into.
func (s *Scope) Graph() *graph.Graph { return s.g }

// policy returns the policy of the current layer: its own, or the scope's.
func (s *Scope) policy() Policy {
	for i := len(s.stack) - 1; i >= 0; i-- {
		if p := s.stack[i].l.state().Policy; p != nil {
			return *p
		}
	}
	return s.Policy
}

func (s *Scope) top() *frame { return &s.stack[len(s.stack)-1] }

// Updating reports whether the current layer is trained in this trace: Training, and
// neither it nor a layer around it is frozen.
func (s *Scope) Updating() bool { return s.Training && !s.top().frozen }

// Call returns the output of a layer that the current layer is made of.
func (s *Scope) Call(l Layer, x *graph.Node) *graph.Node { return s.CallAll(l, x)[0] }

// CallAll applies any layer, of one or several inputs and outputs.
func (s *Scope) CallAll(l Module, in ...*graph.Node) []*graph.Node {
	if v := reflect.ValueOf(l); l == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		graph.Errorf("calls a layer that is nil")
	}
	defer s.enter(l)()
	in = s.autocast(l, in)
	first := len(s.g.Nodes)
	out := call(l, s, in)
	if s.Training && s.Remat.again(l, out) {
		s.g.Remat(first)
	}
	if m, ok := l.(Masker); ok && s.masks[out[0]] == nil {
		s.SetMask(out[0], m.Mask(s, in))
	} else if !ok && out[0] == in[0] {
		out[0] = ops.Shift(out[0], 0) // a value of its own, which has no mask
	}
	for _, y := range out {
		s.activityLoss(l, y)
	}
	return out
}

// autocast brings float inputs to the type the layer computes in, as Keras does.
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
	s.stack = append(s.stack, frame{l: l, frozen: outer.frozen || s.holds(l), names: map[string]bool{}})
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

// name gives l a path below the current layer: its own Name, or its class in snake case,
// numbered where several have it.
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
		for i := 1; outer.names[name]; i++ {
			if own != "" {
				graph.Errorf("the name %q is used by two layers", own)
			}
			name = fmt.Sprintf("%s_%d", base, i)
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

// adopt notes that the layer is made of c.
func (s *Base) adopt(c Module) {
	for _, have := range s.children {
		if have.state() == c.state() {
			return
		}
	}
	s.children = append(s.children, c)
}

// Stream returns a number for a random sequence of the current layer: the k-th asked for in
// a trace is the same in every trace, whatever layers stand before it.
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

// Uniform returns values in [0, 1) shaped as x, new ones at each run.
func (s *Scope) Uniform(x *graph.Node) *graph.Node {
	return ops.Uniform(s.g, s.Stream(), graph.Float32, x.Shape...)
}

// Normal returns values of mean 0 and variance 1 shaped as x, new ones at each run.
func (s *Scope) Normal(x *graph.Node) *graph.Node {
	return ops.Normal(s.g, s.Stream(), graph.Float32, x.Shape...)
}

// Layers lists the layers called so far, each once, in the order of their first call.
func (s *Scope) Layers() []Module { return s.order }

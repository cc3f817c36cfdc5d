package emit

import (
	"reflect"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// This file says which function emits which operation. What has no arithmetic is in source.go:
// constants, and the operations that are another view of their operand. Elementwise operations
// on float32 come here only if no vector program takes them (fuse.go).

// primitive emits the operations with one result that are kernels of their own.
func (s *scope) primitive(n *graph.Node) bool {
	in := s.operands(n)
	v, ok := s.c.elementwise(n, in)
	if !ok {
		v, ok = s.c.combine(n, in)
	}
	if !ok {
		v, ok = s.product(n, in)
	}
	if ok {
		s.set(n, v)
	}
	return ok
}

// elementwise emits what no vector program took.
func (c *compiler) elementwise(n *graph.Node, in []plan.Value) (plan.Value, bool) {
	switch op := n.Op.(type) {
	case graph.Unary:
		return c.unary(op.Fn, in[0]), true
	case graph.Binary:
		return c.binary(op.Fn, in[0], in[1]), true
	case graph.Compare:
		return c.compare(op.Fn, in[0], in[1]), true
	case graph.Select:
		return c.choose(in[0], in[1], in[2]), true
	case graph.Cast:
		return c.cast(in[0], op.To), true
	case native.Narrow:
		return c.cast(in[0], op.To), true
	case native.Round: // to float16: no program takes that
		return c.cast(c.cast(in[0], op.To), graph.Float32), true
	case native.Relu, native.ReluGrad: // of nothing: no program takes that
		return c.Temp(n.Type), true
	}
	return plan.Value{}, false
}

// combine emits what moves elements or combines them along axes.
func (c *compiler) combine(n *graph.Node, in []plan.Value) (plan.Value, bool) {
	switch op := n.Op.(type) {
	case graph.Pad:
		return c.pad(op, in[0], n.Type), true
	case graph.Concat:
		return c.concat(op, in, n.Type), true
	case graph.Random:
		return c.random(op), true
	case graph.Reduce:
		return c.reduce(op, in[0], n.Type), true
	case graph.ArgReduce:
		return c.argReduce(op, in[0], n.Type), true
	case graph.Cumulate:
		return c.cumulate(op, in[0]), true
	case graph.ArgSort:
		return c.argSort(op, in[0], n.Type), true
	case native.ClampIndex:
		return c.clampIndex(op, in[0], n.Type), true
	case graph.Gather:
		return c.gather(in[0], in[1], n.Type), true
	case graph.Scatter:
		return c.scatter(op.Fn, in[0], in[1], in[2]), true
	case native.Dot:
		return c.dot(op, in[0], in[1], n.Type), true
	}
	return plan.Value{}, false
}

// product emits matrix products, convolutions and pooling.
func (s *scope) product(n *graph.Node, in []plan.Value) (plan.Value, bool) {
	c := s.c
	switch op := n.Op.(type) {
	case graph.MatMul:
		return c.matmul(op, in[0], in[1], s.laidOut(n)), true
	case native.Gemm:
		return c.gemmOf(op, in, s.laidOut(n)), true
	case graph.Conv:
		return c.conv(op, in[0], in[1], n.Type), true
	case native.Convolution:
		return c.convAct(op, in, n.Type), true
	case graph.ConvGradInput:
		return c.convGradInput(op, in[0], in[1], n.Type), true
	case graph.ConvGradFilter:
		return c.convGradFilter(op, in[0], in[1], n.Type), true
	case graph.Pool:
		return c.pooling(op, in[0], n.Type), true
	case graph.PoolGrad:
		return c.poolGrad(op, in[0], in[1]), true
	case graph.MaxPoolGather:
		return c.poolPick(op, in[0], in[1], n.Type), true
	}
	return plan.Value{}, false
}

// composites are the operations of several results or several kernels, by their type.
var composites = map[reflect.Type]func(s *scope, n *graph.Node) []plan.Value{}

func init() { // not a literal: what emits a scan reads the table
	results((*scope).softmax)
	results((*scope).logSoftmax)
	results((*scope).softmaxGrad)
	results((*scope).crossEntropyLoss)
	results((*scope).crossEntropyGrad)
	results((*scope).dropout)
	results((*scope).adam)
	results((*scope).sparseAdam)
	results((*scope).layerNorm)
	results((*scope).layerNormGrad)
	results((*scope).batchNorm)
	results((*scope).batchNormGrad)
	results(func(s *scope, op fused.Attention, n *graph.Node) []plan.Value {
		return s.attention(op, kernel.Single, n)
	})
	results(func(s *scope, op native.Attention, n *graph.Node) []plan.Value {
		return s.attention(op.Attention, op.Precision, n)
	})
	results(func(s *scope, op fused.AttentionGrad, n *graph.Node) []plan.Value {
		return s.attentionGrad(op, kernel.Single, n)
	})
	results(func(s *scope, op native.AttentionGrad, n *graph.Node) []plan.Value {
		return s.attentionGrad(op.AttentionGrad, op.Precision, n)
	})
	results((*scope).lstm)
	results((*scope).lstmGrad)
	results((*scope).gru)
	results((*scope).gruGrad)
	results((*scope).projectedLSTM)
	results((*scope).projectedLSTMGrad)
	results((*scope).projectedGRU)
	results((*scope).projectedGRUGrad)
	results((*scope).mlp)
	results((*scope).mlpGrad)
	results((*scope).convPool)
	results((*scope).scan)
}

// results has operations of type O emitted by f.
func results[O graph.Op](f func(s *scope, op O, n *graph.Node) []plan.Value) {
	composites[reflect.TypeFor[O]()] = func(s *scope, n *graph.Node) []plan.Value { return f(s, n.Op.(O), n) }
}

// composite emits an operation of the table.
func (s *scope) composite(n *graph.Node) bool {
	f := composites[reflect.TypeOf(n.Op)]
	if f == nil {
		return false
	}
	out := f(s, n)
	s.set(n, out[0])
	if n.Results != nil {
		s.tuples[n] = out
	}
	return true
}

// rows is how kernels over the last axis see a value: (m, n).
func rows(t graph.Type) (m, n int) {
	n = t.Shape[len(t.Shape)-1]
	return t.Shape[:len(t.Shape)-1].Size(), n
}

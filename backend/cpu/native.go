package cpu

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// native reports whether there are kernels for a composite, on float32 and of most shapes (see legal).
func native(op graph.Op) bool {
	switch op.(type) {
	case fused.Softmax, fused.SoftmaxGrad, fused.LogSoftmax, fused.SoftmaxCrossEntropy, fused.SoftmaxCrossEntropyGrad,
		fused.Adam, fused.Dropout, fused.LayerNorm, fused.LayerNormGrad, fused.BatchNorm, fused.BatchNormGrad,
		fused.LSTM, fused.LSTMGrad, fused.GRU, fused.GRUGrad, fused.Attention, fused.AttentionGrad:
		return true
	}
	return false
}

// composite emits the composites that are native.
func (s *scope) composite(n *graph.Node) bool {
	var out []value
	switch op := n.Op.(type) {
	case fused.Softmax, fused.LogSoftmax, fused.SoftmaxGrad:
		out = s.softmax(n)
	case fused.SoftmaxCrossEntropy:
		out = []value{s.crossEntropy(n, n.In[0], n.In[1]).loss}
	case fused.SoftmaxCrossEntropyGrad:
		out = []value{s.crossEntropyGrad(n)}
	case fused.Adam:
		s.adam(op, n)
		return true
	case tableAdam:
		out = s.tableAdam(op, n)
	case fused.Dropout:
		out = []value{s.dropout(op, n)}
	case fused.LayerNorm:
		out = []value{s.layerNorm(n, op.Epsilon, n.In[0], n.In[1], n.In[2]).y}
	case fused.LayerNormGrad:
		out = s.layerNormGrad(op, n)
	case fused.BatchNorm:
		out = s.batchNorm(op, n)
	case fused.BatchNormGrad:
		out = s.batchNormGrad(op, n)
	case fused.Attention:
		out = []value{s.attention(op, kernel.Single, n)}
	case attention:
		out = []value{s.attention(op.Attention, op.precision, n)}
	case fused.AttentionGrad:
		out = s.attentionGrad(op, kernel.Single, n)
	case attentionGrad:
		out = s.attentionGrad(op.AttentionGrad, op.precision, n)
	case fused.LSTM:
		out = s.lstm(op, n)
	case fused.LSTMGrad:
		out = s.lstmGrad(op, n)
	case projectedLSTM:
		out = s.projectedLSTM(op, n)
	case projectedLSTMGrad:
		out = s.projectedLSTMGrad(op, n)
	case projectedGRU:
		out = s.projectedGRU(op, n)
	case projectedGRUGrad:
		out = s.projectedGRUGrad(op, n)
	case layerPair:
		out = s.layerPair(op, n)
	case layerPairGrad:
		out = s.layerPairGrad(op, n)
	case fused.GRU:
		out = s.gru(op, n)
	case fused.GRUGrad:
		out = s.gruGrad(op, n)
	default:
		return false
	}
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

// rowGrain is the elements a thread takes at a time in kernels over rows.
const rowGrain = 8192

// overRows returns a run of do over rows of n elements.
func (p *program) overRows(m, n int, do func(lo, hi int)) func() {
	if m*n == 0 {
		return func() {}
	}
	return p.spread(m, max(1, rowGrain/n), do)
}

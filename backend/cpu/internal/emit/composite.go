package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// composite emits the composites that are native.
func (s *scope) composite(n *graph.Node) bool {
	var out []plan.Value
	switch op := n.Op.(type) {
	case fused.Softmax, fused.LogSoftmax, fused.SoftmaxGrad:
		out = s.softmax(n)
	case fused.SoftmaxCrossEntropy:
		out = []plan.Value{s.crossEntropy(n, n.In[0], n.In[1]).loss}
	case fused.SoftmaxCrossEntropyGrad:
		out = []plan.Value{s.crossEntropyGrad(n)}
	case fused.Adam:
		s.adam(op, n)
		return true
	case native.SparseAdam:
		out = s.sparseAdam(op, n)
	case fused.Dropout:
		out = []plan.Value{s.dropout(op, n)}
	case fused.LayerNorm:
		out = []plan.Value{s.layerNorm(n, op.Epsilon, n.In[0], n.In[1], n.In[2]).y}
	case fused.LayerNormGrad:
		out = s.layerNormGrad(op, n)
	case fused.BatchNorm:
		out = s.batchNorm(op, n)
	case fused.BatchNormGrad:
		out = s.batchNormGrad(op, n)
	case fused.Attention:
		out = []plan.Value{s.attention(op, kernel.Single, n)}
	case native.Attention:
		out = []plan.Value{s.attention(op.Attention, op.Precision, n)}
	case fused.AttentionGrad:
		out = s.attentionGrad(op, kernel.Single, n)
	case native.AttentionGrad:
		out = s.attentionGrad(op.AttentionGrad, op.Precision, n)
	case fused.LSTM:
		out = s.lstm(op, n)
	case fused.LSTMGrad:
		out = s.lstmGrad(op, n)
	case native.ProjectedLSTM:
		out = s.projectedLSTM(op, n)
	case native.ProjectedLSTMGrad:
		out = s.projectedLSTMGrad(op, n)
	case native.ProjectedGRU:
		out = s.projectedGRU(op, n)
	case native.ProjectedGRUGrad:
		out = s.projectedGRUGrad(op, n)
	case native.MLP:
		out = s.mlp(op, n)
	case native.MLPGrad:
		out = s.mlpGrad(op, n)
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

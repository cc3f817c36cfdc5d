package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/graph"
)

// fuseConvPool joins a convolution and the pooling of its result.
//
//	%3 = conv[bias act] %0 %1 %2  → %5 = conv[bias act] + pool %0 %1 %2
//	%4 = pool %3                    %6 = result 0 of %5, if it is read
//	                                %7 = result 1 of %5
//
// It pays where there are several images and one's result fits into a cache, see
// [kernel.ConvPoolPays]: the result of the convolution need not come back from memory, or,
// where nothing else reads it, never goes there.
func fuseConvPool(g *graph.Graph) *graph.Graph {
	return eachNode(g, func(from origin) match {
		pooling := from.pooledConvs()
		tuples := map[*graph.Node]*graph.Node{} // of the new graph, by the old pooling
		return func(old *graph.Node, in []*graph.Node) *graph.Node {
			if tuple := tuples[old]; tuple != nil {
				return graph.ResultOf(tuple, 1)
			}
			pool := pooling[old]
			if pool == nil {
				return nil
			}
			conv, _ := convolution(old)
			op := native.ConvPool{Convolution: conv, Pool: pool.Op.(graph.Pool), Keep: from.readers[old.ID] > 1}
			tuples[pool] = graph.Apply(op, in...)
			return graph.ResultOf(tuples[pool], 0)
		}
	})
}

// pooledConvs are the convolutions to be joined and the pooling of each.
func (from origin) pooledConvs() map[*graph.Node]*graph.Node {
	pooling := map[*graph.Node]*graph.Node{}
	for _, n := range from.Nodes {
		op, ok := n.Op.(graph.Pool)
		if !ok || from.readers[n.ID] == 0 || n.DType != graph.Float32 || n.Shape.Size() == 0 {
			continue
		}
		conv := n.In[0]
		if _, ok := convolution(conv); !ok || pooling[conv] != nil {
			continue
		}
		images := conv.Shape[0]
		if kernel.ConvPoolPays(images, conv.Shape.Size()/images) && (op.Fn == graph.Max || op.Fn == graph.Add) {
			pooling[conv] = n
		}
	}
	return pooling
}

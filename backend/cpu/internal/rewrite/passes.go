package rewrite

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// A Pass rewrites a graph into one that computes the same in fewer or faster steps.
type Pass struct {
	Name string // see the function's documentation in the file of that name
	run  func(g *graph.Graph) *graph.Graph
	when func(o Options) bool // nil: always
}

// Passes are what a graph goes through before it is planned, in this order: the operations
// that one leaves are what later ones look for.
var Passes = []Pass{
	// What the kernels cannot do.
	{Name: "remove_barriers", run: graph.RemoveBarriers},
	{Name: "decompose", run: decompose},
	{Name: "widen_halves", run: widenHalves},

	// Products and what is done with their results.
	{Name: "split_depthwise", run: splitDepthwise},
	{Name: "fuse_relu", run: fuseRelu},
	{Name: "join_pads", run: joinPads},
	{Name: "fuse_bias", run: fuseBias},
	{Name: "fuse_rnn_input", run: fuseRNNInput, when: exactProducts},
	{Name: "fuse_sum", run: fuseSum},
	{Name: "fuse_activation", run: fuseActivation},
	{Name: "fuse_mask", run: fuseMask},
	{Name: "fuse_dot", run: fuseDot},

	// Pooling, indices, layers, updates.
	{Name: "mask_before_pool_grad", run: maskBeforePoolGrad},
	{Name: "sum_before_pool_grad", run: sumBeforePoolGrad},
	{Name: "fuse_conv_pool", run: fuseConvPool},
	{Name: "clamp_indices", run: clampIndices},
	{Name: "fuse_mlp", run: fuseMLP, when: exactProducts},
	{Name: "sparsify_updates", run: sparsifyUpdates, when: func(o Options) bool { return !o.DenseUpdates }},
}

// exactProducts holds where products of float32 do not round their operands: the kernels of
// whole layers do not.
func exactProducts(o Options) bool { return o.Precision == kernel.Single }

// Options say which passes apply.
type Options struct {
	Precision    kernel.Precision // of products of float32
	DenseUpdates bool             // every update touches every row: for tests
}

// Apply takes g through the passes. trace, if it is not nil, is called after each of them.
func Apply(g *graph.Graph, o Options, trace func(p Pass, before, after *graph.Graph)) *graph.Graph {
	for _, p := range Passes {
		if p.when != nil && !p.when(o) {
			continue
		}
		before := g
		g = p.run(before)
		if trace != nil {
			trace(p, before, g)
		}
	}
	return g
}

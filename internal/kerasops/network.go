package kerasops

import (
	"github.com/rhyton/rhyton/ops"
)

var networks = map[string]Function{
	"moments":             {"x axes keepdims", "axes keepdims", momentsCase},
	"layer_normalization": {"x gamma beta axis epsilon", "", layerNormCase},
	"rms_normalization":   {"x scale axis epsilon", "", rmsNormCase},
	"batch_normalization": {"x mean variance axis offset scale epsilon", "", batchNormCase},
	"binary_crossentropy": {"target output from_logits", "from_logits", func(a *Args) []node { return crossCase(a, ops.BinaryCrossentropy, ops.SigmoidCrossEntropy) }},
	"sparse_categorical_crossentropy": {"target output from_logits", "from_logits", func(a *Args) []node {
		return crossCase(a, ops.SparseCategoricalCrossentropy, ops.SparseSoftmaxCrossEntropy)
	}},
	"categorical_crossentropy": {"target output from_logits axis", "from_logits axis", func(a *Args) []node {
		axis := a.int("axis", -1)
		return crossCase(a, func(t, p node) node { return ops.CategoricalCrossentropy(t, p, axis) },
			func(t, p node) node { return ops.SoftmaxCrossEntropy(t, p, axis) })
	}},
	"dot_product_attention": {"query key value bias mask scale is_causal", "is_causal", attentionCase},
	"conv":                  {"inputs kernel strides padding -data_format dilation_rate", "strides padding dilation_rate", func(a *Args) []node { return one(convOf(a).Of(a.x("inputs"), a.x("kernel"))) }},
	"depthwise_conv":        {"inputs kernel strides padding -data_format dilation_rate", "strides padding dilation_rate", func(a *Args) []node { return one(convOf(a).Depthwise(a.x("inputs"), a.x("kernel"))) }},
	"separable_conv": {"inputs depthwise_kernel pointwise_kernel strides padding -data_format dilation_rate", "strides padding dilation_rate", func(a *Args) []node {
		return one(convOf(a).Separable(a.x("inputs"), a.x("depthwise_kernel"), a.x("pointwise_kernel")))
	}},
	"conv_transpose": {"inputs kernel strides padding output_padding -data_format dilation_rate", "strides padding output_padding dilation_rate", func(a *Args) []node { return one(convOf(a).Transpose(a.x("inputs"), a.x("kernel"))) }},
	"max_pool":       {"inputs pool_size strides padding", "pool_size strides padding", func(a *Args) []node { return one(poolOf(a).Max(a.x("inputs"))) }},
	"average_pool":   {"inputs pool_size strides padding", "pool_size strides padding", func(a *Args) []node { return one(poolOf(a).Average(a.x("inputs"))) }},
	"adaptive_average_pool": {"inputs output_size", "output_size", func(a *Args) []node {
		return one(ops.AdaptiveAveragePool(a.x("inputs"), a.ints("output_size")...))
	}},
	"adaptive_max_pool": {"inputs output_size", "output_size", func(a *Args) []node {
		return one(ops.AdaptiveMaxPool(a.x("inputs"), a.ints("output_size")...))
	}},
	"space_to_depth": {"x block_size", "block_size", func(a *Args) []node { return one(ops.SpaceToDepth(a.x("x"), a.int("block_size", 1))) }},
	"depth_to_space": {"x block_size", "block_size", func(a *Args) []node { return one(ops.DepthToSpace(a.x("x"), a.int("block_size", 1))) }},
	"psnr":           {"x1 x2 max_val", "", func(a *Args) []node { return one(ops.PSNR(a.x("x1"), a.x("x2"), a.num("max_val", 1))) }},
}

func momentsCase(a *Args) []node {
	x, axes := a.x("x"), a.ints("axes")
	mean, variance := ops.KeepDims(axes).Moments(x)
	return []node{a.dropped(x, axes, mean), a.dropped(x, axes, variance)}
}

func layerNormCase(a *Args) []node {
	eps := a.num("epsilon", 1e-7)
	return one(ops.LayerNormalization(a.x("x"), a.maybe("gamma"), a.maybe("beta"), eps, a.ints("axis")...))
}

func rmsNormCase(a *Args) []node {
	return one(ops.RMSNormalization(a.x("x"), a.maybe("scale"), a.num("epsilon", 1e-7), a.ints("axis")...))
}

func batchNormCase(a *Args) []node {
	return one(ops.BatchNormalization(a.x("x"), a.x("mean"), a.x("variance"),
		a.maybe("offset"), a.maybe("scale"), a.int("axis", -1), a.num("epsilon", 1e-3)))
}

func crossCase(a *Args, fromProbabilities, fromLogits func(t, p node) node) []node {
	t, p := a.x("target"), a.x("output")
	if a.bool("from_logits", false) {
		return one(fromLogits(t, p))
	}
	return one(fromProbabilities(t, p))
}

func attentionCase(a *Args) []node {
	o := ops.Attention{Bias: a.maybe("bias"), Mask: a.maybe("mask"), Scale: a.num("scale", 0), Causal: a.bool("is_causal", false)}
	return one(o.Of(a.x("query"), a.x("key"), a.x("value")))
}

func paddingOf(a *Args) ops.Padding {
	switch a.text("padding", "valid") {
	case "valid":
	case "same":
		return ops.Same
	case "causal":
		return ops.Causal
	default:
		a.wrong("padding", "valid, same or causal")
	}
	return ops.Valid
}

func convOf(a *Args) ops.Conv {
	return ops.Conv{Strides: a.ints("strides"), Padding: paddingOf(a), Dilation: a.ints("dilation_rate"),
		OutputPadding: a.ints("output_padding"), Groups: groupsOf(a)}
}

// groupsOf infers the number of groups from the kernel, as Keras does.
func groupsOf(a *Args) int {
	if a.Values["kernel"] == nil {
		return 1
	}
	x, k := a.x("inputs"), a.x("kernel")
	if in := k.Shape[k.Rank()-2]; in > 0 {
		return x.Shape[x.Rank()-1] / in
	}
	return 1
}

func poolOf(a *Args) ops.Pool {
	return ops.Pool{Size: a.ints("pool_size"), Strides: a.ints("strides"), Padding: paddingOf(a)}
}

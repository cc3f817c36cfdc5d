package golden

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

var networkOps = map[string]opFunc{
	"leaky_relu":  func(a *opArgs) []node { return one(ops.LeakyReLU(a.x(0, "x"), a.num(1, "negative_slope", .2))) },
	"elu":         func(a *opArgs) []node { return one(ops.ELU(a.x(0, "x"), a.num(1, "alpha", 1))) },
	"celu":        func(a *opArgs) []node { return one(ops.CELU(a.x(0, "x"), a.num(1, "alpha", 1))) },
	"glu":         func(a *opArgs) []node { return one(ops.GLU(a.x(0, "x"), a.int(1, "axis", -1))) },
	"soft_shrink": func(a *opArgs) []node { return one(ops.SoftShrink(a.x(0, "x"), a.num(1, "threshold", .5))) },
	"hard_shrink": func(a *opArgs) []node { return one(ops.HardShrink(a.x(0, "x"), a.num(1, "threshold", .5))) },
	"threshold": func(a *opArgs) []node {
		return one(ops.Threshold(a.x(0, "x"), a.num(1, "threshold", 0), a.num(2, "default_value", 0)))
	},
	"squareplus": func(a *opArgs) []node { return one(ops.Squareplus(a.x(0, "x"), a.num(1, "b", 4))) },
	"sparsemax": func(a *opArgs) []node {
		return one(activations.Sparsemax{Axis: new(a.int(1, "axis", -1))}.Apply(a.x(0, "x")))
	},
	"softmax":     func(a *opArgs) []node { return one(ops.SoftmaxOver(a.x(0, "x"), axesOr(a, -1)...)) },
	"log_softmax": func(a *opArgs) []node { return one(ops.LogSoftmax(a.x(0, "x"), a.int(1, "axis", -1))) },
	"gelu": func(a *opArgs) []node {
		if a.bool(1, "approximate", true) {
			return one(ops.GELUTanh(a.x(0, "x")))
		}
		return one(ops.GELU(a.x(0, "x")))
	},
	"moments":             momentsCase,
	"layer_normalization": layerNormCase,
	"rms_normalization":   rmsNormCase,
	"batch_normalization": batchNormCase,
	"normalize": func(a *opArgs) []node {
		return one(ops.Normalize(a.x(0, "x"), a.int(1, "axis", -1), a.int(2, "order", 2)))
	},
	"binary_crossentropy": func(a *opArgs) []node { return crossCase(a, ops.BinaryCrossentropy, ops.SigmoidCrossEntropy) },
	"sparse_categorical_crossentropy": func(a *opArgs) []node {
		return crossCase(a, ops.SparseCategoricalCrossentropy, ops.SparseSoftmaxCrossEntropy)
	},
	"categorical_crossentropy": func(a *opArgs) []node {
		axis := a.int(3, "axis", -1)
		return crossCase(a, func(t, p node) node { return ops.CategoricalCrossentropy(t, p, axis) },
			func(t, p node) node { return ops.SoftmaxCrossEntropy(t, p, axis) })
	},
	"dot_product_attention": attentionCase,
	"conv":                  func(a *opArgs) []node { return one(convOf(a).Of(a.x(0, "inputs"), convKernel(a))) },
	"depthwise_conv":        func(a *opArgs) []node { return one(convOf(a).Depthwise(a.x(0, "inputs"), a.x(1, "kernel"))) },
	"separable_conv": func(a *opArgs) []node {
		return one(convOf(a).Separable(a.x(0, "inputs"), a.x(1, "depthwise_kernel"), a.x(2, "pointwise_kernel")))
	},
	"conv_transpose": func(a *opArgs) []node { return one(convOf(a).Transpose(a.x(0, "inputs"), a.x(1, "kernel"))) },
	"max_pool":       func(a *opArgs) []node { return one(poolOf(a).Max(a.x(0, "inputs"))) },
	"average_pool":   func(a *opArgs) []node { return one(poolOf(a).Average(a.x(0, "inputs"))) },
	"adaptive_average_pool": func(a *opArgs) []node {
		return one(ops.AdaptiveAveragePool(a.x(0, "inputs"), a.ints(1, "output_size")...))
	},
	"adaptive_max_pool": func(a *opArgs) []node {
		return one(ops.AdaptiveMaxPool(a.x(0, "inputs"), a.ints(1, "output_size")...))
	},
	"space_to_depth": func(a *opArgs) []node { return one(ops.SpaceToDepth(a.x(0, "x"), a.int(1, "block_size", 1))) },
	"depth_to_space": func(a *opArgs) []node { return one(ops.DepthToSpace(a.x(0, "x"), a.int(1, "block_size", 1))) },
	"psnr":           func(a *opArgs) []node { return one(ops.PSNR(a.x(0, "x1"), a.x(1, "x2"), a.num(2, "max_val", 1))) },
}

func axesOr(a *opArgs, axis int) []int {
	if axes := a.ints(1, "axis"); axes != nil {
		return axes
	}
	return []int{axis}
}

func momentsCase(a *opArgs) []node {
	x, axes := a.x(0, "x"), a.ints(1, "axes")
	mean, variance := ops.KeepDims(axes).Moments(x)
	return []node{dropped(a, x, axes, mean), dropped(a, x, axes, variance)}
}

func layerNormCase(a *opArgs) []node {
	eps := a.num(4, "epsilon", 1e-7)
	return one(ops.LayerNormalization(a.x(0, "x"), a.maybe(1, "gamma"), a.maybe(2, "beta"), eps, a.ints(3, "axis")...))
}

func rmsNormCase(a *opArgs) []node {
	return one(ops.RMSNormalization(a.x(0, "x"), a.maybe(1, "scale"), a.num(3, "epsilon", 1e-7), a.ints(2, "axis")...))
}

func batchNormCase(a *opArgs) []node {
	return one(ops.BatchNormalization(a.x(0, "x"), a.x(1, "mean"), a.x(2, "variance"),
		a.maybe(4, "offset"), a.maybe(5, "scale"), a.int(3, "axis", -1), a.num(6, "epsilon", 1e-3)))
}

func crossCase(a *opArgs, fromProbabilities, fromLogits func(t, p node) node) []node {
	t, p := a.x(0, "target"), a.x(1, "output")
	if a.bool(2, "from_logits", false) {
		return one(fromLogits(t, p))
	}
	return one(fromProbabilities(t, p))
}

func attentionCase(a *opArgs) []node {
	o := ops.Attention{Bias: a.maybe(3, "bias"), Mask: a.maybe(4, "mask"), Scale: a.num(5, "scale", 0), Causal: a.bool(6, "is_causal", false)}
	return one(o.Of(a.x(0, "query"), a.x(1, "key"), a.x(2, "value")))
}

func paddingOf(a *opArgs, i int) ops.Padding {
	switch p := a.string(i, "padding", "valid"); p {
	case "valid":
	case "same":
		return ops.Same
	case "causal":
		return ops.Causal
	default:
		a.wrong("padding", p)
	}
	return ops.Valid
}

func convOf(a *opArgs) ops.Conv {
	return ops.Conv{Strides: a.ints(-1, "strides"), Padding: paddingOf(a, -1), Dilation: a.ints(-1, "dilation_rate"),
		OutputPadding: a.ints(-1, "output_padding"), Groups: groupsOf(a)}
}

// groupsOf works the groups out from the kernel, as Keras does.
func groupsOf(a *opArgs) int {
	if a.get(1, "kernel") == nil {
		return 1
	}
	x, k := a.x(0, "inputs"), a.x(1, "kernel")
	if in := k.Shape[k.Rank()-2]; in > 0 {
		return x.Shape[x.Rank()-1] / in
	}
	return 1
}

func convKernel(a *opArgs) node { return a.x(1, "kernel") }

func poolOf(a *opArgs) ops.Pool {
	return ops.Pool{Size: a.ints(1, "pool_size"), Strides: a.ints(2, "strides"), Padding: paddingOf(a, 3)}
}

var imageOps = map[string]opFunc{
	"image.resize": func(a *opArgs) []node {
		f, ok := ops.ParseFilter(a.string(2, "interpolation", "bilinear"))
		if !ok {
			a.wrong("interpolation", a.get(2, "interpolation"))
		}
		r := ops.Resize{Filter: f, Antialias: a.bool(3, "antialias", false), CropToAspectRatio: a.bool(4, "crop_to_aspect_ratio", false),
			PadToAspectRatio: a.bool(5, "pad_to_aspect_ratio", false), Fill: a.num(7, "fill_value", 0)}
		size := a.ints(1, "size")
		return one(r.Of(a.x(0, "images"), size[0], size[1]))
	},
	"image.extract_patches": func(a *opArgs) []node {
		p := ops.Patches{Size: a.ints(1, "size"), Strides: a.ints(2, "strides"), Dilation: a.ints(3, "dilation_rate"), Padding: paddingOf(a, 4)}
		return one(p.Of(a.x(0, "images")))
	},
	"image.affine_transform": func(a *opArgs) []node {
		return one(samplerOf(a, 2).AffineTransform(a.x(0, "images"), a.x(1, "transform")))
	},
	"image.perspective_transform": func(a *opArgs) []node {
		return one(samplerOf(a, 3).PerspectiveTransform(a.x(0, "images"), a.x(1, "start_points"), a.x(2, "end_points")))
	},
	"image.map_coordinates": func(a *opArgs) []node {
		s := ops.Sampler{Linear: a.int(2, "order", 1) == 1, Border: borderOf(a, 3), Fill: a.num(4, "fill_value", 0)}
		return one(s.MapCoordinates(a.x(0, "inputs"), a.x(1, "coordinates")))
	},
	"image.gaussian_blur": func(a *opArgs) []node {
		size, sigma := [2]int{3, 3}, [2]float64{1, 1}
		copy(size[:], a.ints(1, "kernel_size"))
		if s, ok := a.get(2, "sigma").([]any); ok {
			sigma = [2]float64{s[0].(float64), s[1].(float64)}
		}
		return one(ops.GaussianBlur(a.x(0, "images"), size, sigma))
	},
}

func samplerOf(a *opArgs, i int) ops.Sampler {
	return ops.Sampler{Linear: a.string(i, "interpolation", "bilinear") == "bilinear", Border: borderOf(a, i+1), Fill: a.num(i+2, "fill_value", 0)}
}

func borderOf(a *opArgs, i int) ops.Border {
	switch m := a.string(i, "fill_mode", "constant"); m {
	case "constant":
	case "nearest":
		return ops.NearestBorder
	case "reflect":
		return ops.ReflectBorder
	case "wrap":
		return ops.WrapBorder
	default:
		graph.Errorf("fill mode %q", m)
	}
	return ops.ConstantBorder
}

package golden

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	for name, f := range windowOps {
		opTable[name] = f
	}
}

// windowOps are of windows of images, signals and sequences, and what came with them.
var windowOps = map[string]opFunc{
	"unfold": func(a *opArgs) []node { return one(blocksOf(a, 1).Unfold(a.x(0, "x"))) },
	"fold": func(a *opArgs) []node {
		size := a.ints(1, "output_size")
		return one(blocksOf(a, 2).Fold(a.x(0, "x"), size[0], size[len(size)-1]))
	},
	"istft": func(a *opArgs) []node {
		o := ops.STFT{Length: a.int(1, "sequence_length", 0), Stride: a.int(2, "sequence_stride", 0), FFT: a.int(3, "fft_length", 0),
			Uncentered: !a.bool(6, "center", true)}
		return one(o.Inverse(complexOf(a), a.int(4, "length", 0)))
	},
	"ctc_loss": func(a *opArgs) []node {
		return one(ops.CTCLoss(a.x(0, "target"), a.x(1, "output"), a.x(2, "target_length"), a.x(3, "output_length"), a.int(4, "mask_index", 0)))
	},
	"ctc_decode": func(a *opArgs) []node {
		o := ops.CTCDecode{BeamSearch: a.string(2, "strategy", "greedy") == "beam_search", BeamWidth: a.int(3, "beam_width", 100),
			TopPaths: a.int(4, "top_paths", 1), KeepRepeated: !a.bool(5, "merge_repeated", true), MaskIndex: a.int(6, "mask_index", 0)}
		labels, quality := o.Of(a.x(0, "inputs"), a.x(1, "sequence_lengths"))
		return []node{labels, quality}
	},
	"argpartition": func(a *opArgs) []node {
		x, axis := a.x(0, "x"), a.int(2, "axis", -1)
		return one(ops.ArgPartition(x, a.int(1, "kth", 0), axis))
	},
	"nanmedian": func(a *opArgs) []node {
		return one(reduced(a, func(k ops.KeepDims, x node) node { return k.NaNQuantile(x, .5) }))
	},
	"nanquantile":   func(a *opArgs) []node { return one(quantilesCase(a, 1, ops.KeepDims.NaNQuantile)) },
	"nanpercentile": func(a *opArgs) []node { return one(quantilesCase(a, 100, ops.KeepDims.NaNQuantile)) },
	"image.extract_patches_3d": func(a *opArgs) []node {
		size := a.ints(1, "size")
		if len(size) == 1 {
			size = []int{size[0], size[0], size[0]}
		}
		return one(ops.Patches{Size: size, Strides: a.ints(2, "strides"), Dilation: a.ints(3, "dilation_rate"), Padding: paddingOf(a, 4)}.Of(a.x(0, "volumes")))
	},
	"image.scale_and_translate": func(a *opArgs) []node {
		f, ok := scaleFilters[a.string(5, "method", "")]
		if !ok {
			a.wrong("method", a.get(5, "method"))
		}
		o := ops.ScaleAndTranslate{Filter: f, NoAntialias: !a.bool(6, "antialias", true)}
		return one(o.Of(a.x(0, "images"), a.ints(1, "output_shape"), a.ints(4, "spatial_dims"), a.x(2, "scale"), a.x(3, "translation")))
	},
	"image.ssim": func(a *opArgs) []node {
		o := ops.SSIM{MaxVal: a.num(2, "max_val", 1), FilterSize: a.int(3, "filter_size", 11), FilterSigma: a.num(4, "filter_sigma", 1.5),
			K1: a.num(5, "k1", .01), K2: a.num(6, "k2", .03)}
		return one(o.Of(a.x(0, "image1"), a.x(1, "image2")))
	},
	"image.elastic_transform": func(a *opArgs) []node { // without a displacement: others are random
		alpha := a.num(1, "alpha", 20)
		if alpha != 0 {
			graph.Errorf("argument alpha: %v draws random numbers", alpha)
		}
		return one(ops.Elastic{Alpha: &alpha, Sampler: samplerOf(a, 3)}.Of(a.x(0, "images")))
	},
}

var scaleFilters = map[string]ops.Filter{"linear": ops.Bilinear, "bilinear": ops.Bilinear, "trilinear": ops.Bilinear, "triangle": ops.Bilinear,
	"cubic": ops.Bicubic, "bicubic": ops.Bicubic, "tricubic": ops.Bicubic, "lanczos3": ops.Lanczos3, "lanczos5": ops.Lanczos5}

// blocksOf reads the arguments of fold and unfold from kernel_size on.
func blocksOf(a *opArgs, i int) ops.Blocks {
	return ops.Blocks{Size: a.ints(i, "kernel_size"), Dilation: a.ints(i+1, "dilation"), Padding: a.ints(i+2, "padding"), Stride: a.ints(i+3, "stride")}
}

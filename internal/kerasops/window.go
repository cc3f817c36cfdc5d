package kerasops

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

var windows = map[string]Function{
	"rfft": {"x fft_length", "", func(a *Args) []node {
		z := ops.RFFT(a.x("x"), a.int("fft_length", 0))
		return []node{z.Re, z.Im}
	}},
	"irfft": {"x fft_length", "", func(a *Args) []node { return one(ops.IRFFT(complexOf(a), a.int("fft_length", 0))) }},
	"fft":   {"x", "", func(a *Args) []node { z := ops.FFT(complexOf(a)); return []node{z.Re, z.Im} }},
	"ifft2": {"x", "", func(a *Args) []node { z := ops.IFFT2(complexOf(a)); return []node{z.Re, z.Im} }},
	"fft2":  {"x", "", func(a *Args) []node { z := ops.FFT2(complexOf(a)); return []node{z.Re, z.Im} }},
	"stft": {"x sequence_length sequence_stride fft_length -window center", "", func(a *Args) []node {
		o := ops.STFT{Length: a.int("sequence_length", 0), Stride: a.int("sequence_stride", 0), FFT: a.int("fft_length", 0),
			Uncentered: !a.bool("center", true)}
		z := o.Of(a.x("x"))
		return []node{z.Re, z.Im}
	}},
	"extract_sequences": {"x sequence_length sequence_stride", "sequence_length sequence_stride", func(a *Args) []node {
		return one(ops.ExtractSequences(a.x("x"), a.int("sequence_length", 0), a.int("sequence_stride", 0)))
	}},
	"unfold": {"x kernel_size dilation padding stride", "kernel_size dilation padding stride", func(a *Args) []node { return one(blocksOf(a).Unfold(a.x("x"))) }},
	"fold": {"x output_size kernel_size dilation padding stride", "output_size kernel_size dilation padding stride", func(a *Args) []node {
		size := a.ints("output_size")
		return one(blocksOf(a).Fold(a.x("x"), size[0], size[len(size)-1]))
	}},
	"istft": {"x sequence_length sequence_stride fft_length length -window center", "", func(a *Args) []node {
		o := ops.STFT{Length: a.int("sequence_length", 0), Stride: a.int("sequence_stride", 0), FFT: a.int("fft_length", 0),
			Uncentered: !a.bool("center", true)}
		return one(o.Inverse(complexOf(a), a.int("length", 0)))
	}},
	"ctc_loss": {"target output target_length output_length mask_index", "", func(a *Args) []node {
		return one(ops.CTCLoss(a.x("target"), a.x("output"), a.x("target_length"), a.x("output_length"), a.int("mask_index", 0)))
	}},
	"ctc_decode": {"inputs sequence_lengths strategy beam_width top_paths merge_repeated mask_index", "", func(a *Args) []node {
		o := ops.CTCDecode{BeamSearch: a.text("strategy", "greedy") == "beam_search", BeamWidth: a.int("beam_width", 100),
			TopPaths: a.int("top_paths", 1), KeepRepeated: !a.bool("merge_repeated", true), MaskIndex: a.int("mask_index", 0)}
		labels, quality := o.Of(a.x("inputs"), a.x("sequence_lengths"))
		return []node{labels, quality}
	}},
	"argpartition": {"x kth axis", "kth axis", func(a *Args) []node {
		x, axis := a.x("x"), a.int("axis", -1)
		return one(ops.ArgPartition(x, a.int("kth", 0), axis))
	}},
	"nanmedian": {"x axis keepdims", "axis keepdims", func(a *Args) []node {
		return one(a.reduced(func(k ops.KeepDims, x node) node { return k.NaNQuantile(x, .5) }))
	}},
	"nanquantile":   {"x q axis method keepdims", "axis method keepdims", func(a *Args) []node { return one(quantilesCase(a, 1, ops.KeepDims.NaNQuantile)) }},
	"nanpercentile": {"x q axis method keepdims", "axis method keepdims", func(a *Args) []node { return one(quantilesCase(a, 100, ops.KeepDims.NaNQuantile)) }},
	"image.extract_patches_3d": {"volumes size strides dilation_rate padding", "", func(a *Args) []node {
		size := a.ints("size")
		if len(size) == 1 {
			size = []int{size[0], size[0], size[0]}
		}
		return one(ops.Patches{Size: size, Strides: a.ints("strides"), Dilation: a.ints("dilation_rate"), Padding: paddingOf(a)}.Of(a.x("volumes")))
	}},
	"image.scale_and_translate": {"images output_shape scale translation spatial_dims method antialias", "spatial_dims method antialias", func(a *Args) []node {
		f, ok := scaleFilters[a.text("method", "")]
		if !ok {
			a.wrong("method", "a filter such as bilinear")
		}
		o := ops.ScaleAndTranslate{Filter: f, NoAntialias: !a.bool("antialias", true)}
		return one(o.Of(a.x("images"), a.ints("output_shape"), a.ints("spatial_dims"), a.x("scale"), a.x("translation")))
	}},
	"image.ssim": {"image1 image2 max_val filter_size filter_sigma k1 k2", "", func(a *Args) []node {
		o := ops.SSIM{MaxVal: a.num("max_val", 1), FilterSize: a.int("filter_size", 11), FilterSigma: a.num("filter_sigma", 1.5),
			K1: a.num("k1", .01), K2: a.num("k2", .03)}
		return one(o.Of(a.x("image1"), a.x("image2")))
	}},
	"image.elastic_transform": {"images alpha -sigma interpolation fill_mode fill_value", "alpha interpolation fill_mode fill_value", func(a *Args) []node { // without a displacement: others are random
		alpha := a.num("alpha", 20)
		if alpha != 0 {
			graph.Errorf("argument alpha: %v draws random numbers", alpha)
		}
		return one(ops.Elastic{Alpha: &alpha, Sampler: samplerOf(a)}.Of(a.x("images")))
	}},
}

// blocksOf reads the arguments of fold and unfold, starting at kernel_size.
func blocksOf(a *Args) ops.Blocks {
	return ops.Blocks{Size: a.ints("kernel_size"), Dilation: a.ints("dilation"), Padding: a.ints("padding"), Stride: a.ints("stride")}
}

var scaleFilters = map[string]ops.Filter{"linear": ops.Bilinear, "bilinear": ops.Bilinear, "trilinear": ops.Bilinear, "triangle": ops.Bilinear,
	"cubic": ops.Bicubic, "bicubic": ops.Bicubic, "tricubic": ops.Bicubic, "lanczos3": ops.Lanczos3, "lanczos5": ops.Lanczos5}

// complexOf reads a pair of real and imaginary parts.
func complexOf(a *Args) ops.Complex {
	p := a.xs("x")
	return ops.Complex{Re: p[0], Im: p[1]}
}

package kerasops

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

var images = map[string]Function{
	"image.resize": {"images size interpolation antialias crop_to_aspect_ratio pad_to_aspect_ratio -fill_mode fill_value", "size interpolation antialias crop_to_aspect_ratio pad_to_aspect_ratio fill_value", func(a *Args) []node {
		f, ok := ops.ParseFilter(a.text("interpolation", "bilinear"))
		if !ok {
			a.wrong("interpolation", "a filter such as bilinear")
		}
		r := ops.Resize{Filter: f, Antialias: a.bool("antialias", false), CropToAspectRatio: a.bool("crop_to_aspect_ratio", false),
			PadToAspectRatio: a.bool("pad_to_aspect_ratio", false), Fill: a.num("fill_value", 0)}
		size := a.ints("size")
		return one(r.Of(a.x("images"), size[0], size[1]))
	}},
	"image.extract_patches": {"images size strides dilation_rate padding", "size strides dilation_rate padding", func(a *Args) []node {
		p := ops.Patches{Size: a.ints("size"), Strides: a.ints("strides"), Dilation: a.ints("dilation_rate"), Padding: paddingOf(a)}
		return one(p.Of(a.x("images")))
	}},
	"image.affine_transform": {"images transform interpolation fill_mode fill_value", "interpolation fill_mode fill_value", func(a *Args) []node {
		return one(samplerOf(a).AffineTransform(a.x("images"), a.x("transform")))
	}},
	"image.perspective_transform": {"images start_points end_points interpolation fill_value", "interpolation fill_value", func(a *Args) []node {
		return one(samplerOf(a).PerspectiveTransform(a.x("images"), a.x("start_points"), a.x("end_points")))
	}},
	"image.map_coordinates": {"inputs coordinates order fill_mode fill_value", "order fill_mode fill_value", func(a *Args) []node {
		s := ops.Sampler{Linear: a.int("order", 1) == 1, Border: borderOf(a), Fill: a.num("fill_value", 0)}
		return one(s.MapCoordinates(a.x("inputs"), a.x("coordinates")))
	}},
	"image.gaussian_blur": {"images kernel_size sigma", "kernel_size sigma", func(a *Args) []node {
		size, sigma := [2]int{3, 3}, [2]float64{1, 1}
		copy(size[:], a.ints("kernel_size"))
		if s := a.array(a.Values["sigma"]); s != nil {
			v, _ := tensor.As[float64](s)
			copy(sigma[:], v)
		}
		return one(ops.GaussianBlur(a.x("images"), size, sigma))
	}},
}

func samplerOf(a *Args) ops.Sampler {
	return ops.Sampler{Linear: a.text("interpolation", "bilinear") == "bilinear", Border: borderOf(a), Fill: a.num("fill_value", 0)}
}

func borderOf(a *Args) ops.Border {
	switch m := a.text("fill_mode", "constant"); m {
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

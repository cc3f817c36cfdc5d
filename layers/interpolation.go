package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// Interpolation is the method for computing values between pixels; "" is the layer's default.
type Interpolation string

// The interpolation methods.
const (
	Nearest  Interpolation = "nearest"
	Bilinear Interpolation = "bilinear"
	Bicubic  Interpolation = "bicubic"
	Lanczos3 Interpolation = "lanczos3"
	Lanczos5 Interpolation = "lanczos5"
	Area     Interpolation = "area"
)

func (i Interpolation) filter() ops.Filter {
	f, ok := ops.ParseFilter(string(i))
	if !ok {
		graph.Errorf("Interpolation is %q; want nearest, bilinear, bicubic, lanczos3, lanczos5 or area%s", i,
			config.Suggest(string(i), []string{"nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area"}))
	}
	return f
}

// FillMode selects the values outside an image; "" is the layer's default.
type FillMode string

// The fill modes.
const (
	FillReflect  FillMode = "reflect"  // mirrored, repeating the edge pixel: b a | a b c | c b
	FillWrap     FillMode = "wrap"     // wrapped around to the opposite edge
	FillConstant FillMode = "constant" // FillValue
	FillNearest  FillMode = "nearest"  // the nearest pixel of the image
)

// sampler returns the sampler for transformed images.
func sampler(i Interpolation, mode FillMode, value float64) ops.Sampler {
	borders := map[FillMode]ops.Border{FillReflect: ops.ReflectBorder, FillWrap: ops.WrapBorder,
		FillConstant: ops.ConstantBorder, FillNearest: ops.NearestBorder}
	b, ok := borders[mode]
	if !ok {
		graph.Errorf("FillMode is %q; want reflect, wrap, constant or nearest", mode)
	}
	if i != Nearest && i != Bilinear {
		graph.Errorf("Interpolation is %q; want nearest or bilinear", i)
	}
	return ops.Sampler{Linear: i == Bilinear, Border: b, Fill: value}
}

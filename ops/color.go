package ops

import "github.com/rhyton/rhyton/graph"

// rgb returns the three channels of images (…, 3).
func rgb(who string, images N) (r, g, b N) {
	if images.Rank() < 3 || images.Shape[images.Rank()-1] != 3 {
		graph.Errorf("%s: got %v; want images (…, height, width, 3)", who, images.Shape)
	}
	c := Unstack(images, -1)
	return c[0], c[1], c[2]
}

// RGBToGrayscale returns the brightness 0.2989·R + 0.5870·G + 0.1140·B: (…, 3) to (…, 1),
// in the images' type.
func RGBToGrayscale(images N) N {
	r, g, b := rgb("rgb_to_grayscale", float(images))
	y := Add(Add(Scale(r, .2989), Scale(g, .5870)), Scale(b, .1140))
	return Cast(ExpandDims(y, -1), images.DType)
}

// RGBToHSV returns hue, saturation and value, all in [0, 1], of colours in [0, 1].
func RGBToHSV(images N) N {
	r, g, b := rgb("rgb_to_hsv", float(images))
	value := Maximum(Maximum(r, g), b)
	span := Subtract(value, Minimum(Minimum(r, g), b))
	saturation := DivideNoNaN(span, value)
	part := func(p, q N, shift float64) N { return Shift(DivideNoNaN(Subtract(p, q), span), shift) }
	hue := Select([]N{Equal(value, r), Equal(value, g)}, []N{part(g, b, 0), part(b, r, 2)}, part(r, g, 4))
	hue = Scale(hue, 1./6)
	hue = Where(Less(hue, Scalar(hue, 0)), Shift(hue, 1), hue)
	hue = Where(Equal(span, Scalar(span, 0)), Scalar(span, 0), hue)
	return Stack(-1, hue, saturation, value)
}

// HSVToRGB is the inverse of [RGBToHSV].
func HSVToRGB(images N) N {
	h, s, v := rgb("hsv_to_rgb", float(images))
	channel := func(lo, sign, shift float64) N { // limit(lo + sign·|6h - shift|, 0, 1)
		c := Shift(Scale(Abs(Shift(Scale(h, 6), -shift)), sign), lo)
		c = limit(c, 0, 1)
		return Multiply(v, Shift(Multiply(s, Shift(c, -1)), 1)) // v·(1 + s·(c - 1))
	}
	return Stack(-1, channel(-1, 1, 3), channel(2, -1, 2), channel(2, -1, 4))
}

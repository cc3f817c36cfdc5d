package plots

import (
	"image/color"
	"math"
	"strconv"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

const bold = xfont.WeightBold

var (
	white    = color.NRGBA{255, 255, 255, 255}
	black    = color.NRGBA{30, 30, 30, 255}
	axisGrey = color.NRGBA{110, 110, 110, 255}
	gridGrey = color.NRGBA{228, 228, 228, 255}

	blue = color.NRGBA{31, 119, 180, 255}
	red  = color.NRGBA{214, 39, 40, 255}
)

// colours are ten distinguishable colors, the first two also with red blindness.
var colours = []color.NRGBA{
	blue, red, {44, 160, 44, 255}, {255, 127, 14, 255}, {148, 103, 189, 255},
	{140, 86, 75, 255}, {227, 119, 194, 255}, {127, 127, 127, 255}, {188, 189, 34, 255}, {23, 190, 207, 255},
}

// dashes distinguish lines without color.
var dashes = [][]vg.Length{nil, {5, 3}, {1.5, 2.5}, {8, 3, 1.5, 3}, {3, 2}}

func colour(n int) color.NRGBA { return colours[n%len(colours)] }

func faint(c color.NRGBA, alpha uint8) color.NRGBA {
	c.A = alpha
	return c
}

// epochTicks labels 1 and then each epoch, or multiples of 5, 10, 20, 50, …
type epochTicks struct{}

// Ticks implements plot.Ticker.
func (epochTicks) Ticks(lo, hi float64) (ticks []plot.Tick) {
	first, last := int(math.Ceil(lo-1e-9)), int(math.Floor(hi+1e-9))
	step := 1
	if last-first >= 12 {
		step = int(max(5, roundStep((hi-lo)/12)))
	}
	for k := first; k <= last; k++ {
		if k%step == 0 || (k == first && 2*(step-first%step) > step) {
			ticks = append(ticks, plot.Tick{Value: float64(k), Label: strconv.Itoa(k)})
		}
	}
	return ticks
}

// roundStep returns the smallest of 1, 2, 5, 10, 20, 50, … or 0.5, 0.2, 0.1, … that is not below
// v.
func roundStep(v float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, k := range []float64{1, 2, 5} {
		if k*unit >= v*(1-1e-9) {
			return k * unit
		}
	}
	return 10 * unit
}

// roundTicks labels about five round numbers.
type roundTicks struct{}

// Ticks implements plot.Ticker.
func (roundTicks) Ticks(lo, hi float64) (ticks []plot.Tick) {
	step := roundStep((hi - lo) / 6)
	digits := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	for k := math.Ceil(lo/step - 1e-9); k <= math.Floor(hi/step+1e-9); k++ {
		v := k*step + 0 // not -0
		label := strconv.FormatFloat(v, 'f', digits, 64)
		if a := math.Max(math.Abs(lo), math.Abs(hi)); a >= 1e6 || a < 1e-4 {
			label = strconv.FormatFloat(v, 'g', 3, 64)
		}
		ticks = append(ticks, plot.Tick{Value: v, Label: label})
	}
	return ticks
}

// logTicks labels 1, 2 and 5 of each decade, or only decades if there are many.
type logTicks struct{}

// Ticks implements plot.Ticker.
func (logTicks) Ticks(lo, hi float64) (ticks []plot.Tick) {
	decades := math.Log10(hi / lo)
	for d := math.Floor(math.Log10(lo)); d <= math.Ceil(math.Log10(hi)); d++ {
		for k := 1; k < 10; k++ {
			v := float64(k) * math.Pow(10, d)
			if v < lo*(1-1e-9) || v > hi*(1+1e-9) {
				continue
			}
			t := plot.Tick{Value: v}
			if k == 1 || ((k == 2 || k == 5) && decades < 3) {
				t.Label = strconv.FormatFloat(v, 'g', 6, 64)
			}
			ticks = append(ticks, t)
		}
	}
	return ticks
}

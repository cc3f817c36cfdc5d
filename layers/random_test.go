package layers_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/graphtest"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// ramp returns 0, step, 2·step, … in the given shape.
func ramp(step float32, shape ...int) *tensor.Tensor {
	x := tensor.New(tensor.Float32, shape...)
	for i := range x.Data().([]float32) {
		x.Data().([]float32)[i] = float32(i) * step
	}
	return x
}

// drawn returns the output of l for x in a run with the given seed.
func drawn(t *testing.T, l layers.Module, training bool, seed uint64, x *tensor.Tensor) *tensor.Tensor {
	t.Helper()
	g := graphOf(t, training, func(s *layers.Scope, x []node) []node { return s.CallAll(l, x...) }, x)
	return graphtest.Prepared(t, g).RunSeed(seed, x)[0]
}

func elements(x *tensor.Tensor) []float32 { return x.Data().([]float32) }

// random returns random layers, each with an input for which most draws differ.
func random() map[string]struct {
	l layers.Module
	x *tensor.Tensor
} {
	img := ramp(.7, 4, 5, 6, 3)
	seq := ramp(.1, 3, 7, 5)
	vol := ramp(.1, 2, 2, 3, 2, 8)
	type c = struct {
		l layers.Module
		x *tensor.Tensor
	}
	return map[string]c{
		"Dropout":            {&layers.Dropout{Rate: .4}, seq},
		"Dropout of steps":   {&layers.Dropout{Rate: .4, NoiseShape: []int{-1, 7, 1}}, seq},
		"SpatialDropout1D":   {&layers.SpatialDropout1D{Rate: .4}, seq},
		"SpatialDropout2D":   {&layers.SpatialDropout2D{Rate: .4}, img},
		"SpatialDropout3D":   {&layers.SpatialDropout3D{Rate: .4}, vol},
		"GaussianNoise":      {&layers.GaussianNoise{Stddev: .3}, seq},
		"GaussianDropout":    {&layers.GaussianDropout{Rate: .4}, seq},
		"AlphaDropout":       {&layers.AlphaDropout{Rate: .4}, seq},
		"RandomFlip":         {&layers.RandomFlip{}, ramp(.1, 16, 3, 3, 1)},
		"RandomRotation":     {&layers.RandomRotation{Factor: []float64{.2}}, img},
		"RandomZoom":         {&layers.RandomZoom{HeightFactor: []float64{.3}}, img},
		"RandomTranslation":  {&layers.RandomTranslation{HeightFactor: []float64{.3}, WidthFactor: []float64{.1, .3}}, img},
		"RandomShear":        {&layers.RandomShear{XFactor: []float64{.2, .5}}, img},
		"RandomPerspective":  {&layers.RandomPerspective{Factor: []float64{1, 1}}, img},
		"RandomContrast":     {&layers.RandomContrast{Factor: []float64{.5}}, img},
		"RandomBrightness":   {&layers.RandomBrightness{Factor: []float64{.3}}, img},
		"RandomSaturation":   {&layers.RandomSaturation{Factor: []float64{.1, .6}}, img},
		"RandomHue":          {&layers.RandomHue{Factor: []float64{.2, .9}}, img},
		"RandomSharpness":    {&layers.RandomSharpness{Factor: []float64{0, 1}}, img},
		"RandomGrayscale":    {&layers.RandomGrayscale{}, ramp(.1, 16, 2, 2, 3)},
		"RandomInvert":       {&layers.RandomInvert{}, ramp(.1, 16, 2, 2, 3)},
		"RandomGaussianBlur": {&layers.RandomGaussianBlur{Factor: []float64{1, 1}, Sigma: []float64{.3, 1}}, img},
		"RandomColorJitter":  {&layers.RandomColorJitter{BrightnessFactor: []float64{.2}, ContrastFactor: []float64{.2}, HueFactor: []float64{.5}}, img},
		"RandomErasing":      {&layers.RandomErasing{Factor: []float64{1, 1}}, img},
		"MixUp":              {&layers.MixUp{Alpha: 2}, img},
		"CutMix":             {&layers.CutMix{Factor: []float64{1, 1}}, ramp(.1, 16, 5, 6, 1)},
		"RandomCrop":         {&layers.RandomCrop{Height: 3, Width: 2}, ramp(.1, 2, 9, 9, 1)},
	}
}

func TestRandomLayersDoNothingOutsideTraining(t *testing.T) {
	for name, c := range random() {
		if y := drawn(t, c.l, false, 3, c.x); !slices.Equal(elements(y), elements(c.x)) {
			t.Errorf("%s: changed its input", name)
		}
	}
}

func TestRandomLayersFollowTheSeed(t *testing.T) {
	for name, c := range random() {
		a, again := drawn(t, c.l, true, 3, c.x), drawn(t, c.l, true, 3, c.x)
		if !slices.Equal(elements(a), elements(again)) {
			t.Errorf("%s: two runs of one seed differ", name)
		}
		differ := false
		for seed := range uint64(5) {
			differ = differ || !slices.Equal(elements(a), elements(drawn(t, c.l, true, seed+4, c.x)))
		}
		if !differ {
			t.Errorf("%s: six seeds give the same", name)
		}
		for i, v := range elements(a) {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Errorf("%s: element %d is %v", name, i, v)
				break
			}
		}
	}
}

// moments returns the mean and the variance of x.
func moments(x []float32) (mean, variance float64) {
	for _, v := range x {
		mean += float64(v) / float64(len(x))
	}
	for _, v := range x {
		variance += (float64(v) - mean) * (float64(v) - mean) / float64(len(x))
	}
	return mean, variance
}

func TestNoiseHasItsMoments(t *testing.T) {
	ones := tensor.New(tensor.Float32, 400, 100)
	for i := range elements(ones) {
		elements(ones)[i] = 1
	}
	for _, row := range []struct {
		l              layers.Module
		x              *tensor.Tensor
		mean, variance float64
	}{
		{&layers.Dropout{Rate: .3}, ones, 1, .3 / .7},
		{&layers.SpatialDropout1D{Rate: .3}, ones.Reshape(400, 1, 100), 1, .3 / .7},
		{&layers.GaussianDropout{Rate: .3}, ones, 1, .3 / .7},
		{&layers.GaussianNoise{Stddev: .5}, ones, 1, .25},
	} {
		mean, variance := moments(elements(drawn(t, row.l, true, 7, row.x)))
		if math.Abs(mean-row.mean) > .02 || math.Abs(variance-row.variance) > .02 {
			t.Errorf("%T: mean %.3f variance %.3f, want %.3f and %.3f", row.l, mean, variance, row.mean, row.variance)
		}
	}
}

func TestAlphaDropoutKeepsStandardValuesStandard(t *testing.T) {
	x := drawn(t, &layers.GaussianNoise{Stddev: 1}, true, 1, tensor.New(tensor.Float32, 400, 100))
	mean, variance := moments(elements(drawn(t, &layers.AlphaDropout{Rate: .3}, true, 2, x)))
	if math.Abs(mean) > .02 || math.Abs(variance-1) > .03 {
		t.Errorf("mean %.3f variance %.3f, want 0 and 1", mean, variance)
	}
}

func TestSpatialDropoutDropsWholeChannels(t *testing.T) {
	for _, format := range []layers.DataFormat{layers.ChannelsLast, layers.ChannelsFirst} {
		x := tensor.New(tensor.Float32, 4, 3, 5, 6)
		for i := range elements(x) {
			elements(x)[i] = 1
		}
		y := drawn(t, &layers.SpatialDropout2D{Rate: .5, DataFormat: format}, true, 1, x)
		kept := map[string]float64{}
		for n := range 4 {
			for i := range 3 {
				for j := range 5 {
					for k := range 6 {
						channel := k
						if format == layers.ChannelsFirst {
							channel = i
						}
						v, _ := y.At(n, i, j, k)
						key := fmt.Sprint(n, channel)
						if have, ok := kept[key]; ok && have != v {
							t.Fatalf("%v: channel %d of image %d is not of one value", format, channel, n)
						}
						kept[key] = v
					}
				}
			}
		}
	}
}

// chosenPart returns the fraction of images that l changes, over several seeds.
func chosenPart(t *testing.T, l layers.Module, seeds int) float64 {
	t.Helper()
	x := ramp(.1, 64, 2, 2, 3)
	changed := 0
	for seed := range seeds {
		y := drawn(t, l, true, uint64(seed), x)
		for i := range 64 {
			if !slices.Equal(elements(x.Row(i)), elements(y.Row(i))) {
				changed++
			}
		}
	}
	return float64(changed) / float64(64*seeds)
}

func TestImagesAreChosenAsOftenAsAsked(t *testing.T) {
	for _, row := range []struct {
		l    layers.Module
		want float64
	}{
		{&layers.RandomFlip{}, .5},
		{&layers.RandomFlip{Mode: layers.FlipVertical}, .5},
		{&layers.RandomGrayscale{Factor: new(.25)}, .25},
		{&layers.RandomInvert{Factor: []float64{.7, .7}}, .7},
		{&layers.RandomInvert{}, .5}, // a probability from 0 to 1
	} {
		if got := chosenPart(t, row.l, 40); math.Abs(got-row.want) > .04 {
			t.Errorf("%T changes %.3f of the images, want %.2f", row.l, got, row.want)
		}
	}
}

func TestRandomErasingErasesOneRectangle(t *testing.T) {
	x := ramp(1, 1, 8, 9, 1)
	l := &layers.RandomErasing{Factor: []float64{1, 1}, Scale: []float64{.25, .25}, FillValue: []float64{200}}
	for seed := range uint64(20) {
		y := drawn(t, l, true, seed, x)
		rows, cols, n := map[int]bool{}, map[int]bool{}, 0
		for i, v := range elements(y) {
			if v == 200 {
				rows[i/9], cols[i%9], n = true, true, n+1
			}
		}
		if n != len(rows)*len(cols) || len(rows) != 4 || len(cols) < 4 || len(cols) > 5 {
			t.Fatalf("seed %d: %d pixels in %d rows and %d columns, want a rectangle of half the sides", seed, n, len(rows), len(cols))
		}
	}
}

func TestMixUpStaysBetweenTheImages(t *testing.T) {
	x := ramp(1, 3, 1, 1, 2) // images 0 1, 2 3, 4 5
	y := elements(drawn(t, &layers.MixUp{Alpha: 1}, true, 5, x))
	for i := 0; i < len(y); i += 2 {
		if y[i] < 0 || y[i] > 4 || math.Abs(float64(y[i+1]-y[i]-1)) > 1e-5 {
			t.Errorf("image %d is %v: no mixture of whole images", i/2, y[i:i+2])
		}
	}
}

func TestCutMixTakesPixelsOfOtherImages(t *testing.T) {
	x := ramp(1, 8, 3, 3, 1)
	for i, v := range elements(drawn(t, &layers.CutMix{Factor: []float64{1, 1}}, true, 5, x)) {
		if int(v)%9 != i%9 {
			t.Errorf("pixel %d is %v, of another place", i, v)
		}
	}
}

func TestRandomCropIsAPartOfTheImage(t *testing.T) {
	x := ramp(1, 1, 6, 7, 1)
	seen := map[float32]bool{}
	for seed := range uint64(60) {
		y := elements(drawn(t, &layers.RandomCrop{Height: 4, Width: 6}, true, seed, x))
		first := y[0]
		for i, v := range y {
			if v != first+float32(i/6*7+i%6) {
				t.Fatalf("seed %d: %v is no part of the image", seed, y)
			}
		}
		seen[first] = true
	}
	if len(seen) != 6 { // 3 rows by 2 columns of starting positions
		t.Errorf("%d places of 6 were cut at", len(seen))
	}
}

func TestRandomLayersComputeInThePolicysType(t *testing.T) {
	for name, c := range random() {
		for _, training := range []bool{false, true} {
			_, err := graph.Trace(func(g *graph.Graph) []node {
				s := layers.NewScope(g)
				s.Training = training
				s.Policy = layers.MixedBFloat16
				y := s.CallAll(c.l, g.Input(graph.Float32, c.x.Shape()...))
				if y[0].DType != graph.BFloat16 {
					t.Errorf("%s: training %v: computes in %v", name, training, y[0].DType)
				}
				return y
			})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestImageLayersTakeBytes(t *testing.T) {
	x := ramp(1, 2, 5, 6, 3).Convert(tensor.Uint8)
	for name, c := range random() {
		if c.x.Rank() != 4 {
			continue
		}
		if strings.HasPrefix(name, "Random") || strings.HasSuffix(name, "Mix") {
			if y := drawn(t, c.l, true, 1, x); y.DType() != tensor.Float32 {
				t.Errorf("%s: bytes become %v", name, y.DType())
			}
		}
	}
	if y := drawn(t, &layers.Resizing{Height: 3, Width: 4}, false, 1, x); y.DType() != tensor.Uint8 {
		t.Errorf("Resizing: bytes become %v", y.DType())
	}
}

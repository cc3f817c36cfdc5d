package layers_test

import (
	"math"
	"slices"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/graphtest"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// slope returns 32 images whose values increase to the right and downward, and whose red is
// higher than their blue; each image is brighter than the previous one by step.
func slope(step float32) *tensor.Tensor {
	x := tensor.New(tensor.Float32, 32, 8, 8, 3)
	for i := range elements(x) {
		elements(x)[i] = float32(i/3%64*3+20)*[]float32{1, .7, .4}[i%3] + step*float32(i/192)
	}
	return x
}

// spread returns statistics of images: the mean of all values, the standard deviation of the
// image means, and the mean and standard deviation of the image standard deviations.
func spread(images [][]float32) (s [4]float64) {
	var means, within []float64
	for _, x := range images {
		mean, variance := moments(x)
		means, within = append(means, mean), append(within, math.Sqrt(variance))
	}
	stats := func(v []float64) (mean, deviation float64) {
		for _, x := range v {
			mean += x / float64(len(v))
		}
		for _, x := range v {
			deviation += (x - mean) * (x - mean) / float64(len(v))
		}
		return mean, math.Sqrt(deviation)
	}
	s[0], s[1] = stats(means)
	s[2], s[3] = stats(within)
	return s
}

// The numbers are from Keras 3.15 over 60 batches of 32 such images. With y all images that a
// layer returns in training, they are
//
//	y.mean(), y.mean((1, 2, 3)).std(), y.std((1, 2, 3)).mean(), y.std((1, 2, 3)).std()
func TestRandomLayersVaryImagesAsMuchAsKeras(t *testing.T) {
	for _, row := range []struct {
		name string
		l    layers.Module
		step float32
		want [4]float64
	}{
		{"erasing", &layers.RandomErasing{}, 0, [4]float64{79.48, 3.43, 55.57, 6.90}},
		{"erasing with a value", &layers.RandomErasing{Factor: []float64{1}, Scale: []float64{.1, .3}, FillValue: []float64{9}}, 0, [4]float64{72.50, 8.77, 51.30, 2.64}},
		{"saturation", &layers.RandomSaturation{Factor: []float64{.1, .9}}, 0, [4]float64{57.03, 64.26, 74.25, 48.29}},
		{"hue", &layers.RandomHue{Factor: []float64{0, .5}}, 0, [4]float64{80.25, 6.53, 50.87, 2.57}},
		{"sharpness", &layers.RandomSharpness{Factor: []float64{0, 1}}, 0, [4]float64{79.82, 5.14, 49.96, 5.09}},
		{"shear", &layers.RandomShear{XFactor: []float64{.3}, YFactor: []float64{.2}}, 0, [4]float64{80.11, 6.03, 48.97, 1.81}},
		{"blur", &layers.RandomGaussianBlur{Factor: []float64{1, 1}, KernelSize: []int{5}, Sigma: []float64{.3, 2}}, 0, [4]float64{66.73, 4.15, 39.41, 3.24}},
		{"grayscale", &layers.RandomGrayscale{Factor: new(.3)}, 0, [4]float64{82.20, 2.97, 47.20, 3.69}},
		{"invert", &layers.RandomInvert{Factor: []float64{.5, .5}}, 0, [4]float64{127.15, 47.35, 49.76, 0}},
		{"perspective", &layers.RandomPerspective{Factor: []float64{1, 1}, Scale: new(.4)}, 0, [4]float64{71.57, 5.85, 47.33, 2.29}},
		{"jitter", &layers.RandomColorJitter{BrightnessFactor: []float64{.3}, ContrastFactor: []float64{.3}, SaturationFactor: []float64{.3}, HueFactor: []float64{.1}}, 0, [4]float64{111.52, 40.49, 58.72, 5.75}},
		{"brightness", &layers.RandomBrightness{Factor: []float64{.3}}, 0, [4]float64{80.35, 40.96, 46.89, 4.22}},
		{"contrast", &layers.RandomContrast{Factor: []float64{.5}}, 0, [4]float64{80.37, .30, 58.00, 4.90}},
		{"rotation", &layers.RandomRotation{Factor: []float64{.1}}, 0, [4]float64{80.15, 0, 48.25, .80}},
		{"zoom", &layers.RandomZoom{HeightFactor: []float64{.3}, WidthFactor: []float64{.2}}, 0, [4]float64{80.15, 0, 48.11, 4.12}},
		{"translation", &layers.RandomTranslation{HeightFactor: []float64{.2}, WidthFactor: []float64{.3}}, 0, [4]float64{80.13, 13.12, 47.39, 3.22}},
		{"mixup", &layers.MixUp{Alpha: .4}, .1, [4]float64{81.71, .80, 49.76, 0}},
		{"cutmix", &layers.CutMix{}, .1, [4]float64{81.70, .78, 49.76, .15}},
	} {
		x := slope(row.step)
		g := graphOf(t, true, func(s *layers.Scope, x []node) []node { return s.CallAll(row.l, x...) }, x)
		run := graphtest.Prepared(t, g)
		var images [][]float32
		seeds := uint64(60)
		if row.name == "blur" { // drawn per batch, not per image
			seeds = 240
		}
		for seed := range seeds {
			images = append(images, slices.Collect(slices.Chunk(elements(run.RunSeed(seed, x)[0]), 192))...)
		}
		got := spread(images)
		for i, near := range [4]float64{1 + .05*row.want[1], .05 + .1*row.want[1], .02 * row.want[2], .05 + .1*row.want[3]} {
			if math.Abs(got[i]-row.want[i]) > near {
				t.Errorf("%s: %.2f, want %.2f", row.name, got, row.want)
				break
			}
		}
	}
}

// Each image is filled with its index, so a mixed image shows its mixing weight; the labels, one-hot
// encodings of the index, must match: w·y + (1-w)·y′ with the w and the y′ of the images, as in
// Keras' MixUp.transform_labels. CutMix rectangles are whole pixels, so its labels match only up
// to a row and a column.
func TestLabelsAreMixedAsTheImages(t *testing.T) {
	const n, side = 12, 16
	x, y := tensor.New(tensor.Float32, n, side, side, 1), tensor.New(tensor.Int32, n, n)
	for i := range elements(x) {
		elements(x)[i] = float32(i / (side * side))
	}
	for i := range n {
		y.Data().([]int32)[i*n+i] = 1
	}
	for name, row := range map[string]struct {
		l    layers.Module
		near float64
	}{"MixUp": {&layers.MixUp{Alpha: 2}, 1e-5}, "CutMix": {&layers.CutMix{Factor: []float64{1, 1}}, 2. / side},
		"in a Pipeline": {&layers.Pipeline{Layers: []layers.Module{&layers.RandomFlip{}, &layers.MixUp{Alpha: 2}}}, 1e-5}} {
		g := graphOf(t, true, func(s *layers.Scope, in []node) []node { return s.CallAll(row.l, in...) }, x, y)
		run := graphtest.Prepared(t, g)
		mixed := 0
		for seed := range uint64(20) {
			out := run.RunSeed(seed, x, y)
			for i := range n {
				image, _ := moments(elements(out[0])[i*side*side:][:side*side])
				label, sum := 0.0, 0.0
				for k, v := range elements(out[1])[i*n:][:n] {
					label, sum = label+float64(k)*float64(v), sum+float64(v)
					if v > .02 && k != i {
						mixed++
					}
				}
				if math.Abs(sum-1) > 1e-5 || math.Abs(label-image) > row.near*n {
					t.Errorf("%s: seed %d: image %d is %.4f, its label %.4f (sum %.4f)", name, seed, i, image, label, sum)
				}
			}
		}
		if mixed < 120 {
			t.Errorf("%s: %d of 240 labels were mixed", name, mixed)
		}
		same := graphtest.Prepared(t, graphOf(t, false, func(s *layers.Scope, in []node) []node { return s.CallAll(row.l, in...) }, x, y)).RunSeed(1, x, y)
		if !slices.Equal(elements(same[0]), elements(x)) || !slices.Equal(elements(same[1]), elements(y.Convert(tensor.Float32))) {
			t.Errorf("%s: changes images or labels outside training", name)
		}
	}
}

// The numbers are from Keras over 200 batches of 64: mean and variance of a sample's weight in
// its mixture, and how often it is below 0.1 and above 0.9.
func TestPartsOfMixturesAreDrawnAsInKeras(t *testing.T) {
	const n = 64
	x, y := tensor.New(tensor.Float32, n, 16, 16, 1), tensor.New(tensor.Float32, n, n)
	for i := range n {
		elements(y)[i*n+i] = 1
	}
	for name, row := range map[string]struct {
		l    layers.Module
		want [4]float64
	}{
		"MixUp 0.2": {&layers.MixUp{}, [4]float64{.5110, .1793, .3280, .3480}},
		"MixUp 2":   {&layers.MixUp{Alpha: 2}, [4]float64{.5088, .0538, .0285, .0458}},
		"CutMix":    {&layers.CutMix{Factor: []float64{1, 1}}, [4]float64{.5082, .0857, .0989, .1130}},
	} {
		g := graphOf(t, true, func(s *layers.Scope, in []node) []node { return s.CallAll(row.l, in...) }, x, y)
		run := graphtest.Prepared(t, g)
		var parts []float32
		var got [4]float64
		for seed := range uint64(100) {
			label := elements(run.RunSeed(seed, x, y)[1])
			for i := range n {
				v := label[i*n+i]
				parts = append(parts, v)
				if v < .1 {
					got[2] += 1. / (100 * n)
				}
				if v > .9 {
					got[3] += 1. / (100 * n)
				}
			}
		}
		got[0], got[1] = moments(parts)
		for i := range got {
			if math.Abs(got[i]-row.want[i]) > .02 {
				t.Errorf("%s: %.4f, want %.4f", name, got, row.want)
				break
			}
		}
	}
}

// Random draws are the same on every device and with any number of threads: the reference and
// the default device differ at most by rounding, and thread counts make no difference.
func TestRandomLayersGiveTheSameEverywhere(t *testing.T) {
	for name, c := range random() {
		g := graphOf(t, true, func(s *layers.Scope, x []node) []node { return s.CallAll(c.l, x...) }, c.x)
		want := graphtest.Prepared(t, g).RunSeed(9, c.x)[0]
		one := onDevice(t, "cpu:1", g, 9, c.x)
		for i, v := range elements(one) {
			w := float64(elements(want)[i])
			if math.Abs(float64(v)-w) > 1e-3+1e-4*math.Abs(w) {
				t.Errorf("%s: element %d is %v on cpu, %v by definition", name, i, v, w)
				break
			}
		}
		for _, device := range []string{"cpu:2", "cpu:3"} {
			if got := onDevice(t, device, g, 9, c.x); !got.Equal(one) {
				t.Errorf("%s on %s: differs from one thread", name, device)
			}
		}
	}
}

// onDevice runs g, which has no variables, once.
func onDevice(t *testing.T, device string, g *graph.Graph, seed uint64, x *tensor.Tensor) *tensor.Tensor {
	t.Helper()
	dev, err := backend.Open(device)
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	exe, err := backend.Compile(dev, g)
	if err != nil {
		t.Fatal(err)
	}
	in, err := dev.NewBuffer(g.Inputs[0].Type)
	if err == nil {
		err = in.Write(x)
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := dev.NewBuffer(g.Outputs[0].Type)
	if err != nil {
		t.Fatal(err)
	}
	y := tensor.New(g.Outputs[0].DType, g.Outputs[0].Shape...)
	if err := exe.Run(t.Context(), backend.Call{Seed: seed, In: []backend.Buffer{in}, Out: []backend.Buffer{out}}); err != nil {
		t.Fatal(err)
	}
	if err := out.Read(y); err != nil {
		t.Fatal(err)
	}
	return y
}

package layers_test

import (
	"strings"
	"testing"

	"github.com/rhyton/rhyton/layers"
)

func TestMisuseIsExplained(t *testing.T) {
	vec, seq, img, vol := []int{2, 4}, []int{2, 5, 4}, []int{2, 5, 6, 4}, []int{1, 3, 3, 3, 2}
	k := []int{3}
	for _, row := range []struct {
		name   string
		l      layers.Module
		shapes [][]int
		want   string
	}{
		{"no units", &layers.Dense{}, [][]int{vec}, "Units is 0; it must be positive"},
		{"negative units", &layers.Dense{Units: -1}, [][]int{vec}, "Units is -1; it must be positive"},
		{"huge units", &layers.Dense{Units: 5e9}, [][]int{vec}, "more than the limit of 16 GB: check the layer's sizes"},
		{"dropout of all", &layers.Dropout{Rate: 1}, [][]int{vec}, "Rate is 1; it must be at least 0 and less than 1"},
		{"dropout of less than none", &layers.Dropout{Rate: -.1}, [][]int{vec}, "Rate is -0.1; it must be"},
		{"dropout of more than all", &layers.Dropout{Rate: 1.5}, [][]int{vec}, "Rate is 1.5; it must be"},
		{"noise of another rank", &layers.Dropout{Rate: .5, NoiseShape: []int{1}}, [][]int{vec}, "NoiseShape [1] has 1 axes, the input 2"},
		{"noise of another extent", &layers.Dropout{Rate: .5, NoiseShape: []int{3, 4}}, [][]int{vec}, "NoiseShape [3 4]; each extent must be 1, -1 or that of the input"},
		{"alpha dropout of all", &layers.AlphaDropout{Rate: 1}, [][]int{vec}, "Rate is 1;"},
		{"gaussian dropout of all", &layers.GaussianDropout{Rate: 1}, [][]int{vec}, "Rate is 1;"},
		{"negative noise", &layers.GaussianNoise{Stddev: -1}, [][]int{vec}, "Stddev is -1; it must be at least 0"},
		{"channels of a vector", &layers.SpatialDropout2D{Rate: .5}, [][]int{vec}, "want rank 4, (batch, height, width, channels)"},

		{"a kernel larger than the image", &layers.Conv2D{Filters: 1, KernelSize: []int{7, 7}}, [][]int{img}, "kernel (7, 7) spans 7, larger than the input's extent 5"},
		{"a kernel of nothing", &layers.Conv2D{Filters: 1, KernelSize: []int{0}}, [][]int{img}, "KernelSize [0]; every number must be positive"},
		{"no kernel", &layers.Conv2D{Filters: 1}, [][]int{img}, "KernelSize is missing"},
		{"three extents of two", &layers.Conv2D{Filters: 1, KernelSize: []int{1, 2, 3}}, [][]int{img}, "KernelSize [1 2 3]; want 1 or 2 numbers"},
		{"no strides", &layers.Conv2D{Filters: 1, KernelSize: k, Strides: []int{0}}, [][]int{img}, "Strides [0]; every number must be positive"},
		{"strides and dilation", &layers.Conv2D{Filters: 1, KernelSize: k, Strides: []int{2}, DilationRate: []int{2}}, [][]int{img}, "are both above 1"},
		{"groups", &layers.Conv2D{Filters: 3, KernelSize: k, Groups: 3}, [][]int{img}, "Groups is 3; it must divide the 4 channels and the 3 filters"},
		{"a convolution of vectors", &layers.Conv2D{Filters: 1, KernelSize: k}, [][]int{vec}, "want rank 4, (batch, height, width, channels)"},
		{"causal images", &layers.Conv2D{Filters: 1, KernelSize: k, Padding: layers.Causal}, [][]int{img}, "Causal padding is for Conv1D alone"},
		{"no filters", &layers.Conv3D{KernelSize: k}, [][]int{vol}, "Filters is 0; it must be positive"},
		{"no filters back", &layers.Conv2DTranspose{KernelSize: k}, [][]int{img}, "Filters is 0; it must be positive"},
		{"output padding", &layers.Conv2DTranspose{Filters: 1, KernelSize: k, Strides: []int{2}, OutputPadding: []int{2}}, [][]int{img}, "OutputPadding [2]; every number must be less than its stride of [2 2]"},
		{"no multiplier", &layers.DepthwiseConv1D{KernelSize: []int{2}, DepthMultiplier: -1}, [][]int{seq}, "DepthMultiplier is -1; it must be positive"},
		{"separable without filters", &layers.SeparableConv1D{KernelSize: []int{2}}, [][]int{seq}, "Filters is 0; it must be positive"},
		{"a window larger than the image", &layers.MaxPooling2D{PoolSize: []int{9}}, [][]int{img}, "kernel (9, 9) spans 9, larger than the input's extent 5"},
		{"an output of nothing", &layers.AdaptiveMaxPooling2D{OutputSize: []int{0}}, [][]int{img}, "OutputSize [0]; every number must be positive"},
		{"no output size", &layers.AdaptiveAveragePooling1D{}, [][]int{seq}, "OutputSize is missing"},

		{"a wrong size", &layers.Reshape{TargetShape: []int{3, 3}}, [][]int{vec}, "a sample has 4 elements, TargetShape [3 3] has 9"},
		{"two open extents", &layers.Reshape{TargetShape: []int{-1, -1}}, [][]int{vec}, "TargetShape [-1 -1] has more than one -1"},
		{"axes that differ", &layers.Concatenate{Axis: 1}, [][]int{{2, 3, 4}, {2, 3, 5}}, "axis 2 has 4 and 5; want one extent in every axis but Axis, which is 1"},
		{"shapes that do not broadcast", &layers.Add{}, [][]int{{2, 8}, {2, 7}}, "axis -1 has 8 and 7: they do not broadcast"},
		{"ranks that differ", &layers.Concatenate{}, [][]int{{2, 3, 4}, {2, 4}}, "ranks 3 and 2; want inputs of one rank"},
		{"one operand", &layers.Subtract{}, [][]int{vec}, "want 2 inputs, 1 were given"},
		{"dot of one", &layers.Dot{}, [][]int{vec}, "want 2 inputs, 1 were given"},
		{"dot of different extents", &layers.Dot{Axes: []int{1}}, [][]int{{2, 3}, {2, 4}}, "axis 1 of the first input has 3, axis 1 of the second 4; want the same"},
		{"dot over the batch", &layers.Dot{Axes: []int{0}}, [][]int{vec, vec}, "Axis 0 is the batch"},
		{"dot of three axes", &layers.Dot{Axes: []int{1, 1, 1}}, [][]int{vec, vec}, "Axes [1 1 1]; want one for both inputs, or one each"},
		{"no permutation", &layers.Permute{Dims: []int{1, 1}}, [][]int{seq}, "Dims [1 1]; want a permutation of the axes 1 to 2"},
		{"too few axes", &layers.Permute{Dims: []int{1}}, [][]int{seq}, "Dims [1]; want a permutation of the axes 1 to 2"},
		{"no repetition", &layers.RepeatVector{}, [][]int{vec}, "N is 0; it must be positive"},
		{"a sequence repeated", &layers.RepeatVector{N: 2}, [][]int{seq}, "want rank 2, (batch, features)"},
		{"negative padding", &layers.ZeroPadding2D{Padding: layers.Sides{{-1, 0}}}, [][]int{img}, "Padding [[-1 0] [-1 0]]; every number must be at least 0"},
		{"three sides of two", &layers.ZeroPadding2D{Padding: layers.Sides{{1, 1}, {1, 1}, {1, 1}}}, [][]int{img}, "want one pair, or 2"},
		{"all cropped", &layers.Cropping1D{Cropping: []int{3, 2}}, [][]int{seq}, "Cropping [[3 2]] leaves nothing of axis 1, of extent 5"},
		{"unknown interpolation", &layers.UpSampling2D{Interpolation: "cubic"}, [][]int{img}, `Interpolation is "cubic"; want nearest, bilinear, bicubic`},

		{"momentum", &layers.BatchNormalization{Momentum: new(2.0)}, [][]int{vec}, "Momentum is 2; it must be in [0, 1]"},
		{"batch axis", &layers.BatchNormalization{Axis: -2}, [][]int{vec}, "Axis -2 is the batch"},
		{"clipping", &layers.BatchNormalization{Renorm: true, RenormClipping: map[string]float64{"rmx": 1}}, [][]int{vec}, `RenormClipping has "rmx"; want rmin, rmax or dmax; did you mean "rmax"?`},
		{"clipping upside down", &layers.BatchNormalization{Renorm: true, RenormClipping: map[string]float64{"rmin": 2, "rmax": 1}}, [][]int{vec}, "rmin 2 above rmax 1"},
		{"groups of features", &layers.GroupNormalization{Groups: 3}, [][]int{seq}, "Groups is 3; it must divide the 4 features of axis 2, or be -1"},
		{"more groups than features", &layers.GroupNormalization{}, [][]int{seq}, "Groups is 32; it must divide"},
		{"no such axis", &layers.UnitNormalization{Axis: []int{4}}, [][]int{vec}, "axis 4"},
		{"no iterations", &layers.SpectralNormalization{Layer: &layers.Dense{Units: 1}, PowerIterations: -1}, [][]int{vec}, "PowerIterations is -1; it must be positive"},
		{"no kernel to divide", &layers.SpectralNormalization{Layer: &layers.Flatten{}}, [][]int{vec}, "Layer has no weight called kernel or embeddings"},
		{"nothing to wrap", &layers.Wrapper{}, [][]int{vec}, "Layer is nil"},
		{"no function", &layers.Lambda{}, [][]int{vec}, "Function is nil"},
		{"rank", &layers.Dense{Units: 1, LoRARank: -1}, [][]int{vec}, "LoRARank is -1; it must be at least 0"},
		{"negative slope", &layers.LeakyReLU{NegativeSlope: new(-1.0)}, [][]int{vec}, "NegativeSlope is -1; it must be at least 0"},
		{"negative limit", &layers.ReLU{MaxValue: new(-1.0)}, [][]int{vec}, "MaxValue is -1; it must be at least 0"},
		{"no vectors", &layers.Embedding{InputDim: 3}, [][]int{vec}, "InputDim is 3 and OutputDim 0; both must be positive"},
		{"vectors of another extent", (&layers.ReversibleEmbedding{InputDim: 3, OutputDim: 5}).Reverse(), [][]int{vec}, "want (batch, …, 5)"},

		{"no height", &layers.Resizing{Width: 3}, [][]int{img}, "Height is 0 and Width 3; both must be positive"},
		{"crop and pad", &layers.Resizing{Height: 1, Width: 3, CropToAspectRatio: true, PadToAspectRatio: true}, [][]int{img}, "CropToAspectRatio and PadToAspectRatio are both set"},
		{"images of rank 2", &layers.CenterCrop{Height: 1, Width: 1}, [][]int{vec}, "want images, (batch, height, width, channels)"},
		{"no factor", &layers.RandomRotation{}, [][]int{img}, "Factor []; want one number, or a lower and an upper one, in [-1, 1]"},
		{"a large factor", &layers.RandomBrightness{Factor: []float64{2}}, [][]int{img}, "Factor [2]; want"},
		{"a negative contrast", &layers.RandomContrast{Factor: []float64{-.5}}, [][]int{img}, "Factor [-0.5]; want"},
		{"value range", &layers.RandomInvert{ValueRange: []float64{1, 0}}, [][]int{img}, "ValueRange [1 0]; want the darkest and the brightest value"},
		{"fill mode", &layers.RandomZoom{HeightFactor: []float64{.1}, FillMode: "mirror"}, [][]int{img}, `FillMode is "mirror"; want reflect, wrap, constant or nearest`},
		{"smooth rotation", &layers.RandomRotation{Factor: []float64{.1}, Interpolation: layers.Bicubic}, [][]int{img}, `Interpolation is "bicubic"; want nearest or bilinear`},
		{"flip mode", &layers.RandomFlip{Mode: "both"}, [][]int{img}, `Mode is "both"; want horizontal, vertical or horizontal_and_vertical`},
		{"hue of four channels", &layers.RandomHue{Factor: []float64{.1}}, [][]int{img}, "want images (…, height, width, 3)"},
		{"an even kernel", &layers.RandomGaussianBlur{KernelSize: []int{4}}, [][]int{img}, "KernelSize [4]; want odd numbers"},
		{"scales of two channels", &layers.Rescaling{Scale: []float64{1, 2}}, [][]int{img}, "Scale [1 2]; want one number, or one for each element of the last axis"},
		{"frames", &layers.STFTSpectrogram{FrameLength: 4, FrameStep: 5}, [][]int{seq}, "want 0 < FrameStep ≤ FrameLength ≤ FFTLength"},
		{"a long sequence", &layers.MelSpectrogram{FFTLength: 4, SequenceLength: 5}, [][]int{vec}, "SequenceLength is 5; it must be at most FFTLength, 4"},
	} {
		if err := misuse(row.l, true, row.shapes...); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v\nwant %q", row.name, err, row.want)
		}
	}
}

func TestFilesWithWrongArgumentsAreRefused(t *testing.T) {
	for _, row := range []struct{ file, want string }{
		{`{"class_name":"Dense","config":{"units":0}}`, "Dense: Units is not set"},
		{`{"class_name":"Dense","config":{"units":1.5}}`, "1.5; want an integer"},
		{`{"class_name":"Dense","config":{"units":"10"}}`, `"10"; want an integer`},
		{`{"class_name":"Dense","config":{"units":null}}`, "null; want an integer"},
		{`{"class_name":"Dense","config":{}}`, `argument "units" is missing`},
		{`{"class_name":"Dense","config":{"units":1,"activation":"rulu"}}`, `"rulu"; did you mean`},
		{`{"class_name":"Dense","config":{"units":1,"kernel_initializer":"glorot"}}`, `"glorot"`},
		{`{"class_name":"Dropout","config":{"rate":"0.5"}}`, `"0.5"; want a number`},
		{`{"class_name":"Dropout","config":{"rate":1.5}}`, "Rate is 1.5; want a number in [0, 1)"},
		{`{"class_name":"Conv2D","config":{"filters":1,"kernel_size":[0,1]}}`, "KernelSize is 0; want a number in [1, inf)"},
		{`{"class_name":"ZeroPadding2D","config":{"padding":[[1,2,3]]}}`, "want a number or a pair for each axis"},
		{`{"class_name":"RandomFlip","config":{"mode":"both"}}`, `Mode is "both"; want "horizontal_and_vertical"`},
		{`{"class_name":"Lambda","config":{"function":{"class_name":"__lambda__","config":{"code":"4wEA"}}}}`, "code in a file is not run"},
	} {
		if _, err := layers.FromJSON([]byte(row.file)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v\nwant %q", row.file, err, row.want)
		}
	}
}

func TestALambdaIsNotSaved(t *testing.T) {
	l := &layers.Lambda{Function: func(x node) node { return x }}
	if _, err := layers.ToJSON(l); err == nil || !strings.Contains(err.Error(), "a function cannot be saved; make a struct") {
		t.Errorf("got %v", err)
	}
}

// Keras' spatial dropout layers reject the argument trainable, which all other layers accept.
func TestSpatialDropoutIsWrittenWithoutTrainable(t *testing.T) {
	for _, l := range []layers.Module{&layers.SpatialDropout1D{Rate: .5}, &layers.SpatialDropout3D{Rate: .5}} {
		file, err := layers.ToJSON(l)
		if err != nil || strings.Contains(string(file), "trainable") {
			t.Errorf("%s, %v", file, err)
		}
	}
}

package datasets

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/internal/collections"
	"github.com/rhyton/rhyton/tensor"
)

// goldenArray is an array as stored in the golden files.
type goldenArray struct {
	Shape []int
	DType string
	Data  []any
}

func (a goldenArray) tensor(t testing.TB) *tensor.Tensor {
	t.Helper()
	dtype, ok := tensor.ParseDType(a.DType)
	if !ok {
		t.Fatalf("type %q", a.DType)
	}
	v := make([]float64, len(a.Data))
	for i, e := range a.Data {
		switch e := e.(type) {
		case float64:
			v[i] = e
		case string:
			v[i] = map[string]float64{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)}[e]
		}
	}
	return tensor.Of(v, append([]int{}, a.Shape...)...).Convert(dtype)
}

// eachGolden runs a test on every case under a folder of the golden files.
func eachGolden[T any](t *testing.T, folder string, run func(t *testing.T, c T)) {
	t.Helper()
	dir := collections.Golden(t, filepath.Join("testdata", "golden"))
	names, _ := filepath.Glob(filepath.Join(dir, folder, "*.json"))
	if len(names) == 0 {
		t.Fatalf("no cases in %s", folder)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var c T
			if err := json.Unmarshal(b, &c); err != nil {
				t.Fatal(err)
			}
			run(t, c)
		})
	}
}

func close1(t testing.TB, got, want *tensor.Tensor) {
	t.Helper()
	if got.Err() != nil {
		t.Fatal(got.Err())
	}
	if err := tensor.Close(got, want, 1e-6, 1e-7); err != nil {
		t.Error(err)
	}
}

func TestToCategoricalAsKeras(t *testing.T) {
	eachGolden(t, "util/to_categorical", func(t *testing.T, c struct {
		Args    []goldenArray
		Kwargs  struct{ Num_classes int }
		Outputs []goldenArray
	}) {
		close1(t, ToCategorical(c.Args[0].tensor(t), c.Kwargs.Num_classes), c.Outputs[0].tensor(t))
	})
}

func TestPadSequencesAsKeras(t *testing.T) {
	eachGolden(t, "util/pad_sequences", func(t *testing.T, c struct {
		Args   [][][]float32
		Kwargs struct {
			Maxlen              int
			Padding, Truncating string
			Value               float32
		}
		Outputs []goldenArray
	}) {
		p := PadSequences[float32]{
			MaxLen: c.Kwargs.Maxlen, Value: c.Kwargs.Value,
			PaddingPost: c.Kwargs.Padding == "post", TruncatingPost: c.Kwargs.Truncating == "post",
		}
		close1(t, p.Of(c.Args[0]), c.Outputs[0].tensor(t))
	})
}

func TestNormalizeAsKeras(t *testing.T) {
	eachGolden(t, "util/normalize", func(t *testing.T, c struct {
		Args    []goldenArray
		Kwargs  struct{ Axis, Order *float64 }
		Outputs []goldenArray
	}) {
		axis, order := -1, 0.0
		if c.Kwargs.Axis != nil {
			axis = int(*c.Kwargs.Axis)
		}
		if c.Kwargs.Order != nil {
			order = *c.Kwargs.Order
		}
		close1(t, Normalize(c.Args[0].tensor(t), axis, order), c.Outputs[0].tensor(t))
	})
}

func TestTimeseriesAsKeras(t *testing.T) {
	eachGolden(t, "util/timeseries", func(t *testing.T, c struct {
		Data    goldenArray
		Targets *goldenArray
		Kwargs  struct{ Sequence_length, Sequence_stride, Sampling_rate, Batch_size, Start_index, End_index int }
		Batches [][]goldenArray
	}) {
		k := c.Kwargs
		s := Timeseries{
			Data: c.Data.tensor(t), SequenceLength: k.Sequence_length, SequenceStride: k.Sequence_stride,
			SamplingRate: k.Sampling_rate, Start: k.Start_index, End: k.End_index,
		}
		if c.Targets != nil {
			s.Targets = c.Targets.tensor(t)
		}
		i := 0
		for b, err := range (&Batched{Data: s, Size: or(k.Batch_size, 128)}).Batches() {
			if err != nil {
				t.Fatal(err)
			}
			if i == len(c.Batches) {
				t.Fatalf("more than %d batches", i)
			}
			for j, got := range append(b.X, b.Y...) {
				close1(t, got, c.Batches[i][j].tensor(t))
			}
			i++
		}
		if i != len(c.Batches) {
			t.Errorf("%d batches, want %d", i, len(c.Batches))
		}
	})
}

func TestResizeAsKeras(t *testing.T) {
	ran := 0
	eachGolden(t, "op/resize", func(t *testing.T, c struct {
		Args    []json.RawMessage
		Kwargs  map[string]any
		Outputs []goldenArray
	}) {
		kind, _ := c.Kwargs["interpolation"].(string)
		if kind != "" && kind != "bilinear" || c.Kwargs["antialias"] == true || c.Kwargs["crop_to_aspect_ratio"] == true || c.Kwargs["pad_to_aspect_ratio"] == true || c.Kwargs["data_format"] == "channels_first" {
			return
		}
		ran++
		var x goldenArray
		if err := json.Unmarshal(c.Args[0], &x); err != nil {
			t.Fatal(err)
		}
		want := c.Outputs[0].tensor(t)
		s := want.Shape()
		got := Resize(x.tensor(t), s[len(s)-3], s[len(s)-2])
		if err := tensor.Close(got, want, 1e-5, 1e-6); err != nil {
			t.Error(err)
		}
	})
	if ran == 0 {
		t.Error("no bilinear case among them")
	}
}

func TestResizeSmallPicture(t *testing.T) {
	// tf.image.resize([[1, 2], [3, 4]], (3, 3)), bilinear
	got := Resize(tensor.Of([]uint8{1, 2, 3, 4}, 2, 2, 1), 3, 3)
	close1(t, got, tensor.Of([]float32{1, 1.5, 2, 2, 2.5, 3, 3, 3.5, 4}, 3, 3, 1))
	one := Resize(tensor.Of([]uint8{7}, 1, 1, 1), 2, 5)
	close1(t, one, tensor.Of([]float32{7, 7, 7, 7, 7, 7, 7, 7, 7, 7}, 2, 5, 1))
}

func TestEncodersReportMistakes(t *testing.T) {
	x := tensor.Of([]float32{1, 2, 3, 4}, 2, 2)
	for _, c := range []struct {
		x    *tensor.Tensor
		part string
	}{
		{ToCategorical(tensor.Of([]int32{0, 5}), 3), "label 5 at position 1; want an integer in 0..2"},
		{ToCategorical(tensor.Of([]int32{0, -1}), 3), "label -1 at position 1"},
		{ToCategorical(tensor.Of([]int32{0, -1}), 0), "label -1"},
		{ToCategorical(tensor.Of([]float64{0.5}), 3), "label 0.5"},
		{ToCategorical(tensor.Of([]float64{math.NaN()}), 3), "label NaN"},
		{ToCategorical(tensor.Of([]float64{math.NaN()}), 0), "label NaN"},
		{ToCategorical(tensor.Of([]float64{1e300}), 0), "label 1e+300"},
		{ToCategorical(tensor.Of([]int64{1 << 62}), 0), "label"},
		{ToCategorical(tensor.Of([]int32{0}), -1), "-1 classes"},
		{ToCategorical(tensor.Of([]string{"a"}), 0), "text"},
		{PadSequences[int32]{MaxLen: -1}.Of(nil), "length -1"},
		{PadSequences[int32]{MaxLen: math.MaxInt}.Of([][]int32{{1}, {2}}), "too many"},
		{Normalize(x, 2, 0), "axis 2"},
		{Normalize(x, -3, 0), "want an axis it has"},
		{Normalize(x, 0, 0.5), "order 0.5"},
		{Resize(x, 2, 2), "shape (2, 2)"},
		{Resize(tensor.New(tensor.Float32, 2, 2, 1), 0, 2), "0 x 2"},
		{Resize(tensor.New(tensor.Float32, 1, 1, 1), math.MaxInt, 2), "too many"},
		{Resize(tensor.New(tensor.Float32, 1, 0, 1), 1, 2), "resize"},
		{Rescaling{Scale: []float64{1}}.Apply(tensor.Of([]string{"a"})), "text"},
		{(&Scaler{Offset: []float64{0}, Scale: []float64{1}}).Apply(x), "scaler of 1 features, the array of shape (2, 2) has 2"},
		{(&Scaler{}).Apply(x), "scaler of 0 features"},
	} {
		if c.x.Err() == nil || !strings.Contains(c.x.Err().Error(), c.part) {
			t.Errorf("error %v, want one with %q", c.x.Err(), c.part)
		}
	}
	if got := (PadSequences[int32]{}).Of(nil); got.Err() != nil || got.Len() != 0 {
		t.Errorf("no sequences: %v %v", got, got.Err())
	}
}

func TestTimeseriesReportsMistakes(t *testing.T) {
	data := tensor.New(tensor.Float32, 10, 2)
	for _, c := range []struct {
		s    Timeseries
		part string
	}{
		{Timeseries{SequenceLength: 2}, "data: want an array"},
		{Timeseries{Data: data}, "sequence length 0"},
		{Timeseries{Data: data, SequenceLength: 11}, "windows of 11 rows, there are 10"},
		{Timeseries{Data: data, SequenceLength: 2, Start: 10}, "rows 10 to 10 of 10"},
		{Timeseries{Data: data, SequenceLength: 2, End: 11}, "rows 0 to 11 of 10"},
		{Timeseries{Data: data, SequenceLength: 2, SamplingRate: -1}, "sampling rate -1"},
		{Timeseries{Data: data, SequenceLength: 2, SequenceStride: 10}, "stride 10"},
		{Timeseries{Data: data, SequenceLength: 9, SamplingRate: 9}, "no samples"},
		{Timeseries{Data: data, SequenceLength: 2, Targets: tensor.Scalar(1.0)}, "targets: want"},
	} {
		for _, err := range c.s.Batches() {
			if err == nil || !strings.Contains(err.Error(), c.part) {
				t.Errorf("error %v, want one with %q", err, c.part)
			}
		}
	}
	var b Batch
	if err := (Timeseries{Data: data, SequenceLength: 2}).Gather(&b, []int{9}); err == nil {
		t.Error("window 9 of 9: no error")
	}
}

func TestRescalingTakesOneNumberOrOneForEachFeature(t *testing.T) {
	x := tensor.Of([]uint8{0, 1, 2, 4}, 2, 2)
	for _, c := range []struct {
		r    Rescaling
		want string
	}{
		{Rescaling{}, "[0 1 2 4]"},
		{Rescaling{Scale: []float64{.5}, Offset: []float64{1}}, "[1 1.5 2 3]"},
		{Rescaling{Scale: []float64{2, 10}}, "[0 10 4 40]"},
		{Rescaling{Offset: []float64{1, -1}}, "[1 0 3 3]"},
	} {
		got, err := tensor.As[float32](c.r.Apply(x))
		if err != nil || fmt.Sprint(got) != c.want {
			t.Errorf("%v: %v %v, want %s", c.r, got, err, c.want)
		}
	}
	if err := (Rescaling{Scale: []float64{1, 2, 3}}).Apply(x).Err(); err == nil || !strings.Contains(err.Error(), "each of the 2 features") {
		t.Error(err)
	}
}

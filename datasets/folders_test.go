package datasets

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rhyton/rhyton/tensor"
)

// wave returns a WAV file of 16-bit PCM.
func wave(rate uint32, channels uint16, samples ...int16) *fstest.MapFile {
	var b bytes.Buffer
	b.WriteString("RIFF....WAVEjunk\x01\x00\x00\x00?\x00fmt ")
	for _, v := range []any{uint32(16), uint16(1), channels, rate, rate * 2 * uint32(channels), 2 * channels, uint16(16), []byte("data"), uint32(2 * len(samples)), samples} {
		binary.Write(&b, binary.LittleEndian, v)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

// one returns the first batch.
func one(t *testing.T, d Dataset) Batch {
	t.Helper()
	for b, err := range d.Batches() {
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	t.Fatal("there is no batch")
	return Batch{}
}

// The expected results are from keras.utils.audio_dataset_from_directory(…, shuffle=False) in
// 3.15.
func TestAudioFolderIsThatOfKeras(t *testing.T) {
	files := fstest.MapFS{"dog/a.wav": wave(8000, 1, 0, 16384, -32768, 32767), "dog/b.wav": wave(8000, 1, 100, 200), "cat/z.wav": wave(8000, 1, -1, -2, -3)}
	for _, row := range []struct {
		length int
		want   []float32
	}{
		{0, []float32{-3.0517578e-05, -6.1035156e-05, -9.1552734e-05, 0, 0, .5, -1, .99996948, .0030517578, .0061035156, 0, 0}},
		{3, []float32{-3.0517578e-05, -6.1035156e-05, -9.1552734e-05, 0, .5, -1, .0030517578, .0061035156, 0}},
	} {
		a, err := AudioFolder{FS: files, SequenceLength: row.length}.Open()
		if err != nil {
			t.Fatal(err)
		}
		b := one(t, a)
		if got, _ := tensor.Data[float32](b.X[0]); !slices.Equal(got, row.want) || fmt.Sprint(a.Classes, a.Rate, b.Y[0].Data()) != "[cat dog] 8000 [0 1 1]" {
			t.Errorf("length %d: %v %v %v %v", row.length, a.Classes, a.Rate, b.Y[0], got)
		}
		if types := a.Types(); !types.X[0].Shape.Equal(b.X[0].Shape()[1:]) {
			t.Errorf("types %v for %v", types, b.X[0].Shape())
		}
	}
	cut := wave(8000, 1, 1, 2)
	cut.Data = cut.Data[:len(cut.Data)-1]
	for want, files := range map[string]fstest.MapFS{
		"a.wav: not a WAV file":                              {"x/a.wav": {Data: []byte("no")}},
		`chunk "data" has 4 bytes, the file 3 more`:          {"x/a.wav": cut},
		"b.wav has 9 samples a second in 1 channels; want 8": {"x/a.wav": wave(8, 1, 1), "x/b.wav": wave(9, 1, 1)},
		"no files; want CLASS/NAME":                          {"x/a.txt": {}},
		"2 channels":                                         {"x/a.wav": wave(8, 1, 1), "x/b.wav": wave(8, 2, 1, 2)},
	} {
		if _, err := (AudioFolder{FS: files}).Open(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// The expected results are from keras.utils.text_dataset_from_directory(…, shuffle=False) in
// 3.15.
func TestTextFolderIsThatOfKeras(t *testing.T) {
	files := fstest.MapFS{"pos/1.txt": {Data: []byte("good day\n")}, "pos/2.txt": {Data: []byte("schön")}, "neg/a.txt": {Data: []byte("bad")}, "neg/x.md": {Data: []byte("no")}}
	for length, want := range map[int]string{0: `["bad" "good day\n" "schön"] [0 1 1]`, 4: `["bad" "good" "sch\xc3"] [0 1 1]`} {
		d, err := TextFolder{FS: files, MaxLength: length}.Open()
		if err != nil {
			t.Fatal(err)
		}
		b := one(t, d)
		if got := fmt.Sprintf("%q %v", b.X[0].Data(), b.Y[0].Data()); got != want {
			t.Errorf("length %d: %s, want %s", length, got, want)
		}
	}
	d, err := TextFolder{FS: files, Limits: Limits{MaxBytes: 4}}.Open()
	if err != nil {
		t.Fatal(err)
	}
	var b Batch
	if err := d.Slice(&b, 0, 3); err == nil || !strings.Contains(err.Error(), "pos/1.txt: more than the limit of 4 bytes") {
		t.Errorf("a long file: %v", err)
	}
	if d.Slice(&b, 1, 9) == nil || d.Gather(&b, []int{3}) == nil {
		t.Error("files outside: no error")
	}
}

func TestImagesAreSavedAndRead(t *testing.T) {
	dir := t.TempDir()
	// Like keras.utils.array_to_img: ((x - min)/max(x - min)*255).astype("uint8").
	grey := tensor.Of([]float32{-1, 0, .5, 3}, 2, 2, 1)
	for _, row := range []struct {
		x    *tensor.Tensor
		want []uint8
	}{
		{grey, []uint8{0, 63, 95, 255}},
		{tensor.Of([]float32{2, 2}, 1, 2, 1), []uint8{0, 0}},
		{tensor.Of([]uint8{1, 2, 3, 4, 5, 6}, 1, 2, 3), []uint8{1, 2, 3, 4, 5, 6}},
		{tensor.Of([]uint8{10, 20, 30, 0, 50, 60, 70, 128}, 1, 2, 4), []uint8{10, 20, 30, 0, 50, 60, 70, 128}},
	} {
		path := dir + "/a.png"
		if err := SaveImage(path, row.x); err != nil {
			t.Fatal(err)
		}
		got, err := LoadImage(path, row.x.Shape()[2])
		if err != nil || !got.Equal(tensor.Of(row.want, row.x.Shape()...)) {
			t.Errorf("%v: %v (%v), want %v", row.x, got, err, row.want)
		}
	}
	smooth := tensor.New(tensor.Uint8, 8, 8, 3)
	for i := range smooth.Data().([]uint8) {
		smooth.Data().([]uint8)[i] = uint8(100 + i/24*4)
	}
	for _, ending := range []string{".jpg", ".gif"} {
		if err := SaveImage(dir+"/a"+ending, smooth); err != nil {
			t.Fatal(err)
		}
		got, err := LoadImage(dir+"/a"+ending, 3)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range got.Data().([]uint8) {
			if math.Abs(float64(v)-float64(smooth.Data().([]uint8)[i])) > 26 {
				t.Errorf("%s: value %d is %d", ending, i, v)
				break
			}
		}
	}
	for want, f := range map[string]func() error{
		`the ending is ".bmp"`: func() error { return SaveImage(dir+"/a.bmp", grey) },
		"want (height, width, channels)": func() error {
			_, err := ToImage(tensor.Of([]float32{1, 2}, 1, 2))
			return err
		},
		"element 1 is NaN": func() error {
			_, err := ToImage(tensor.Of([]float32{1, float32(math.NaN())}, 1, 2, 1))
			return err
		},
		"1, 3 or 4 channels": func() error { return SaveImage(dir+"/a.png", tensor.New(tensor.Uint8, 1, 1, 2)) },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

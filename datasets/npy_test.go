package datasets

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/internal/collections"
	"github.com/rhyton/rhyton/tensor"
)

func TestReadsWhatNumPyWrote(t *testing.T) {
	arrays, err := LoadNPZ("testdata/npy/arrays.npz")
	if err != nil {
		t.Fatal(err)
	}
	want := tensor.Of([]float64{0, 1, 2, 3, 4, 5}, 2, 3)
	types := 0
	for name, a := range arrays {
		if name[0] == 't' && name != "text" {
			types++
			if !a.Equal(want.Convert(a.DType())) {
				t.Errorf("%s: %+v", name, a)
			}
		}
	}
	if types != 17 {
		t.Errorf("%d types", types)
	}
	for name, d := range map[string]tensor.DType{"tb1": tensor.Bool, "tu1": tensor.Uint8, "ti1": tensor.Int32, "tu2little": tensor.Int32, "tu4little": tensor.Int64, "tf2big": tensor.Float16} {
		if arrays[name].DType() != d {
			t.Errorf("%s is %v, want %v", name, arrays[name].DType(), d)
		}
	}
	for i := range 24 {
		if v, _ := arrays["fortran"].At(i/12, i/4%3, i%4); v != float64(i) {
			t.Fatalf("fortran order: %v", arrays["fortran"])
		}
	}
	if s := fmt.Sprint(arrays["scalar"], arrays["text"], arrays["bytes"], arrays["empty"].Shape()); s != `7.0 ["ab" "Ωx" ""] ["ab" "c"] (0, 3)` {
		t.Errorf("%s", s)
	}
	stored, err := LoadNPZ("testdata/npy/stored.npz")
	if err != nil || fmt.Sprint(stored["a"], stored["b"]) != "[0 1 2] [1. 1.]" {
		t.Errorf("%v %v", stored, err)
	}
	for name, part := range map[string]string{"complex.npy": `"<c16"`, "struct.npy": "header", "u8.npy": `"<u8"`, "none.npy": "none.npy"} {
		if _, err := LoadNPY("testdata/npy/" + name); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNPYRoundTrip(t *testing.T) {
	for _, d := range []tensor.DType{tensor.Bool, tensor.Uint8, tensor.Int32, tensor.Int64, tensor.Float16, tensor.Float32, tensor.Float64} {
		for _, s := range [][]int{{}, {0}, {7}, {2, 3}, {1, 2, 3, 1}} {
			x := tensor.New(d, s...)
			if x.Len() > 1 {
				x = tensor.Of(bytes.Repeat([]byte{1}, x.Len()), s...).Convert(d)
			}
			var b bytes.Buffer
			if err := WriteNPY(&b, x); err != nil {
				t.Fatal(err)
			}
			got, err := Limits{}.NPY(&b)
			if err != nil || !got.Equal(x) {
				t.Errorf("%v %v: %+v %v", d, s, got, err)
			}
		}
	}
	for _, x := range []*tensor.Tensor{tensor.New(tensor.String, 2), tensor.New(tensor.BFloat16, 2), tensor.Of([]int32{1}, 2)} {
		if err := WriteNPY(&bytes.Buffer{}, x); err == nil {
			t.Errorf("%+v: no error", x)
		}
	}
}

func TestLimitsCanBeRaisedAndLowered(t *testing.T) {
	var b bytes.Buffer
	if err := WriteNPY(&b, tensor.New(tensor.Float64, 1000)); err != nil {
		t.Fatal(err)
	}
	if _, err := (Limits{MaxBytes: 7999}).NPY(bytes.NewReader(b.Bytes())); err == nil || !strings.Contains(err.Error(), "limit of 7999 bytes") {
		t.Errorf("%v", err)
	}
	if _, err := (Limits{MaxBytes: 8000}).NPY(bytes.NewReader(b.Bytes())); err != nil {
		t.Errorf("%v", err)
	}
}

func FuzzNPY(f *testing.F) {
	for _, name := range []string{"complex.npy", "struct.npy", "u8.npy"} {
		b, err := os.ReadFile("testdata/npy/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	var b bytes.Buffer
	_ = WriteNPY(&b, tensor.New(tensor.Float32, 2, 3))
	f.Add(b.Bytes())
	seed(f, "npy")
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Limits{MaxBytes: 1 << 20}.NPY(bytes.NewReader(b))
		if err == nil && got.Err() != nil {
			t.Fatal(got.Err())
		}
	})
}

func FuzzNPZ(f *testing.F) {
	b, _ := os.ReadFile("testdata/npy/stored.npz")
	f.Add(b)
	seed(f, "npz")
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = Limits{MaxBytes: 1 << 20}.NPZ(bytes.NewReader(b), int64(len(b)))
	})
}

func FuzzIDX(f *testing.F) {
	f.Add([]byte{0, 0, 8, 1, 0, 0, 0, 2, 5, 6})
	seed(f, "idx")
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Limits{MaxBytes: 1 << 20}.IDX(bytes.NewReader(b))
		if err == nil && got.Err() != nil {
			t.Fatal(got.Err())
		}
	})
}

func FuzzImage(f *testing.F) {
	seed(f, "png")
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Limits{MaxPixels: 1 << 16}.Image(bytes.NewReader(b), 0)
		if err == nil && (got.Err() != nil || got.Rank() != 3) {
			t.Fatal(got, got.Err())
		}
	})
}

// seed adds the small hostile files of a kind.
func seed(f *testing.F, kind string) {
	for _, file := range collections.Hostile(f, kind) {
		if b, err := os.ReadFile(file.Path); err == nil && len(b) < 8<<10 {
			f.Add(b)
		}
	}
}

package datasets

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rhyton/rhyton/tensor"
)

func TestIDXTypes(t *testing.T) {
	for _, c := range []struct {
		raw  []byte
		want *tensor.Tensor
	}{
		{[]byte{0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 255}, tensor.Of([]uint8{7, 255}, 1, 2)},
		{[]byte{0, 0, 9, 1, 0, 0, 0, 2, 7, 255}, tensor.Of([]int32{7, -1})},
		{[]byte{0, 0, 11, 1, 0, 0, 0, 1, 1, 2}, tensor.Of([]int32{258})},
		{[]byte{0, 0, 12, 1, 0, 0, 0, 1, 0, 0, 1, 2}, tensor.Of([]int32{258})},
		{[]byte{0, 0, 13, 1, 0, 0, 0, 1, 0x3f, 0xc0, 0, 0}, tensor.Of([]float32{1.5})},
		{[]byte{0, 0, 14, 1, 0, 0, 0, 1, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0}, tensor.Of([]float64{1.5})},
	} {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		_, _ = w.Write(c.raw)
		_ = w.Close()
		for _, b := range [][]byte{c.raw, z.Bytes()} {
			if got, err := (Limits{}).IDX(bytes.NewReader(b)); err != nil || !got.Equal(c.want) {
				t.Errorf("%v: %+v %v", c.raw, got, err)
			}
			if _, err := (Limits{}).IDX(bytes.NewReader(b[:len(b)-1])); err == nil {
				t.Errorf("%v cut off: no error", b)
			}
		}
		if _, err := (Limits{}).IDX(bytes.NewReader(append(c.raw, 0))); err == nil {
			t.Errorf("%v and a byte more: no error", c.raw)
		}
	}
	for _, raw := range [][]byte{nil, {0, 0, 8}, {0, 0, 7, 1, 0, 0, 0, 0}, {0, 0, 8, 9}, {0, 0, 8, 1, 0, 0}} {
		if got, err := (Limits{}).IDX(bytes.NewReader(raw)); err == nil {
			t.Errorf("%v: %v", raw, got)
		}
	}
}

func TestMNISTReadsAFolder(t *testing.T) {
	train, test, err := MNIST("testdata/mnist10k")
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprint(train.Types(), train.Len(), test.Len()); s != "{[{uint8 (28, 28)}] [{int32 ()}] []} 8000 2000" {
		t.Errorf("%s", s)
	}
	w, err := ClassWeights(test.Y[0], 10)
	if err != nil || len(w) != 10 || w[0] < 0.9 || w[0] > 1.1 {
		t.Errorf("%v %v", w, err)
	}
	_, _, err = MNIST(t.TempDir())
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "want the files {train,t10k}-") {
		t.Errorf("%v", err)
	}
	dir := t.TempDir()
	b, _ := os.ReadFile("testdata/mnist10k/train-labels-idx1-ubyte.gz")
	_ = os.WriteFile(filepath.Join(dir, "train-images-idx3-ubyte.gz"), b, 0o600)
	if _, _, err = MNIST(dir); err == nil || !strings.Contains(err.Error(), "rank 1, want 3") {
		t.Errorf("%v", err)
	}
}

func TestCIFARReadsTheBinaryVersion(t *testing.T) {
	dir := t.TempDir()
	record := func(labels ...byte) []byte {
		for p := range 3 {
			labels = append(labels, bytes.Repeat([]byte{byte(10 * p)}, 1024)...)
		}
		return labels
	}
	write := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		write(fmt.Sprintf("data_batch_%d.bin", i+1), append(record(byte(i)), record(9)...))
	}
	if _, _, err := CIFAR10(dir); err == nil || !strings.Contains(err.Error(), "no test_batch.bin") {
		t.Errorf("%v", err)
	}
	write("test_batch.bin", record(3))
	train, test, err := CIFAR10(dir)
	if err != nil || fmt.Sprint(train.Y[0], test.Y[0], train.Types()) != "[0 9 1 9 2 9 3 9 4 9] [3] {[{uint8 (32, 32, 3)}] [{int32 ()}] []}" {
		t.Errorf("%v %v", train, err)
	}
	if got := fmt.Sprint(test.X[0].Reshape(-1, 3).Row(1023)); got != "[ 0 10 20]" {
		t.Errorf("last pixel %s", got)
	}
	write("train.bin", record(19, 99))
	write("test.bin", record(0, 1))
	for labels, want := range map[LabelMode]string{FineLabels: "[99] [1]", CoarseLabels: "[19] [0]"} {
		train, test, err := CIFAR100(dir, labels)
		if err != nil || fmt.Sprint(train.Y[0], test.Y[0]) != want {
			t.Errorf("label mode %v: %v", labels, err)
		}
	}
	if _, _, err := CIFAR100(dir, 2); err == nil || !strings.Contains(err.Error(), "want FineLabels or CoarseLabels") {
		t.Error(err)
	}
	write("test_batch.bin", record(10))
	if _, _, err := CIFAR10(dir); err == nil || !strings.Contains(err.Error(), "label 10 in record 0") {
		t.Errorf("%v", err)
	}
	write("test_batch.bin", record(1)[1:])
	if _, _, err := CIFAR10(dir); err == nil || !strings.Contains(err.Error(), "3072 bytes, want") {
		t.Errorf("%v", err)
	}
}

func TestWordsAsKerasLoadData(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "flat.npz")
	writeNPZ(t, path, map[string]*tensor.Tensor{
		"x_train": tensor.Of([]int64{1, 5, 2, 9, 9, 1}), "x_train_lengths": tensor.Of([]int64{3, 0, 3}), "y_train": tensor.Of([]int64{1, 0, 1}),
		"x_test": tensor.Of([]int64{4}), "x_test_lengths": tensor.Of([]int64{1}), "y_test": tensor.Of([]int64{0}),
	})
	none := -1
	zero := 0
	for _, c := range []struct {
		w    Words
		want string
	}{
		{Words{}, "[[1 4 8 5] [1] [1 12 12 4]] [1 0 1]"},
		{Words{NumWords: 9}, "[[1 4 8 5] [1] [1 2 2 4]] [1 0 1]"},
		{Words{NumWords: 9, SkipTop: 5}, "[[2 2 8 5] [2] [2 2 2 2]] [1 0 1]"},
		{Words{NumWords: 9, OOVChar: &none}, "[[1 4 8 5] [1] [1 4]] [1 0 1]"},
		{Words{MaxLen: 4}, "[[1]] [0]"},
		{Words{StartChar: &none, IndexFrom: &zero}, "[[1 5 2] [] [9 9 1]] [1 0 1]"},
	} {
		train, test, err := c.w.Load(path)
		if err != nil || fmt.Sprint(train.X, train.Y) != c.want || len(test.X) > 1 {
			t.Errorf("%+v: %v %v, want %s", c.w, train, err, c.want)
		}
	}
	writeNPZ(t, path, map[string]*tensor.Tensor{"x_train": tensor.Of([]int64{1}), "x_train_lengths": tensor.Of([]int64{2}), "y_train": tensor.Of([]int64{1})})
	if _, _, err := (Words{}).Load(path); err == nil || !strings.Contains(err.Error(), "text 0 of 2 words, 1 are left") {
		t.Errorf("%v", err)
	}
}

func TestImagesKeepTheirBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	m := image.NewNRGBA(image.Rect(0, 0, 5, 3))
	for i := range m.Pix {
		m.Pix[i] = uint8(r.Uint32())
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	four, err := Limits{}.Image(bytes.NewReader(b.Bytes()), 4)
	if err != nil || !four.Equal(tensor.Of(m.Pix, 3, 5, 4)) {
		t.Errorf("%v %v", four, err)
	}
	three, _ := Limits{}.Image(bytes.NewReader(b.Bytes()), 0)
	for i := range 15 {
		for c := range 3 {
			if v, _ := three.Reshape(15, 3).At(i, c); v != float64(m.Pix[4*i+c]) {
				t.Fatalf("pixel %d: opacity was multiplied in", i)
			}
		}
	}
	if one, err := (Limits{}).Image(bytes.NewReader(b.Bytes()), 1); err != nil || one.Shape().String() != "(3, 5, 1)" {
		t.Errorf("%v %v", one, err)
	}
	if _, err := (Limits{MaxPixels: 14}).Image(bytes.NewReader(b.Bytes()), 0); err == nil || !strings.Contains(err.Error(), "5 x 3 pixels") {
		t.Errorf("%v", err)
	}
	if _, err := (Limits{}).Image(bytes.NewReader(b.Bytes()), 2); err == nil {
		t.Error("2 channels: no error")
	}
}

func folder(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{"notes.txt": {Data: []byte("x")}, "cat/readme.txt": {Data: []byte("x")}, ".hidden/a.png": {Data: []byte("x")}}
	for i, name := range []string{"cat/b.png", "cat/a.png", "ant/deep/c.jpg", "bee/d.PNG"} {
		m := image.NewGray(image.Rect(0, 0, 4, 2))
		for k := range m.Pix {
			m.Pix[k] = uint8(50 * i)
		}
		m.SetGray(0, 0, color.Gray{uint8(50 * i)})
		var b bytes.Buffer
		var err error
		if strings.HasSuffix(name, ".jpg") {
			err = jpeg.Encode(&b, m, nil)
		} else {
			err = png.Encode(&b, m)
		}
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: b.Bytes()}
	}
	return out
}

func TestImageFolderTakesClassesFromFolders(t *testing.T) {
	m, err := ImageFolder{FS: folder(t), Height: 3, Width: 2}.Open()
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprint(m.Classes, m.Files, m.Labels, m.Types()); s != "[ant bee cat] [ant/deep/c.jpg bee/d.PNG cat/a.png cat/b.png] [0 1 2 2] {[{float32 (3, 2, 3)}] [{int32 ()}] []}" {
		t.Errorf("%s", s)
	}
	for b, err := range m.Batches() {
		if err != nil {
			t.Fatal(err)
		}
		if s := fmt.Sprint(b.Y[0]); s != "[0 1 2 2]" || b.X[0].Shape().String() != "(4, 3, 2, 3)" {
			t.Errorf("%s %v", s, b.X[0].Shape())
		}
		for i, want := range []float64{100, 150, 50, 0} {
			if v, _ := b.X[0].At(i, 2, 1, 2); v != want {
				t.Errorf("image %d: %v, want %v", i, v, want)
			}
		}
	}
	train, err := Limits{}.Image(bytes.NewReader(folder(t)["cat/a.png"].Data), 0)
	if err != nil || train.Shape().String() != "(2, 4, 1)" {
		t.Errorf("%v %v", train.Shape(), err)
	}
}

func TestImageFolderMistakes(t *testing.T) {
	bad := folder(t)
	bad["bee/z.png"] = &fstest.MapFile{Data: []byte("no image")}
	m, err := ImageFolder{FS: bad}.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range m.Batches() {
		if err == nil || !strings.Contains(err.Error(), "image bee/z.png: image: unknown format") {
			t.Errorf("%v", err)
		}
	}
	var b Batch
	if m.Gather(&b, []int{5}) == nil || m.Slice(&b, 3, 9) == nil {
		t.Error("images outside: no error")
	}
	for _, d := range []ImageFolder{{}, {FS: fstest.MapFS{}}, {FS: folder(t), Channels: 2}, {FS: folder(t), Height: -1}, {FS: folder(t), Height: 1 << 30, Width: 1 << 30}, {FS: fstest.MapFS{"a/b.txt": {}}}} {
		if _, err := d.Open(); err == nil {
			t.Errorf("%+v: no error", d)
		}
	}
}

package hdf5

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	tree := NewTree()
	want := map[string]*tensor.Tensor{
		"layers/dense/vars/0": tensor.Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3),
		"layers/dense/vars/1": tensor.Of([]float64{1, 2, 3}),
		"optimizer/vars/0":    tensor.Scalar(int64(7)),
		"empty":               tensor.New(tensor.Int32, 0, 3),
	}
	for i := range 700 { // more than fits in one B-tree node of the default size
		want[fmt.Sprintf("many/%d/vars/0", i)] = tensor.Of([]int32{int32(i)})
	}
	for path, a := range want {
		tree.Put(path, a)
	}
	tree.Group("layers/dropout")
	var b bytes.Buffer
	if err := Write(&b, tree); err != nil {
		t.Fatal(err)
	}
	f, err := Open(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for path, a := range want {
		o, err := f.Root().Lookup(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := o.Read(a.Shape())
		if err != nil || !got.Equal(a) {
			t.Fatalf("%s: got %v (%v), want %v", path, got, err, a)
		}
	}
	if !f.Root().Has("layers/dropout") {
		t.Error("the empty group is gone")
	}
}

func TestAFlippedBitIsFound(t *testing.T) {
	tree := NewTree()
	tree.Put("layers/dense/vars/0", tensor.Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3))
	tree.Put("layers/dense/vars/1", tensor.Of([]float32{1, 2, 3}))
	var b bytes.Buffer
	if err := Write(&b, tree); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	for i := range len(data) * 8 {
		data[i/8] ^= 1 << (i % 8)
		if _, err := Open(bytes.NewReader(data), int64(len(data))); err == nil {
			t.Errorf("bit %d of byte %d is flipped, and the file is read", i%8, i/8)
		}
		data[i/8] ^= 1 << (i % 8)
	}
	whole := data[:len(data)-checksumSize]
	if _, err := Open(bytes.NewReader(whole), int64(len(whole))); err != nil {
		t.Errorf("a file without checksum: %v", err)
	}
}

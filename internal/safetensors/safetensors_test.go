package safetensors

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	f := &File{Metadata: map[string]string{"format": "rhyton"}}
	f.Put("b", tensor.Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3))
	f.Put("a", tensor.Of([]int64{7}, 1))
	f.Put("flag", tensor.Of([]bool{true, false}))
	f.Put("scalar", tensor.Scalar(2.5))
	var buf bytes.Buffer
	if err := Write(&buf, f); err != nil {
		t.Fatal(err)
	}
	got, err := Read(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range f.Tensors {
		if got.Tensors[name] == nil || !got.Tensors[name].Equal(want) {
			t.Errorf("%s: got %v; want %v", name, got.Tensors[name], want)
		}
	}
	if got.Metadata["format"] != "rhyton" {
		t.Errorf("metadata %v", got.Metadata)
	}
}

func file(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, data)...)
}

func TestReadRefusesBrokenFiles(t *testing.T) {
	for _, c := range []struct {
		name, want string
		data       []byte
	}{
		{"cut", "want at least 8", []byte{1, 2}},
		{"long header", "header of", file("{", 0)[:8+0]},
		{"twice", "occurs twice", file(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 1)},
		{"twice in an entry", "occurs twice", file(`{"a":{"dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1]}}`, 1)},
		{"twice in the metadata", "occurs twice", file(`{"__metadata__":{"a":"1","a":"2"},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 1)},
		{"other case", "dtype is missing", file(`{"a":{"DTYPE":"U8","shape":[1],"data_offsets":[0,1]}}`, 1)},
		{"three offsets", "has 3 numbers", file(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}`, 1)},
		{"rank", "20000 axes", file(`{"a":{"dtype":"U8","shape":[1`+strings.Repeat(",1", 19999)+`],"data_offsets":[0,1]}}`, 1)},
		{"hole", "ends at 0", file(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 2)},
		{"short data", "beyond the file's end", file(`{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}`, 8)},
		{"wrong size", "takes 16", file(`{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,8]}}`, 8)},
		{"overflow", "too many elements", file(`{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}`, 8)},
		{"type", `type "F8"`, file(`{"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}`, 1)},
		{"tail", "after the last array", file(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 3)},
		{"no object", "does not begin", file(`[]`, 0)},
	} {
		_, err := Read(bytes.NewReader(c.data), int64(len(c.data)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v; want %q", c.name, err, c.want)
		}
	}
}

func TestAFlippedBitIsFound(t *testing.T) {
	f := &File{Metadata: map[string]string{"format": "rhyton"}}
	f.Put("weights/b", tensor.Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3))
	f.Put(`a "crc32c":"00000000"`, tensor.Of([]int64{7}, 1))
	var b bytes.Buffer
	if err := Write(&b, f); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	for i := range len(data) * 8 {
		data[i/8] ^= 1 << (i % 8)
		if _, err := Read(bytes.NewReader(data), int64(len(data))); err == nil {
			t.Errorf("bit %d of byte %d is flipped, and the file is read: %q", i%8, i/8, data)
		}
		data[i/8] ^= 1 << (i % 8)
	}
	if got, err := Read(bytes.NewReader(data), int64(len(data))); err != nil || len(got.Metadata) != 1 {
		t.Errorf("metadata %v, %v; want what was put in alone", got.Metadata, err)
	}
}

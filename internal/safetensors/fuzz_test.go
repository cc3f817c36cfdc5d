package safetensors

import (
	"bytes"
	"os"
	"testing"

	"github.com/rhyton/rhyton/internal/collections"
	"github.com/rhyton/rhyton/tensor"
)

func FuzzRead(f *testing.F) {
	for _, file := range collections.Hostile(f, "safetensors") {
		if b, err := os.ReadFile(file.Path); err == nil && len(b) < 8<<10 {
			f.Add(b)
		}
	}
	sound := &File{Metadata: map[string]string{"format": "rhyton"}}
	sound.Put("w", tensor.Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3))
	var b bytes.Buffer
	if err := Write(&b, sound); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Read(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		held := 0
		for name, x := range got.Tensors {
			if x.Err() != nil {
				t.Fatalf("%q: %v", name, x.Err())
			}
			held += x.Len() * x.DType().Size()
		}
		if held > len(b) {
			t.Fatalf("%d bytes of arrays from a file of %d", held, len(b))
		}
	})
}

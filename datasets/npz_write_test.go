package datasets

import (
	"archive/zip"
	"os"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

func writeNPZ(t testing.TB, path string, arrays map[string]*tensor.Tensor) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for name, a := range arrays {
		w, err := z.Create(name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteNPY(w, a); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestNPZRefusesOddArchives(t *testing.T) {
	write := func(f func(z *zip.Writer) error) string {
		path := t.TempDir() + "/a.npz"
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		z := zip.NewWriter(file)
		if err := f(z); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return path
	}
	member := func(h zip.FileHeader) func(z *zip.Writer) error {
		return func(z *zip.Writer) error {
			w, err := z.CreateHeader(&h)
			if err != nil {
				return err
			}
			return WriteNPY(w, tensor.New(tensor.Float32, 2))
		}
	}
	link := zip.FileHeader{Name: "l.npy"}
	link.SetMode(os.ModeSymlink | 0o777)
	for part, f := range map[string]func(z *zip.Writer) error{
		"leads out":       member(zip.FileHeader{Name: "../a.npy"}),
		"is not an array": member(zip.FileHeader{Name: "a.txt"}),
		`"l.npy" is not`:  member(link),
		"comes twice": func(z *zip.Writer) error {
			if err := member(zip.FileHeader{Name: "a.npy"})(z); err != nil {
				return err
			}
			return member(zip.FileHeader{Name: "a.npy"})(z)
		},
	} {
		if got, err := LoadNPZ(write(f)); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %v %v", part, got, err)
		}
	}
	if got, err := LoadNPZ(write(func(*zip.Writer) error { return nil })); err != nil || len(got) != 0 {
		t.Errorf("empty: %v %v", got, err)
	}
}

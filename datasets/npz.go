package datasets

import (
	"archive/zip"
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/tensor"
)

// LoadNPZ reads the arrays written by NumPy's savez or savez_compressed, by name.
func LoadNPZ(path string) (map[string]*tensor.Tensor, error) {
	return load("npz", path, Limits{}.npzFile)
}

func (l Limits) npzFile(f *os.File) (map[string]*tensor.Tensor, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return l.npz(f, info.Size())
}

// NPZ reads the arrays of an archive of size bytes like [LoadNPZ].
func (l Limits) NPZ(r io.ReaderAt, size int64) (map[string]*tensor.Tensor, error) {
	m, err := l.npz(r, size)
	return whose("npz", m, err)
}

func (l Limits) npz(r io.ReaderAt, size int64) (map[string]*tensor.Tensor, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	if err := l.checkZip(z); err != nil {
		return nil, err
	}
	arrays := make(map[string]*tensor.Tensor, len(z.File))
	for _, f := range z.File {
		member, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("member %q: %w", f.Name, err)
		}
		t, err := l.npy(io.LimitReader(member, int64(f.UncompressedSize64)+1))
		member.Close()
		if err != nil {
			return nil, fmt.Errorf("member %q: %w", f.Name, err)
		}
		arrays[strings.TrimSuffix(f.Name, ".npy")] = t
	}
	return arrays, nil
}

// checkZip rejects what archive/zip accepts: paths that leave the archive or occur twice,
// encryption, links, overlapping members (a zip bomb), and more data than the limits allow.
func (l Limits) checkZip(z *zip.Reader) error {
	const maxMembers = 4096
	if len(z.File) > maxMembers {
		return fmt.Errorf("%d members, want at most %d", len(z.File), maxMembers)
	}
	seen, total := map[string]bool{}, uint64(0)
	type span struct{ from, to int64 }
	spans := make([]span, 0, len(z.File))
	for _, f := range z.File {
		at, err := f.DataOffset()
		switch {
		case err != nil:
			return fmt.Errorf("member %q: %w", f.Name, err)
		case !filepath.IsLocal(f.Name) || strings.Contains(f.Name, `\`):
			return fmt.Errorf("member %q: the name leads out of the archive", f.Name)
		case seen[f.Name]:
			return fmt.Errorf("member %q: comes twice", f.Name)
		case f.Flags&1 != 0:
			return fmt.Errorf("member %q: is encrypted", f.Name)
		case !f.Mode().IsRegular() || !strings.HasSuffix(f.Name, ".npy"):
			return fmt.Errorf("member %q is not an array; want NAME.npy", f.Name)
		case f.UncompressedSize64 > uint64(l.maxBytes()) || total+f.UncompressedSize64 > uint64(l.maxBytes()):
			return fmt.Errorf("member %q: %d bytes unpacked pass the limit of %d for the archive; raise Limits.MaxBytes for a file you trust", f.Name, f.UncompressedSize64, l.maxBytes())
		}
		seen[f.Name] = true
		total += f.UncompressedSize64
		spans = append(spans, span{at, at + int64(f.CompressedSize64)})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return fmt.Errorf("members overlap at byte %d", spans[i].from)
		}
	}
	return nil
}

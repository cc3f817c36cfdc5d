package format

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/strictjson"
)

// Limits of a .keras archive: the number, sizes and compression ratio of its members. Keras stores
// members uncompressed.
const (
	maxMembers    = 4096
	maxConfig     = 16 << 20
	maxInflation  = 100
	maxWeightFile = 64 << 30
	maxAsset      = 256 << 20
)

// An archive is a .keras file: a zip of config.json, metadata.json and model.weights.h5.
type archive struct{ members map[string]*zip.File }

// kerasVersion is the version of Keras whose format is written.
const kerasVersion = "3.15.1"

// readArchive reads a .keras file.
func readArchive(f *File, r io.ReaderAt, size int64) (err error) {
	if f.archive, err = openArchive(r, size); err != nil {
		return err
	}
	if f.archive.members["config.json"] == nil {
		if err := foreignArchive(slices.Sorted(maps.Keys(f.archive.members))); err != nil {
			return err
		}
	}
	if f.Config, err = f.archive.read("config.json", maxConfig); err != nil {
		return err
	}
	if f.HDF5, err = f.archive.weights(); err != nil {
		return err
	}
	var c struct {
		Compile json.RawMessage `json:"compile_config"`
	}
	if err := strictjson.Check(f.Config); err != nil {
		return fmt.Errorf("config.json: %w", err)
	}
	if err := json.Unmarshal(f.Config, &c); err != nil {
		return fmt.Errorf("config.json: %w", err)
	}
	f.Compile = c.Compile
	if f.archive.members["metadata.json"] != nil {
		f.Version, err = f.archive.version()
	}
	return err
}

// version returns the version of Keras in the metadata, "" if it is not recorded.
func (a *archive) version() (string, error) {
	raw, err := a.read("metadata.json", maxConfig)
	if err != nil {
		return "", err
	}
	var meta struct {
		Version string `json:"keras_version"`
	}
	if err := json.Unmarshal(raw, &meta); err != nil {
		return "", fmt.Errorf("metadata.json: %w", err)
	}
	return meta.Version, nil
}

// Asset returns a file of the archive other than its configuration and arrays, such as a
// vocabulary; nil if there is none with that path.
func (f *File) Asset(path string) ([]byte, error) {
	if f.archive == nil || f.archive.members["assets/"+path] == nil {
		return nil, nil
	}
	return f.archive.read("assets/"+path, maxAsset)
}

// openArchive reads the directory of a .keras file.
func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("not a .keras archive: %w", err)
	}
	if len(z.File) > maxMembers {
		return nil, fmt.Errorf("the archive has %d members; at most %d", len(z.File), maxMembers)
	}
	a := &archive{map[string]*zip.File{}}
	for _, m := range z.File {
		switch name := m.Name; {
		case a.members[name] != nil:
			return nil, fmt.Errorf("the archive has two members %q", name)
		case strings.ContainsAny(name, "\\\x00") || !filepath.IsLocal(name):
			return nil, fmt.Errorf("the archive has a member %q, whose name leads out of it", name)
		case m.Flags&1 != 0:
			return nil, fmt.Errorf("member %q is encrypted", name)
		case strings.HasSuffix(name, "/"):
			continue
		case !m.Mode().IsRegular():
			return nil, fmt.Errorf("member %q is not a regular file", name)
		default:
			a.members[name] = m
		}
	}
	return a, nil
}

// read returns a member of at most limit bytes.
func (a *archive) read(name string, limit uint64) ([]byte, error) {
	m := a.members[name]
	switch {
	case m == nil:
		return nil, fmt.Errorf("the archive has no %q", name)
	case m.UncompressedSize64 > limit:
		return nil, fmt.Errorf("%q has %d bytes; at most %d", name, m.UncompressedSize64, limit)
	case m.UncompressedSize64 > 1<<20 && m.UncompressedSize64/maxInflation > m.CompressedSize64:
		return nil, fmt.Errorf("%q inflates from %d to %d bytes; Keras stores it as it is", name, m.CompressedSize64, m.UncompressedSize64)
	}
	r, err := m.Open()
	if err != nil {
		return nil, fmt.Errorf("%q: %w", name, err)
	}
	defer r.Close()
	// Do not trust the declared size: memory grows with the actual content.
	data, err := io.ReadAll(io.LimitReader(r, int64(m.UncompressedSize64)+1))
	if err != nil {
		return nil, fmt.Errorf("%q: %w", name, err)
	}
	if uint64(len(data)) != m.UncompressedSize64 {
		return nil, fmt.Errorf("%q has %d bytes; %d are declared", name, len(data), m.UncompressedSize64)
	}
	return data, nil
}

// weights opens the archive's weights file.
func (a *archive) weights() (*hdf5.File, error) {
	raw, err := a.read("model.weights.h5", maxWeightFile)
	if err != nil {
		return nil, err
	}
	h, err := hdf5.Open(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, fmt.Errorf("model.weights.h5: %w", err)
	}
	return h, nil
}

// writeArchive writes a .keras archive.
func writeArchive(w io.Writer, c *Contents) error {
	var weights bytes.Buffer
	if err := hdf5.Write(&weights, c.Tree); err != nil {
		return err
	}
	meta := fmt.Sprintf(`{"keras_version": %q, "date_saved": %q}`, kerasVersion, time.Now().Format("2006-01-02@15:04:05"))
	z := zip.NewWriter(w)
	for _, f := range []struct {
		name string
		data []byte
	}{{"metadata.json", []byte(meta)}, {"config.json", c.Config}, {"model.weights.h5", weights.Bytes()}} {
		out, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Store})
		if err != nil {
			return err
		}
		if _, err := out.Write(f.data); err != nil {
			return err
		}
	}
	return z.Close()
}

package datasets

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/internal/collections"
)

func TestHostileArchivesStayInTheirFolder(t *testing.T) {
	for _, c := range collections.Hostile(t, "tar") {
		t.Run(c.Name, func(t *testing.T) {
			outer := t.TempDir()
			inner := filepath.Join(outer, "inner")
			if err := os.Mkdir(inner, 0o755); err != nil {
				t.Fatal(err)
			}
			f, err := os.Open(c.Path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			err = Extract(f, inner)
			t.Logf("%s: %v", c.Wrong, err)
			if (err != nil) != (c.Expect == "error") && c.Expect != "error_or_ok" {
				t.Errorf("%s: error %v, want %s", c.Wrong, err, c.Expect)
			}
			files := 0
			_ = filepath.WalkDir(outer, func(name string, e fs.DirEntry, err error) error {
				if info, _ := e.Info(); info.Mode()&(fs.ModeSetuid|fs.ModeSymlink|fs.ModeDevice) != 0 {
					t.Errorf("%s has mode %v", name, info.Mode())
				}
				if !e.IsDir() {
					files++
					if !strings.HasPrefix(name, inner) {
						t.Errorf("%s was written", name)
					}
				}
				return err
			})
			if err != nil && files != 0 || err == nil && files == 0 {
				t.Errorf("%d files after %v", files, err)
			}
		})
	}
}

func TestExtractMakesFoldersAndRefusesTheRest(t *testing.T) {
	pack := func(hs ...tar.Header) *bytes.Reader {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, h := range hs {
			if h.Typeflag == tar.TypeReg {
				h.Size = 3
			}
			if err := w.WriteHeader(&h); err != nil {
				t.Fatal(err)
			}
			if h.Size > 0 {
				_, _ = w.Write([]byte("abc"))
			}
		}
		_ = w.Close()
		return bytes.NewReader(b.Bytes())
	}
	reg := func(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeReg} }
	dir := t.TempDir()
	if err := Extract(pack(tar.Header{Name: "a/", Typeflag: tar.TypeDir}, reg("a/b/c.txt"), reg("./d.txt")), dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a/b/c.txt", "d.txt"} {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(b) != "abc" {
			t.Errorf("%s: %q %v", name, b, err)
		}
	}
	for part, b := range map[string]*bytes.Reader{
		"exists":   pack(reg("x.txt"), reg("x.txt")),
		"neither":  pack(reg("y.txt"), tar.Header{Name: "l", Typeflag: tar.TypeLink, Linkname: "y.txt"}),
		"too deep": pack(reg(strings.Repeat("a/", 40) + "b")),
		"limit":    pack(tar.Header{Name: "big", Typeflag: tar.TypeReg}, reg("z")),
	} {
		empty := t.TempDir()
		err := Limits{MaxBytes: map[bool]int64{true: 4}[part == "limit"]}.Extract(b, empty)
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v, want one with %q", err, part)
		}
		if left, _ := os.ReadDir(empty); len(left) > 0 {
			t.Errorf("%s: left %v", part, left)
		}
	}
	if err := Extract(pack(), filepath.Join(dir, "none")); err == nil {
		t.Error("no folder: no error")
	}
}

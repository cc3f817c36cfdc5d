package datasets

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A classFolder lists the files of classes, one folder per class.
type classFolder struct {
	Classes []string // folder names, sorted
	Files   []string // sorted by class, then name
	Labels  []int32  // of the files
}

// list finds the files with one of the extensions in the class folders and their subfolders.
func (f *classFolder) list(fsys fs.FS, endings ...string) error {
	if fsys == nil {
		return fmt.Errorf("FS is nil; want a file system, such as os.DirFS(dir)")
	}
	entries, err := fs.ReadDir(fsys, ".") // sorted
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		label := int32(len(f.Classes))
		f.Classes = append(f.Classes, e.Name())
		err := fs.WalkDir(fsys, e.Name(), func(name string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() { // links are not followed
				return err
			}
			if slices.Contains(endings, strings.ToLower(path.Ext(name))) {
				f.Files, f.Labels = append(f.Files, name), append(f.Labels, label)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if len(f.Files) == 0 {
		return fmt.Errorf("no files; want CLASS/NAME with one of the endings %s", strings.Join(endings, " "))
	}
	return nil
}

// Len returns the number of files.
func (f *classFolder) Len() int { return len(f.Files) }

// rows returns the numbers lo to hi-1, or an error if they are out of range.
func (f *classFolder) rows(lo, hi int) ([]int, error) {
	if lo < 0 || hi < lo || hi > f.Len() {
		return nil, fmt.Errorf("datasets: files %d to %d of %d", lo, hi, f.Len())
	}
	rows := make([]int, hi-lo)
	for i := range rows {
		rows[i] = lo + i
	}
	return rows, nil
}

// whole reads a file of at most limit bytes.
func whole(fsys fs.FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	if n, err := io.Copy(&b, io.LimitReader(f, limit+1)); err != nil {
		return nil, err
	} else if n > limit {
		return nil, fmt.Errorf("more than the limit of %d bytes; raise Limits.MaxBytes for a file you trust", limit)
	}
	return b.Bytes(), nil
}

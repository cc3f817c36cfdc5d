package datasets

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Extract unpacks a tar archive, gzip-compressed or not, into a folder that exists. Only files
// and folders below it are made, through [os.Root]; the first member that is anything else, such
// as a link, a device or a name that leads out, ends it with an error, as do 10,000 members and
// what passes the limits. What was unpacked before an error is removed.
func Extract(r io.Reader, dir string) error { return Limits{}.Extract(r, dir) }

// Extract unpacks an archive as [Extract] does, within l.MaxBytes and l.MaxFiles.
func (l Limits) Extract(r io.Reader, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("datasets: tar: %w", err)
	}
	defer root.Close()
	made, err := l.extract(r, root)
	if err == nil {
		return nil
	}
	for i := len(made) - 1; i >= 0; i-- {
		_ = root.Remove(made[i]) // the first error is the one to tell
	}
	return fmt.Errorf("datasets: tar: %w", err)
}

// extract returns the files and folders that it made, in that order.
func (l Limits) extract(r io.Reader, root *os.Root) (made []string, err error) {
	if r, err = gunzipped(r); err != nil {
		return nil, err
	}
	archive, left := tar.NewReader(r), l.maxBytes()
	for n := 0; ; n++ {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return made, rest(r, l.maxBytes())
		}
		if err != nil {
			return made, err
		}
		if n == l.maxFiles() {
			return made, fmt.Errorf("more than %d members; raise Limits.MaxFiles for an archive you trust", n)
		}
		if left -= h.Size; left < 0 {
			return made, fmt.Errorf("member %q: passes the limit of %d bytes; raise Limits.MaxBytes for an archive you trust", h.Name, l.maxBytes())
		}
		if err := member(root, h, archive, &made); err != nil {
			return made, fmt.Errorf("member %q: %w", h.Name, err)
		}
	}
}

// rest reads what follows the archive's end, mostly padding, so that gzip compares its checksum.
func rest(r io.Reader, limit int64) error {
	n, err := io.Copy(io.Discard, io.LimitReader(r, limit))
	if err == nil && n == limit {
		return fmt.Errorf("%d bytes after the archive's end", n)
	}
	return err
}

func member(root *os.Root, h *tar.Header, r io.Reader, made *[]string) error {
	const maxDepth = 32
	name := path.Clean(h.Name)
	switch {
	case !filepath.IsLocal(h.Name) || strings.ContainsAny(h.Name, "\\\x00"):
		return errors.New("the name leads out of the folder")
	case strings.Count(name, "/") >= maxDepth:
		return fmt.Errorf("the name is too deep, want under %d folders", maxDepth)
	case h.Typeflag == tar.TypeDir:
		return folders(root, name, made)
	case h.Typeflag != tar.TypeReg:
		return errors.New("neither a file nor a folder")
	}
	if err := folders(root, path.Dir(name), made); err != nil {
		return err
	}
	return file(root, name, r, made)
}

// folders makes a folder and those above it.
func folders(root *os.Root, name string, made *[]string) error {
	if name == "." {
		return nil
	}
	if err := folders(root, path.Dir(name), made); err != nil {
		return err
	}
	err := root.Mkdir(name, 0o755)
	if err == nil {
		*made = append(*made, name)
	} else if info, e := root.Lstat(name); e == nil && info.IsDir() {
		return nil
	}
	return err
}

// file makes a new file; bits such as setuid are not taken over.
func file(root *os.Root, name string, r io.Reader, made *[]string) error {
	f, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	*made = append(*made, name)
	_, err = io.Copy(f, r) // ends at the size in the header
	return errors.Join(err, f.Close())
}

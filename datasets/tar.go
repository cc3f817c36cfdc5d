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

// Extract unpacks a tar archive, gzip-compressed or not, into an existing folder. It reads the
// archive twice and writes nothing before it has checked that all members are files and folders
// below that folder, within the limits: no links, no devices, no paths that leave the folder. If
// a later error occurs, it removes what it has unpacked.
func Extract(r io.ReadSeeker, dir string) error { return Limits{}.Extract(r, dir) }

// Extract unpacks an archive like the function [Extract], within l.MaxBytes and l.MaxFiles.
func (l Limits) Extract(r io.ReadSeeker, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("datasets: tar: %w", err)
	}
	defer root.Close()
	var made []string // in order of creation
	if err = l.members(r, func(h *tar.Header, _ io.Reader) error { return checkMember(h) }); err == nil {
		err = l.members(r, func(h *tar.Header, content io.Reader) error { return unpack(root, h, content, &made) })
	}
	if err == nil {
		return nil
	}
	for i := len(made) - 1; i >= 0; i-- {
		_ = root.Remove(made[i]) // the first error is the one to return
	}
	return fmt.Errorf("datasets: tar: %w", err)
}

// members calls do for each member, starting at the beginning of the archive.
func (l Limits) members(file io.ReadSeeker, do func(h *tar.Header, content io.Reader) error) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r, err := gunzipped(file)
	if err != nil {
		return err
	}
	archive, left := tar.NewReader(r), l.maxBytes()
	for n := 0; ; n++ {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return rest(r, l.maxBytes())
		}
		if err != nil {
			return err
		}
		if n == l.maxFiles() {
			return fmt.Errorf("more than %d members; raise Limits.MaxFiles for an archive you trust", n)
		}
		if left -= h.Size; left < 0 {
			return fmt.Errorf("member %q: passes the limit of %d bytes; raise Limits.MaxBytes for an archive you trust", h.Name, l.maxBytes())
		}
		if err := do(h, archive); err != nil {
			return fmt.Errorf("member %q: %w", h.Name, err)
		}
	}
}

// rest reads what follows the end of the archive, mostly padding, so that gzip verifies its
// checksum.
func rest(r io.Reader, limit int64) error {
	n, err := io.Copy(io.Discard, io.LimitReader(r, limit))
	if err == nil && n == limit {
		return fmt.Errorf("%d bytes after the archive's end", n)
	}
	return err
}

func checkMember(h *tar.Header) error {
	const maxDepth = 32
	switch {
	case !filepath.IsLocal(h.Name) || strings.ContainsAny(h.Name, "\\\x00"):
		return errors.New("the name leads out of the folder")
	case strings.Count(h.Name, "/") > maxDepth:
		return fmt.Errorf("the name is too deep, want at most %d folders", maxDepth)
	case h.Typeflag != tar.TypeReg && h.Typeflag != tar.TypeDir:
		return errors.New("neither a file nor a folder")
	}
	return nil
}

func unpack(root *os.Root, h *tar.Header, r io.Reader, made *[]string) error {
	if err := checkMember(h); err != nil { // the file may have changed since the first pass
		return err
	}
	name := path.Clean(h.Name)
	if h.Typeflag == tar.TypeDir {
		return folders(root, name, made)
	}
	if err := folders(root, path.Dir(name), made); err != nil {
		return err
	}
	return file(root, name, r, made)
}

// folders creates a folder and its parents.
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

// file creates a new file; bits such as setuid are ignored.
func file(root *os.Root, name string, r io.Reader, made *[]string) error {
	f, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	*made = append(*made, name)
	_, err = io.Copy(f, r) // ends at the size in the header
	return errors.Join(err, f.Close())
}

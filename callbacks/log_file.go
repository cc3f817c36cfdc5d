package callbacks

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A logFile is a file that grows while a run goes on. What was in it before is cut off by the
// first write and not before: the run may turn out to be one that is resumed, and goes on in it.
type logFile struct {
	Path string
	Size int64 // bytes that are the run's, or that it appends to

	file *os.File
	cut  bool // the file ends at Size
}

// open opens the file, which is made if it is missing, to be written anew or appended to.
func (f *logFile) open(path string, appends bool) error {
	f.close()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	*f = logFile{Path: path, file: file}
	if appends {
		f.Size, err = file.Seek(0, io.SeekEnd)
	}
	return err
}

// goOn goes on in a file where a backup left it: what a killed process wrote later is cut off.
func (f *logFile) goOn(at logFile) error {
	f.close()
	*f = logFile{Path: at.Path}
	file, err := os.OpenFile(at.Path, os.O_RDWR, 0o666)
	if at.Size == 0 && errors.Is(err, fs.ErrNotExist) {
		return nil // it had not been made
	}
	if err != nil {
		return err
	}
	*f = logFile{Path: at.Path, Size: at.Size, file: file}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.Size() < at.Size {
		return fmt.Errorf("%s has %d bytes; it had %d when the run was backed up", at.Path, info.Size(), at.Size)
	}
	return f.end()
}

// Write appends p.
func (f *logFile) Write(p []byte) (int, error) {
	if err := f.end(); err != nil {
		return 0, err
	}
	n, err := f.file.Write(p)
	f.Size += int64(n)
	return n, err
}

// end makes the file end at Size.
func (f *logFile) end() error {
	if f.cut {
		return nil
	}
	if err := f.file.Truncate(f.Size); err != nil {
		return err
	}
	_, err := f.file.Seek(f.Size, io.SeekStart)
	f.cut = err == nil
	return err
}

// at returns where the file ends, for a backup; what was written is then on the disk.
func (f *logFile) at() (logFile, error) {
	if f.file == nil {
		return logFile{Path: f.Path, Size: f.Size}, nil
	}
	return logFile{Path: f.Path, Size: f.Size}, f.file.Sync()
}

func (f *logFile) close() error {
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}

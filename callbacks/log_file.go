package callbacks

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A logFile is a file that grows during a run. Its previous content is truncated only by the
// first write, because the run may turn out to be a resumed one that continues the file.
type logFile struct {
	Path string
	Size int64 // bytes written by the run, including those it appends to

	file *os.File
	cut  bool // the file has been truncated to Size
}

// open opens the file, creating it if it is missing, for overwriting or appending.
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

// goOn continues a file at the position in a backup and truncates what a killed process wrote
// after that.
func (f *logFile) goOn(at logFile) error {
	f.close()
	*f = logFile{Path: at.Path}
	file, err := os.OpenFile(at.Path, os.O_RDWR, 0o666)
	if at.Size == 0 && errors.Is(err, fs.ErrNotExist) {
		return nil // it had not been created
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

// end truncates the file to Size.
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

// at returns the position in the file, for a backup; everything written is then synced to disk.
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

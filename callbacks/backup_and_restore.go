package callbacks

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/rhyton/rhyton/internal/atomicfile"
	"github.com/rhyton/rhyton/training"
)

// BackupAndRestore lets a run survive the death of its process. During the run, its whole state
// is saved in Dir. When the same program is started again, training resumes from there and ends
// with weights, optimizer state, callbacks and history that are bit-identical to those of an
// uninterrupted run. The process may be killed at any moment. If the context ends, the state is
// saved first; when the run ends successfully, the saved state is removed.
//
// Everything the program does before and besides Fit must be the same each time: seeds, data,
// settings. A program that calls Fit several times needs a separate Dir for each call. The data
// set must depend only on the epoch number; one that is not a [datasets.Seeker] is read again up
// to the interrupted step.
//
// Unlike the Keras callback, it resumes within an epoch, saves the state of the callbacks and the
// history, and keeps two backups: if the newest is damaged, the previous one is used and the
// damage is logged.
type BackupAndRestore struct {
	Dir      string       `keras:"backup_dir"`            // for this run only; created if missing
	SaveFreq int          `keras:"save_freq" default:"0"` // save every SaveFreq steps, counted across epochs; 0: after each epoch
	Keep     bool         // keep the last backup of a completed run: when started again, the program does not train again
	Logger   *slog.Logger // receives warnings about damaged backups; nil: slog.Default()

	steps stepCounter
	sound bool // the newest file was read or written completely
}

// On implements [Callback].
func (b *BackupAndRestore) On(e Event) error {
	switch e.Kind {
	case TrainBegin:
		return b.begin(e)
	case Done:
		if stopped(e.Err) && !b.Keep {
			return errors.Join(remove(b.newest()), remove(b.previous()))
		}
	}
	return nil
}

func (b *BackupAndRestore) newest() string   { return filepath.Join(b.Dir, "latest.safetensors") }
func (b *BackupAndRestore) previous() string { return filepath.Join(b.Dir, "previous.safetensors") }

func (b *BackupAndRestore) begin(e Event) error {
	if b.Dir == "" {
		return errors.New("Dir is empty: want a folder for the backups of this run")
	}
	b.steps, b.sound = stepCounter{}, false
	if err := b.steps.check(e, "SaveFreq", b.SaveFreq); err != nil {
		return err
	}
	return probe(b.newest())
}

// Resume implements [training.Resumer].
func (b *BackupAndRestore) Resume(s training.State) error {
	damaged := false
	for _, path := range []string{b.newest(), b.previous()} {
		err := restore(path, s)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case errors.Is(err, training.ErrDamaged):
			damaged = true
			b.logger().Warn("a backup is damaged; the one before is used", "path", path, "error", err)
		case err != nil:
			return fmt.Errorf("resume from %s: %w", path, err)
		default:
			b.sound = path == b.newest()
			return nil
		}
	}
	if damaged {
		return fmt.Errorf("no intact backup in %s: delete the files there to start over", b.Dir)
	}
	return b.save(s) // from here on, output of other callbacks is covered by a backup
}

func (b *BackupAndRestore) logger() *slog.Logger {
	if b.Logger == nil {
		return slog.Default()
	}
	return b.Logger
}

// restore reads a file written by Backup.
func restore(path string, s training.State) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return s.Restore(f, info.Size())
}

// Backup implements [training.Resumer].
func (b *BackupAndRestore) Backup(e Event, s training.State) error {
	switch e.Kind {
	case BatchEnd:
		if !b.steps.due(e, b.SaveFreq) {
			return nil
		}
	case EpochEnd:
		if b.SaveFreq > 0 {
			return nil
		}
	}
	return b.save(s)
}

func (b *BackupAndRestore) save(s training.State) error {
	if err := b.keepPrevious(); err != nil {
		return err
	}
	if err := atomicfile.Write(b.newest(), s.Save); err != nil {
		return err
	}
	b.sound = true
	return nil
}

// keepPrevious makes the newest backup, if it is intact, the previous one. It uses a hard link
// where the file system supports them, so that a backup exists at any moment.
func (b *BackupAndRestore) keepPrevious() error {
	if !b.sound {
		return nil
	}
	if err := remove(b.previous()); err != nil {
		return err
	}
	if os.Link(b.newest(), b.previous()) == nil {
		return nil
	}
	return os.Rename(b.newest(), b.previous())
}

// remove removes a file; it is not an error if the file is missing.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

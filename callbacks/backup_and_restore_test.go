package callbacks

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/training"
)

// fakeState is a State that consists of one word.
type fakeState struct{ word, restored string }

func (s *fakeState) Save(w io.Writer) error { _, err := io.WriteString(w, s.word); return err }

func (s *fakeState) Restore(r io.ReaderAt, size int64) error {
	b := make([]byte, size)
	if _, err := r.ReadAt(b, 0); err != nil && size > 0 {
		return err
	}
	switch s.restored = string(b); {
	case !strings.HasPrefix(s.restored, "state"):
		return fmt.Errorf("%w: %q", training.ErrDamaged, b)
	case strings.HasSuffix(s.restored, "other"):
		return errors.New("another run's")
	}
	return nil
}

// backedUp returns a callback whose folder contains the backups "state 1" and "state 2".
func backedUp(t *testing.T) *BackupAndRestore {
	t.Helper()
	b := &BackupAndRestore{Dir: filepath.Join(t.TempDir(), "run")}
	s := &fakeState{word: "state 1"}
	err := b.On(Event{Kind: TrainBegin, Run: &Run{}})
	if err == nil {
		err = b.Resume(s)
	}
	s.word = "state 2"
	if err = errors.Join(err, b.Backup(Event{Kind: EpochEnd}, s)); err != nil {
		t.Fatal(err)
	}
	return b
}

func resumed(b *BackupAndRestore) (string, error) {
	s := &fakeState{word: "state anew"}
	if err := b.On(Event{Kind: TrainBegin, Run: &Run{}}); err != nil {
		return "", err
	}
	err := b.Resume(s)
	return s.restored, err
}

func TestBackupAndRestoreUsesTheNewestSoundBackup(t *testing.T) {
	var log bytes.Buffer
	b := backedUp(t)
	b.Logger = slog.New(slog.NewTextHandler(&log, nil))
	if got, err := resumed(b); got != "state 2" || err != nil {
		t.Errorf("restored %q (%v)", got, err)
	}
	if err := os.WriteFile(b.newest(), []byte("sta"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got, err := resumed(b); got != "state 1" || err != nil || !strings.Contains(log.String(), "latest.safetensors is damaged") && !strings.Contains(log.String(), "damaged") {
		t.Errorf("restored %q (%v), logged %q", got, err, log.String())
	}
	// The damaged backup does not replace the previous one.
	if err := b.Backup(Event{Kind: EpochEnd}, &fakeState{word: "state 3"}); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(b.previous()); string(text) != "state 1" {
		t.Errorf("the one before is %q", text)
	}
	os.WriteFile(b.newest(), nil, 0o666)
	os.WriteFile(b.previous(), []byte("x"), 0o666)
	_, err := resumed(b)
	wantError(t, err, "no intact backup", "start over")
	os.WriteFile(b.newest(), []byte("state of other"), 0o666)
	_, err = resumed(b)
	wantError(t, err, "resume from", "another run's")
}

func TestBackupAndRestoreLinksTheOneBefore(t *testing.T) {
	b := backedUp(t)
	before, err := os.Stat(b.newest())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Backup(Event{Kind: EpochEnd}, &fakeState{word: "state 3"}); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(b.previous())
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("the one before is a copy (%v)", err)
	}
	files, _ := os.ReadDir(b.Dir)
	if len(files) != 2 {
		t.Errorf("%d files, want 2", len(files))
	}
}

func TestBackupAndRestoreRemovesWhatIsNoLongerNeeded(t *testing.T) {
	for _, c := range []struct {
		err  error
		keep bool
		left int
	}{{nil, false, 0}, {fmt.Errorf("%w: enough", Stop), false, 0}, {nil, true, 2}, {errors.New("disk full"), false, 2}} {
		b := backedUp(t)
		b.Keep = c.keep
		if err := b.On(Event{Kind: Done, Err: c.err}); err != nil {
			t.Fatal(err)
		}
		if files, _ := os.ReadDir(b.Dir); len(files) != c.left {
			t.Errorf("after %v, Keep %v: %d files, want %d", c.err, c.keep, len(files), c.left)
		}
	}
}

func TestBackupAndRestoreCountsStepsAndNotCalls(t *testing.T) {
	b := backedUp(t)
	b.SaveFreq = 3
	var saved []string
	for epoch := range 2 {
		for _, step := range []int{2, 4, 6, 7} { // StepsPerExecution 2, 7 steps per epoch
			word := fmt.Sprintf("state %d-%d", epoch, step)
			if err := b.Backup(Event{Kind: BatchEnd, Epoch: epoch, Batch: step - 1}, &fakeState{word: word}); err != nil {
				t.Fatal(err)
			}
			if text, _ := os.ReadFile(b.newest()); string(text) == word {
				saved = append(saved, word[6:])
			}
		}
	}
	if got := strings.Join(saved, " "); got != "0-4 0-7 1-4 1-7" {
		t.Errorf("saved at %s", got)
	}
}

func TestBackupAndRestoreRefusesWhatItCannotDo(t *testing.T) {
	wantError(t, newScript().play(&BackupAndRestore{}), "Dir is empty")
	wantError(t, newScript().play(&BackupAndRestore{Dir: t.TempDir(), SaveFreq: -1}), "SaveFreq is -1")
	s := newScript()
	s.run = &Run{Epochs: 2, Batches: 5}
	wantError(t, s.play(&BackupAndRestore{Dir: t.TempDir(), SaveFreq: 11}), "SaveFreq is 11", "10 steps in all")
}

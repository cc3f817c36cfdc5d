//go:build unix

package models_test

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/rhyton/rhyton/models"
)

// TestAFIFOIsRefusedAtOnce: to open it for reading would wait for a writer.
func TestAFIFOIsRefusedAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo.keras")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := models.Load(path)
		done <- err
	}()
	select {
	case err := <-done:
		if !says(err, "not a regular file") {
			t.Errorf("%v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it waits")
	}
}

package panicerr_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/internal/panicerr"
)

func culprit(v any) error { panic(v) }

func TestAPanicBecomesAnErrorThatSaysWhere(t *testing.T) {
	err := panicerr.Catch("the callback main.Mine", func() error { return culprit("boom") })
	first, stack, _ := strings.Cut(err.Error(), "\n")
	if first != "the callback main.Mine panicked: boom" {
		t.Errorf("it says %q", first)
	}
	if !strings.HasPrefix(stack, "github.com/rhyton/rhyton/internal/panicerr_test.culprit(") || !strings.Contains(stack, "panicerr_test.go:") {
		t.Errorf("the stack is\n%s", stack)
	}
	if err := panicerr.Catch("", func() error { return culprit("boom") }); !strings.HasPrefix(err.Error(), "panicked: boom\n") {
		t.Errorf("without a name it says %q", err)
	}
	if err := panicerr.Catch("it", func() error { return culprit(io.ErrUnexpectedEOF) }); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%v does not wrap the error", err)
	}
	nilMap := map[string]int(nil)
	if err := panicerr.Catch("it", func() error { nilMap["a"] = 1; return nil }); !strings.Contains(err.Error(), "it panicked: assignment to entry in nil map\n") {
		t.Error(err)
	}
}

func TestWithoutAPanicNothingChanges(t *testing.T) {
	if err := panicerr.Catch("it", func() error { return nil }); err != nil {
		t.Error(err)
	}
	if err := panicerr.Catch("it", func() error { return io.EOF }); err != io.EOF {
		t.Error(err)
	}
}

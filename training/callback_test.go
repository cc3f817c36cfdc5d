package training

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestEveryCallbackSeesAnEventWhateverOneDecides(t *testing.T) {
	boom := errors.New("boom")
	returns := func(err error, seen *int) Callback { return Func(func(Event) error { *seen++; return err }) }
	rows := []struct {
		name string
		errs []error
		want error
	}{
		{"none", []error{nil, nil}, nil},
		{"a stop", []error{nil, fmt.Errorf("%w: enough", Stop), nil}, Stop},
		{"a failure before a stop", []error{boom, Stop, nil}, boom},
		{"a failure after a stop", []error{Stop, boom}, boom},
	}
	for _, r := range rows {
		seen := 0
		var list Callbacks
		for _, err := range r.errs {
			list = append(list, returns(err, &seen))
		}
		err := list.Tell(Event{Kind: EpochEnd, Epoch: 2})
		if !errors.Is(err, r.want) || (r.want == boom && errors.Is(err, Stop)) || seen != len(r.errs) {
			t.Errorf("%s: %v seen by %d", r.name, err, seen)
		}
		if r.want == boom && !strings.Contains(err.Error(), "callback Func at EpochEnd of epoch 3: boom") {
			t.Errorf("%s: %v does not name the callback", r.name, err)
		}
	}
}

func TestReadPrefersTheEpochsLogs(t *testing.T) {
	running := func() (Logs, error) { return Logs{"loss": 2}, nil }
	if l, err := (Event{Running: running}).Read(); err != nil || l["loss"] != 2 {
		t.Errorf("running: %v, %v", l, err)
	}
	if l, err := (Event{Running: running, Logs: Logs{"loss": 1}}).Read(); err != nil || l["loss"] != 1 {
		t.Errorf("epoch's: %v, %v", l, err)
	}
	if l, err := (Event{}).Read(); err != nil || l != nil {
		t.Errorf("none: %v, %v", l, err)
	}
}

// Training without output must not pay for its callbacks.
func TestTellingOfAStepAllocatesNothing(t *testing.T) {
	list := Callbacks{Func(func(Event) error { return nil }), &History{}}
	e := Event{Kind: BatchEnd, Run: &Run{}}
	if n := testing.AllocsPerRun(100, func() { list.Tell(e) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkTellOfAStep(b *testing.B) {
	list := Callbacks{Func(func(Event) error { return nil }), &History{}}
	e := Event{Kind: BatchEnd, Run: &Run{}}
	for b.Loop() {
		list.Tell(e)
	}
}

func TestNamesComeInReadingOrder(t *testing.T) {
	l := Logs{"val_loss": 1, "accuracy": 1, "learning_rate": 1, "loss": 1, "val_accuracy": 1, "penalty": 1, "data_loss": 1, "auc": 1}
	want := []string{"loss", "data_loss", "penalty", "accuracy", "auc", "val_loss", "val_accuracy", "learning_rate"}
	if got := l.Names(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestNotFiniteNamesTheFirst(t *testing.T) {
	if n := (Logs{"loss": 1, "val_loss": math.Inf(1), "accuracy": math.NaN()}).NotFinite(); n != "accuracy" {
		t.Errorf("%q", n)
	}
	if n := (Logs{"loss": 1}).NotFinite(); n != "" {
		t.Errorf("%q", n)
	}
}

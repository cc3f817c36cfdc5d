package kernel

import (
	"testing"
	"time"
)

// trial does runs of s that take so long when shared and when not, as far as s can see, until
// s has made up its mind.
func trial(p *ThreadPool, s *Sharing, shared, alone time.Duration) {
	for s.rest = 0; s.rest <= 0; {
		start := s.Begin(p)
		if p.Eager() {
			start = start.Add(-shared)
		} else {
			start = start.Add(-alone)
		}
		s.End(p, start)
	}
}

func TestSmallWorkIsSharedWhereThatPays(t *testing.T) {
	p := NewThreadPool(2)
	defer p.Close()
	var s Sharing
	eager := func() bool {
		start := s.Begin(p)
		defer s.End(p, start)
		return p.Eager()
	}
	trial(p, &s, time.Second, 2*time.Second)
	for i := range sharedFor {
		if !eager() {
			t.Fatalf("run %d after a trial that sharing won is not shared", i)
		}
	}
	trial(p, &s, 2*time.Second, time.Second)
	for i := range aloneFor {
		if eager() {
			t.Fatalf("run %d after a trial that sharing lost is shared", i)
		}
	}
	trial(p, &s, time.Second, 2*time.Second)
	start := s.Begin(p)
	p.late = true
	if s.End(p, start); eager() {
		t.Error("small work is shared with a thread that has not come")
	}
}

func TestProgramsWithoutSmallWorkTryNothing(t *testing.T) {
	p := NewThreadPool(2)
	defer p.Close()
	var s Sharing
	s.End(p, s.Begin(p))
	for range 3 * sharedFor {
		if start := s.Begin(p); !start.IsZero() {
			t.Fatal("a run is timed")
		}
	}
}

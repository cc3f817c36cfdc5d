package kernel

import (
	"sync/atomic"
	"testing"
	"time"
)

func TestPoolDoesEveryPartOnce(t *testing.T) {
	for _, threads := range []int{1, 2, 4, 9} {
		p := NewThreadPool(threads)
		var done [100]atomic.Int32
		f := func(part, thread int) {
			if thread < 0 || thread >= threads {
				t.Errorf("thread %d of %d", thread, threads)
			}
			done[part].Add(1)
		}
		for round := range int32(2000) {
			if round%500 == 250 {
				time.Sleep(2 * spinTime) // let the workers fall asleep
			}
			n := int(round) % 101
			for i := range done {
				done[i].Store(0)
			}
			p.Run(n, f)
			for i := range done {
				if got, want := done[i].Load() == 1, i < n; got != want {
					t.Fatalf("%d threads, %d parts: part %d done %d times", threads, n, i, done[i].Load())
				}
			}
		}
		p.Close()
		p.Close()
	}
}

func TestPoolRunAllocatesNothing(t *testing.T) {
	p := NewThreadPool(3)
	defer p.Close()
	f := func(part, thread int) {}
	if n := testing.AllocsPerRun(100, func() { p.Begin(); p.Run(8, f); p.End() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// product1 is a multiplication that the compiler cannot do.
//
//go:noinline
func product1(a, b float32) float32 { return a * b }

func TestDenormalsAreZeroBetweenBeginAndEnd(t *testing.T) {
	if flushDenormals == 0 {
		return // this architecture has no such mode here
	}
	p := NewThreadPool(2)
	defer p.Close()
	var inside, worker float32
	p.Begin()
	inside = product1(0x1p-126, 0.5)
	var seen atomic.Bool
	for !seen.Load() {
		p.Run(64, func(_, thread int) {
			if thread == 1 && !seen.Load() {
				worker = product1(0x1p-126, 0.5)
				seen.Store(true)
			}
			time.Sleep(10 * time.Microsecond)
		})
	}
	p.End()
	if inside != 0 || worker != 0 {
		t.Errorf("denormals within: %g, in a worker: %g", inside, worker)
	}
	if after := product1(0x1p-126, 0.5); after != 0x1p-127 {
		t.Errorf("the mode stayed: %g", after)
	}
}

func BenchmarkPoolRun(b *testing.B) {
	p := NewThreadPool(2)
	defer p.Close()
	f := func(part, thread int) {}
	p.Begin()
	defer p.End()
	for b.Loop() {
		p.Run(2, f)
	}
}

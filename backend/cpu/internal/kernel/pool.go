package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Pool is a team of threads: the caller and its workers. Work is handed over by
// an atomic counter that the workers spin on, which costs about 0.3 µs; a
// worker that saw no work for spinTime sleeps, and waking it costs about 40 µs.
//
// A Pool serves one goroutine at a time, between Begin and End.
type Pool struct {
	mu      sync.Mutex
	threads int
	scratch []*scratch

	job      func(part, thread int)
	ticket   atomic.Uint64 // epoch<<32 | parts not yet claimed
	finished atomic.Int64  // parts done
	workers  []*worker
	closed   atomic.Bool
	mode     floatMode
}

type worker struct {
	asleep atomic.Bool
	wake   chan struct{}
}

// spinTime is how long a worker waits hot. Steps of a small model come every few
// microseconds, so it never sleeps during a Fit of one.
const spinTime = 100 * time.Microsecond

// NewPool returns a pool of the given number of threads; 0 means GOMAXPROCS.
func NewPool(threads int) *Pool {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	p := &Pool{threads: threads}
	for range threads {
		p.scratch = append(p.scratch, newScratch())
	}
	for i := 1; i < threads; i++ {
		w := &worker{wake: make(chan struct{}, 1)}
		p.workers = append(p.workers, w)
		go p.work(w, i)
	}
	return p
}

// Threads returns the number of threads, the caller's included.
func (p *Pool) Threads() int { return p.threads }

// Begin takes the pool for the calling goroutine, which it ties to its thread
// with denormal numbers flushed to zero: one denormal operand makes a product
// 180 times slower. End undoes it.
func (p *Pool) Begin() {
	p.mu.Lock()
	p.mode = EnterFTZ()
}

// End gives the pool back and restores the thread's floating-point mode.
func (p *Pool) End() {
	p.mode.Leave()
	p.mu.Unlock()
}

// Close stops the workers. The pool must be idle.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed.Swap(true) {
		return
	}
	p.wake(len(p.workers))
}

// Run calls f for every part in [0, parts), spread over the threads, and
// returns when all are done. thread tells the calls of one thread apart: it is
// in [0, Threads()). Keep f in a field: a new closure each time allocates.
func (p *Pool) Run(parts int, f func(part, thread int)) {
	if p.threads == 1 || parts <= 1 {
		for i := range parts {
			f(i, 0)
		}
		return
	}
	p.job = f
	p.finished.Store(0)
	p.ticket.Store((p.ticket.Load()>>32+1)<<32 | uint64(parts))
	p.wake(parts - 1)
	p.claim(0)
	for spins := 0; p.finished.Load() != int64(parts); spins++ {
		pause(2)
		if spins > 20000 {
			runtime.Gosched()
		}
	}
}

// wake wakes the sleepers among the first n workers.
func (p *Pool) wake(n int) {
	for _, w := range p.workers[:min(n, len(p.workers))] {
		if w.asleep.Load() && w.asleep.CompareAndSwap(true, false) {
			w.wake <- struct{}{}
		}
	}
}

// claim does parts until none is left. The compare-and-swap of a ticket that
// names its epoch makes a late worker harmless: the job it reads after it got a
// part stays until that part is finished.
func (p *Pool) claim(thread int) {
	for {
		t := p.ticket.Load()
		left := uint32(t)
		if left == 0 {
			return
		}
		if p.ticket.CompareAndSwap(t, t-1) {
			p.job(int(left)-1, thread)
			p.finished.Add(1)
		}
	}
}

// work is a worker's life: wait for parts, do them.
func (p *Pool) work(w *worker, thread int) {
	mode := EnterFTZ()
	defer mode.Leave()
	for p.await(w) {
		p.claim(thread)
	}
}

// await spins and then sleeps until there are parts to claim; it returns false
// when the pool is closed.
func (p *Pool) await(w *worker) bool {
	for {
		start := time.Now()
		for i := 1; ; i++ {
			if uint32(p.ticket.Load()) != 0 {
				return true
			}
			if p.closed.Load() {
				return false
			}
			pause(4)
			if i%64 == 0 && time.Since(start) > spinTime {
				break
			}
		}
		w.asleep.Store(true)
		idle := uint32(p.ticket.Load()) == 0 && !p.closed.Load()
		if idle || !w.asleep.CompareAndSwap(true, false) {
			<-w.wake
		}
	}
}

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

	job     func(part, thread int)
	parts   int64
	next    atomic.Int64 // the next part to claim
	epoch   atomic.Uint64
	pending atomic.Int64 // workers that have not finished the epoch
	active  atomic.Bool  // between Begin and End
	workers []*worker
	closed  atomic.Bool
	mode    floatMode
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
	p.active.Store(true)
}

// End gives the pool back and restores the thread's floating-point mode.
func (p *Pool) End() {
	p.active.Store(false)
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
	p.epoch.Add(1)
	p.wakeAll()
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
	p.job, p.parts = f, int64(parts)
	p.next.Store(0)
	p.pending.Store(int64(len(p.workers)))
	p.epoch.Add(1)
	p.wakeAll()
	p.claim(0)
	for spins := 0; p.pending.Load() != 0; spins++ {
		pause(2)
		if spins > 20000 {
			runtime.Gosched()
		}
	}
}

func (p *Pool) wakeAll() {
	for _, w := range p.workers {
		if w.asleep.Load() && w.asleep.CompareAndSwap(true, false) {
			w.wake <- struct{}{}
		}
	}
}

func (p *Pool) claim(thread int) {
	for {
		i := p.next.Add(1) - 1
		if i >= p.parts {
			return
		}
		p.job(int(i), thread)
	}
}

// work is a worker's life: wait for an epoch, claim parts, report.
func (p *Pool) work(w *worker, thread int) {
	mode := EnterFTZ()
	defer mode.Leave()
	for seen := uint64(0); ; {
		seen = p.await(w, seen)
		if p.closed.Load() {
			return
		}
		p.claim(thread)
		p.pending.Add(-1)
	}
}

// await spins and then sleeps until the epoch moves on from seen.
func (p *Pool) await(w *worker, seen uint64) uint64 {
	for {
		start := time.Now()
		for i := 1; ; i++ {
			if e := p.epoch.Load(); e != seen {
				return e
			}
			pause(4)
			if i%64 == 0 && time.Since(start) > spinTime {
				break
			}
		}
		w.asleep.Store(true)
		if p.epoch.Load() != seen && w.asleep.CompareAndSwap(true, false) {
			continue
		}
		<-w.wake
	}
}

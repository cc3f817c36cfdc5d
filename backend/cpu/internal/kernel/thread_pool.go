package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// ThreadPool is a team of threads: the caller and its workers. Work is handed over by
// an atomic counter that the workers spin on, which costs about 0.4 µs; a
// worker that saw no work for spinTime sleeps, and waking it costs about 40 µs.
//
// The parts of a run are dealt out in order, the first to the caller: operations
// cut up alike find their operands in the caches of their threads. Who is done
// with his parts takes over others'.
//
// A ThreadPool serves one goroutine at a time, between Begin and End.
type ThreadPool struct {
	mu      sync.Mutex
	threads int
	scratch []*scratch
	sums    []float32 // of the chunks of a product

	job      func(part, thread int)
	hands    []hand        // of each thread
	round    atomic.Uint64 // counts the runs
	finished atomic.Int64  // parts done
	workers  []*worker
	closed   atomic.Bool
	mode     floatMode

	eager bool // small work is shared, see Sharing
	asked bool // somebody wanted to know in this run
	late  bool // a thread was waited for in vain in this run
}

// A hand is the parts [lo, hi) that are left of a thread's, lo<<32 | hi, on a cache
// line of its own.
type hand struct {
	left atomic.Uint64
	_    [120]byte
}

type worker struct {
	asleep atomic.Bool
	wake   chan struct{}
}

// spinTime is how long a worker waits hot. Steps of a small model come every few
// microseconds, so it never sleeps during a Fit of one.
const spinTime = 100 * time.Microsecond

// patience is how many times the caller looks whether the others are done, some 0.3 ms,
// before it sleeps in between: then the system has taken a worker's core away, and the
// worker may need the caller's.
const patience = 8000

// NewThreadPool returns a pool of the given number of threads; 0 means GOMAXPROCS.
func NewThreadPool(threads int) *ThreadPool {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	p := &ThreadPool{threads: threads, hands: make([]hand, threads)}
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
func (p *ThreadPool) Threads() int { return p.threads }

// Begin takes the pool for the calling goroutine, which it ties to its thread
// with denormal numbers flushed to zero: one denormal operand makes a product
// 180 times slower. End undoes it.
func (p *ThreadPool) Begin() {
	p.mu.Lock()
	p.mode = EnterFTZ()
}

// End gives the pool back and restores the thread's floating-point mode.
func (p *ThreadPool) End() {
	p.mode.Leave()
	p.mu.Unlock()
}

// Close stops the workers. The pool must be idle.
func (p *ThreadPool) Close() {
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
func (p *ThreadPool) Run(parts int, f func(part, thread int)) {
	if p.threads == 1 || parts <= 1 {
		for i := range parts {
			f(i, 0)
		}
		return
	}
	p.job = f
	p.finished.Store(0)
	for i := range p.hands {
		lo, hi := (parts*i+p.threads-1)/p.threads, (parts*(i+1)+p.threads-1)/p.threads
		p.hands[i].left.Store(uint64(lo)<<32 | uint64(hi))
	}
	p.round.Add(1)
	p.wake(parts - 1)
	p.claim(0)
	for spins := 0; p.finished.Load() != int64(parts); spins++ {
		pause(2)
		if spins > patience {
			p.late = true
			time.Sleep(20 * time.Microsecond)
		}
	}
}

// wake wakes the sleepers among the first n workers.
func (p *ThreadPool) wake(n int) {
	for _, w := range p.workers[:min(n, len(p.workers))] {
		if w.asleep.Load() && w.asleep.CompareAndSwap(true, false) {
			w.wake <- struct{}{}
		}
	}
}

// claim does the thread's parts and then what is left of others'.
func (p *ThreadPool) claim(thread int) {
	for p.hands[thread].first(p, thread) {
	}
	for i := 1; i < p.threads; i++ {
		for p.hands[(thread+i)%p.threads].last(p, thread) {
		}
	}
}

// first does the first part of the hand that is left, if there is one. A late
// thread is harmless: the compare-and-swap gives it a part of the present job, whatever
// it was that it saw before, and that job stays until the part is finished.
func (h *hand) first(p *ThreadPool, thread int) bool {
	for {
		left := h.left.Load()
		lo, hi := left>>32, left&(1<<32-1)
		if lo >= hi {
			return false
		}
		if h.left.CompareAndSwap(left, (lo+1)<<32|hi) {
			p.job(int(lo), thread)
			p.finished.Add(1)
			return true
		}
	}
}

// last is first for the last part.
func (h *hand) last(p *ThreadPool, thread int) bool {
	for {
		left := h.left.Load()
		lo, hi := left>>32, left&(1<<32-1)
		if lo >= hi {
			return false
		}
		if h.left.CompareAndSwap(left, lo<<32|(hi-1)) {
			p.job(int(hi-1), thread)
			p.finished.Add(1)
			return true
		}
	}
}

// work is a worker's life: wait for parts, do them.
func (p *ThreadPool) work(w *worker, thread int) {
	mode := EnterFTZ()
	defer mode.Leave()
	for seen := uint64(0); ; {
		var open bool
		if seen, open = p.await(w, seen); !open {
			return
		}
		p.claim(thread)
	}
}

// await spins and then sleeps until there is another run than the one seen; it
// returns false when the pool is closed.
func (p *ThreadPool) await(w *worker, seen uint64) (round uint64, open bool) {
	for {
		start := time.Now()
		for i := 1; ; i++ {
			if r := p.round.Load(); r != seen {
				return r, true
			}
			if p.closed.Load() {
				return seen, false
			}
			pause(4)
			if i%64 == 0 && time.Since(start) > spinTime {
				break
			}
		}
		w.asleep.Store(true)
		idle := p.round.Load() == seen && !p.closed.Load()
		if idle || !w.asleep.CompareAndSwap(true, false) {
			<-w.wake
		}
	}
}

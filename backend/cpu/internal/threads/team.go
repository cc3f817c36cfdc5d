package threads

import (
	"sync"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
)

// A Team is the pool of threads that all devices of one size share. A caller who finds it busy
// computes alone.
type Team struct {
	Threads int
	users   int
	busy    sync.Mutex
	pool    *kernel.ThreadPool // nil when the last device has left
}

var (
	teamsMu sync.Mutex
	teams   = map[int]*Team{}
)

// Acquire returns the team of that many threads, which [Team.Release] lets go.
func Acquire(threads int) *Team {
	teamsMu.Lock()
	defer teamsMu.Unlock()
	t := teams[threads]
	if t == nil {
		t = &Team{Threads: threads, pool: kernel.NewThreadPool(threads)}
		teams[threads] = t
	}
	t.users++
	return t
}

// With calls f with t's threads, or with the caller's alone, which solo keeps, if they are
// busy or gone.
func (t *Team) With(solo **kernel.ThreadPool, f func(pool *kernel.ThreadPool)) {
	var pool *kernel.ThreadPool
	if t.busy.TryLock() {
		defer t.busy.Unlock()
		pool = t.pool
	}
	if pool == nil {
		if *solo == nil {
			*solo = kernel.NewThreadPool(1)
		}
		pool = *solo
	}
	pool.Begin()
	f(pool)
	pool.End()
}

// Release lets the threads go when no other device uses them.
func (t *Team) Release() {
	teamsMu.Lock()
	defer teamsMu.Unlock()
	if t.users--; t.users > 0 {
		return
	}
	delete(teams, t.Threads)
	t.busy.Lock()
	defer t.busy.Unlock()
	t.pool.Close()
	t.pool = nil
}

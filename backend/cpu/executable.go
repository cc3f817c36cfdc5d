package cpu

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/emit"
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
	"github.com/rhyton/rhyton/backend/cpu/internal/threads"
	"github.com/rhyton/rhyton/graph"
)

// executable is a compiled graph and the programs that run it.
type executable struct {
	g      *graph.Graph
	team   *threads.Team
	matmul kernel.Precision
	large  int

	closed atomic.Bool
	idle   atomic.Pointer[plan.Program] // one that nobody runs, to be had without a lock
	mu     sync.Mutex
	free   []*plan.Program // the others that nobody runs
}

// Run computes the graph c.Steps times: the buffers are bound and the threads taken once for
// all steps.
func (e *executable) Run(ctx context.Context, c backend.Call) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p, err := e.take()
	if err != nil {
		return err
	}
	defer e.put(p)
	if err := p.Bind(e.g, &c); err != nil {
		return err
	}
	return p.Run(ctx, e.team, &c)
}

// Size is the memory of the programs that nobody runs.
func (e *executable) Size() (n int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range e.free {
		n += int64(p.Bytes)
	}
	if p := e.idle.Load(); p != nil {
		n += int64(p.Bytes)
	}
	return n
}

// Close drops the programs.
func (e *executable) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed.Store(true)
	e.idle.Store(nil)
	e.free = nil
	return nil
}

// take returns a program that nobody runs.
func (e *executable) take() (*plan.Program, error) {
	if e.closed.Load() {
		return nil, storage.ErrClosed
	}
	if p := e.idle.Swap(nil); p != nil {
		return p, nil
	}
	e.mu.Lock()
	if n := len(e.free); n > 0 {
		p := e.free[n-1]
		e.free = e.free[:n-1]
		e.mu.Unlock()
		return p, nil
	}
	e.mu.Unlock()
	return emit.Compile(e.g, e.matmul, e.large)
}

func (e *executable) put(p *plan.Program) {
	if e.idle.CompareAndSwap(nil, p) {
		return
	}
	e.mu.Lock()
	if !e.closed.Load() {
		e.free = append(e.free, p)
	}
	e.mu.Unlock()
}

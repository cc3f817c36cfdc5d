// Package cpu is the default device: it compiles a whole graph into a flat plan of
// kernels over one preplanned piece of memory and runs it on the machine's cores, in Go
// and Go assembly alone. Import it for its effect:
//
//	import _ "github.com/rhyton/rhyton/backend/cpu"
//
// The device is called "cpu"; "cpu:2" is the same with two threads. A result is the same,
// bit for bit, for any number of threads. Denormal numbers count as zero. Half floats are
// stored as such and computed with as float32; products of bfloat16 use the machine's
// instructions for them, AVX512-BF16 or AMX, where it has them.
//
// The option matmul says what products of float32 may round their operands to; sums are
// float32 always. "cpu?matmul=bf16x3" takes each operand for two bfloat16 numbers and three of
// the four products of those, an error of some 2⁻¹⁶ of the operands, where that is faster:
// with AMX; elsewhere it is float32. "cpu?matmul=bf16" takes one, an error of 2⁻⁹.
// Convolutions and recurrent layers are float32.
package cpu

import (
	"fmt"
	"sync"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

func init() { backend.Register("cpu", open) }

// device is the CPU.
type device struct {
	config
	team  *team
	large int  // elements of a variable whose update comes early
	dense bool // every update touches every row: for tests
}

func open(text string) (backend.Device, error) {
	c, err := parse(text)
	if err != nil {
		return nil, err
	}
	return &device{config: c, team: hire(c.threads), large: earlySize}, nil
}

// Caps says what the device can do.
func (d *device) Caps() backend.Caps {
	return backend.Caps{
		Name:         fmt.Sprintf("cpu (%v, %d threads)", kernel.Active(), d.team.threads),
		Native:       native,
		SharedMemory: true,
	}
}

// Compile plans g.
func (d *device) Compile(g *graph.Graph) (backend.Executable, error) {
	if d.team == nil {
		return nil, errClosed
	}
	g = matched(legal(graph.RemoveBarriers(g)), d.matmul == kernel.Single)
	if !d.dense {
		g = tabled(g)
	}
	e := &executable{g: g, team: d.team, matmul: d.matmul, large: d.large}
	p, err := compile(e.g, e.matmul, e.large)
	if err != nil {
		return nil, err
	}
	e.free = append(e.free, p)
	return e, nil
}

// NewBuffer returns zeroed memory.
func (d *device) NewBuffer(t graph.Type) (backend.Buffer, error) { return newBuffer(t) }

// Close lets the threads go. Executables of the device go on with the caller's thread.
func (d *device) Close() error {
	if d.team != nil {
		d.team.leave()
		d.team = nil
	}
	return nil
}

// A team is the pool of threads that all devices of one size share. Who finds it busy
// computes alone.
type team struct {
	threads int
	users   int
	busy    sync.Mutex
	pool    *kernel.Pool // nil when the last device has left
}

var (
	teamsMu sync.Mutex
	teams   = map[int]*team{}
)

func hire(threads int) *team {
	teamsMu.Lock()
	defer teamsMu.Unlock()
	t := teams[threads]
	if t == nil {
		t = &team{threads: threads, pool: kernel.NewPool(threads)}
		teams[threads] = t
	}
	t.users++
	return t
}

// on calls f with t's threads, or with the caller's alone, which solo keeps, if they are
// busy or gone.
func (t *team) on(solo **kernel.Pool, f func(pool *kernel.Pool)) {
	var pool *kernel.Pool
	if t.busy.TryLock() {
		defer t.busy.Unlock()
		pool = t.pool
	}
	if pool == nil {
		if *solo == nil {
			*solo = kernel.NewPool(1)
		}
		pool = *solo
	}
	pool.Begin()
	f(pool)
	pool.End()
}

func (t *team) leave() {
	teamsMu.Lock()
	defer teamsMu.Unlock()
	if t.users--; t.users > 0 {
		return
	}
	delete(teams, t.threads)
	t.busy.Lock()
	defer t.busy.Unlock()
	t.pool.Close()
	t.pool = nil
}

// Package cpu is the default device: it compiles a whole graph into a list of kernel calls
// over one block of planned memory and runs it on the machine's cores, in Go and Go assembly
// alone. README.md beside this file describes how. Import it for its side effect:
//
//	import _ "github.com/rhyton/rhyton/backend/cpu"
//
// The device is called "cpu"; "cpu:2" is the same with two threads. A result is the same,
// bit for bit, for any number of threads. Denormal numbers count as zero. Half floats are
// stored as such and computed with as float32; products of bfloat16 use the machine's
// instructions for them, AVX512-BF16 or AMX, where it has them.
//
// The option matmul says what products of float32 may round their operands to; sums are
// float32 always. "cpu?matmul=bf16x3" splits each operand into two bfloat16 numbers and adds
// three of the four products, an error of some 2⁻¹⁶ of the operands, where that is faster: with
// AMX; elsewhere it is float32. "cpu?matmul=bf16" rounds to one, an error of 2⁻⁹.
// Convolutions and recurrent layers are float32.
package cpu

import (
	"fmt"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/cpu/internal/emit"
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/rewrite"
	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
	"github.com/rhyton/rhyton/backend/cpu/internal/threads"
	"github.com/rhyton/rhyton/graph"
)

func init() { backend.Register("cpu", open) }

// device is the CPU.
type device struct {
	config
	team  *threads.Team
	large int  // elements of a variable whose update comes early
	dense bool // every update touches every row: for tests
}

func open(text string) (backend.Device, error) {
	c, err := parse(text)
	if err != nil {
		return nil, err
	}
	return &device{config: c, team: threads.Acquire(c.threads), large: emit.EarlySize}, nil
}

// Caps says what the device can do.
func (d *device) Caps() backend.Caps {
	return backend.Caps{
		Name:         fmt.Sprintf("cpu (%v, %d threads)", kernel.Active(), d.team.Threads),
		Native:       native.Native,
		SharedMemory: true,
	}
}

// Compile plans g.
func (d *device) Compile(g *graph.Graph) (backend.Executable, error) {
	if d.team == nil {
		return nil, storage.ErrClosed
	}
	return d.compile(g, newDump())
}

func (d *device) compile(g *graph.Graph, to dump) (*executable, error) {
	to.given(g)
	g = rewrite.Apply(g, rewrite.Options{Precision: d.matmul, DenseUpdates: d.dense}, to.pass)
	e := &executable{g: g, team: d.team, matmul: d.matmul, large: d.large}
	p, err := emit.Compile(e.g, e.matmul, e.large)
	if err != nil {
		return nil, err
	}
	to.plan(p)
	e.idle.Store(p)
	return e, nil
}

// NewBuffer returns zeroed memory.
func (d *device) NewBuffer(t graph.Type) (backend.Buffer, error) { return storage.NewBuffer(t) }

// Close releases the threads. Executables of the device continue on the caller's thread.
func (d *device) Close() error {
	if d.team != nil {
		d.team.Release()
		d.team = nil
	}
	return nil
}

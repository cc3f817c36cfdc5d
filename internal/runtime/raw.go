package runtime

import "github.com/rhyton/rhyton/backend"

// With returns a program with the same executable and other values, for tests of concurrent runs.
// It is closed separately, before p.
func (p *Program) With(vs *Values) *Program {
	q := &Program{dev: p.dev, exe: borrowed{p.exe}, inputs: p.inputs, outputs: p.outputs,
		values: vs, writes: p.writes, vars: p.vars}
	q.open()
	return q
}

// borrowed is an executable that belongs to another program.
type borrowed struct{ backend.Executable }

func (borrowed) Close() error { return nil }

// Raw returns the executable and the buffers of the program, for tests of what a device rejects.
func (p *Program) Raw(b *Buffers) (exe backend.Executable, vars, in, out []backend.Buffer, err error) {
	if err := p.lock(); err != nil {
		return nil, nil, nil, nil, err
	}
	defer p.unlock()
	return p.exe, p.bound, b.in, b.out, nil
}

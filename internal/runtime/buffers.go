package runtime

import (
	"errors"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

var errClosed = errors.New("the program is closed")

// Buffers holds the inputs and outputs of one run at a time.
type Buffers struct {
	in, out []backend.Buffer
	Values  []*tensor.Tensor // the outputs on the host, filled by Read

	all []buffer
}

// Read copies output i to the host.
func (b *Buffers) Read(i int) error { return b.out[i].Read(b.Values[i]) }

func (d *Device) newBuffers(inputs, outputs []graph.Type) (*Buffers, error) {
	b := &Buffers{}
	add := func(to *[]backend.Buffer, t graph.Type) error {
		x, err := d.newBuffer(t)
		if err == nil {
			*to, b.all = append(*to, x.Buffer), append(b.all, x)
		}
		return err
	}
	for _, t := range inputs {
		if err := add(&b.in, t); err != nil {
			return nil, errors.Join(err, b.close())
		}
	}
	for _, t := range outputs {
		if err := add(&b.out, t); err != nil {
			return nil, errors.Join(err, b.close())
		}
		b.Values = append(b.Values, tensor.New(t.DType, t.Shape...))
	}
	return b, nil
}

func (b *Buffers) close() (err error) {
	for _, x := range b.all {
		err = errors.Join(err, x.close())
	}
	b.all = nil
	return err
}

// Take takes buffers for a run from the pool; Return returns them.
func (p *Program) Take() (*Buffers, error) {
	if err := p.Use(); err != nil {
		return nil, err
	}
	p.mu.Lock()
	if n := len(p.free); n > 0 {
		b := p.free[n-1]
		p.free = p.free[:n-1]
		p.mu.Unlock()
		return b, nil
	}
	p.mu.Unlock()
	b, err := p.NewBuffers()
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return b, nil
}

// Return returns buffers obtained from Take.
func (p *Program) Return(b *Buffers) error {
	p.mu.Lock()
	p.free = append(p.free, b)
	p.mu.Unlock()
	return p.Close()
}

// NewBuffers returns buffers that live as long as the program.
func (p *Program) NewBuffers() (*Buffers, error) {
	b, err := p.dev.newBuffers(p.inputs, p.outputs)
	if err == nil {
		p.opened.add(b)
	}
	return b, err
}

// Use keeps the program open until one more call of Close.
func (p *Program) Use() error {
	for n := p.opened.users.Load(); n > 0; n = p.opened.users.Load() {
		if p.opened.users.CompareAndSwap(n, n+1) {
			return nil
		}
	}
	return errClosed
}

// Close ends a use of the program; Compile counts as the first. The last Close closes it.
func (p *Program) Close() error {
	if p.opened.users.Add(-1) > 0 {
		return nil
	}
	return p.opened.close()
}

func (o *opened) add(b *Buffers) {
	o.mu.Lock()
	o.buffers = append(o.buffers, b)
	o.mu.Unlock()
	for _, x := range b.all {
		o.share.buffers.Add(1)
		o.share.bytes.Add(x.bytes)
	}
}

// close releases everything, once.
func (o *opened) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil
	}
	o.closed = true
	o.share.forget()
	err := o.exe.Close()
	for _, b := range o.buffers {
		for _, x := range b.all {
			err = errors.Join(err, x.Buffer.Close())
		}
	}
	o.buffers = nil
	return err
}

package cpu

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// softmax emits Softmax, LogSoftmax and SoftmaxGrad.
func (s *scope) softmax(n *graph.Node) []value {
	c := s.c
	in := s.operands(n)
	for i, v := range in {
		in[i] = c.dense(v)
	}
	out := c.temp(n.Type)
	o, x := c.ref(out), c.ref(in[0])
	m, k := rows(n.Type)
	f := kernel.Softmax
	name := "softmax"
	switch n.Op.(type) {
	case fused.LogSoftmax:
		f, name = kernel.LogSoftmax, "log_softmax"
	case fused.SoftmaxGrad:
		dy := c.ref(in[1])
		c.emit("softmax_grad "+n.Type.String(), c.p.overRows(m, k, func(lo, hi int) {
			kernel.SoftmaxGrad(o.f32()[lo*k:hi*k], dy.f32()[lo*k:hi*k], x.f32()[lo*k:hi*k], hi-lo, k)
		}), []value{out}, in)
		return []value{out}
	}
	c.emit(name+" "+n.Type.String(), c.p.overRows(m, k, func(lo, hi int) {
		f(o.f32()[lo*k:hi*k], x.f32()[lo*k:hi*k], hi-lo, k)
	}), []value{out}, in)
	c.mayOverwrite(out, in[0])
	return []value{out}
}

// crossing is a cross-entropy and the softmax minus the one-hot class, its gradient.
type crossing struct{ loss, grad value }

type crossingKey struct{ logits, class *graph.Node }

// crossEntropy emits the loss of each row and, if the graph has a gradient of the same
// operands, that as well: the exponentials are the same.
func (s *scope) crossEntropy(n, logits, class *graph.Node) crossing {
	key := crossingKey{logits, class}
	if r, ok := s.crossings[key]; ok {
		return r
	}
	c := s.c
	x, labels := c.dense(s.value(logits)), c.dense(c.cast(s.value(class), graph.Int64))
	m, k := rows(x.Type)
	r := crossing{loss: c.temp(graph.Type{DType: graph.Float32, Shape: class.Shape})}
	writes := []value{r.loss}
	loss, a, l := c.ref(r.loss), c.ref(x), c.ref(labels)
	var dx *ref
	for _, u := range s.users[logits.ID] {
		if _, ok := u.Op.(fused.SoftmaxCrossEntropyGrad); ok && u.In[1] == class {
			r.grad = c.temp(x.Type)
			dx = c.ref(r.grad)
			writes = append(writes, r.grad)
			break
		}
	}
	classes, sums := c.temp(graph.Type{DType: graph.Int32, Shape: class.Shape}), c.temp(r.loss.Type)
	known, sum := c.ref(classes), c.ref(sums)
	c.emit("cross_entropy "+x.Type.String(), c.p.overRows(m, k, func(lo, hi int) {
		var d []float32
		if dx != nil {
			d = dx.f32()[lo*k : hi*k]
		}
		crossRows(loss.f32()[lo:hi], d, a.f32()[lo*k:hi*k], sum.f32()[lo:hi], data[int64](l)[lo:hi], data[int32](known)[lo:hi], k)
	}), append(writes, classes, sums), []value{x, labels})
	s.crossings[key] = r
	return r
}

// crossRows computes rows of k logits. For a class outside [0, k) loss and gradient are 0.
func crossRows(loss, dx, x, sum []float32, class []int64, known []int32, k int) {
	for i, l := range class {
		if known[i] = int32(l); l < 0 || l >= int64(k) {
			known[i] = 0
		}
	}
	if k <= shortRow && dx != nil {
		crossShort(loss, dx, x, sum, known, k)
	} else {
		kernel.CrossEntropySparse(loss, dx, x, known, len(loss), k)
	}
	for i, l := range class {
		if l < 0 || l >= int64(k) {
			if loss[i] = 0; dx != nil {
				clear(dx[i*k : (i+1)*k])
			}
		}
	}
}

// shortRow is the longest row that takes longer to start a kernel on than to compute in
// plain Go: rows of 2 take 10 ns instead of 33.
const shortRow = 4

// crossShort is the kernel for short rows: exponentials and logarithms of all at once.
func crossShort(loss, dx, x, sum []float32, class []int32, k int) {
	for i, l := range class {
		row, d := x[i*k:(i+1)*k], dx[i*k:(i+1)*k]
		top := row[0]
		for _, v := range row[1:] {
			top = max(top, v)
		}
		for j, v := range row {
			d[j] = v - top
		}
		loss[i] = d[l]
	}
	kernel.Unary(kernel.Exp, dx, dx)
	for i := range sum {
		var s float32
		for _, v := range dx[i*k : (i+1)*k] {
			s += v
		}
		sum[i] = s
	}
	for i, s := range sum {
		for j := i * k; j < (i+1)*k; j++ {
			dx[j] /= s
		}
		dx[i*k+int(class[i])]--
	}
	kernel.Unary(kernel.Log, sum, sum)
	kernel.Binary(kernel.Sub, loss, sum, loss)
}

// crossEntropyGrad multiplies the rows of the softmax minus the one-hot class by dy.
func (s *scope) crossEntropyGrad(n *graph.Node) value {
	c := s.c
	g := s.crossEntropy(n, n.In[0], n.In[1]).grad
	dy := s.value(n.In[2])
	out := c.temp(n.Type)
	m, k := rows(n.Type)
	o, x := c.ref(out), c.ref(g)
	if dy.single() {
		d := c.span(dy)
		c.emit("cross_entropy_grad "+n.Type.String(), c.p.overRows(m, k, func(lo, hi int) {
			kernel.BinaryVS(kernel.Mul, o.f32()[lo*k:hi*k], x.f32()[lo*k:hi*k], d.f32()[0])
		}), []value{out}, []value{g, dy})
	} else {
		dy = c.dense(dy)
		d := c.ref(dy)
		c.emit("cross_entropy_grad "+n.Type.String(), c.p.overRows(m, k, func(lo, hi int) {
			for i, v := range d.f32()[lo:hi] {
				at := (lo + i) * k
				kernel.BinaryVS(kernel.Mul, o.f32()[at:at+k], x.f32()[at:at+k], v)
			}
		}), []value{out}, []value{g, dy})
	}
	c.mayOverwrite(out, g)
	return out
}

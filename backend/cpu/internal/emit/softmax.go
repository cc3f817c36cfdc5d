package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

func (s *scope) softmax(_ fused.Softmax, n *graph.Node) []plan.Value {
	return s.softmaxBy(kernel.Softmax, "softmax", n)
}

func (s *scope) logSoftmax(_ fused.LogSoftmax, n *graph.Node) []plan.Value {
	return s.softmaxBy(kernel.LogSoftmax, "log_softmax", n)
}

// softmaxBy emits a kernel that goes over the rows of n's operand.
func (s *scope) softmaxBy(f func(y, x []float32, m, n int), name string, n *graph.Node) []plan.Value {
	c := s.c
	in := c.dense(s.value(n.In[0]))
	out := c.Temp(n.Type)
	y, x := c.Ref(out), c.Ref(in)
	m, k := rows(n.Type)
	c.Emit(name+" "+n.Type.String(), c.Program.OverRows(m, k, func(lo, hi int) {
		f(y.F32()[lo*k:hi*k], x.F32()[lo*k:hi*k], hi-lo, k)
	}), []plan.Value{out}, []plan.Value{in})
	c.MayOverwrite(out, in)
	return []plan.Value{out}
}

func (s *scope) softmaxGrad(_ fused.SoftmaxGrad, n *graph.Node) []plan.Value {
	c := s.c
	in := s.denseOperands(n)
	out := c.Temp(n.Type)
	dx, y, dy := c.Ref(out), c.Ref(in[0]), c.Ref(in[1])
	m, k := rows(n.Type)
	c.Emit("softmax_grad "+n.Type.String(), c.Program.OverRows(m, k, func(lo, hi int) {
		kernel.SoftmaxGrad(dx.F32()[lo*k:hi*k], dy.F32()[lo*k:hi*k], y.F32()[lo*k:hi*k], hi-lo, k)
	}), []plan.Value{out}, in)
	return []plan.Value{out}
}

// crossEntropyLoss emits the loss of each row.
func (s *scope) crossEntropyLoss(_ fused.SoftmaxCrossEntropy, n *graph.Node) []plan.Value {
	return []plan.Value{s.crossEntropy(n.In[0], n.In[1]).loss}
}

// crossEntropy is a cross-entropy and the softmax minus the one-hot class, its gradient.
type crossEntropy struct{ loss, grad plan.Value }

type crossEntropyKey struct{ logits, class *graph.Node }

// crossEntropy emits the loss of each row and, if the graph has a gradient of the same
// operands, that as well: the exponentials are the same.
func (s *scope) crossEntropy(logits, class *graph.Node) crossEntropy {
	key := crossEntropyKey{logits, class}
	if r, ok := s.crossings[key]; ok {
		return r
	}
	c := s.c
	x, labels := c.dense(s.value(logits)), c.dense(c.cast(s.value(class), graph.Int64))
	m, k := rows(x.Type)
	r := crossEntropy{loss: c.Temp(graph.Type{DType: graph.Float32, Shape: class.Shape})}
	writes := []plan.Value{r.loss}
	loss, a, l := c.Ref(r.loss), c.Ref(x), c.Ref(labels)
	var dx *plan.Ref
	for _, u := range s.users[logits.ID] {
		if _, ok := u.Op.(fused.SoftmaxCrossEntropyGrad); ok && u.In[1] == class {
			r.grad = c.Temp(x.Type)
			dx = c.Ref(r.grad)
			writes = append(writes, r.grad)
			break
		}
	}
	classes, sums := c.Temp(graph.Type{DType: graph.Int32, Shape: class.Shape}), c.Temp(r.loss.Type)
	known, sum := c.Ref(classes), c.Ref(sums)
	c.Emit("cross_entropy "+x.Type.String(), c.Program.OverRows(m, k, func(lo, hi int) {
		var d []float32
		if dx != nil {
			d = dx.F32()[lo*k : hi*k]
		}
		crossEntropyRows(loss.F32()[lo:hi], d, a.F32()[lo*k:hi*k], sum.F32()[lo:hi], plan.Data[int64](l)[lo:hi], plan.Data[int32](known)[lo:hi], k)
	}), append(writes, classes, sums), []plan.Value{x, labels})
	s.crossings[key] = r
	return r
}

// crossEntropyRows computes rows of k logits. For a class outside [0, k) loss and gradient are 0.
func crossEntropyRows(loss, dx, x, sum []float32, class []int64, known []int32, k int) {
	for i, l := range class {
		if known[i] = int32(l); l < 0 || l >= int64(k) {
			known[i] = 0
		}
	}
	if k <= shortRow && dx != nil {
		crossEntropyShortRows(loss, dx, x, sum, known, k)
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

// crossEntropyShortRows is the kernel for short rows: exponentials and logarithms of all at once.
func crossEntropyShortRows(loss, dx, x, sum []float32, class []int32, k int) {
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
func (s *scope) crossEntropyGrad(_ fused.SoftmaxCrossEntropyGrad, n *graph.Node) []plan.Value {
	c := s.c
	g := s.crossEntropy(n.In[0], n.In[1]).grad
	dy := s.value(n.In[2])
	out := c.Temp(n.Type)
	m, k := rows(n.Type)
	o, x := c.Ref(out), c.Ref(g)
	if dy.Single() {
		d := c.Span(dy)
		c.Emit("cross_entropy_grad "+n.Type.String(), c.Program.OverRows(m, k, func(lo, hi int) {
			kernel.BinaryVS(kernel.Mul, o.F32()[lo*k:hi*k], x.F32()[lo*k:hi*k], d.F32()[0])
		}), []plan.Value{out}, []plan.Value{g, dy})
	} else {
		dy = c.dense(dy)
		d := c.Ref(dy)
		c.Emit("cross_entropy_grad "+n.Type.String(), c.Program.OverRows(m, k, func(lo, hi int) {
			for i, v := range d.F32()[lo:hi] {
				at := (lo + i) * k
				kernel.BinaryVS(kernel.Mul, o.F32()[at:at+k], x.F32()[at:at+k], v)
			}
		}), []plan.Value{out}, []plan.Value{g, dy})
	}
	c.MayOverwrite(out, g)
	return []plan.Value{out}
}

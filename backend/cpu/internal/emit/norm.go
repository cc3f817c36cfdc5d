package emit

import (
	"math"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// normed is a layer normalization with what its gradient needs.
type normed struct{ y, mean, rstd plan.Value }

type normKey struct {
	x       *graph.Node
	epsilon float64
}

func (s *scope) layerNorm(op fused.LayerNorm, n *graph.Node) []plan.Value {
	return []plan.Value{s.normed(op.Epsilon, n.In[0], n.In[1], n.In[2]).y}
}

// normed emits a normalization of xn's rows.
func (s *scope) normed(epsilon float64, xn, gamma, beta *graph.Node) normed {
	c := s.c
	x, g, b := c.dense(s.value(xn)), c.dense(s.value(gamma)), c.dense(s.value(beta))
	m, k := rows(x.Type)
	r := normed{c.Temp(x.Type), c.Temp(native.Vector(m)), c.Temp(native.Vector(m))}
	y, mean, rstd, a, gr, br := c.Ref(r.y), c.Ref(r.mean), c.Ref(r.rstd), c.Ref(x), c.Ref(g), c.Ref(b)
	eps := float32(epsilon)
	c.Emit("layer_norm "+x.Type.String(), c.Program.OverRows(m, k, func(lo, hi int) {
		kernel.LayerNorm(y.F32()[lo*k:hi*k], mean.F32()[lo:hi], rstd.F32()[lo:hi], a.F32()[lo*k:hi*k], gr.F32(), br.F32(), eps, hi-lo, k)
	}), []plan.Value{r.y, r.mean, r.rstd}, []plan.Value{x, g, b})
	s.norms[normKey{xn, epsilon}] = r
	return r
}

// layerNormGrad takes the statistics of the normalization before it, if there was one.
func (s *scope) layerNormGrad(op fused.LayerNormGrad, n *graph.Node) []plan.Value {
	c := s.c
	xn, gamma := n.In[0], n.In[1]
	r, ok := s.norms[normKey{xn, op.Epsilon}]
	if !ok {
		r = s.normed(op.Epsilon, xn, gamma, gamma)
	}
	x, g, dy := c.dense(s.value(xn)), c.dense(s.value(gamma)), c.dense(s.value(n.In[2]))
	m, k := rows(x.Type)
	parts := min(max(1, m*k/(4*plan.RowGrain)), 16)
	out := []plan.Value{c.Temp(x.Type), c.Temp(g.Type), c.Temp(g.Type)}
	part := c.Temp(graph.Type{DType: graph.Float32, Shape: graph.Shape{2, parts, k}})
	dx, dg, db, sums := c.Ref(out[0]), c.Ref(out[1]), c.Ref(out[2]), c.Ref(part)
	a, gr, d, mean, rstd := c.Ref(x), c.Ref(g), c.Ref(dy), c.Ref(r.mean), c.Ref(r.rstd)
	run := c.Program.Spread(parts, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from, to := m*i/parts, m*(i+1)/parts
			p, q := sums.F32()[i*k:(i+1)*k], sums.F32()[(parts+i)*k:(parts+i+1)*k]
			g := kernel.NormGrad{DX: dx.F32()[from*k : to*k], DGamma: p, DBeta: q, DY: d.F32()[from*k : to*k], X: a.F32()[from*k : to*k],
				Mean: mean.F32()[from:to], RStd: rstd.F32()[from:to], Gamma: gr.F32(), M: to - from, N: k}
			g.LayerNorm()
		}
	})
	c.Emit("layer_norm_grad "+x.Type.String(), func() {
		run()
		kernel.SumCols(dg.F32(), sums.F32(), parts, k)
		kernel.SumCols(db.F32(), sums.F32()[parts*k:], parts, k)
	}, append(out, part), []plan.Value{x, g, dy, r.mean, r.rstd})
	return out
}

// rectified returns the relu that is the only reader of result 0 of n, nil if there is
// none. It is removed from its unit, for n computes it as well.
func (s *scope) rectified(n *graph.Node) *graph.Node {
	for _, r := range s.users[n.ID] {
		if r.Op != (graph.Result{}) || s.uses[r.ID] != 1 || len(s.users[r.ID]) != 1 {
			continue
		}
		y := s.users[r.ID][0]
		if _, ok := y.Op.(native.Relu); ok && s.units[y.ID] != nil && len(s.units[y.ID].nodes) == 1 {
			s.units[y.ID] = nil
			return y
		}
	}
	return nil
}

func (s *scope) batchNorm(op fused.BatchNorm, n *graph.Node) []plan.Value {
	c := s.c
	in := s.operands(n)
	positive := s.rectified(n)
	x, g, b := c.dense(in[0]), c.dense(in[1]), c.dense(in[2])
	m, k := rows(x.Type)
	out := []plan.Value{c.Temp(x.Type), c.Temp(g.Type), c.Temp(g.Type)}
	affine := c.Temp(graph.Type{DType: graph.Float32, Shape: graph.Shape{2, k}})
	y, mean, variance, ab, a, gr, br := c.Ref(out[0]), c.Ref(out[1]), c.Ref(out[2]), c.Ref(affine), c.Ref(x), c.Ref(g), c.Ref(b)
	apply := c.Program.OverRows(m, k, func(lo, hi int) {
		out := y.F32()[lo*k : hi*k]
		kernel.ScaleShift(out, a.F32()[lo*k:hi*k], ab.F32()[:k], ab.F32()[k:], hi-lo, k)
		if positive != nil {
			kernel.Unary(kernel.Relu, out, out)
		}
	})
	if positive != nil {
		s.set(positive, out[0])
	}
	p, cols := c.Program, &kernel.Columns{}
	c.Emit("batch_norm "+x.Type.String(), func() {
		cols.Moments(p.Threads, mean.F32(), variance.F32(), a.F32(), m, k)
		scale, shift := ab.F32()[:k], ab.F32()[k:]
		for j, v := range variance.F32() {
			scale[j] = gr.F32()[j] / float32(math.Sqrt(float64(v)+op.Epsilon))
			shift[j] = br.F32()[j] - mean.F32()[j]*scale[j]
		}
		apply()
	}, append(out, affine), []plan.Value{x, g, b})
	return out
}

func (s *scope) batchNormGrad(op fused.BatchNormGrad, n *graph.Node) []plan.Value {
	c := s.c
	in := s.denseOperands(n)
	x, g := in[0], in[1]
	m, k := rows(x.Type)
	out := []plan.Value{c.Temp(x.Type), c.Temp(g.Type), c.Temp(g.Type)}
	rstd := c.Temp(g.Type)
	dx, dg, db, r := c.Ref(out[0]), c.Ref(out[1]), c.Ref(out[2]), c.Ref(rstd)
	a, gr, mean, variance, dy := c.Ref(x), c.Ref(g), c.Ref(in[2]), c.Ref(in[3]), c.Ref(in[4])
	p, cols := c.Program, &kernel.Columns{}
	c.Emit("batch_norm_grad "+x.Type.String(), func() {
		for j, v := range variance.F32() {
			r.F32()[j] = float32(1 / math.Sqrt(float64(v)+op.Epsilon))
		}
		cols.BatchNormGrad(p.Threads, kernel.NormGrad{DX: dx.F32(), DGamma: dg.F32(), DBeta: db.F32(), DY: dy.F32(), X: a.F32(),
			Mean: mean.F32(), RStd: r.F32(), Gamma: gr.F32(), M: m, N: k})
	}, append(out, rstd), in)
	return out
}

package cpu

import (
	"math"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

func vectorType(n int) graph.Type { return graph.Type{DType: graph.Float32, Shape: graph.Shape{n}} }

// normed is a layer normalization with what its gradient needs.
type normed struct{ y, mean, rstd value }

type normKey struct {
	x       *graph.Node
	epsilon float64
}

func (s *scope) layerNorm(n *graph.Node, epsilon float64, xn, gamma, beta *graph.Node) normed {
	c := s.c
	x, g, b := c.dense(s.value(xn)), c.dense(s.value(gamma)), c.dense(s.value(beta))
	m, k := rows(x.Type)
	r := normed{c.temp(x.Type), c.temp(vectorType(m)), c.temp(vectorType(m))}
	y, mean, rstd, a, gr, br := c.ref(r.y), c.ref(r.mean), c.ref(r.rstd), c.ref(x), c.ref(g), c.ref(b)
	eps := float32(epsilon)
	c.emit("layer_norm "+x.Type.String(), c.p.overRows(m, k, func(lo, hi int) {
		kernel.LayerNorm(y.f32()[lo*k:hi*k], mean.f32()[lo:hi], rstd.f32()[lo:hi], a.f32()[lo*k:hi*k], gr.f32(), br.f32(), eps, hi-lo, k)
	}), []value{r.y, r.mean, r.rstd}, []value{x, g, b})
	s.norms[normKey{xn, epsilon}] = r
	return r
}

// layerNormGrad takes the statistics of the normalization before it, if there was one.
func (s *scope) layerNormGrad(op fused.LayerNormGrad, n *graph.Node) []value {
	c := s.c
	xn, gamma := n.In[0], n.In[1]
	r, ok := s.norms[normKey{xn, op.Epsilon}]
	if !ok {
		r = s.layerNorm(n, op.Epsilon, xn, gamma, gamma)
	}
	x, g, dy := c.dense(s.value(xn)), c.dense(s.value(gamma)), c.dense(s.value(n.In[2]))
	m, k := rows(x.Type)
	parts := min(max(1, m*k/(4*rowGrain)), 16)
	out := []value{c.temp(x.Type), c.temp(g.Type), c.temp(g.Type)}
	part := c.temp(graph.Type{DType: graph.Float32, Shape: graph.Shape{2, parts, k}})
	dx, dg, db, sums := c.ref(out[0]), c.ref(out[1]), c.ref(out[2]), c.ref(part)
	a, gr, d, mean, rstd := c.ref(x), c.ref(g), c.ref(dy), c.ref(r.mean), c.ref(r.rstd)
	run := c.p.spread(parts, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from, to := m*i/parts, m*(i+1)/parts
			p, q := sums.f32()[i*k:(i+1)*k], sums.f32()[(parts+i)*k:(parts+i+1)*k]
			kernel.LayerNormGrad(dx.f32()[from*k:to*k], p, q, d.f32()[from*k:to*k], a.f32()[from*k:to*k],
				mean.f32()[from:to], rstd.f32()[from:to], gr.f32(), to-from, k)
		}
	})
	c.emit("layer_norm_grad "+x.Type.String(), func() {
		run()
		kernel.SumCols(dg.f32(), sums.f32(), parts, k)
		kernel.SumCols(db.f32(), sums.f32()[parts*k:], parts, k)
	}, append(out, part), []value{x, g, dy, r.mean, r.rstd})
	return out
}

// rectified returns the relu that is the only reader of result 0 of n, nil if there is
// none. It is left out of its unit: n makes it as well.
func (s *scope) rectified(n *graph.Node) *graph.Node {
	for _, r := range s.users[n.ID] {
		if r.Op != (graph.Result{}) || s.uses[r.ID] != 1 || len(s.users[r.ID]) != 1 {
			continue
		}
		y := s.users[r.ID][0]
		if _, ok := y.Op.(relu); ok && s.units[y.ID] != nil && len(s.units[y.ID].nodes) == 1 {
			s.units[y.ID] = nil
			return y
		}
	}
	return nil
}

func (s *scope) batchNorm(op fused.BatchNorm, n *graph.Node) []value {
	c := s.c
	in := s.operands(n)
	positive := s.rectified(n)
	x, g, b := c.dense(in[0]), c.dense(in[1]), c.dense(in[2])
	m, k := rows(x.Type)
	out := []value{c.temp(x.Type), c.temp(g.Type), c.temp(g.Type)}
	affine := c.temp(graph.Type{DType: graph.Float32, Shape: graph.Shape{2, k}})
	y, mean, variance, ab, a, gr, br := c.ref(out[0]), c.ref(out[1]), c.ref(out[2]), c.ref(affine), c.ref(x), c.ref(g), c.ref(b)
	apply := c.p.overRows(m, k, func(lo, hi int) {
		out := y.f32()[lo*k : hi*k]
		kernel.ScaleShift(out, a.f32()[lo*k:hi*k], ab.f32()[:k], ab.f32()[k:], hi-lo, k)
		if positive != nil {
			kernel.Unary(kernel.Relu, out, out)
		}
	})
	if positive != nil {
		s.set(positive, out[0])
	}
	p, cols := c.p, &kernel.Columns{}
	c.emit("batch_norm "+x.Type.String(), func() {
		cols.Moments(p.pool, mean.f32(), variance.f32(), a.f32(), m, k)
		scale, shift := ab.f32()[:k], ab.f32()[k:]
		for j, v := range variance.f32() {
			scale[j] = gr.f32()[j] / float32(math.Sqrt(float64(v)+op.Epsilon))
			shift[j] = br.f32()[j] - mean.f32()[j]*scale[j]
		}
		apply()
	}, append(out, affine), []value{x, g, b})
	return out
}

func (s *scope) batchNormGrad(op fused.BatchNormGrad, n *graph.Node) []value {
	c := s.c
	in := s.operands(n)
	for i, v := range in {
		in[i] = c.dense(v)
	}
	x, g := in[0], in[1]
	m, k := rows(x.Type)
	out := []value{c.temp(x.Type), c.temp(g.Type), c.temp(g.Type)}
	rstd := c.temp(g.Type)
	dx, dg, db, r := c.ref(out[0]), c.ref(out[1]), c.ref(out[2]), c.ref(rstd)
	a, gr, mean, variance, dy := c.ref(x), c.ref(g), c.ref(in[2]), c.ref(in[3]), c.ref(in[4])
	p, cols := c.p, &kernel.Columns{}
	c.emit("batch_norm_grad "+x.Type.String(), func() {
		for j, v := range variance.f32() {
			r.f32()[j] = float32(1 / math.Sqrt(float64(v)+op.Epsilon))
		}
		cols.BatchNormGrad(p.pool, dx.f32(), dg.f32(), db.f32(), dy.f32(), a.f32(), mean.f32(), r.f32(), gr.f32(), m, k)
	}, append(out, rstd), in)
	return out
}

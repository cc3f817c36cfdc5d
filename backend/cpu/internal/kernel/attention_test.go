package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/rhyton/rhyton/internal/philox"
)

// attentionCase is an attention with its operands and results in one piece each.
type attentionCase struct {
	Attention
	mask, bias, stats, weights bool
}

func (c attentionCase) String() string {
	return fmt.Sprintf("%dx%d/%d heads (%d %d) (%d %d) stats=%v weights=%v mask=%v bias=%v causal=%v strict=%v rate=%v precision=%v",
		c.Batch, c.Heads, c.KeyHeads, c.Queries, c.Keys, c.Dim, c.ValueDim, c.stats, c.weights, c.mask, c.bias, c.Causal, c.Strict, c.Rate, c.Precision)
}

func attentionCases() (cases []attentionCase) {
	add := func(batch, heads, keyHeads, queries, keys, dim, valueDim int, more func(c *attentionCase)) {
		c := attentionCase{Attention: Attention{Batch: batch, Heads: heads, KeyHeads: keyHeads, Queries: queries, Keys: keys, Dim: dim,
			ValueDim: valueDim, Scale: .3, Hidden: -1e9, Stream: 7, Seed: 3}}
		if more != nil {
			more(&c)
		}
		cases = append(cases, c)
	}
	for _, more := range []func(c *attentionCase){nil,
		func(c *attentionCase) { c.stats = true },
		func(c *attentionCase) { c.Causal, c.stats = true, true },
		func(c *attentionCase) { c.mask = true },
		func(c *attentionCase) { c.weights = true },
		func(c *attentionCase) { c.Causal, c.Rate, c.weights = true, .4, true },
		func(c *attentionCase) { c.mask, c.Causal, c.Rate, c.Strict, c.stats = true, true, .3, true, true },
		func(c *attentionCase) { c.bias, c.Causal, c.Rate = true, true, .5 },
		func(c *attentionCase) { c.Rate = .25 },
	} {
		add(1, 1, 1, 1, 1, 1, 1, more)
		add(2, 2, 1, 3, 5, 4, 2, more)
		add(2, 4, 2, 33, 17, 8, 8, more)
		add(1, 2, 2, 64, 64, 32, 32, more)
		add(1, 1, 1, 200, 170, 5, 3, more) // blocks of less than all queries
	}
	return cases
}

// heads are normal numbers, or NaNs to be overwritten.
func heads(r func(n int) []float32, batch, time, heads, dim int) HeadsData {
	return HeadsData{Data: r(batch * time * heads * dim), Batch: time * heads * dim, Time: heads * dim, Head: dim}
}

func (c *attentionCase) fill() {
	r := newRand()
	draw := func(n int) []float32 { return normal(r, n) }
	c.Q, c.DY = heads(draw, c.Batch, c.Queries, c.Heads, c.Dim), heads(draw, c.Batch, c.Queries, c.Heads, c.ValueDim)
	c.K, c.V = heads(draw, c.Batch, c.Keys, c.KeyHeads, c.Dim), heads(draw, c.Batch, c.Keys, c.KeyHeads, c.ValueDim)
	c.Y, c.DQ = heads(poisoned, c.Batch, c.Queries, c.Heads, c.ValueDim), heads(poisoned, c.Batch, c.Queries, c.Heads, c.Dim)
	c.DK, c.DV = heads(poisoned, c.Batch, c.Keys, c.KeyHeads, c.Dim), heads(poisoned, c.Batch, c.Keys, c.KeyHeads, c.ValueDim)
	if c.mask { // shared by the heads; a row sees nothing
		c.Seen = HeadsData{Data: draw(c.Batch * c.Queries * c.Keys), Batch: c.Queries * c.Keys, Time: c.Keys}
		BinaryVS(Gt, c.Seen.Data, c.Seen.Data, 0)
		clear(c.Seen.at(0, 0, c.Queries/2)[:c.Keys])
	}
	if c.bias { // shared by the batch
		c.Bias = HeadsData{Data: draw(c.Heads * c.Queries * c.Keys), Head: c.Queries * c.Keys, Time: c.Keys}
	}
	if c.stats || c.weights {
		c.Stats = poisoned(2 * c.Batch * c.Heads * c.Queries)
	}
	if c.weights {
		c.Weights = poisoned(c.Batch * c.Heads * c.Queries * c.Keys)
	}
}

// sees reports whether a query sees a key.
func (c *attentionCase) sees(b, h, i, j int) bool {
	return (!c.Causal || j <= i) && (c.Seen.Data == nil || c.Seen.at(b, h, i)[j] != 0)
}

// kept is the factor that the dropout gives a weight.
func (c *attentionCase) kept(b, h, i, j int) float64 {
	e := uint64(((b*c.Heads+h)*c.Queries+i)*c.Keys + j)
	switch {
	case c.Rate == 0:
		return 1
	case philox.Uniform(philox.Word(c.Seed, c.Stream, e)) >= c.Rate:
		return 1 / (1 - float64(c.Rate))
	}
	return 0
}

// row is the weights of a query before the dropout.
func (c *attentionCase) weightsOf(b, h, i int) []float64 {
	p, top, sum := make([]float64, c.Keys), math.Inf(-1), 0.
	for j := range p {
		k := h / (c.Heads / c.KeyHeads)
		for d := range c.Dim {
			p[j] += float64(c.Q.at(b, h, i)[d]) * float64(c.K.at(b, k, j)[d])
		}
		if p[j] *= float64(c.Scale); c.bias {
			p[j] += float64(c.Bias.at(b, h, i)[j])
		}
		if !c.sees(b, h, i, j) {
			p[j] = float64(c.Hidden)
		}
		top = max(top, p[j])
	}
	for j := range p {
		p[j] = math.Exp(p[j] - top)
		sum += p[j]
	}
	for j := range p {
		p[j] /= sum
	}
	return p
}

// want computes Y, DQ, DK and DV in float64.
func (c *attentionCase) want() (y, dq, dk, dv []float64) {
	y, dq = make([]float64, len(c.Y.Data)), make([]float64, len(c.DQ.Data))
	dk, dv = make([]float64, len(c.DK.Data)), make([]float64, len(c.DV.Data))
	of := func(x []float64, h HeadsData, b, head, t int) []float64 { return x[b*h.Batch+head*h.Head+t*h.Time:] }
	for b := range c.Batch {
		for h := range c.Heads {
			k := h / (c.Heads / c.KeyHeads)
			for i := range c.Queries {
				p, d, sum := c.weightsOf(b, h, i), make([]float64, c.Keys), 0.
				for j := range p {
					w, kept := p[j], c.kept(b, h, i, j)
					if c.Strict && !c.sees(b, h, i, j) {
						w, kept = 0, 0
					}
					for e := range c.ValueDim {
						v, dy := float64(c.V.at(b, k, j)[e]), float64(c.DY.at(b, h, i)[e])
						of(y, c.Y, b, h, i)[e] += w * c.kept(b, h, i, j) * v
						of(dv, c.DV, b, k, j)[e] += w * c.kept(b, h, i, j) * dy
						d[j] += kept * dy * v
					}
					sum += d[j] * p[j]
				}
				for j := range p {
					ds := p[j] * (d[j] - sum) * float64(c.Scale)
					if !c.sees(b, h, i, j) {
						continue
					}
					for e := range c.Dim {
						of(dq, c.DQ, b, h, i)[e] += ds * float64(c.K.at(b, k, j)[e])
						of(dk, c.DK, b, k, j)[e] += ds * float64(c.Q.at(b, h, i)[e])
					}
				}
			}
		}
	}
	return y, dq, dk, dv
}

// run computes Y and the gradients as two instructions do: each has an Attention of its own.
func (c *attentionCase) run(p *ThreadPool) (all [][]float32) {
	forward, backward := c.Attention, c.Attention
	p.Begin()
	defer p.End()
	forward.DY = HeadsData{}
	for range 2 {
		forward.Run(p)
		backward.RunGrad(p)
	}
	for _, x := range []HeadsData{c.Y, c.DQ, c.DK, c.DV} {
		all = append(all, slices.Clone(x.Data))
	}
	return all
}

func TestAttention(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		one, three := NewThreadPool(1), NewThreadPool(3)
		defer one.Close()
		defer three.Close()
		for _, c := range attentionCases() {
			c.fill()
			got := c.run(one)
			y, dq, dk, dv := c.want()
			for i, want := range [][]float64{y, dq, dk, dv} {
				near(t, fmt.Sprint(c, " ", []string{"y", "dq", "dk", "dv"}[i]), got[i], want, 1e-5)
			}
			for i, x := range c.run(three) {
				if !slices.Equal(x, got[i]) {
					t.Errorf("%v: result %d differs with three threads", c, i)
				}
			}
		}
	})
}

// A causal attention leaves out keys that none of a block sees. What comes out must be what a
// mask gives, which leaves nothing out: of NaN and infinities too, and of rows for which what
// is hidden counts.
func TestCausalAttentionLeavesOutNothingThatCounts(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for name, spoil := range map[string]func(c *attentionCase){
		"value":  func(c *attentionCase) { c.V.Data[len(c.V.Data)-1] = nan },
		"key":    func(c *attentionCase) { c.K.Data[len(c.K.Data)-1] = inf },
		"query":  func(c *attentionCase) { c.Q.Data[0] = inf },
		"dy":     func(c *attentionCase) { c.DY.Data[0] = nan },
		"hidden": func(c *attentionCase) { c.Hidden = -1 },
	} {
		var all [2][][]float32
		for i := range all {
			c := attentionCase{Attention: Attention{Batch: 1, Heads: 1, KeyHeads: 1, Queries: 200, Keys: 200, Dim: 4, ValueDim: 4,
				Scale: .3, Hidden: -1e9, Causal: i == 0}, stats: true, mask: i == 1}
			c.fill()
			for j := range c.Seen.Data {
				c.Seen.Data[j] = float32(truth(j%200 <= j/200))
			}
			spoil(&c)
			p := NewThreadPool(1)
			defer p.Close()
			all[i] = c.run(p)
		}
		for i, want := range all[1] {
			near(t, fmt.Sprint(name, " ", []string{"y", "dq", "dk", "dv"}[i]), all[0][i], widen(want), 1e-5)
		}
	}
}

// BenchmarkAttention counts the products of attention as they are written, causal or not.
func BenchmarkAttention(b *testing.B) {
	p := NewThreadPool(0)
	defer p.Close()
	for _, s := range [][4]int{{32, 4, 64, 32}, {16, 4, 128, 32}, {8, 4, 512, 32}, {8, 8, 128, 64}} {
		for _, causal := range []bool{false, true} {
			c := attentionCase{Attention: Attention{Batch: s[0], Heads: s[1], KeyHeads: s[1], Queries: s[2], Keys: s[2], Dim: s[3], ValueDim: s[3],
				Scale: .3, Hidden: -1e9, Causal: causal}, stats: true}
			c.fill()
			forward, backward := c.Attention, c.Attention
			forward.DY = HeadsData{}
			flops := 4 * float64(s[0]*s[1]*s[2]*s[2]*s[3])
			for _, way := range []struct {
				name  string
				flops float64
				run   func(p *ThreadPool)
			}{{"forward", flops, forward.Run}, {"backward", 2 * flops, backward.RunGrad}} {
				b.Run(fmt.Sprintf("%v causal=%v %s", s, causal, way.name), func(b *testing.B) {
					p.Begin()
					defer p.End()
					for b.Loop() {
						way.run(p)
					}
					b.ReportMetric(way.flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
				})
			}
		}
	}
}

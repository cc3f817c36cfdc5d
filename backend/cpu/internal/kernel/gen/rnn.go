package main

import "strings"

// rnnFamily writes the pointwise parts of LSTM and GRU over rows of units.
func rnnFamily() {
	var table tableWriter
	for _, s := range targets() {
		table.open("RNN", s)
		for _, w := range []struct {
			streams
			wide string
		}{
			{lstmForward, "i f g o"}, {lstmBackward, "di df dg do i f g o"},
			{gruGates, "z r cand xz xr xh hz hr hh"}, {gruStep, "cand z r hh"}, {gruBackward, "dz dr dcand dhh z r cand hh"},
		} {
			table.set(w.name, s.rowStreams(w.streams, strings.Fields(w.wide)))
		}
		table.close()
	}
	writeGo("rnn_table", table.String())
}

var lstmForward = streams{"lstmForward", []string{"i", "f", "g", "o", "prev", "cell", "h"},
	[]string{"i", "f", "g", "o", "prev"}, []string{"i", "f", "g", "o", "cell", "h"}, nil,
	func(c *consts, _ vecs) func(in vecs) vecs {
		s, sigmoid, tanh := c.s, c.gateSigmoid(), c.gateTanh()
		return func(in vecs) vecs {
			i, si := sigmoid(in["i"])
			f, sf := sigmoid(in["f"])
			g, sg := tanh(in["g"])
			o, so := sigmoid(in["o"])
			take(si, sf, sg, so)
			cell := s.mul(f, in["prev"])
			s.fma(cell, i, g)
			h, sh := tanh(cell)
			take(sh)
			return vecs{"i": i, "f": f, "g": g, "o": o, "cell": cell, "h": s.mul(h, o)}
		}
	}}

// gateGrad is d·y·(1−y), outGrad d·(1−y²).
func gateGrad(s isa, d, y, one vec) vec { return s.mul(s.mul(d, y), s.sub(one, y)) }
func outGrad(s isa, d, y, one vec) vec {
	v := s.mov(one)
	s.fnma(v, y, y)
	return s.mul(v, d)
}

var lstmBackward = streams{"lstmBackward", []string{"di", "df", "dg", "do", "dc", "dh", "i", "f", "g", "o", "cell", "prev"},
	[]string{"dc", "dh", "i", "f", "g", "o", "cell", "prev"}, []string{"di", "df", "dg", "do", "dc"}, nil,
	func(c *consts, _ vecs) func(in vecs) vecs {
		s, tanh, one := c.s, c.gateTanh(), c.s.reg(c.f(1))
		return func(in vecs) vecs {
			t, st := tanh(in["cell"])
			take(st)
			dc := s.add(in["dc"], outGrad(s, s.mul(in["dh"], in["o"]), t, one))
			return vecs{
				"di": gateGrad(s, s.mul(dc, in["g"]), in["i"], one),
				"df": gateGrad(s, s.mul(dc, in["prev"]), in["f"], one),
				"dg": outGrad(s, s.mul(dc, in["i"]), in["g"], one),
				"do": gateGrad(s, s.mul(in["dh"], t), in["o"], one),
				"dc": s.mul(dc, in["f"]),
			}
		}
	}}

var gruGates = streams{"gruGates", []string{"z", "r", "cand", "xz", "xr", "xh", "hz", "hr", "hh", "prev", "h"},
	[]string{"xz", "xr", "xh", "hz", "hr", "hh", "prev"}, []string{"z", "r", "cand", "h"}, nil,
	func(c *consts, _ vecs) func(in vecs) vecs {
		s, sigmoid, tanh := c.s, c.gateSigmoid(), c.gateTanh()
		return func(in vecs) vecs {
			z, sz := sigmoid(s.add(in["xz"], in["hz"]))
			r, sr := sigmoid(s.add(in["xr"], in["hr"]))
			take(sz, sr)
			a := s.mov(in["xh"])
			s.fma(a, r, in["hh"])
			cand, sc := tanh(a)
			take(sc)
			h := s.mov(cand)
			s.fma(h, z, s.sub(in["prev"], cand))
			return vecs{"z": z, "r": r, "cand": cand, "h": h}
		}
	}}

// gruStep is gruGates of sums, in place: cand holds xh and becomes the candidate.
var gruStep = streams{"gruStep", []string{"cand", "z", "r", "hh", "prev", "h"},
	[]string{"cand", "z", "r", "hh", "prev"}, []string{"cand", "z", "r", "h"}, nil,
	func(c *consts, _ vecs) func(in vecs) vecs {
		s, sigmoid, tanh := c.s, c.gateSigmoid(), c.gateTanh()
		return func(in vecs) vecs {
			z, sz := sigmoid(in["z"])
			r, sr := sigmoid(in["r"])
			take(sz, sr)
			a := s.mov(in["cand"])
			s.fma(a, r, in["hh"])
			cand, sc := tanh(a)
			take(sc)
			h := s.mov(cand)
			s.fma(h, z, s.sub(in["prev"], cand))
			return vecs{"z": z, "r": r, "cand": cand, "h": h}
		}
	}}

// gruBackward writes the three gates' gradients, which are both dxz and dhz but
// for the candidate's.
var gruBackward = streams{"gruBackward", []string{"dz", "dr", "dcand", "dhh", "dprev", "dh", "z", "r", "cand", "hh", "prev"},
	[]string{"dh", "z", "r", "cand", "hh", "prev"}, []string{"dz", "dr", "dcand", "dhh", "dprev"}, nil,
	func(c *consts, _ vecs) func(in vecs) vecs {
		s, one := c.s, c.s.reg(c.f(1))
		return func(in vecs) vecs {
			d, z, r, cand := in["dh"], in["z"], in["r"], in["cand"]
			dz := gateGrad(s, s.mul(d, s.sub(in["prev"], cand)), z, one)
			dc := outGrad(s, s.mul(d, s.sub(one, z)), cand, one)
			return vecs{"dz": dz, "dcand": dc, "dr": gateGrad(s, s.mul(dc, in["hh"]), r, one),
				"dhh": s.mul(dc, r), "dprev": s.mul(d, z)}
		}
	}}

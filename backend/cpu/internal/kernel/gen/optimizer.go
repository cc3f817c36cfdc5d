package main

// optimizerFamily writes the updates of the optimizers, one pass each.
func optimizerFamily() {
	var table tableWriter
	for _, s := range []isa{avx2, avx512} {
		table.open("Optimizer", s)
		for _, w := range []streams{sgd, momentum, nesterov, adam, rmsprop, adagrad, axpy} {
			table.set(w.name, s.streams(w))
		}
		table.close()
	}
	writeGo("optimizer_table_amd64.go", table.String())
}

var sgd = streams{"sgd", []string{"p", "g"}, []string{"p", "g"}, []string{"p"}, []string{"lr"},
	func(c *consts, k vecs) func(in vecs) vecs {
		return func(in vecs) vecs { c.s.fnma(in["p"], in["g"], k["lr"]); return vecs{"p": in["p"]} }
	}}

// axpy is y += a·x.
var axpy = streams{"axpy", []string{"y", "x"}, []string{"y", "x"}, []string{"y"}, []string{"a"},
	func(c *consts, k vecs) func(in vecs) vecs {
		return func(in vecs) vecs { c.s.fma(in["y"], in["x"], k["a"]); return vecs{"y": in["y"]} }
	}}

// velocity is µ·v − lr·g.
func velocity(s isa, k, in vecs) vec {
	v := s.mul(in["v"], k["mu"])
	s.fnma(v, in["g"], k["lr"])
	return v
}

var momentum = streams{"momentum", []string{"p", "g", "v"}, []string{"p", "g", "v"}, []string{"v", "p"}, []string{"lr", "mu"},
	func(c *consts, k vecs) func(in vecs) vecs {
		return func(in vecs) vecs {
			v := velocity(c.s, k, in)
			return vecs{"v": v, "p": c.s.add(in["p"], v)}
		}
	}}

var nesterov = streams{"nesterov", []string{"p", "g", "v"}, []string{"p", "g", "v"}, []string{"v", "p"}, []string{"lr", "mu"},
	func(c *consts, k vecs) func(in vecs) vecs {
		return func(in vecs) vecs {
			v := velocity(c.s, k, in)
			c.s.fma(in["p"], v, k["mu"])
			c.s.fnma(in["p"], in["g"], k["lr"])
			return vecs{"v": v, "p": in["p"]}
		}
	}}

var adam = streams{"adam", []string{"p", "g", "m", "v"}, []string{"p", "g", "m", "v"}, []string{"m", "v", "p"},
	[]string{"rate", "c1", "c2", "eps", "decay"}, // c = 1 − β
	func(c *consts, k vecs) func(in vecs) vecs {
		s := c.s
		return func(in vecs) vecs {
			p, g, m, v := in["p"], in["g"], in["m"], in["v"]
			s.fma(m, s.sub(g, m), k["c1"])
			s.fma(v, s.sub(s.mul(g, g), v), k["c2"])
			step := s.div(s.mul(m, k["rate"]), s.add(s.sqrt(v), k["eps"]))
			s.fma(step, p, k["decay"])
			return vecs{"m": m, "v": v, "p": s.sub(p, step)}
		}
	}}

var rmsprop = streams{"rmsprop", []string{"p", "g", "v"}, []string{"p", "g", "v"}, []string{"v", "p"},
	[]string{"lr", "rho", "c", "eps"}, // c = 1 − ρ
	func(c *consts, k vecs) func(in vecs) vecs {
		s := c.s
		return func(in vecs) vecs {
			g := in["g"]
			v := s.mul(in["v"], k["rho"])
			s.fma(v, s.mul(g, g), k["c"])
			step := s.div(s.mul(g, k["lr"]), s.sqrt(s.add(v, k["eps"])))
			return vecs{"v": v, "p": s.sub(in["p"], step)}
		}
	}}

var adagrad = streams{"adagrad", []string{"p", "g", "a"}, []string{"p", "g", "a"}, []string{"a", "p"}, []string{"lr", "eps"},
	func(c *consts, k vecs) func(in vecs) vecs {
		s := c.s
		return func(in vecs) vecs {
			g, a := in["g"], in["a"]
			s.fma(a, g, g)
			step := s.div(s.mul(g, k["lr"]), s.sqrt(s.add(a, k["eps"])))
			return vecs{"a": a, "p": s.sub(in["p"], step)}
		}
	}}

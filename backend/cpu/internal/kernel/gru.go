package kernel

// GRUForward finishes one time step with reset_after (Keras' default).
// xz and hz (m, 3u) are x·W + b and hPrev·U + b_r in the order z, r, h:
//
//	z = σ(xz+hz), r = σ(xr+hr), h̃ = tanh(xh + r·hh), h = z·hPrev + (1−z)·h̃
//
// gates (m, 3u) gets z, r, h̃ and may be xz. h has row stride ldh (0: u); hPrev
// is dense and must not be h unless ldh is u.
func GRUForward(h, gates, xz, hz, hPrev []float32, m, u, ldh int) {
	ldh = denseLD(ldh, false, m, u)
	for b := range m {
		g, x, s := gates[b*3*u:(b+1)*3*u], xz[b*3*u:(b+1)*3*u], hz[b*3*u:(b+1)*3*u]
		if k := table.gruGates; k != nil && u > 0 {
			k(&g[0], &g[u], &g[2*u], &x[0], &x[u], &x[2*u], &s[0], &s[u], &s[2*u], &hPrev[b*u:][:u][0], &h[b*ldh:][:u][0], u)
			continue
		}
		Binary(Add, g[:2*u], x[:2*u], s[:2*u])
		Unary(Sigmoid, g[:2*u], g[:2*u])
		Ternary(MulAdd, g[2*u:], g[u:2*u], s[2*u:], x[2*u:])
		Unary(Tanh, g[2*u:], g[2*u:])
		gruMix(h[b*ldh:b*ldh+u], g[:u], g[2*u:], hPrev[b*u:b*u+u])
	}
}

// gruMix sets h = z·hPrev + (1−z)·h̃ = h̃ + z·(hPrev − h̃).
func gruMix(h, z, cand, hPrev []float32) {
	Binary(Sub, h, hPrev, cand)
	Ternary(MulAdd, h, z, h, cand)
}

// GRUBackward goes back through GRUForward: from dh it sets dxz and dhz (m, 3u)
// and dhPrev (m, u), the part that does not go through hz. dhPrev may be dh
// when ldh is u; dxz may be gates.
func GRUBackward(dxz, dhz, dhPrev, dh, gates, hz, hPrev []float32, m, u, ldh int) {
	ldh = denseLD(ldh, false, m, u)
	for b := range m {
		g, s := gates[b*3*u:(b+1)*3*u], hz[b*3*u:(b+1)*3*u]
		dx, ds := dxz[b*3*u:(b+1)*3*u], dhz[b*3*u:(b+1)*3*u]
		if k := table.gruBackward; k != nil && u > 0 {
			k(&dx[0], &dx[u], &dx[2*u], &ds[2*u], &dhPrev[b*u:][:u][0], &dh[b*ldh:][:u][0],
				&g[0], &g[u], &g[2*u], &s[2*u], &hPrev[b*u:][:u][0], u)
			copy(ds[:2*u], dx[:2*u])
			continue
		}
		for j := range u {
			z, r, cand := g[j], g[j+u], g[j+2*u]
			d := dh[b*ldh+j]
			dz := d * (hPrev[b*u+j] - cand) * z * (1 - z)
			dc := d * (1 - z) * (1 - cand*cand)
			dr := dc * s[j+2*u] * r * (1 - r)
			dx[j], dx[j+u], dx[j+2*u] = dz, dr, dc
			ds[j], ds[j+u], ds[j+2*u] = dz, dr, dc*r
			dhPrev[b*u+j] = d * z
		}
	}
}

// GRUResetGates is the first half of a step without reset_after: gates (m, 3u)
// holds the inputs of z and r complete, and of h̃ without the recurrent part. z
// and r are replaced by their values and rh (m, u) = r·hPrev, which the caller
// multiplies by U_h and adds to the last third.
func GRUResetGates(rh, gates, hPrev []float32, m, u int) {
	for b := range m {
		g := gates[b*3*u : b*3*u+2*u]
		Unary(Sigmoid, g, g)
		Binary(Mul, rh[b*u:b*u+u], g[u:], hPrev[b*u:b*u+u])
	}
}

// GRUResetOutput is the second half: the last third of gates becomes its tanh
// h̃ and h = z·hPrev + (1−z)·h̃.
func GRUResetOutput(h, gates, hPrev []float32, m, u, ldh int) {
	ldh = denseLD(ldh, false, m, u)
	for b := range m {
		g := gates[b*3*u : (b+1)*3*u]
		if k := table.gruOutput; k != nil && u > 0 {
			k(&g[2*u], &g[0], &hPrev[b*u:][:u][0], &h[b*ldh:][:u][0], u)
			continue
		}
		Unary(Tanh, g[2*u:], g[2*u:])
		gruMix(h[b*ldh:b*ldh+u], g[:u], g[2*u:], hPrev[b*u:b*u+u])
	}
}

// GRUResetOutputGrad goes back through GRUResetOutput: it sets the z and h̃
// thirds of dz (m, 3u) and dhPrev = dh·z.
func GRUResetOutputGrad(dz, dhPrev, dh, gates, hPrev []float32, m, u, ldh int) {
	ldh = denseLD(ldh, false, m, u)
	for b := range m {
		g, dg := gates[b*3*u:(b+1)*3*u], dz[b*3*u:(b+1)*3*u]
		for j := range u {
			z, cand, d := g[j], g[j+2*u], dh[b*ldh+j]
			dg[j] = d * (hPrev[b*u+j] - cand) * z * (1 - z)
			dg[j+2*u] = d * (1 - z) * (1 - cand*cand)
			dhPrev[b*u+j] = d * z
		}
	}
}

// GRUResetGatesGrad goes back through GRUResetGates: from drh (m, u) it sets the
// r third of dz and adds drh·r to dhPrev.
func GRUResetGatesGrad(dz, dhPrev, drh, gates, hPrev []float32, m, u int) {
	for b := range m {
		for j := range u {
			r, d := gates[b*3*u+u+j], drh[b*u+j]
			dz[b*3*u+u+j] = d * hPrev[b*u+j] * r * (1 - r)
			dhPrev[b*u+j] += d * r
		}
	}
}

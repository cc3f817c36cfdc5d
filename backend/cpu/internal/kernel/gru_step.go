package kernel

// GRUStep finishes one time step as GRUForward does, in place. gates (m, 4u) holds, side by
// side, xh, xz + hz, xr + hr and hh, of which the first three become h̃, z and r. Rows of
// what is u wide lie ld apart.
func GRUStep(h, gates, hPrev []float32, m, u, ld int) {
	if m*u == 0 {
		return
	}
	n := (m-1)*ld + u
	gates, h, hPrev = gates[:m*4*u], h[:n], hPrev[:n]
	if k := table.gruStep; k != nil {
		k(&gates[0], &gates[u], &gates[2*u], &gates[3*u], &hPrev[0], &h[0], u, m, uintptr(16*u), uintptr(4*ld))
		return
	}
	for b := range m {
		g, y := gates[b*4*u:(b+1)*4*u], h[b*ld:b*ld+u]
		cand, z, r, hh := g[:u], g[u:2*u], g[2*u:3*u], g[3*u:]
		Unary(Sigmoid, g[u:3*u], g[u:3*u])
		Ternary(MulAdd, cand, r, hh, cand)
		Unary(Tanh, cand, cand)
		Binary(Sub, y, hPrev[b*ld:b*ld+u], cand)
		Ternary(MulAdd, y, z, y, cand)
	}
}

// GRUStepBack goes back through GRUStep: from dh it sets d (m, 4u), the gradients of what
// gates held, and turns dh into the part of the gradient of hPrev that does not go through
// them. d may be gates.
func GRUStepBack(d, dh, gates, hPrev []float32, m, u, ld int) {
	if m*u == 0 {
		return
	}
	n := (m-1)*ld + u
	d, gates, dh, hPrev = d[:m*4*u], gates[:m*4*u], dh[:n], hPrev[:n]
	if k := table.gruBackward; k != nil {
		k(&d[u], &d[2*u], &d[0], &d[3*u], &dh[0], &dh[0], &gates[u], &gates[2*u], &gates[0], &gates[3*u], &hPrev[0],
			u, m, uintptr(16*u), uintptr(4*ld))
		return
	}
	for b := range m {
		g, to := gates[b*4*u:(b+1)*4*u], d[b*4*u:(b+1)*4*u]
		for j := range u {
			cand, z, r, hh := g[j], g[j+u], g[j+2*u], g[j+3*u]
			at := b*ld + j
			dz := dh[at] * (hPrev[at] - cand) * z * (1 - z)
			dc := dh[at] * (1 - z) * (1 - cand*cand)
			to[j], to[j+u], to[j+2*u], to[j+3*u] = dc, dz, dc*hh*r*(1-r), dc*r
			dh[at] *= z
		}
	}
}

package kernel

// GRUForward finishes one time step with reset_after (Keras' default).
// xz and hz (m, 3u) are x·W + b and hPrev·U + b_r in the order z, r, h:
//
//	z = σ(xz+hz), r = σ(xr+hr), h̃ = tanh(xh + r·hh), h = z·hPrev + (1−z)·h̃
//
// gates (m, 3u) gets z, r, h̃ and may be xz. h and hPrev are (m, u).
func GRUForward(h, gates, xz, hz, hPrev []float32, m, u int) {
	if m*u == 0 {
		return
	}
	gates, xz, hz, h, hPrev = gates[:m*3*u], xz[:m*3*u], hz[:m*3*u], h[:m*u], hPrev[:m*u]
	if k := table.gruGates; k != nil {
		k(&gates[0], &gates[u], &gates[2*u], &xz[0], &xz[u], &xz[2*u], &hz[0], &hz[u], &hz[2*u], &hPrev[0], &h[0],
			u, m, uintptr(12*u), uintptr(4*u))
		return
	}
	for b := range m {
		g, x, s := gates[b*3*u:(b+1)*3*u], xz[b*3*u:(b+1)*3*u], hz[b*3*u:(b+1)*3*u]
		Binary(Add, g[:2*u], x[:2*u], s[:2*u])
		Unary(Sigmoid, g[:2*u], g[:2*u])
		Ternary(MulAdd, g[2*u:], g[u:2*u], s[2*u:], x[2*u:])
		Unary(Tanh, g[2*u:], g[2*u:])
		// z·hPrev + (1−z)·h̃ = h̃ + z·(hPrev − h̃)
		y := h[b*u : (b+1)*u]
		Binary(Sub, y, hPrev[b*u:(b+1)*u], g[2*u:])
		Ternary(MulAdd, y, g[:u], y, g[2*u:])
	}
}

// GRUBackward goes back through GRUForward: from dh it sets dxz and dhz (m, 3u)
// and dhPrev (m, u), the part that does not go through hz. dhPrev may be dh;
// dxz may be gates.
func GRUBackward(dxz, dhz, dhPrev, dh, gates, hz, hPrev []float32, m, u int) {
	if m*u == 0 {
		return
	}
	dxz, dhz, gates, hz = dxz[:m*3*u], dhz[:m*3*u], gates[:m*3*u], hz[:m*3*u]
	dhPrev, dh, hPrev = dhPrev[:m*u], dh[:m*u], hPrev[:m*u]
	if k := table.gruBackward; k != nil {
		k(&dxz[0], &dxz[u], &dxz[2*u], &dhz[2*u], &dhPrev[0], &dh[0], &gates[0], &gates[u], &gates[2*u], &hz[2*u], &hPrev[0],
			u, m, uintptr(12*u), uintptr(4*u))
		for b := range m {
			copy(dhz[b*3*u:b*3*u+2*u], dxz[b*3*u:])
		}
		return
	}
	for b := range m {
		g, s := gates[b*3*u:(b+1)*3*u], hz[b*3*u:(b+1)*3*u]
		dx, ds := dxz[b*3*u:(b+1)*3*u], dhz[b*3*u:(b+1)*3*u]
		for j := range u {
			z, r, cand := g[j], g[j+u], g[j+2*u]
			d := dh[b*u+j]
			dz := d * (hPrev[b*u+j] - cand) * z * (1 - z)
			dc := d * (1 - z) * (1 - cand*cand)
			dr := dc * s[j+2*u] * r * (1 - r)
			dx[j], dx[j+u], dx[j+2*u] = dz, dr, dc
			ds[j], ds[j+u], ds[j+2*u] = dz, dr, dc*r
			dhPrev[b*u+j] = d * z
		}
	}
}

package kernel

// LSTMForward finishes one time step. gates (m, 4u) holds the four gates'
// inputs side by side in Keras' order i, f, c̃, o, bias included, and is
// overwritten by their values σ, σ, tanh, σ:
//
//	c = f·cPrev + i·c̃, h = o·tanh(c)
//
// c and cPrev are (m, u) and may be the same; h has row stride ldh (0: u) so
// that it can be a slice of a sequence.
func LSTMForward(h, c, gates, cPrev []float32, m, u, ldh int) {
	ldh = denseLD(ldh, false, m, u)
	for r := range m {
		z := gates[r*4*u : (r+1)*4*u]
		i, f, g, o := z[:u], z[u:2*u], z[2*u:3*u], z[3*u:]
		if k := table.lstmForward; k != nil && u > 0 {
			k(&i[0], &f[0], &g[0], &o[0], &cPrev[r*u:][:u][0], &c[r*u:][:u][0], &h[r*ldh:][:u][0], u)
			continue
		}
		Unary(Sigmoid, z[:2*u], z[:2*u])
		Unary(Tanh, g, g)
		Unary(Sigmoid, o, o)
		hr, cr := h[r*ldh:r*ldh+u], c[r*u:r*u+u]
		Binary(Mul, cr, f, cPrev[r*u:r*u+u])
		Ternary(MulAdd, cr, i, g, cr)
		Unary(Tanh, hr, cr)
		Binary(Mul, hr, hr, o)
	}
}

// LSTMBackward goes back through one step. gates are LSTMForward's values; dh
// (m, u, row stride ldh) and dc (m, u) the gradients of its outputs. It sets dz
// (m, 4u), the gradient of the gates' inputs, and turns dc into the gradient of
// cPrev. dz may be gates. h is not needed: tanh(c) is computed anew.
func LSTMBackward(dz, dc, dh, gates, c, cPrev []float32, m, u, ldh int) {
	ldh = denseLD(ldh, false, m, u)
	var block [256]float32
	for r := range m {
		if k := table.lstmBackward; k != nil && u > 0 {
			z, d := gates[r*4*u:][:4*u], dz[r*4*u:][:4*u]
			k(&d[0], &d[u], &d[2*u], &d[3*u], &dc[r*u:][:u][0], &dh[r*ldh:][:u][0],
				&z[0], &z[u], &z[2*u], &z[3*u], &c[r*u:][:u][0], &cPrev[r*u:][:u][0], u)
			continue
		}
		for j := 0; j < u; j += len(block) {
			w := min(len(block), u-j)
			t := block[:w]
			Unary(Tanh, t, c[r*u+j:r*u+j+w])
			z, d := gates[r*4*u+j:], dz[r*4*u+j:]
			for k, tc := range t {
				i, f, g, o := z[k], z[k+u], z[k+2*u], z[k+3*u]
				e := r*u + j + k
				dhv := dh[r*ldh+j+k]
				dcv := dc[e] + dhv*o*(1-tc*tc)
				d[k] = dcv * g * i * (1 - i)
				d[k+u] = dcv * cPrev[e] * f * (1 - f)
				d[k+2*u] = dcv * i * (1 - g*g)
				d[k+3*u] = dhv * tc * o * (1 - o)
				dc[e] = dcv * f
			}
		}
	}
}

package kernel

import "math"

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
	for r := range m {
		z, d := gates[r*4*u:][:4*u], dz[r*4*u:][:4*u]
		dcr, dhr, cr, prev := dc[r*u:][:u], dh[r*ldh:][:u], c[r*u:][:u], cPrev[r*u:][:u]
		if k := table.lstmBackward; k != nil && u > 0 {
			k(&d[0], &d[u], &d[2*u], &d[3*u], &dcr[0], &dhr[0], &z[0], &z[u], &z[2*u], &z[3*u], &cr[0], &prev[0], u)
			continue
		}
		lstmBackwardRow(d, dcr, dhr, z, cr, prev)
	}
}

func lstmBackwardRow(dz, dc, dh, z, c, prev []float32) {
	u := len(c)
	for k, cell := range c {
		i, f, g, o := z[k], z[k+u], z[k+2*u], z[k+3*u]
		t := float32(math.Tanh(float64(cell)))
		d := dc[k] + dh[k]*o*(1-t*t)
		dz[k] = d * g * i * (1 - i)
		dz[k+u] = d * prev[k] * f * (1 - f)
		dz[k+2*u] = d * i * (1 - g*g)
		dz[k+3*u] = dh[k] * t * o * (1 - o)
		dc[k] = d * f
	}
}

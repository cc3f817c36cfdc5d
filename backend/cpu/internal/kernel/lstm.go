package kernel

import "math"

// LSTMForward finishes one time step. gates (m, 4u) holds the four gates'
// inputs side by side in Keras' order i, f, c̃, o, bias included, and is
// overwritten by their values σ, σ, tanh, σ:
//
//	c = f·cPrev + i·c̃, h = o·tanh(c)
//
// h, c and cPrev are (m, u), their rows ld apart; c and cPrev may be the same.
func LSTMForward(h, c, gates, cPrev []float32, m, u, ld int) {
	if m*u == 0 {
		return
	}
	n := (m-1)*ld + u
	gates, h, c, cPrev = gates[:m*4*u], h[:n], c[:n], cPrev[:n]
	if k := table.lstmForward; k != nil {
		k(&gates[0], &gates[u], &gates[2*u], &gates[3*u], &cPrev[0], &c[0], &h[0], u, m, uintptr(16*u), uintptr(4*ld))
		return
	}
	for r := range m {
		z := gates[r*4*u : (r+1)*4*u]
		i, f, g, o := z[:u], z[u:2*u], z[2*u:3*u], z[3*u:]
		Unary(Sigmoid, z[:2*u], z[:2*u])
		Unary(Tanh, g, g)
		Unary(Sigmoid, o, o)
		hr, cr := h[r*ld:r*ld+u], c[r*ld:r*ld+u]
		Binary(Mul, cr, f, cPrev[r*ld:r*ld+u])
		Ternary(MulAdd, cr, i, g, cr)
		Unary(Tanh, hr, cr)
		Binary(Mul, hr, hr, o)
	}
}

// LSTMBackward goes back through one step. gates are LSTMForward's values; dh
// and dc (m, u) the gradients of its outputs. It sets dz (m, 4u), the gradient of
// the gates' inputs, and turns dc into the gradient of cPrev. dz may be gates. h
// is not needed: tanh(c) is computed anew. Rows of what is u wide lie ld apart.
func LSTMBackward(dz, dc, dh, gates, c, cPrev []float32, m, u, ld int) {
	if m*u == 0 {
		return
	}
	n := (m-1)*ld + u
	dz, gates = dz[:m*4*u], gates[:m*4*u]
	dc, dh, c, cPrev = dc[:n], dh[:n], c[:n], cPrev[:n]
	if k := table.lstmBackward; k != nil {
		k(&dz[0], &dz[u], &dz[2*u], &dz[3*u], &dc[0], &dh[0], &gates[0], &gates[u], &gates[2*u], &gates[3*u], &c[0], &cPrev[0],
			u, m, uintptr(16*u), uintptr(4*ld))
		return
	}
	for r := range m {
		z, lo, hi := r*4*u, r*ld, r*ld+u
		lstmBackwardRow(dz[z:z+4*u], dc[lo:hi], dh[lo:hi], gates[z:z+4*u], c[lo:hi], cPrev[lo:hi])
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

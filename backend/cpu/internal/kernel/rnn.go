package kernel

// LSTMForward finishes one time step. gates (m, 4u) holds the four gates'
// inputs side by side in Keras' order i, f, c, o, bias included, and is
// overwritten by their values σ, σ, tanh, σ:
//
//	c = f·cPrev + i·c̃, h = o·tanh(c)
//
// c, h, cPrev are (m, u); h has row stride ldh (0: u) so that it can be a slice
// of a sequence.
func LSTMForward(h, c, gates, cPrev []float32, m, u, ldh int) {}

// LSTMBackward goes back through one step. gates are LSTMForward's values; dh
// (m, u, row stride ldh) and dc (m, u) the gradients of its outputs. It sets dz
// (m, 4u), the gradient of the gates' inputs, and turns dc into the gradient of
// cPrev. dz may be gates.
func LSTMBackward(dz, dc, dh, gates, c, cPrev []float32, m, u, ldh int) {}

// GRUForward finishes one time step with reset_after (Keras' default).
// xz and hz (m, 3u) are x·W + b and hPrev·U + b_r in the order z, r, h:
//
//	z = σ(xz+hz), r = σ(xr+hr), h̃ = tanh(xh + r·hh), h = z·hPrev + (1−z)·h̃
//
// gates (m, 3u) gets z, r, h̃ and may be xz.
func GRUForward(h, gates, xz, hz, hPrev []float32, m, u, ldh int) {}

// GRUBackward goes back through GRUForward: from dh it sets dxz and dhz (m, 3u)
// and dhPrev (m, u), the part that does not go through hz. dhPrev may be dh
// when ldh is u.
func GRUBackward(dxz, dhz, dhPrev, dh, gates, hz, hPrev []float32, m, u, ldh int) {}

// GRUResetGates is the first half of a step without reset_after: zr (m, 3u)
// holds the inputs of all gates; z and r are replaced by their values and
// rh (m, u) = r·hPrev, which the caller multiplies by U_h and adds to zr's third.
func GRUResetGates(rh, zr, hPrev []float32, m, u int) {}

// GRUResetOutput is the second half: the third of zr becomes h̃ = tanh(it) and
// h = z·hPrev + (1−z)·h̃.
func GRUResetOutput(h, zr, hPrev []float32, m, u, ldh int) {}

// GRUResetOutputGrad goes back through GRUResetOutput: it sets the z and h̃
// thirds of dz (m, 3u) and dhPrev = dh·z.
func GRUResetOutputGrad(dz, dhPrev, dh, gates, hPrev []float32, m, u, ldh int) {}

// GRUResetGatesGrad goes back through GRUResetGates: from drh (m, u) it sets the
// r third of dz and adds drh·r to dhPrev.
func GRUResetGatesGrad(dz, dhPrev, drh, gates, hPrev []float32, m, u int) {}

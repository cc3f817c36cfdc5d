package kernel

// Activation is the function that a product or convolution ends in.
type Activation uint8

// The activations. Identity is the zero value.
const (
	Identity Activation = iota
	ReluAct
	SigmoidAct
	TanhAct
	GeluAct
	GeluTanhAct
	SiluAct
	SoftplusAct
	ExpAct
)

// Op returns the elementwise operation of an activation; Copy for Identity.
func (a Activation) Op() Op {
	return [...]Op{Copy, Relu, Sigmoid, Tanh, Gelu, GeluTanh, Silu, Softplus, Exp}[a]
}

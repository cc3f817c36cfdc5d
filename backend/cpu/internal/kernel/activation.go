package kernel

// Activation is the function that a product or convolution ends in.
type Activation uint8

// The activations. Identity is the zero value.
const (
	Identity Activation = iota
	ReluAct
	SigmoidAct
	TanhAct
	ExpAct
)

// Op returns the elementwise operation of an activation; Copy for Identity.
func (a Activation) Op() Op {
	return [...]Op{Copy, Relu, Sigmoid, Tanh, Exp}[a]
}

// String is the activation's name, "" for Identity.
func (a Activation) String() string {
	return [...]string{"", "relu", "sigmoid", "tanh", "exp"}[a]
}

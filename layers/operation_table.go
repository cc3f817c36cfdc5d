package layers

import (
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

type node = *graph.Node

// An operation is how a class of keras.ops is computed.
type operation struct {
	call   string // the names of the arguments of its call
	config string // and of its constructor
	apply  func(a *operands) []node
}

// operations has the classes of keras.ops that can stand in a file, with Keras' names.
var operations = map[string]operation{}

func init() {
	for name, f := range unaryOperations {
		operations[name] = operation{"x", "", single(func(a *operands) node { return f(a.x("x")) })}
	}
	operations["StopGradient"] = operation{"variable", "", single(func(a *operands) node { return ops.StopGradient(a.x("variable")) })}
	for name, f := range binaryOperations {
		operations[name] = operation{"x1 x2", "", single(func(a *operands) node { return f(a.x("x1"), a.x("x2")) })}
	}
	for name, f := range reductions {
		operations[name] = operation{"x", "axis keepdims", single(func(a *operands) node { return a.reduced(f) })}
	}
	for _, table := range []map[string]operation{activationOperations, shapeOperations, indexOperations} {
		for name, o := range table {
			operations[name] = o
		}
	}
}

// single is an operation of one result.
func single(f func(a *operands) node) func(a *operands) []node {
	return func(a *operands) []node { return []node{f(a)} }
}

var unaryOperations = map[string]func(x node) node{
	"Abs": ops.Abs, "Absolute": ops.Abs, "Negative": ops.Negative, "Sign": ops.Sign, "Square": ops.Square,
	"Sqrt": ops.Sqrt, "Rsqrt": ops.Rsqrt, "Cbrt": ops.Cbrt, "Reciprocal": ops.Reciprocal,
	"Exp": ops.Exp, "Exp2": ops.Exp2, "Expm1": ops.Expm1, "Log": ops.Log, "Log1p": ops.Log1p, "Log2": ops.Log2, "Log10": ops.Log10,
	"Sin": ops.Sin, "Cos": ops.Cos, "Tan": ops.Tan, "Sinh": ops.Sinh, "Cosh": ops.Cosh, "Tanh": ops.Tanh,
	"Arcsin": ops.Arcsin, "Arccos": ops.Arccos, "Arctan": ops.Arctan, "Arcsinh": ops.Arcsinh, "Arccosh": ops.Arccosh, "Arctanh": ops.Arctanh,
	"Floor": ops.Floor, "Ceil": ops.Ceil, "Trunc": ops.Trunc, "Erf": ops.Erf, "Ravel": ops.Ravel,
	"Isnan": ops.IsNaN, "Isinf": ops.IsInf, "Isfinite": ops.IsFinite, "LogicalNot": ops.LogicalNot, "Signbit": ops.SignBit,
	"Sigmoid": ops.Sigmoid, "LogSigmoid": ops.LogSigmoid, "Softplus": ops.Softplus, "Softsign": ops.Softsign,
	"Relu": ops.ReLU, "Relu6": ops.ReLU6, "Silu": ops.SiLU, "Selu": ops.SELU, "HardSigmoid": ops.HardSigmoid,
	"HardSilu": ops.HardSiLU, "HardTanh": ops.HardTanh, "TanhShrink": ops.TanhShrink,
}

var binaryOperations = map[string]func(a, b node) node{
	"Add": ops.Add, "Subtract": ops.Subtract, "Multiply": ops.Multiply, "Divide": ops.Divide, "TrueDivide": ops.Divide,
	"DivideNoNan": ops.DivideNoNaN, "FloorDivide": ops.FloorDivide, "Mod": ops.Mod, "Power": ops.Power,
	"Maximum": ops.Maximum, "Minimum": ops.Minimum, "Arctan2": ops.Arctan2, "Hypot": ops.Hypot, "Logaddexp": ops.LogAddExp, "Matmul": ops.MatMul, "Dot": ops.Dot,
	"Equal": ops.Equal, "NotEqual": ops.NotEqual, "Less": ops.Less, "LessEqual": ops.LessEqual,
	"Greater": ops.Greater, "GreaterEqual": ops.GreaterEqual,
	"LogicalAnd": ops.LogicalAnd, "LogicalOr": ops.LogicalOr, "LogicalXor": ops.LogicalXor,
}

var reductions = map[string]func(k ops.KeepDims, x node) node{
	"Sum": ops.KeepDims.Sum, "Prod": ops.KeepDims.Prod, "Max": ops.KeepDims.Max, "Min": ops.KeepDims.Min, "Amax": ops.KeepDims.Max, "Amin": ops.KeepDims.Min,
	"Mean": ops.KeepDims.Mean, "Var": ops.KeepDims.Var, "Std": ops.KeepDims.Std, "All": ops.KeepDims.All, "Any": ops.KeepDims.Any,
	"Logsumexp": ops.KeepDims.LogSumExp, "CountNonzero": ops.KeepDims.CountNonzero,
	"Argmax": overOne(ops.ArgMax), "Argmin": overOne(ops.ArgMin),
}

// overOne is a reduction that knows one axis only, or all as one.
func overOne(f func(x node, axis int) node) func(k ops.KeepDims, x node) node {
	return func(k ops.KeepDims, x node) node {
		switch len(k) {
		case 0:
			ones := slices.Repeat([]int{1}, x.Rank())
			return ops.Reshape(f(ops.Ravel(x), 0), ones...)
		case 1:
			return ops.ExpandDims(f(x, k[0]), ops.Axis(x, k[0]))
		}
		graph.Errorf("axes %v; wants one", []int(k))
		return nil
	}
}

// reduced applies f over the argument axis, all axes if there is none; they go unless
// keepdims says otherwise.
func (a *operands) reduced(f func(k ops.KeepDims, x node) node) node {
	x, axes := a.x("x"), a.ints("axis")
	y := f(ops.KeepDims(axes), x)
	switch {
	case a.bool("keepdims", false):
		return y
	case axes == nil:
		return ops.Reshape(y)
	}
	return ops.Squeeze(y, axes...)
}

var activationOperations = map[string]operation{
	"Elu":  {"x", "alpha", single(func(a *operands) node { return ops.ELU(a.x("x"), a.num("alpha", 1)) })},
	"Celu": {"x", "alpha", single(func(a *operands) node { return ops.CELU(a.x("x"), a.num("alpha", 1)) })},
	"Glu":  {"x", "axis", single(func(a *operands) node { return ops.GLU(a.x("x"), a.int("axis", -1)) })},
	"Gelu": {"x", "approximate", single(func(a *operands) node {
		if a.bool("approximate", true) {
			return ops.GELUTanh(a.x("x"))
		}
		return ops.GELU(a.x("x"))
	})},
	"LeakyRelu":  {"x", "negative_slope", single(func(a *operands) node { return ops.LeakyReLU(a.x("x"), a.num("negative_slope", 0.2)) })},
	"LogSoftmax": {"x", "axis", single(func(a *operands) node { return ops.LogSoftmax(a.x("x"), a.int("axis", -1)) })},
	"Softmax": {"x", "axis", single(func(a *operands) node {
		if axes := a.ints("axis"); axes != nil {
			return ops.SoftmaxOver(a.x("x"), axes...)
		}
		return ops.Softmax(a.x("x"), -1)
	})},
	"Normalize": {"x", "axis order", single(func(a *operands) node { return ops.Normalize(a.x("x"), a.int("axis", -1), a.int("order", 2)) })},
	"Norm": {"x", "ord axis keepdims", single(func(a *operands) node {
		if a.values["ord"] == nil {
			return a.reduced(ops.KeepDims.Norm)
		}
		p := a.num("ord", 2)
		return a.reduced(func(k ops.KeepDims, x node) node { return k.NormOrder(x, p) })
	})},
	"Clip":  {"x", "x_min x_max", single(func(a *operands) node { return a.clipped() })},
	"Round": {"x", "decimals", single(func(a *operands) node { return ops.RoundTo(a.x("x"), a.int("decimals", 0)) })},
	"Where": {"condition x1 x2", "", single(func(a *operands) node { return ops.Where(a.x("condition"), a.x("x1"), a.x("x2")) })},
	"Cast":  {"x", "dtype", single(func(a *operands) node { return a.cast(a.x("x")) })},
	"Einsum": {"*operands", "subscripts", single(func(a *operands) node {
		return ops.Einsum(a.text("subscripts", ""), a.xs("*operands")...)
	})},
	"ZerosLike": {"x", "dtype", single(func(a *operands) node { return a.cast(ops.ZerosLike(a.x("x"))) })},
	"OnesLike":  {"x", "dtype", single(func(a *operands) node { return a.cast(ops.OnesLike(a.x("x"))) })},
	"FullLike": {"x fill_value", "dtype", single(func(a *operands) node {
		return a.cast(ops.Full(a.x("x"), a.num("fill_value", 0), a.x("x").Shape...))
	})},
}

// clipped returns x between x_min and x_max, which are both wanted.
func (a *operands) clipped() node {
	for _, name := range []string{"x_min", "x_max"} {
		if a.values[name] == nil {
			a.wrong(name, "a number")
		}
	}
	return ops.Clip(a.x("x"), a.num("x_min", 0), a.num("x_max", 0))
}

package kerasops

import "github.com/rhyton/rhyton/ops"

// unary holds the functions of one array.
var unary = map[string]func(node) node{
	"abs": ops.Abs, "absolute": ops.Abs, "negative": ops.Negative, "sign": ops.Sign, "square": ops.Square, "sqrt": ops.Sqrt,
	"rsqrt": ops.Rsqrt, "cbrt": ops.Cbrt, "reciprocal": ops.Reciprocal, "exp": ops.Exp, "exp2": ops.Exp2, "expm1": ops.Expm1,
	"log": ops.Log, "log1p": ops.Log1p, "log2": ops.Log2, "log10": ops.Log10,
	"sin": ops.Sin, "cos": ops.Cos, "tan": ops.Tan, "arcsin": ops.Arcsin, "arccos": ops.Arccos, "arctan": ops.Arctan,
	"sinh": ops.Sinh, "cosh": ops.Cosh, "tanh": ops.Tanh, "arcsinh": ops.Arcsinh, "arccosh": ops.Arccosh, "arctanh": ops.Arctanh,
	"deg2rad": ops.Deg2Rad, "rad2deg": ops.Rad2Deg, "sinc": ops.Sinc,
	"floor": ops.Floor, "ceil": ops.Ceil, "trunc": ops.Trunc,
	"erf": ops.Erf, "erfc": ops.Erfc, "erfinv": ops.Erfinv, "i0": ops.I0,
	"isnan": ops.IsNaN, "isinf": ops.IsInf, "isfinite": ops.IsFinite, "isposinf": ops.IsPosInf, "isneginf": ops.IsNegInf,
	"signbit": ops.SignBit, "logical_not": ops.LogicalNot, "bitwise_not": ops.BitwiseNot, "bitwise_invert": ops.BitwiseNot,
	"sigmoid": ops.Sigmoid, "log_sigmoid": ops.LogSigmoid, "softplus": ops.Softplus, "relu": ops.ReLU, "relu6": ops.ReLU6,
	"silu": ops.SiLU, "swish": ops.SiLU, "selu": ops.SELU, "hard_sigmoid": ops.HardSigmoid, "hard_silu": ops.HardSiLU,
	"hard_swish": ops.HardSiLU, "hard_tanh": ops.HardTanh, "softsign": ops.Softsign, "tanh_shrink": ops.TanhShrink,
	"sparse_plus": ops.SparsePlus, "sparse_sigmoid": ops.SparseSigmoid,
	"stop_gradient": ops.StopGradient, "ravel": ops.Ravel,
	"det": ops.Det, "inv": ops.Inv, "logdet": ops.LogDet, "image.rgb_to_grayscale": ops.RGBToGrayscale,
	"image.rgb_to_hsv": ops.RGBToHSV, "image.hsv_to_rgb": ops.HSVToRGB, "image.sobel_edges": ops.SobelEdges,
	"corrcoef": ops.Corrcoef,
}

// binary holds the functions of two arrays.
var binary = map[string]func(a, b node) node{
	"add": ops.Add, "subtract": ops.Subtract, "multiply": ops.Multiply, "divide": ops.Divide, "true_divide": ops.Divide,
	"divide_no_nan": ops.DivideNoNaN, "floor_divide": ops.FloorDivide, "mod": ops.Mod, "fmod": ops.FMod, "power": ops.Power,
	"maximum": ops.Maximum, "minimum": ops.Minimum, "fmax": ops.FMax, "fmin": ops.FMin, "hypot": ops.Hypot,
	"arctan2": ops.Arctan2, "logaddexp": ops.LogAddExp, "logaddexp2": ops.LogAddExp2, "heaviside": ops.Heaviside,
	"gcd": ops.GCD, "lcm": ops.LCM, "ldexp": ops.LDExp,
	"equal": ops.Equal, "not_equal": ops.NotEqual, "less": ops.Less, "less_equal": ops.LessEqual,
	"greater": ops.Greater, "greater_equal": ops.GreaterEqual,
	"logical_and": ops.LogicalAnd, "logical_or": ops.LogicalOr, "logical_xor": ops.LogicalXor,
	"bitwise_and": ops.BitwiseAnd, "bitwise_or": ops.BitwiseOr, "bitwise_xor": ops.BitwiseXor,
	"left_shift": ops.LeftShift, "right_shift": ops.RightShift, "isin": ops.IsIn,
	"matmul": ops.MatMul, "dot": ops.Dot, "vdot": ops.VDot, "inner": ops.Inner, "outer": ops.Outer, "kron": ops.Kron,
	"cross": ops.Cross, "solve": ops.Solve, "lstsq": ops.Lstsq, "cdist": ops.CDist, "correlate": ops.Correlate,
	"digitize": ops.Digitize,
}

// named holds the argument names of the functions that do not use x, or x1 and x2.
var named = map[string]string{"bitwise_and": "x y", "bitwise_or": "x y", "bitwise_xor": "x y", "cdist": "x y", "digitize": "x bins", "image.hsv_to_rgb": "images", "image.rgb_to_grayscale": "images", "image.rgb_to_hsv": "images", "image.sobel_edges": "images", "left_shift": "x y", "lstsq": "a b", "right_shift": "x y", "solve": "a b", "stop_gradient": "variable"}

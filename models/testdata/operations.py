"""Writes operations.keras, a model of an output for each function of keras.ops, and operations.json:
the inputs and, of each output v, the sum of v[i] * cos(i) and of |v[i]| as Keras 3.15 computes it.

    python operations.py
    python operations.py F    compares what the model in F computes with operations.json
"""

import json
import os
import sys
import zipfile

os.environ.setdefault("KERAS_BACKEND", "tensorflow")  # norm fails with JAX
import keras
import numpy as np
from keras import layers as L
from keras import ops

keras.utils.set_random_seed(1)
x, y = keras.Input((4, 6), name="x"), keras.Input((4, 6), name="y")
c = np.arange(1, 7, dtype="float32")[None]
w = np.linspace(-1, 1, 12, dtype="float32").reshape(6, 2)
unary = "abs negative sign square exp expm1 sin cos tan arctan sinh cosh tanh floor ceil trunc erf ravel sigmoid log_sigmoid softplus softsign relu relu6 silu selu hard_sigmoid hard_silu hard_tanh tanh_shrink stop_gradient exp2 cbrt arcsinh"
positive = "sqrt rsqrt log log1p log2 log10 reciprocal"
binary = "add subtract multiply divide true_divide divide_no_nan floor_divide mod maximum minimum arctan2 hypot logaddexp"
compared = "equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor"
reduced = "sum prod max min amax amin mean var std logsumexp"
f32 = lambda v: ops.cast(v, "float32")
cases = {f: getattr(ops, f)(x) for f in unary.split()}
cases |= {f: getattr(ops, f)(ops.abs(x) + 1) for f in positive.split()}
cases |= {f: getattr(ops, f)(ops.tanh(x) * 0.9) for f in ("arcsin", "arccos", "arctanh")}
cases |= {f: getattr(ops, f)(x, y) for f in binary.split()}
cases |= {f: f32(getattr(ops, f)(x, ops.round(y))) for f in compared.split()}
cases |= {f: getattr(ops, f)(x, axis=1) for f in reduced.split()}
cases |= {f + "_keep": getattr(ops, f)(x, axis=-1, keepdims=True) for f in reduced.split()}
cases |= {f + "_two": getattr(ops, f)(x, axis=(1, 2), keepdims=True) for f in reduced.split()}
cases |= {f: f32(getattr(ops, f)(x > 0, axis=2)) for f in ("all", "any", "count_nonzero")}
cases |= {f: f32(getattr(ops, f)(x)) for f in ("isnan", "isinf", "isfinite", "logical_not", "signbit")}
cases |= {f: f32(getattr(ops, f)(x, axis=-1, keepdims=True)) for f in ("argmax", "argmin")}
cases |= {
    "arccosh": ops.arccosh(ops.abs(x) + 1.5), "mul": x * 2, "rsub": 1 - x, "constant": x + c, "wide": f32(x * np.arange(6) + np.ones((4, 1))), "rdiv": 1 / (ops.abs(x) + 1),
    "pow": x**2, "rpow": 2**x, "power": ops.power(ops.abs(x), y), "floor2": x // 2, "mod2": x % 2, "relu_at": ops.maximum(x, 0.0),
    "reshape": ops.reshape(x, (-1, 2, 12)), "transpose": ops.transpose(x, (0, 2, 1)), "expand": ops.expand_dims(x, 1),
    "expand_two": ops.expand_dims(x, (1, -1)), "squeeze": ops.squeeze(ops.expand_dims(x, -1), -1) * 2, "concat": ops.concatenate([x, y], axis=-1),
    "concat_mixed": ops.concatenate([x, ops.argmax(x, axis=-1, keepdims=True) > 2], axis=-1), "stack": ops.stack([x, y], axis=1),
    "stack_last": ops.stack([x, y], axis=-1), "hstack": ops.hstack([x, y]), "matmul": ops.matmul(x, ops.transpose(y, (0, 2, 1))), "matmul_constant": x @ w,
    "dot": ops.dot(x, w), "einsum": ops.einsum("bij,bkj->bik", x, y), "swapaxes": ops.swapaxes(x, 1, -1), "moveaxis": ops.moveaxis(x, 1, 2),
    "moveaxes": ops.moveaxis(ops.expand_dims(x, 1), (1, 2), (3, 1)), "flip": ops.flip(x, axis=1), "flips": ops.flip(x, axis=(1, 2)),
    "tile": ops.tile(x, [1, 2, 1]), "repeat": ops.repeat(x, 2, axis=1), "pad": ops.pad(x, [[0, 0], [1, 2], [0, 3]]),
    "pad_value": ops.pad(x, [[0, 0], [1, 2], [0, 3]], constant_values=7.0), "pad_reflect": ops.pad(x, [[0, 0], [1, 2], [0, 3]], mode="reflect"),
    "split": ops.split(x, 2, axis=-1)[1], "split_at": ops.split(x, [1, 4], axis=2)[1], "unstack": ops.unstack(x, axis=1)[2], "top_k": ops.top_k(x, 2)[0],
    "top_k_at": f32(ops.top_k(x, 2)[1]), "broadcast": ops.broadcast_to(ops.sum(x, axis=0, keepdims=True), (3, 4, 6)), "dense": L.Dense(3)(x * 2), "tril": ops.tril(x, 1), "triu": ops.triu(x),
    "item": x[:, 0], "item_last": x[..., -1], "item_slices": x[:, 1:3, ::2], "item_new": x[:, None, :, 0], "item_back": x[:, ::-1, 4:1:-2],
    "item_ends": x[:, -2:, :-1], "take": ops.take(x, [0, 2], axis=1), "take_flat": ops.take(x, [[0, 7]]),
    "take_along": ops.take_along_axis(x, ops.argsort(x, axis=1), axis=1), "sort": ops.sort(x, axis=-1), "where": ops.where(x > 0, x, y * 0.5),
    "where_number": ops.where(x > 0, x, 0.0), "clip": ops.clip(x, -1, 0.5), "softmax": ops.softmax(x), "softmax_1": ops.softmax(x, axis=1),
    "log_softmax": ops.log_softmax(x), "elu": ops.elu(x), "celu": ops.celu(x, 0.5), "glu": ops.glu(x), "gelu": ops.gelu(x), "gelu_exact": ops.gelu(x, False),
    "leaky_relu": ops.leaky_relu(x), "normalize": ops.normalize(x), "norm": ops.norm(x, axis=1), "norm_keep": ops.norm(x, axis=-1, keepdims=True), "norm_1": ops.norm(x, 1, axis=-1), "round": ops.round(x, 1), "cumsum": ops.cumsum(x, axis=1),
    "cumprod": ops.cumprod(x, axis=-1), "zeros_like": ops.zeros_like(x) + y, "ones_like": x + ops.ones_like(x, dtype="int32"), "full_like": x * ops.full_like(x, 2),
    "one_hot": ops.one_hot(ops.argmax(x, axis=-1), 6), "one_hot_1": ops.one_hot(ops.argmax(x, axis=-1), 6, axis=1), "integers": f32(ops.argmax(x, axis=-1) * 2 + 1),
    "int_half": ops.argmax(x, axis=-1) * 0.5, "int_divided": ops.argmax(x, axis=-1) / 2, "bool_twice": f32((x > 0) * 2), "vstack": ops.vstack([x, y]),
    "int_floor": f32(ops.argmax(x, axis=-1) // 2), "where_ints": f32(ops.where(x > 0, 1, 0)), "sum_int": f32(ops.sum(ops.argmax(x, axis=-1), axis=-1)),
}
data = [np.random.default_rng(i).normal(size=(3, 4, 6)).astype("float32") * 2 for i in (1, 2)]


def sums(m):
    out = [np.asarray(v).ravel().astype("float64") for v in m(data)]
    return {k: [float(v @ np.cos(np.arange(v.size))), float(np.abs(v).sum())] for k, v in zip(cases, out)}


if sys.argv[1:]:
    with open("operations.json") as f:
        want = json.load(f)["want"]
    got = sums(keras.models.load_model(sys.argv[1]))
    print(len(got), "outputs, differing:", [k for k, (v, size) in want.items() if abs(got[k][0] - v) > 1e-5 * (1 + size)])
else:
    m = keras.Model([x, y], list(cases.values()))
    m.save("operations.keras")
    with zipfile.ZipFile("operations.keras") as z:
        parts = {name: z.read(name) for name in z.namelist()}
    with zipfile.ZipFile("operations.keras", "w", zipfile.ZIP_DEFLATED) as z:  # Keras does not compress
        for name, part in parts.items():
            z.writestr(name, part)
    with open("operations.json", "w") as f:
        json.dump({"x": data[0].ravel().tolist(), "y": data[1].ravel().tolist(), "names": list(cases), "want": sums(m)}, f)

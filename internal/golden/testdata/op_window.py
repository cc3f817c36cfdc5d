"""Writes op_window.jsonl: what Keras 3.15 on JAX computes for functions of windows, signals and
sequences, in the form of op.jsonl. Left out is argpartition, whose order TensorFlow has otherwise,
and fold to an image that the windows do not fill, which JAX makes smaller.

    python op_window.py > op_window.jsonl
"""

import json
import os
import sys
import zlib

os.environ["KERAS_BACKEND"] = "jax"

import jax
import jax.numpy as jnp
import numpy as np
from keras import ops


def number(v):
    if np.isnan(v):
        return "NaN"
    if np.isinf(v):
        return "Infinity" if v > 0 else "-Infinity"
    return float(np.format_float_positional(v, unique=True))


def array(a):
    a = np.asarray(a)
    as_json = number if a.dtype.kind == "f" else bool if a.dtype == bool else int
    return {"shape": list(a.shape), "dtype": str(a.dtype), "data": [as_json(v) for v in a.ravel()]}


def argument(a):
    if isinstance(a, np.ndarray):
        return array(a)
    if isinstance(a, (list, tuple)):
        return [argument(x) for x in a]
    return a


def flat(y):
    return [flat(v)[0] for v in y] if isinstance(y, (list, tuple)) else [y]


def case(function, name, *args, grad=True, **kwargs):
    f = ops
    for part in function.split("."):
        f = getattr(f, part)
    rng = np.random.default_rng(zlib.crc32((function + name).encode()))
    leaves, tree = jax.tree_util.tree_flatten((args, kwargs))
    arrays = [i for i, a in enumerate(leaves) if isinstance(a, np.ndarray)]
    floats = [i for i in arrays if leaves[i].dtype.kind == "f"]

    def call(*xs):
        full = list(leaves)
        for i in arrays:
            full[i] = jnp.asarray(leaves[i])
        for i, x in zip(floats, xs):
            full[i] = x
        a, k = jax.tree_util.tree_unflatten(tree, full)
        return flat(f(*a, **k))

    outputs = [np.asarray(y) for y in call(*[jnp.asarray(leaves[i]) for i in floats])]
    line = {"name": function + "/" + name, "function": function, "args": [argument(a) for a in args],
            "kwargs": {k: argument(v) for k, v in kwargs.items()}, "outputs": [array(o) for o in outputs]}
    if grad:
        cotangents = [rng.standard_normal(o.shape).astype("float32") if o.dtype.kind == "f" else None for o in outputs]

        def total(*xs):
            return sum(jnp.sum(y * c) for y, c in zip(call(*xs), cotangents) if c is not None)

        grads = jax.grad(total, argnums=tuple(range(len(floats))))(*[jnp.asarray(leaves[i]) for i in floats])
        line["cotangents"] = [None if c is None else array(c) for c in cotangents]
        line["grad_float_args"] = [array(g) for g in grads]
    json.dump(line, sys.stdout, separators=(",", ":"))
    print()


R = np.random.default_rng(11)


def n(*shape):
    return R.standard_normal(shape).astype("float32")


def i32(*v):
    return np.array(v, "int32")


for name, x, k in [
    ("plain", n(2, 3, 5, 6), dict(kernel_size=2)),
    ("all", n(1, 2, 7, 8), dict(kernel_size=[2, 3], dilation=[2, 1], padding=[1, 2], stride=[2, 3])),
    ("stride", n(1, 1, 5, 6), dict(kernel_size=[3, 2], stride=2)),
]:
    case("unfold", name, x, **k)
    y = np.asarray(ops.unfold(x, **k))
    case("fold", name, y, output_size=list(x.shape[2:]), **k)
for name, t, k in [
    ("centred", 64, dict()), ("not centred", 64, dict(center=False)), ("longer window", 50, dict(length=50)),
]:
    z = ops.stft(n(2, t), 16, 5, 20, center=k.get("center", True))
    case("istft", name, [np.asarray(z[0]), np.asarray(z[1])], 16, 5, 20, **k)
case("ctc_loss", "lengths", np.array([[1, 2, 2, 0], [3, 1, 4, 4], [2, 0, 0, 0]], "int32"), n(3, 9, 5), i32(3, 4, 0), i32(9, 7, 5))
case("ctc_loss", "last class", np.array([[0, 1, 1], [2, 3, 0]], "int32"), n(2, 6, 5), i32(3, 2), i32(6, 5), mask_index=4)
for mask in 0, 2, 4:
    case("ctc_decode", "greedy %d" % mask, n(3, 8, 5), i32(8, 5, 3), mask_index=mask, grad=False)
case("ctc_decode", "greedy, repeated", n(2, 12, 3), i32(12, 10), merge_repeated=False, grad=False)
case("ctc_decode", "beams", n(3, 8, 5), i32(8, 6, 3), strategy="beam_search", beam_width=20, top_paths=3, grad=False)
case("ctc_decode", "one beam", n(2, 7, 4), i32(7, 7), strategy="beam_search", beam_width=1, top_paths=1, mask_index=3, grad=False)
case("ctc_decode", "few classes", 2 * n(2, 14, 3), i32(14, 9), strategy="beam_search", beam_width=50, top_paths=5, mask_index=1, grad=False)
case("ctc_decode", "peaked", 6 * n(2, 10, 6), i32(10, 10), strategy="beam_search", top_paths=2, grad=False)
holes = n(4, 5, 3)
holes[R.random(holes.shape) < 0.3] = np.nan
holes[1, :, 2] = np.nan
for axis in None, 1, (0, 2):
    case("nanmedian", str(axis), holes, axis=axis, keepdims=axis == 1, grad=False)
for method in "linear", "lower", "higher", "midpoint", "nearest":
    case("nanquantile", method, holes, 0.37, axis=1, method=method, grad=False)
case("nanquantile", "several", holes, np.array([0.0, 0.25, 1.0], "float32"), axis=0, grad=False)
case("nanpercentile", "keep", holes, 81.0, axis=(1, 2), keepdims=True, grad=False)
case("image.extract_patches_3d", "same", n(2, 4, 5, 4, 2), [2, 3, 2], strides=[1, 2, 2], padding="same")
case("image.extract_patches_3d", "one", n(4, 4, 4, 1), 2)
case("image.extract_patches", "one image", n(6, 6, 2), [2, 3])
case("image.extract_patches", "volume", n(1, 4, 4, 4, 1), [2, 2, 2])
for method in "linear", "cubic", "lanczos3", "lanczos5":
    case("image.scale_and_translate", method, n(1, 7, 9, 2), [1, 5, 12, 2], np.array([0.8, 1.3], "float32"),
         np.array([0.4, -1.7], "float32"), [1, 2], method, grad=method != "cubic")
    case("image.scale_and_translate", method + ", no antialias", n(8, 9), [3, 6], np.array([0.41, 0.7], "float32"),
         np.array([0.2, 0.3], "float32"), [0, 1], method, antialias=False, grad=False)
a, b = R.random((2, 14, 13, 3)).astype("float32"), R.random((2, 14, 13, 3)).astype("float32")
case("image.ssim", "plain", a, b)
case("image.ssim", "all", 255 * a[0], 255 * b[0], max_val=255.0, filter_size=5, filter_sigma=0.9, k1=0.02, k2=0.05)
case("image.elastic_transform", "none", n(2, 5, 6, 2), alpha=0.0, grad=False)

"""Writes op.jsonl: what Keras 3.15 on TensorFlow 2.21 computes for keras.ops, one case a line.

    python op.py > op.jsonl

A line is {"function", "args", "kwargs", "outputs", "cotangents", "grad_float_args"}; an array
is {"shape", "dtype", "data"}. Left out is what Keras computes otherwise on TensorFlow than on
JAX and NumPy: rot90 by two of a rectangle, vstack of vectors, isclose of infinities,
map_coordinates reflecting left of 0, the permutation of lu_factor, gaussian_blur by a rectangle.
"""

import json
import os
import sys
import zlib

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tensorflow as tf
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
    if isinstance(a, float) and np.isinf(a):
        return "inf" if a > 0 else "-inf"
    return a


def case(function, name, *args, grad=True, **kwargs):
    """Calls keras.ops.function and writes the case; grad says whether gradients belong to it."""
    f = ops
    for part in function.split("."):
        f = getattr(f, part)
    rng = np.random.default_rng(zlib.crc32((function + name).encode()))
    floats = []

    def tensors(a):
        if isinstance(a, np.ndarray):
            t = tf.constant(a)
            if a.dtype.kind == "f":
                floats.append(t)
            return t
        if isinstance(a, list) and any(isinstance(x, np.ndarray) for x in a):
            return [tensors(x) for x in a]
        return a

    args_in = [tensors(a) for a in args]
    kwargs_in = {k: tensors(kwargs[k]) for k in sorted(kwargs)}
    with tf.GradientTape() as tape:
        for t in floats:
            tape.watch(t)
        ys = keras.tree.flatten(f(*args_in, **kwargs_in))
        outputs = [np.asarray(y) for y in ys]
        cotangents = [rng.standard_normal(o.shape).astype("float32") if o.dtype.kind == "f" else None for o in outputs]
        parts = [tf.reduce_sum(tf.cast(y, tf.float32) * c) for y, c in zip(ys, cotangents) if c is not None]
        total = sum(parts) if parts else None
    line = {
        "name": function + "/" + name,
        "function": function,
        "args": [argument(a) for a in args],
        "kwargs": {k: argument(v) for k, v in kwargs.items()},
        "outputs": [array(o) for o in outputs],
    }
    if grad and floats and total is not None:
        try:
            grads = tape.gradient(total, floats)
        except Exception:  # TensorFlow has no gradient of the function
            grads = [None]
        if any(g is not None for g in grads):
            line["cotangents"] = [None if c is None else array(c) for c in cotangents]
            line["grad_float_args"] = [None if g is None else array(tf.convert_to_tensor(g).numpy()) for g in grads]
    json.dump(line, sys.stdout, separators=(",", ":"))
    print()


def n(*shape):
    return R.standard_normal(shape).astype("float32")


def pos(*shape):
    return (np.abs(R.standard_normal(shape)) + 0.1).astype("float32")


def ii(low, high, *shape):
    return R.integers(low, high, shape).astype("int32")


R = np.random.default_rng(7)
for f in 'cbrt exp2 log_sigmoid relu6 selu hard_sigmoid hard_silu hard_tanh softsign tanh_shrink sparse_plus sparse_sigmoid sinc erfc deg2rad rad2deg leaky_relu elu celu glu soft_shrink hard_shrink squareplus sparsemax trunc signbit isinf isposinf isneginf i0 ravel'.split():
    case(f, 'v', 2 * n(4, 6), grad=f not in ('i0',))
for f in 'fmax fmin fmod logaddexp2 heaviside isin inner kron vdot correlate hypot logaddexp arctan2 floor_divide mod power'.split():
    a, b = (n(8), n(3)) if f == 'correlate' else (n(12), n(12)) if f == 'vdot' else (pos(2, 3), n(2, 3)) if f == 'power' else (n(3, 4) * 3, n(3, 4) + 0.05)
    case(f, 'v', a, b, grad=f not in ('heaviside', 'floor_divide'))
for f in 'gcd lcm bitwise_and bitwise_or bitwise_xor left_shift right_shift mod floor_divide'.split():
    a, b = (ii(-9, 20, 3, 4), ii(1, 6, 4))
    case(f, 'int', np.abs(a) + 1 if 'shift' in f else a, b)
case('mod', 'intneg', ii(-9, 20, 3, 4), -ii(1, 6, 4))
case('floor_divide', 'intneg', ii(-9, 20, 3, 4), -ii(1, 6, 4))
case('round', 'dec', n(5) * 3, decimals=2)
case('nan_to_num', 'args', np.array([1, np.nan, np.inf, -np.inf], 'float32'), nan=3.0, posinf=9.0, neginf=-7.0)
case('logaddexp', 'inf', np.array([np.inf, -np.inf, 1, -np.inf], 'float32'), np.array([1, -np.inf, -np.inf, 2], 'float32'), grad=False)
case('threshold', 'a', n(5), 0.2, -1.0)
case('gelu', 'exact', n(3, 4), approximate=False)
case('softmax', 'ax0', n(3, 4), axis=0)
case('log_softmax', 'ax0', n(3, 4), axis=0)
case('softmax', 'big', np.array([[10000.0, -10000.0, 0], [-np.inf, 1, 2]], 'float32'))
case('sparsemax', 'ax0', n(5, 3), axis=0)
for f in 'sum prod max min mean std var all any logsumexp count_nonzero nansum nanmax nanmin nanmean nanprod nanvar median'.split():
    x = n(3, 4, 5)
    if f.startswith('nan'):
        x[0, 0, 0] = np.nan
        x[1, 2, :] = np.nan if f in ('nansum', 'nanprod') else x[1, 2, :]
    if f in ('all', 'any'):
        x = x > 0
    case(f, 'neg', x, axis=-2)
    case(f, 'multi', x, axis=[0, -1])
    case(f, 'none', x)
    if f != 'count_nonzero':
        case(f, 'keep', x, axis=[1], keepdims=True)
case('sum', 'int', ii(0, 9, 3, 4), axis=0)
case('sum', 'bool', n(3, 4) > 0)
case('mean', 'int', ii(0, 9, 3, 4))
case('max', 'int', ii(-9, 9, 3, 4), axis=1)
case('max', 'ties', np.array([[1, 3, 3], [2, 2, 2]], 'float32'), axis=1)
case('std', 'zero', np.ones((3,), 'float32'), grad=False)
case('var', 'large', n(100) + 10000.0)
for m in 'linear lower higher midpoint nearest'.split():
    case('quantile', 'm_' + m, n(3, 6), 0.37, axis=1, method=m, grad=m == 'linear')
case('quantile', 'multi', n(3, 6), np.array([0.1, 0.5, 0.9], 'float32'), axis=1, grad=False)
case('median', 'even', n(3, 6), axis=0)
case('quantile', 'keep', n(3, 6), 0.2, axis=[0, 1], keepdims=True, grad=False)
case('percentile', 'a', n(3, 6), 30.0, axis=0, grad=False)
case('average', 'w', n(3, 4), axis=1, weights=pos(4))
case('ptp', 'a', n(3, 4), axis=1)
case('corrcoef', 'a', n(3, 8), grad=False)
case('argmax', 'none', n(3, 4))
case('argmax', 'keep', n(3, 4), axis=1, keepdims=True)
case('argmin', 'int', ii(0, 4, 3, 4), axis=1)
case('tile', 'more', n(2, 3), [2, 1, 3])
case('tile', 'fewer', n(2, 3, 2), [2])
case('repeat', 'flat', n(2, 3), 2)
case('repeat', 'list', n(3, 2), [1, 0, 2], axis=0)
case('roll', 'flat', n(3, 4), -3)
case('rot90', 'k1', n(3, 4, 2))
case('rot90', 'k3', n(3, 4, 2), k=3, axes=[1, 2])
case('rot90', 'km1', n(3, 4), k=-1)
case('hstack', 'a', [n(2, 3), n(2, 2)])
case('hstack', 'v', [n(2), n(3)])
case('dstack', 'a', [n(3), n(3)])
case('dstack', 'm', [n(2, 3), n(2, 3)])
case('stack', 'neg', [n(2, 3), n(2, 3)], axis=-1)
case('unstack', 'a', n(2, 3), axis=1)
case('array_split', 'a', n(7, 2), 3)
case('pad', 'edge', n(2, 3), [[1, 0], [2, 1]], constant_values=3.0, mode='constant')
case('meshgrid', 'ij3', n(2), n(3), n(4), indexing='ij')
case('meshgrid', 'xy3', n(2), n(3), n(4))
case('diag', 'k', n(3), k=1)
case('diag', 'km', n(3), k=-2)
case('diag', 'mat', n(3, 4), k=1)
case('diag', 'matm', n(4, 3), k=-1)
case('diagflat', 'a', n(2, 2), k=1)
case('diagonal', 'a', n(2, 3, 4), offset=1, axis1=1, axis2=2)
case('trace', 'off', n(3, 4), offset=-1)
case('trace', 'b', n(2, 3, 4))
case('tril', 'k', n(2, 3, 4), k=1)
case('triu', 'k', n(2, 3, 4), k=-1)
case('vander', 'a', n(4))
case('vander', 'inc', n(4), N=3, increasing=True)
case('diff', '2', n(3, 5), n=2, axis=-1)
case('trapezoid', 'a', n(3, 5), dx=0.5)
case('trapezoid', 'x', n(3, 5), x=np.sort(n(5)))
case('squeeze', 'all', n(1, 2, 1, 3))
case('flip', 'all', n(2, 3))
case('transpose', 'b', n(2, 3, 4))
case('moveaxis', 'n', n(2, 3, 4), -1, 0)
case('swapaxes', 'n', n(2, 3, 4), -1, -3)
case('arange', 'neg', 5, 0, -2)
case('arange', 'f', 0.0, 1.0, 0.3)
case('linspace', 'e', 0.0, 2.0, 4, endpoint=False)
case('eye', 'km', 3, 4, k=-1)
case('tri', 'a', 3, 4, k=1)
case('identity', 'a', 3)
case('dot', '11', n(3), n(3))
case('dot', '33', n(2, 3, 4), n(2, 4, 5))
case('inner', 'nd', n(2, 3, 4), n(5, 4))
case('cross', '2', n(3, 2), n(3, 2))
case('cross', '23', n(3, 2), n(3, 3))
case('outer', 'nd', n(2, 2), n(3))
case('cdist', 'a', n(4, 3), n(5, 3))
for i, (e, s) in enumerate([('ij,jk', [(2, 3), (3, 4)]), ('...ij,...jk->...ik', [(2, 1, 3, 4), (5, 4, 2)]), ('ii', [(3, 3)]), ('ijj->i', [(2, 3, 3)]), ('i,j->ij', [(2,), (3,)]), ('abc,abd->acd', [(2, 3, 4), (2, 3, 5)]), ('ab,bc,cd,de->ae', [(2, 3), (3, 4), (4, 2), (2, 3)]), ('bi->b', [(2, 3)]), ('ijk->kji', [(2, 3, 4)]), ('...a->...', [(2, 3, 4)]), ('ab,cd->abcd', [(2, 2), (3, 2)]), ('abi,ci->abc', [(2, 3, 4), (5, 4)]), ('a,a,a->a', [(4,), (4,), (4,)]), ('iij->j', [(3, 3, 2)])]):
    case('einsum', 'x%d' % i, e, *[n(*q) for q in s])
case('tensordot', '0', n(2, 3), n(4), axes=0)
case('tensordot', '1', n(2, 3), n(3, 4), axes=1)
case('tensordot', 'neg', n(2, 3, 4), n(3, 4, 2), axes=[[-1, 1], [1, 0]])
case('sort', 'ties', np.array([[3, 1, 3, 1, 2]], 'float32'), grad=False)
case('argsort', 'ties', np.array([[3, 1, 3, 1, 2]], 'float32'), axis=1)
case('top_k', 'ties', np.array([[3, 1, 3, 1, 2]], 'float32'), 3, grad=False)
case('sort', 'int', ii(0, 9, 3, 4), axis=0)
case('take', 'none', n(3, 4), ii(0, 12, 5))
case('take', 'neg', n(3, 4), np.array([-1, 0, -3], 'int32'), axis=0)
case('take', 'ax2', n(2, 3, 4), ii(0, 4, 2, 2), axis=-1)
case('take', 'dup', n(3, 4), np.array([1, 1, 1], 'int32'), axis=1)
case('take_along_axis', 'neg', n(3, 5), np.array([[-1, 0], [1, 2], [-5, 4]], 'int32'), axis=-1)
case('take_along_axis', '0', n(4, 3), ii(0, 4, 2, 3), axis=0)
case('take_along_axis', 'none', n(2, 3), ii(0, 6, 4))
case('scatter', 'dup', np.array([[0], [2], [0]], 'int32'), n(3, 2), [4, 2])
case('scatter', 'full', np.array([[0, 1], [2, 0], [0, 1]], 'int32'), n(3), [3, 2])
for r in [None, 'add', 'max', 'min', 'mul']:
    case('scatter_update', 'r_%s' % r, n(4, 3), np.array([[0], [2]], 'int32'), n(2, 3), **{} if r is None else {'reduction': r})
case('scatter_update', 'adddup', n(4), np.array([[0], [2], [0]], 'int32'), n(3), reduction='add')
case('slice_update', 'g', n(4, 5), [1, 2], n(2, 3))
case('searchsorted', 'r', np.array([1, 2, 2, 3], 'float32'), np.array([0, 2, 3, 4], 'float32'), side='right')
case('searchsorted', 'l', np.array([1, 2, 2, 3], 'float32'), np.array([0, 2, 3, 4], 'float32'))
case('bincount', 'w', ii(0, 5, 10), weights=pos(10), grad=False)
case('bincount', '2d', ii(0, 5, 3, 4))
case('bincount', 'nomin', ii(0, 5, 6))
case('unique', 'all', ii(0, 6, 15))
case('nonzero', '3d', ii(0, 3, 2, 3, 2).astype('float32'))
case('unravel_index', 'a', ii(0, 24, 5), [2, 3, 4])
case('one_hot', 'ax0', ii(0, 4, 5), 4, axis=0)
case('one_hot', '2d', ii(0, 4, 2, 3), 4)
case('one_hot', 'neg', np.array([-1, 0, 4], 'int32'), 4)
case('multi_hot', '1d', ii(0, 4, 3), 5)
case('multi_hot', '3d', ii(0, 4, 2, 3, 2), 5)
case('in_top_k', 'edge', np.array([0, 1, 7, -1], 'int32'), np.array([[1, 1, 1], [0, 2, 1], [1, 2, 3], [1, 2, 3]], 'float32'), 1)
for f in 'segment_sum segment_max segment_min segment_prod'.split():
    if hasattr(ops, f):
        case(f, 'oob', n(6, 2), np.array([0, 1, 1, 0, 1, 0], 'int32'), num_segments=2)
case('segment_sum', 'empty', n(6, 2), np.array([0, 3, 3, 0, 3, 0], 'int32'), num_segments=5)
case('segment_max', 'empty', n(6, 2), np.array([0, 3, 3, 0, 3, 0], 'int32'), num_segments=5, grad=False)
case('cumprod', 'ax1', n(3, 4), axis=1)
case('cumsum', 'int', ii(0, 4, 3, 4), axis=0)
case('cumsum', 'neg', n(2, 3, 4), axis=-2)
case('digitize', 'a', n(6), np.array([-1, 0, 0.5], 'float32'))
case('where', 'bc', n(3, 1) > 0, n(1, 4), n(3, 4))
case('isclose', 'a', np.array([1, 1, np.nan], 'float32'), np.array([1.000001, 1.1, np.nan], 'float32'))
case('conv', '1d', n(2, 9, 3), n(3, 3, 4), padding='same', dilation_rate=2)
case('conv', '3d', n(1, 5, 5, 5, 2), n(2, 3, 2, 2, 3), strides=[1, 2, 1])
case('conv', 'groups', n(1, 6, 6, 4), n(3, 3, 2, 6))
case('conv', 's3same', n(1, 7, 8, 2), n(3, 2, 2, 3), strides=[3, 2], padding='same')
for p in ('valid', 'same'):
    for s in (1, 2, 3):
        case('conv_transpose', '%s%d' % (p, s), n(1, 4, 5, 2), n(3, 2, 3, 2), strides=s, padding=p)
case('conv_transpose', 'op', n(1, 4, 5, 2), n(3, 3, 3, 2), strides=2, padding='same', output_padding=1)
case('conv_transpose', 'opv', n(1, 4, 2), n(3, 3, 2), strides=2, padding='valid', output_padding=1)
case('conv_transpose', '1d', n(1, 4, 2), n(4, 3, 2), strides=3, padding='same')
case('conv_transpose', '1dk2s3', n(1, 4, 2), n(2, 3, 2), strides=3, padding='valid')
case('depthwise_conv', 's', n(1, 6, 6, 3), n(3, 3, 3, 2), strides=2, padding='same')
case('depthwise_conv', '1d', n(1, 6, 3), n(3, 3, 2))
case('separable_conv', 'a', n(1, 5, 5, 3), n(3, 3, 3, 2), n(1, 1, 6, 4), padding='same')
case('max_pool', '1d', n(1, 7, 2), 3, strides=2, padding='valid')
case('max_pool', '3d', n(1, 4, 5, 4, 2), 2, strides=1, padding='same')
case('average_pool', '1d', n(1, 7, 2), 3, strides=2, padding='same')
case('average_pool', 'v', n(1, 5, 5, 2), [2, 3], strides=[1, 2])
case('adaptive_average_pool', 'a', n(1, 5, 7, 2), [2, 3])
case('adaptive_max_pool', 'a', n(1, 5, 7, 2), [2, 3])
case('space_to_depth', 'a', n(1, 4, 6, 3), 2)
case('depth_to_space', 'a', n(1, 2, 3, 8), 2)
case('psnr', 'a', n(3, 4), n(3, 4), 5.0)
case('layer_normalization', 'ax', n(2, 3, 4), pos(3, 4), n(3, 4), axis=[1, 2], epsilon=0.001)
case('rms_normalization', 'a', n(3, 4), pos(4))
case('batch_normalization', 'a', n(3, 4, 2), n(2), pos(2), axis=-1, offset=n(2), scale=pos(2))
case('batch_normalization', 'ax1', n(3, 4, 2), n(4), pos(4), axis=1)
case('layer_normalization', 'ax1', n(2, 3, 4), pos(3), n(3), axis=1)
case('normalize', 'o1', n(3, 4), axis=0, order=1)
case('normalize', 'o3', n(3, 4), axis=-1, order=3)
case('normalize', 'z', np.zeros((2, 3), 'float32'), grad=False)
case('moments', 'keep', n(3, 4, 2), axes=[1], keepdims=True)
t = pos(3, 4)
t /= t.sum(-1, keepdims=True)
p = pos(3, 4)
p /= p.sum(-1, keepdims=True)
case('categorical_crossentropy', 'a', t, p)
case('categorical_crossentropy', 'l', t, n(3, 4), from_logits=True)
case('categorical_crossentropy', 'ax', t.T.copy(), n(4, 3), from_logits=True, axis=0)
case('sparse_categorical_crossentropy', 'a', ii(0, 4, 3), p)
case('sparse_categorical_crossentropy', 'l', ii(0, 4, 3), n(3, 4), from_logits=True)
case('binary_crossentropy', 'a', t, p)
case('binary_crossentropy', 'l', t, 50 * n(3, 4), from_logits=True)
q, k, v = (n(2, 3, 4, 5), n(2, 6, 4, 5), n(2, 6, 4, 5))
case('dot_product_attention', 'mask', q, k, v, mask=n(2, 1, 3, 6) > 0)
case('dot_product_attention', 'bias', q, k, v, bias=n(2, 4, 3, 6))
case('dot_product_attention', 'scale', q, k, v, scale=0.3)
case('dot_product_attention', 'gqa', q, n(2, 6, 2, 5), n(2, 6, 2, 5))

def spd(*s):
    a = n(*s)
    return (a @ np.swapaxes(a, -1, -2) + np.eye(s[-1]) * 2).astype('float32')

def well(*s):
    return (n(*s) + np.eye(s[-1]) * 3).astype('float32')
case('cholesky', 'b', spd(2, 4, 4))
case('cholesky', 'up', spd(3, 3), upper=True)
case('inv', 'b', well(2, 4, 4))
case('det', 'b', n(2, 3, 3))
case('det', '5', n(5, 5))
case('solve', 'v', well(4, 4), n(4))
case('solve', 'b', well(2, 4, 4), n(2, 4, 3))
case('inv', 'swap', np.array([[0, 2, 1], [1, 0, 3], [4, 1, 0]], 'float32'))
case('solve_triangular', 'l', well(4, 4), n(4, 2), lower=True)
case('solve_triangular', 'u', well(2, 4, 4), n(2, 4, 2))
case('qr', 'a', n(5, 3))
case('qr', 'w', n(3, 5))
case('qr', 'sq', n(2, 4, 4))
case('qr', 'c', n(5, 3), mode='complete', grad=False)
case('logdet', 'a', spd(2, 3, 3))
case('slogdet', 'a', n(2, 3, 3))
case('lstsq', 'a', n(6, 3), n(6, 2))
case('lstsq', 'v', n(6, 3), n(6))
case('pinv', 'a', n(5, 3))
case('pinv', 'w', n(2, 3, 5))
case('matrix_rank', 'a', np.array([[1, 2], [2, 4]], 'float32'))
case('svd', 's', n(2, 5, 3), compute_uv=False)
case('cholesky_inverse', 'a', np.linalg.cholesky(spd(3, 3)).astype('float32'))
for nm, o, ax in [('p3', 3, 1), ('inf', float('inf'), 1), ('ninf', float('-inf'), 1), ('zero', 0, 1), ('m1', 1, [0, 1]), ('mn1', -1, [0, 1]), ('minf', float('inf'), [0, 1]), ('mninf', float('-inf'), [0, 1]), ('m2', 2, [0, 1]), ('mn2', -2, [0, 1]), ('nuc', 'nuc', [0, 1]), ('fro', 'fro', [1, 2])]:
    case('norm', nm, n(3, 4) if nm != 'fro' else n(2, 3, 4), axis=ax, ord=o, grad=nm != 'zero')
case('norm', 'keep', n(2, 3, 4), axis=[-2, -1], keepdims=True)
case('norm', 'b2', n(2, 3, 4), axis=[-2, -1], ord=2)
case('norm', 'b1', n(2, 3, 4), axis=[2, 0], ord=1, keepdims=True)
case('rfft', 'a', n(2, 10))
case('rfft', '9', n(2, 9))
case('rfft', 'pad', n(2, 6), fft_length=10)
case('rfft', 'cut', n(2, 12), fft_length=8)
case('rfft', '100', n(1, 100))
case('rfft', 'prime', n(1, 131))
case('fft', 'a', [n(3, 12), n(3, 12)])
case('fft', '96', [n(2, 96), n(2, 96)])
case('fft2', 'a', [n(4, 6), n(4, 6)])
case('ifft2', 'a', [n(4, 6), n(4, 6)])
case('irfft', 'a', [n(3, 6), n(3, 6)], grad=False)
case('irfft', 'odd', [n(3, 6), n(3, 6)], fft_length=11, grad=False)
case('irfft', 'fl', [n(3, 6), n(3, 6)], fft_length=8, grad=False)
case('stft', 'a', n(2, 60), 16, 4, 32)
case('stft', 'nc', n(2, 60), 16, 8, 16, center=False)
case('extract_sequences', 'a', n(2, 20), 6, 3)
for it in 'bilinear nearest bicubic lanczos3 lanczos5'.split():
    for aa in (False, True):
        for nm, sz in (('up', [7, 9]), ('down', [2, 3])):
            case('image.resize', '%s%d%s' % (it, aa, nm), n(1, 5, 6, 2), sz, interpolation=it, antialias=aa)
case('image.resize', 'area', n(1, 6, 6, 2), [2, 3], interpolation='area', grad=False)
case('image.resize', 'crop', n(1, 6, 9, 2), [4, 4], crop_to_aspect_ratio=True)
case('image.resize', 'pad', n(1, 6, 9, 2), [4, 4], pad_to_aspect_ratio=True, fill_value=2.0)
case('image.resize', '3d', n(5, 6, 2), [3, 4])
case('image.extract_patches', 'str', n(1, 7, 6, 2), [3, 2], strides=[2, 1], padding='same')
case('image.extract_patches', 'dil', n(1, 7, 7, 2), 2, strides=1, dilation_rate=2)
tr = np.array([[1, 0.1, 0.5, -0.2, 0.9, 1, 0, 0], [0.8, 0.3, -1, 0.1, 1.2, 0, 0.01, 0.02]], 'float32')
for it in ('bilinear', 'nearest'):
    for fm in ('constant', 'nearest', 'reflect', 'wrap'):
        case('image.affine_transform', it + fm, n(2, 5, 6, 2), tr, interpolation=it, fill_mode=fm, fill_value=0.7, grad=False)
sp = np.array([[[0, 0], [0, 5], [5, 0], [5, 5]]], 'float32')
ep = np.array([[[1, 0], [0, 5], [5, 1], [4, 5]]], 'float32')
case('image.perspective_transform', 'a', n(1, 6, 6, 2), sp, ep, grad=False)
for o in (0, 1):
    for fm in ('constant', 'nearest', 'wrap'):
        case('image.map_coordinates', '%d%s' % (o, fm), n(5, 6), (n(2, 7) * 3 + 2).astype('float32'), order=o, fill_mode=fm, grad=fm == 'nearest' and o == 1)
u = R.random((1, 3, 4, 3)).astype('float32')
case('image.rgb_to_hsv', 'a', u)
case('image.hsv_to_rgb', 'a', u)
case('image.sobel_edges', 'a', n(1, 5, 6, 2))
case('image.gaussian_blur', 'a', n(1, 6, 7, 2), kernel_size=[3, 3], sigma=[1.0, 2.0])
case('image.rgb_to_grayscale', 'a', u)

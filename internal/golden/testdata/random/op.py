"""Operations with random shapes, axes, types, ties and odd values."""
from common import *
from keras import ops



def argj(a):
    if isinstance(a, np.ndarray):
        return array(a)
    if isinstance(a, (list, tuple)):
        return [argj(x) for x in a]
    if isinstance(a, float) and np.isinf(a):
        return 'inf' if a > 0 else '-inf'
    if isinstance(a, np.generic):
        return a.item()
    return a



def case(fn, name, *args, grad=True, **kw):

    def run():
        f = ops
        for p in fn.split('.'):
            f = getattr(f, p)
        r = rng_of(fn + name)
        fl = []

        def t(a):
            if isinstance(a, np.ndarray):
                v = tf.constant(a)
                if a.dtype.kind == 'f':
                    fl.append(v)
                return v
            if isinstance(a, list) and any((isinstance(x, np.ndarray) for x in a)):
                return [t(x) for x in a]
            return a
        A = [t(a) for a in args]
        K = {k: t(kw[k]) for k in sorted(kw)}
        with tf.GradientTape() as tape:
            for v in fl:
                tape.watch(v)
            ys = keras.tree.flatten(f(*A, **K))
            outs = [np.asarray(y) for y in ys]
            cts = [r.normal(size=o.shape).astype('float32') if o.dtype.kind == 'f' else None for o in outs]
            tot = sum((tf.reduce_sum(y * c) for y, c in zip(ys, cts) if c is not None))
        d = {'function': fn, 'args': [argj(a) for a in args], 'kwargs': {k: argj(v) for k, v in kw.items()}, 'outputs': [array(o) for o in outs]}
        if grad and fl and any((c is not None for c in cts)):
            g = tape.gradient(tot, fl)
            g = [np.zeros(x.shape, 'float32') if y is None else tf.convert_to_tensor(y).numpy() for x, y in zip(fl, g)]
            if all((np.isfinite(x).all() for x in g)):
                d['cotangents'] = [array(c) for c in cts]
                d['grad_float_args'] = [array(x) for x in g]
        return d
    attempt('op', f"{fn.replace('.', '_')}/{name}", run)



def n(r, *s):
    return r.normal(size=s).astype('float32')



def ii(r, lo, hi, *s, dt='int32'):
    return r.integers(lo, hi, s).astype(dt)
SH = [(), (1,), (5,), (1, 1), (3, 4), (2, 3, 4), (2, 1, 3), (1, 4, 1, 2)]
ODD = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.5, -2.5, 1.5, 1e-20, 1e+20, np.inf, -np.inf, np.nan], 'float32')
from itertools import product
UN = 'abs negative sign square sqrt rsqrt reciprocal exp exp2 expm1 log log1p log2 log10 sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh deg2rad rad2deg sinc floor ceil trunc round erf erfinv isnan isinf isfinite signbit cbrt sigmoid log_sigmoid softplus relu relu6 silu selu hard_sigmoid hard_silu softsign elu gelu leaky_relu celu logical_not'.split()
for f in UN:
    r = rng_of('u' + f)
    for i, s in enumerate([(), (1,), (2, 3)]):
        x = r.uniform(0.1, 0.9, s).astype('float32')
        if f == 'arccosh':
            x = x + 1.5
        case(f, f'm{i}', np.asarray(x, 'float32'))
    case(f, 'odd', ODD, grad=False)
    case(f, 'empty', np.zeros((0, 3), 'float32'), grad=False)
    if f not in ('erf', 'erfinv', 'cbrt', 'rsqrt'):
        case(f, 'int', np.array([-3, -1, 0, 1, 2, 7], 'int32'), grad=False)
BI = 'add subtract multiply divide floor_divide mod power maximum minimum arctan2 logaddexp hypot equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor divide_no_nan heaviside'.split()
BS = [((), (3,)), ((3, 1), (1, 4)), ((2, 3, 4), (4,)), ((2, 3, 4), (3, 1)), ((1,), ()), ((0, 3), (1, 3)), ((2, 1, 3), (5, 1))]
for f in BI:
    for i, (a, b) in enumerate(BS):
        r = rng_of(f'b{f}{i}')
        x, y = (r.uniform(0.5, 2, a).astype('float32'), r.uniform(0.6, 2.1, b).astype('float32'))
        case(f, f'm{i}', np.asarray(x), np.asarray(y), grad=f not in ('mod', 'floor_divide'))
    a, b = np.meshgrid(ODD, ODD)
    if f not in ('mod', 'power', 'floor_divide', 'hypot', 'logaddexp'):
        case(f, 'odd', a, b, grad=False)
    p, q = np.meshgrid(np.array([-7, -2, -1, 0, 1, 3, 8], 'int32'), np.array([-3, -1, 2, 5], 'int32'))
    if f in ('power',):
        q = np.abs(q)
    case(f, 'int', p, q, grad=False)
    case(f, 'mixed', p, q.astype('float32'), grad=False) if f not in ('power', 'arctan2') else 0
    if f in ('mod', 'floor_divide'):
        case(f, 'signs', p.astype('float32'), q.astype('float32') + np.float32(0.25), grad=False)
RED = 'sum prod max min mean var std all any logsumexp count_nonzero median argmax argmin'.split()
for f in RED:
    i = 0
    for s in [(5,), (1, 1), (3, 4), (2, 3, 4), (2, 1, 3, 2)]:
        axes = [None] + list(range(len(s))) + [-1] + ([(0, 1), (-1, -2), (0, len(s) - 1)] if len(s) > 1 and f[:3] != 'arg' else [])
        for ax in axes:
            r = rng_of(f'r{f}{i}')
            kd = bool(r.random() < 0.5)
            x = n(r, *s)
            if f in ('all', 'any'):
                x = r.random(s) > 0.4
            if f == 'count_nonzero':
                x = ii(r, 0, 2, *s)
            k = {'axis': ax if not isinstance(ax, tuple) else list(ax)} if ax is not None or r.random() < 0.5 else {}
            if kd and f != 'count_nonzero':
                k['keepdims'] = True
            case(f, f'm{i}', x, **k)
            i += 1
    if f not in ('all', 'any', 'logsumexp', 'var', 'std', 'median'):
        case(f, 'int', ii(rng_of(f), -4, 5, 3, 4), axis=1)
        case(f, 'bool', rng_of(f).random((3, 4)) > 0.5, axis=0) if f in ('sum', 'max', 'min', 'mean', 'argmax') else 0
    if f not in ('all', 'any', 'count_nonzero'):
        case(f, 'nan', np.array([[1, np.nan, 3], [np.inf, 2, -np.inf], [1, 2, 2]], 'float32'), axis=1, grad=False)
        case(f, 'ties', np.array([[2, 2, 1], [1, 1, 1], [0, -0.0, 0]], 'float32'), axis=1, grad=False)
    if f in ('sum', 'prod', 'all', 'any', 'count_nonzero'):
        case(f, 'empty', np.zeros((0, 3), bool if f in ('all', 'any') else 'float32'), axis=0, grad=False)
for i in range(20):
    r = rng_of(f'sh{i}')
    s = SH[3 + i % 5]
    x = n(r, *s)
    d = len(s)
    ax = lambda: int(r.integers(-d, d))
    case('flip', f'm{i}', x, **{'axis': ax()} if r.random() < 0.6 else {})
    case('roll', f'm{i}', x, int(r.integers(-5, 6)), **{'axis': ax()} if r.random() < 0.6 else {})
    case('cumsum', f'm{i}', x, **{'axis': ax()} if r.random() < 0.7 else {})
    case('cumprod', f'm{i}', x, **{'axis': ax()} if r.random() < 0.7 else {})
    case('sort', f'm{i}', x, axis=ax())
    case('argsort', f'm{i}', ii(r, 0, 3, *s), axis=ax())
    case('expand_dims', f'm{i}', x, int(r.integers(-d - 1, d + 1)))
    case('repeat', f'm{i}', x, int(r.integers(0, 4)), **{'axis': ax()} if r.random() < 0.7 else {})
    case('tile', f'm{i}', x, [int(v) for v in r.integers(1, 3, int(r.integers(1, d + 2)))])
    case('transpose', f'm{i}', x, **{'axes': [int(v) for v in r.permutation(d)]} if r.random() < 0.7 else {})
    case('moveaxis', f'm{i}', x, ax(), ax())
    case('swapaxes', f'm{i}', x, ax(), ax())
    case('softmax', f'm{i}', x, axis=ax())
    case('log_softmax', f'm{i}', x, axis=ax())
    a = ax()
    case('take', f'm{i}', x, ii(r, -s[a], s[a], *pick(r, (3,), (2, 2), (1,), ())), axis=a)
    case('stack', f'm{i}', [x, n(r, *s)], axis=int(r.integers(-d - 1, d + 1)))
    a = ax()
    case('concatenate', f'm{i}', [x, n(r, *s)], axis=a)
    case('pad', f'm{i}', x, [[int(r.integers(0, 3)), int(r.integers(0, 3))] for _ in s], **{'constant_values': 2.5} if r.random() < 0.4 else {})
    case('tril', f'm{i}', x, int(r.integers(-3, 4)))
    case('triu', f'm{i}', x, int(r.integers(-3, 4)))
    case('diagonal', f'm{i}', x, int(r.integers(-1, 2)))
    case('trace', f'm{i}', x)
    case('clip', f'm{i}', x, -0.5, pick(r, 0.5, 0.1))
    case('where', f'm{i}', r.random(s) > 0.5, x, n(r, *pick(r, s, (1,) * d, ())))
    case('nan_to_num', f'm{i}', ODD[:3 + i % 11], grad=False)
    case('norm', f'm{i}', x, axis=ax(), ord=pick(r, 1, 2, 3), keepdims=bool(r.random() < 0.5))
    case('quantile', f'm{i}', x, pick(r, 0.1, 0.5, 0.77, 1.0), axis=ax(), method=pick(r, 'linear', 'lower', 'higher', 'midpoint', 'nearest'), keepdims=bool(r.random() < 0.5), grad=False)
    case('one_hot', f'm{i}', ii(r, -1, 5, *pick(r, (3,), (2, 2), ())), 4, axis=pick(r, -1, 0))
    case('top_k', f'm{i}', ii(r, 0, 4, 3, 5).astype('float32'), int(r.integers(1, 6)), grad=False)
    case('matmul', f'm{i}', *[n(r, *q) for q in pick(r, ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 1, 3, 4), (5, 4, 2)), ((1, 3), (3, 1)), ((2, 2, 3), (3, 4)))])
    case('dot', f'm{i}', *[n(r, *q) for q in pick(r, ((3,), (3,)), ((2, 3), (3, 2)), ((2, 3, 4), (4,)), ((2, 3, 4), (2, 4, 3)), ((), (3,)))])
    case('tensordot', f'm{i}', n(r, 2, 3, 4), n(r, 4, 3, 2), axes=pick(r, 1, [[1, 2], [1, 0]], [[-1], [0]], [[0, 1], [2, 1]]))
    case('outer', f'm{i}', x, n(r, 3))
    case('cross', f'm{i}', n(r, 2, 3), n(r, *pick(r, (2, 3), (1, 3), (3,))))
    case('scatter_update', f'm{i}', n(r, 4, 3), ii(r, 0, 3, 2, 2), n(r, 2)) if i < 3 else case('segment_sum', f'm{i}', n(r, 6, 2), ii(r, 0, 4, 6), num_segments=pick(r, 4, 6))
    case('searchsorted', f'm{i}', np.sort(ii(r, 0, 5, 6).astype('float32')), ii(r, -1, 7, 4).astype('float32'), side=pick(r, 'left', 'right'))
    case('einsum', f'm{i}', *pick(r, ('ij,kj->ik', n(r, 2, 3), n(r, 4, 3)), ('bij,bjk', n(r, 2, 3, 4), n(r, 2, 4, 2)), ('i,i->', n(r, 4), n(r, 4)), ('...ij->...ji', n(r, 2, 3, 4)), ('ij->', n(r, 2, 3)), ('ii->i', n(r, 3, 3))))
    case('moments', f'm{i}', x, axes=[ax()], keepdims=bool(r.random() < 0.5))
    case('squeeze', f'm{i}', n(r, 2, 1, 3, 1), **{'axis': pick(r, 1, -1, [1, 3])} if r.random() < 0.7 else {})
    case('split', f'm{i}', n(r, 4, 6), pick(r, 2, [1, 3], [2]), axis=pick(r, 0, 1, -1))
    case('linspace', f'm{i}', pick(r, 0.0, -1.0), pick(r, 1.0, 5.0), int(r.integers(1, 7)), endpoint=bool(r.random() < 0.7))
    case('arange', f'm{i}', *pick(r, (5,), (2, 7), (5, 0, -2), (0.0, 1.0, 0.3), (0,)))
    case('eye', f'm{i}', int(r.integers(1, 4)), int(r.integers(1, 5)), int(r.integers(-2, 3)))
    case('in_top_k', f'm{i}', ii(r, 0, 4, 3), ii(r, 0, 3, 3, 4).astype('float32'), int(r.integers(1, 4)))
    case('bincount', f'm{i}', ii(r, 0, 5, 7), minlength=pick(r, 0, 8))
    case('digitize', f'm{i}', n(r, 5), np.array([-1, 0, 0.5], 'float32'))
    case('round', f'm{i}', n(r, 5) * 100, int(r.integers(-2, 3)), grad=False)
    case('diag', f'm{i}', n(r, *pick(r, (3,), (3, 3), (2, 4))), int(r.integers(-2, 3)))
    case('normalize', f'm{i}', x, axis=ax(), order=pick(r, 1, 2, 3))
    case('argmax', f't{i}', ii(r, 0, 2, *s), axis=ax())
    case('count_nonzero', f't{i}', x * (r.random(s) > 0.5).astype('float32'), axis=ax())
    case('isclose', f'm{i}', n(r, 4), n(r, 4), rtol=1.0, atol=0.1)
done()

"""schedule, regularizer, constraint, activation, initializer, util, callback-free small kinds."""
from common import *
S = keras.optimizers.schedules
STEPS = [0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 14, 15, 16, 19, 20, 21, 29, 30, 31, 33, 40, 41, 50, 63, 64, 65, 100, 101, 1000, 12345, 1000000]



def sched(c, r):
    m = lambda p=0.5: r.random() < p
    i = pick(r, 0.1, 0.001, 1.0, 0.0123, 3e-05)
    if c == 'ExponentialDecay':
        k = dict(initial_learning_rate=i, decay_steps=pick(r, 1, 3, 10, 7, 1000), decay_rate=pick(r, 0.5, 0.96, 1.0, 1.1, 0.01))
        if m():
            k['staircase'] = True
    elif c == 'InverseTimeDecay':
        k = dict(initial_learning_rate=i, decay_steps=pick(r, 1, 3, 10, 7.5), decay_rate=pick(r, 0.5, 2.0, 0.0, 1.3))
        if m():
            k['staircase'] = True
    elif c == 'PiecewiseConstantDecay':
        n = pick(r, 1, 2, 3, 5)
        b = sorted(r.choice(np.arange(0, 70), n, replace=False).tolist())
        k = dict(boundaries=b, values=[float(np.round(r.random(), 4)) for _ in range(n + 1)])
        if m(0.3):
            k['boundaries'] = [float(x) for x in b]
    elif c == 'PolynomialDecay':
        k = dict(initial_learning_rate=i, decay_steps=pick(r, 1, 10, 31, 1000))
        if m():
            k['end_learning_rate'] = pick(r, 0.0, 0.01, 0.5)
        if m():
            k['power'] = pick(r, 0.5, 2.0, 3.0)
        if m():
            k['cycle'] = True
    elif c == 'CosineDecay':
        k = dict(initial_learning_rate=i, decay_steps=pick(r, 1, 10, 33, 1000))
        if m():
            k['alpha'] = pick(r, 0.1, 0.5, 1.0)
        if m():
            k['warmup_steps'] = pick(r, 1, 5, 16, 0)
            if m(0.8):
                k['warmup_target'] = pick(r, 0.2, 1.0, 0.001)
        elif m(0.3):
            k['warmup_target'] = 0.4
    else:
        k = dict(initial_learning_rate=i, first_decay_steps=pick(r, 1, 5, 10, 32))
        if m():
            k['t_mul'] = pick(r, 1.0, 1.5, 3.0)
        if m():
            k['m_mul'] = pick(r, 0.5, 0.9, 1.2)
        if m():
            k['alpha'] = pick(r, 0.1, 0.5)
    if m(0.2):
        k['name'] = 'sched'
    return k
for c in 'ExponentialDecay InverseTimeDecay PiecewiseConstantDecay PolynomialDecay CosineDecay CosineDecayRestarts'.split():
    for i in range(20):
        n = f'{c}/m{i}'
        r = rng_of('s' + n)

        def f():
            k = sched(c, r)
            s = getattr(S, c)(**k)
            return {'class': c, 'config': k, 'serialized': s.get_config(), 'steps': STEPS, 'values': array(np.array([np.float32(s(t)) for t in STEPS], 'float32'))}
        attempt('schedule', n, f)
SH = [(4, 3), (1,), (5,), (1, 1), (2, 3, 4), (2, 3, 2, 3), (6, 1), (1, 6)]
for c, opts in [('L1', lambda r: {'l1': pick(r, 0.1, 0.0001, 0.0, 3.0)}), ('L2', lambda r: {'l2': pick(r, 0.1, 0.0001, 0.0, 3.0)}), ('L1L2', lambda r: {k: pick(r, 0.1, 0.0, 2.0) for k in ('l1', 'l2') if r.random() < 0.7}), ('OrthogonalRegularizer', lambda r: {**({'factor': pick(r, 0.1, 1.0)} if r.random() < 0.6 else {}), **({'mode': pick(r, 'rows', 'columns')} if r.random() < 0.7 else {})})]:
    for i in range(10):
        n = f'{c}/m{i}'
        r = rng_of('r' + n)

        def f():
            k = opts(r)
            o = getattr(keras.regularizers, c)(**k)
            s = pick(r, *SH) if c[0] == 'L' else pick(r, (4, 3), (2, 5), (1, 4), (3, 1))
            x = r.normal(size=s).astype('float32')
            return {'class': c, 'config': k, 'serialized': o.get_config(), 'inputs': [array(x)], 'output': array(o(x)), 'grad': array(grad(lambda a: keras.ops.sum(o(a)), [x])[0])}
        attempt('regularizer', n, f)
for c, opts in [('MaxNorm', lambda r, s: {**({'max_value': pick(r, 0.5, 1.0, 10.0, 0.0)} if r.random() < 0.7 else {}), 'axis': ax(r, s)}), ('NonNeg', lambda r, s: {}), ('UnitNorm', lambda r, s: {'axis': ax(r, s)}), ('MinMaxNorm', lambda r, s: {**{k: v for k, v in dict(min_value=pick(r, 0.2, 1.0), max_value=pick(r, 1.5, 3.0), rate=pick(r, 0.3, 1.0)).items() if r.random() < 0.6}, 'axis': ax(r, s)})]:

    def ax(r, s):
        a = list(range(len(s)))
        return pick(r, 0, len(s) - 1, -1, a, a[:-1] or 0, [len(s) - 1])
    for i in range(12):
        n = f'{c}/m{i}'
        r = rng_of('c' + n)

        def f():
            s = pick(r, *SH)
            k = opts(r, s)
            o = getattr(keras.constraints, c)(**k)
            x = r.normal(size=s).astype('float32')
            if r.random() < 0.3:
                x[..., 0] = 0
            return {'class': c, 'config': k, 'serialized': o.get_config(), 'inputs': [array(x)], 'outputs': [array(o(keras.ops.convert_to_tensor(x)))]}
        attempt('constraint', n, f)
A = dict(relu=[{}, {'negative_slope': 0.3}, {'max_value': 1.5}, {'threshold': 0.5}, {'negative_slope': 0.1, 'max_value': 2.0, 'threshold': -0.5}, {'max_value': 0.0}], sigmoid=[{}], tanh=[{}], softmax=[{}, {'axis': 0}, {'axis': 1}, {'axis': -2}], linear=[{}], gelu=[{}, {'approximate': True}], elu=[{}, {'alpha': 0.3}, {'alpha': 2.0}], selu=[{}], softplus=[{}], silu=[{}], leaky_relu=[{}, {'negative_slope': 0.01}, {'negative_slope': 1.5}], exponential=[{}], hard_sigmoid=[{}], log_softmax=[{}, {'axis': 0}, {'axis': -2}], mish=[{}], softsign=[{}], relu6=[{}], hard_silu=[{}], hard_tanh=[{}], celu=[{}, {'alpha': 0.5}], glu=[{}, {'axis': 0}, {'axis': 1}], log_sigmoid=[{}], squareplus=[{}, {'b': 1.0}, {'b': 0.5}], soft_shrink=[{}, {'threshold': 1.0}, {'threshold': 0.0}], hard_shrink=[{}, {'threshold': 1.0}, {'threshold': 0.0}], tanh_shrink=[{}], threshold=[{'threshold': 0.3, 'default_value': 7.0}, {'threshold': -1.0, 'default_value': 0.0}], sparsemax=[{}, {'axis': 1}, {'axis': -2}], sparse_plus=[{}], sparse_sigmoid=[{}])
for fn, confs in A.items():
    for j, k in enumerate(confs):
        for i, s in enumerate([(3, 4), (2, 4, 2), (1, 2), (2, 2, 2, 4), 'big', 'odd']):
            n = f'{fn}/m{j}_{i}'
            r = rng_of('a' + n)

            def f():
                g = getattr(keras.activations, fn)
                if s == 'big':
                    x = (r.normal(size=(4, 4)) * pick(r, 20, 80)).astype('float32')
                elif s == 'odd':
                    x = np.array([[0.0, -0.0, 1e-30, -1e-30], [np.inf, 1, -2, 3], [-np.inf, 1, 2, 3], [np.nan, 1, 2, 3]], 'float32')
                    return {'function': fn, 'config': k, 'inputs': [array(x)], 'outputs': [array(g(keras.ops.convert_to_tensor(x), **k))], 'cotangents': None, 'grad_inputs': None}
                else:
                    x = (r.normal(size=s) * 2).astype('float32')
                y = np.asarray(g(keras.ops.convert_to_tensor(x), **k))
                ct = r.normal(size=y.shape).astype('float32')
                gx = grad(lambda a: keras.ops.sum(g(a, **k) * ct), [x])[0]
                return {'function': fn, 'config': k, 'inputs': [array(x)], 'outputs': [array(y)], 'cotangents': [array(ct)], 'grad_inputs': [array(gx)]}
            attempt('activation', n, f)
I = keras.initializers
for i, (c, k, s) in enumerate([('Zeros', {}, (2, 3)), ('Ones', {}, ()), ('Constant', {'value': 2.5}, (3,)), ('Constant', {'value': -1}, (2, 1, 2)), ('Constant', {}, (2,)), ('Identity', {'gain': 2.0}, (3, 3)), ('Identity', {}, (4, 2)), ('Identity', {'gain': 0.5}, (1, 5)), ('STFT', {'side': 'real'}, (8, 1, 5)), ('STFT', {'side': 'imag'}, (8, 1, 5)), ('STFT', {'side': 'real', 'window': 'hamming', 'scaling': 'density', 'periodic': True}, (10, 1, 9)), ('STFT', {'side': 'imag', 'window': None, 'scaling': 'spectrum'}, (16, 1, 9))]):

    def f():
        o = getattr(I, c)(**k)
        return {'class': c, 'config': k, 'serialized': o.get_config(), 'shape': list(s), 'exact': True, 'output': array(o(s))}
    attempt('initializer', f'{c}/m{i}', f)



def moments(c, k, s, name):

    def f():
        o = getattr(I, c)(**k)
        x = np.asarray(o(s))
        x2 = np.concatenate([np.asarray(getattr(I, c)(**{**k, 'seed': 1000 + j})(s)).ravel() for j in range(40)])
        mean = k.get('mean', 0.0)
        if c == 'RandomUniform':
            a, b = (k.get('minval', -0.05), k.get('maxval', 0.05))
            e = dict(mean=(a + b) / 2, var=(b - a) ** 2 / 12, bound=None, min=a, max=b)
        elif c in ('RandomNormal', 'TruncatedNormal'):
            sd = k.get('stddev', 0.05)
            e = dict(mean=mean, var=sd * sd * (1 if c[0] == 'R' else 0.8796256610342398 ** 2), bound=None)
            if c[0] == 'T':
                e['min'], e['max'] = (mean - 2 * sd, mean + 2 * sd)
        else:
            d = o.distribution if hasattr(o, 'distribution') else None
            from keras.src.initializers.random_initializers import compute_fans
            fi, fo = compute_fans(s)
            n = {'fan_in': fi, 'fan_out': fo, 'fan_avg': (fi + fo) / 2}[o.mode]
            v = o.scale / max(1.0, n)
            e = dict(mean=0.0, var=v, bound=None)
            if d == 'uniform':
                e['bound'] = float(np.sqrt(3 * v))
            elif d == 'truncated_normal':
                e['bound'] = float(2 * np.sqrt(v) / 0.8796256610342398)
        assert abs(x2.var() / e['var'] - 1) < 0.05, (x2.var(), e)
        return {'class': c, 'config': k, 'serialized': o.get_config(), 'shape': list(s), 'exact': False, 'expected': e, 'sample': array(x)}
    attempt('initializer', name, f)
for c in 'GlorotNormal GlorotUniform HeNormal HeUniform LecunNormal LecunUniform'.split():
    for i, s in enumerate([(3000,), (50, 60), (3, 20, 30), (3, 2, 20, 30), (2, 2, 2, 15, 20), (1, 4000)]):
        moments(c, {}, s, f'{c}/m{i}')
for i in range(20):
    r = rng_of(f'vs{i}')
    moments('VarianceScaling', dict(scale=pick(r, 0.5, 1.0, 3.0), mode=pick(r, 'fan_in', 'fan_out', 'fan_avg'), distribution=pick(r, 'uniform', 'truncated_normal', 'untruncated_normal')), pick(r, (3000,), (30, 90), (3, 20, 50), (2, 3, 20, 20)), f'VarianceScaling/m{i}')
for i, k in enumerate([{}, {'mean': 1.0}, {'stddev': 2.0}, {'mean': -3.0, 'stddev': 0.1}]):
    moments('RandomNormal', k, (60, 50), f'RandomNormal/m{i}')
    moments('TruncatedNormal', k, (60, 50), f'TruncatedNormal/m{i}')
for i, k in enumerate([{}, {'minval': 0.0}, {'minval': -1.0, 'maxval': 3.0}]):
    moments('RandomUniform', k, (3000,), f'RandomUniform/m{i}')
U = keras.utils
for i in range(14):
    r = rng_of(f'tc{i}')
    n = pick(r, 2, 4, 6)
    x = r.integers(0, n, pick(r, (5,), (4, 1), (2, 3), (2, 3, 1), (1,))).astype(pick(r, 'int32', 'int64', 'float32'))
    k = {'num_classes': n + pick(r, 0, 1, 3)} if r.random() < 0.6 else {}
    attempt('util', f'to_categorical/m{i}', lambda: {'function': 'utils.to_categorical', 'args': [array(x)], 'kwargs': k, 'outputs': [array(U.to_categorical(x, **k))]})
for i in range(14):
    r = rng_of(f'nz{i}')
    x = r.normal(size=pick(r, (3, 4), (5,), (2, 3, 4))).astype('float32')
    if r.random() < 0.4:
        x[0] = 0
    k = {}
    if r.random() < 0.6:
        k['axis'] = pick(r, 0, -1, x.ndim - 1)
    if r.random() < 0.6:
        k['order'] = pick(r, 1, 2, 3)
    attempt('util', f'normalize/m{i}', lambda: {'function': 'utils.normalize', 'args': [array(x)], 'kwargs': k, 'outputs': [array(U.normalize(x, **k))]})
for i in range(20):
    r = rng_of(f'ps{i}')
    x = [r.integers(1, 9, int(r.integers(0, 6))).tolist() for _ in range(int(r.integers(1, 6)))]
    k = {}
    if r.random() < 0.5:
        k['maxlen'] = pick(r, 1, 3, 8)
    if r.random() < 0.5:
        k['padding'] = pick(r, 'pre', 'post')
    if r.random() < 0.5:
        k['truncating'] = pick(r, 'pre', 'post')
    if r.random() < 0.5:
        k['value'] = pick(r, -1, 7, 0)
    attempt('util', f'pad_sequences/m{i}', lambda: {'function': 'utils.pad_sequences', 'args': [x], 'kwargs': k, 'outputs': [array(U.pad_sequences(x, **k))]})
for i in range(30):
    r = rng_of(f'ts{i}')
    n = int(r.integers(8, 30))
    d = r.normal(size=(n,) + pick(r, (), (2,), (1,))).astype('float32')
    t = r.normal(size=(n - pick(r, 0, 0, 2),) + pick(r, (), (3,))).astype('float32') if r.random() < 0.6 else None
    k = {'sequence_length': int(r.integers(1, 6)), 'batch_size': pick(r, 1, 3, 4, 128), 'shuffle': False}
    for a, v in dict(sequence_stride=pick(r, 1, 2, 3), sampling_rate=pick(r, 1, 2), start_index=pick(r, 1, 3), end_index=n - pick(r, 1, 2)).items():
        if r.random() < 0.4:
            k[a] = v

    def f():
        b = []
        for e in U.timeseries_dataset_from_array(d, t, **k):
            b.append([array(v) for v in (e if isinstance(e, tuple) else (e,))])
        return {'function': 'utils.timeseries_dataset_from_array', 'data': array(d), 'targets': array(t), 'kwargs': k, 'batches': b}
    attempt('util', f'timeseries/m{i}', f)
done()

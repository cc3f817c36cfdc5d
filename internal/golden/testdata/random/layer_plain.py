"""Dense, conv, pool, norm, merge, reshape."""
from layerlib import *



def spec(c, **k):
    return {'class_name': c, 'config': k}
REGS = [spec('L1', l1=0.02), spec('L2', l2=0.05), spec('L1L2', l1=0.01, l2=0.1), 'l2', 'l1']
ACT = 'relu sigmoid tanh softmax gelu elu selu softplus silu leaky_relu exponential hard_sigmoid mish softsign log_softmax relu6 celu hard_silu log_sigmoid squareplus hard_tanh tanh_shrink'.split()



def common(r, k, bias=True):
    m = lambda p: r.random() < p
    if m(0.4):
        k['activation'] = pick(r, *ACT)
    if bias and m(0.3):
        k['use_bias'] = False
    if m(0.2):
        k['kernel_regularizer'] = pick(r, *REGS)
    if bias and m(0.15) and k.get('use_bias', True):
        k['bias_regularizer'] = pick(r, *REGS)
    if m(0.15):
        k['activity_regularizer'] = pick(r, *REGS)
    if m(0.1):
        k['kernel_constraint'] = pick(r, 'max_norm', 'non_neg', spec('MaxNorm', max_value=1.5, axis=[0]))
    if m(0.1):
        k['kernel_initializer'] = pick(r, 'he_normal', 'ones', spec('RandomNormal', stddev=0.1, seed=3), 'orthogonal', spec('Constant', value=0.5))
    if m(0.1):
        k['name'] = 'mine'
    if m(0.08):
        k['trainable'] = False
    return k
N = lambda n: range(int(n * float(os.environ.get('F', 1))))



def rs(r, *ch):
    return int(pick(r, *ch))



def x(r, *s):
    return r.normal(size=s).astype('float32')
for i in N(30):
    r = rng_of(f'Dense{i}')
    s = pick(r, (3, 4), (1, 1), (2, 5), (2, 3, 4), (1, 1, 3), (2, 2, 3, 2), (4, 1), (7, 3))
    k = common(r, {'units': rs(r, 1, 2, 5)})
    layer_case(f'm{i}', 'Dense', k, [x(r, *s)], r)
for i, (eq, out, b, s) in enumerate([('ab,bc->ac', 3, 'c', (2, 4)), ('abc,cd->abd', [None, 3], 'd', (2, 3, 4)), ('abc,cd->abd', [None, 3], 'bd', (2, 3, 4)), ('abc,bcd->ad', 5, 'd', (2, 3, 4)), ('...x,xy->...y', 4, 'y', (2, 3, 5)), ('abcd,cde->abe', [None, 3], 'e', (2, 3, 2, 4)), ('abc,bd->adc', [3, None], None, (2, 4, 5)), ('btd,dnh->btnh', [None, 2, 3], 'nh', (2, 4, 5)), ('a...b,bc->a...c', 2, 'c', (2, 3, 1, 4)), ('ab,b->ab', 4, None, (2, 4))]):
    for a in (None, 'tanh'):
        r = rng_of(f'Eins{i}{a}')
        k = {'equation': eq, 'output_shape': out}
        if b:
            k['bias_axes'] = b
        if a:
            k['activation'] = a
            k['kernel_regularizer'] = 'l2'
            k['activity_regularizer'] = spec('L1', l1=0.1)
        layer_case(f"m{i}{a or ''}", 'EinsumDense', k, [x(r, *s)], r)
for i in N(16):
    r = rng_of(f'Emb{i}')
    n = rs(r, 1, 4, 9)
    k = {'input_dim': n, 'output_dim': rs(r, 1, 3, 5)}
    if r.random() < 0.5:
        k['mask_zero'] = True
    if r.random() < 0.3:
        k['embeddings_regularizer'] = pick(r, *REGS)
    if r.random() < 0.2:
        k['activity_regularizer'] = pick(r, *REGS)
    if r.random() < 0.2:
        k['embeddings_constraint'] = 'non_neg'
    if r.random() < 0.2:
        k['trainable'] = False
    xs = r.integers(0, n, pick(r, (3,), (2, 4), (2, 1), (2, 3, 2), (1, 1))).astype(pick(r, 'int32', 'int64', 'float32', 'uint8'))
    layer_case(f'm{i}', 'Embedding', k, [xs], r)
    if i < 6:
        rr = rng_of(f'REmb{i}')
        kk = {'input_dim': 5, 'output_dim': 3, 'tie_weights': bool(i % 2)}
        if i > 2:
            kk['logit_soft_cap'] = 2.0
        if i % 3 == 0:
            kk['reverse_dtype'] = 'float32'
        layer_case(f'm{i}e', 'ReversibleEmbedding', kk, [rr.integers(0, 5, (2, 3)).astype('int32')], rr)
        layer_case(f'm{i}r', 'ReversibleEmbedding', kk, [x(rr, 2, 3)], rr, kwargs={'reverse': True})



def conv_conf(r, d, dil=True, transpose=False, groups=True):
    k = {'kernel_size': [int(pick(r, 1, 2, 3, 4)) for _ in range(d)] if r.random() < 0.6 else rs(r, 1, 2, 3, 5)}
    st = [int(pick(r, 1, 2, 3)) for _ in range(d)] if r.random() < 0.4 else rs(r, 1, 1, 2, 3)
    if r.random() < 0.5:
        k['strides'] = st
    if r.random() < 0.6:
        k['padding'] = pick(r, 'same', 'valid', 'causal' if d == 1 and (not transpose) else 'same')
    if dil and r.random() < 0.35:
        k['dilation_rate'] = rs(r, 2, 3) if r.random() < 0.6 else [int(pick(r, 1, 2)) for _ in range(d)]
    return k
for d in (1, 2, 3):
    for i in N(26 if d < 3 else 12):
        r = rng_of(f'Conv{d}{i}')
        ch = rs(r, 1, 2, 4)
        sp = [int(r.integers(4 if d == 3 else 5, 6 if d == 3 else 11)) for _ in range(d)]
        k = conv_conf(r, d)
        k['filters'] = rs(r, 1, 2, 4)
        if ch in (2, 4) and k['filters'] % 2 == 0 and (r.random() < 0.3):
            k['groups'] = 2
        layer_case(f'm{i}', f'Conv{d}D', common(r, k), [x(r, rs(r, 1, 2), *sp, ch)], r)
    for i in N(20 if d < 3 else 10):
        r = rng_of(f'ConvT{d}{i}')
        ch = rs(r, 1, 2, 3)
        sp = [int(r.integers(1, 4 if d == 3 else 7)) for _ in range(d)]
        k = conv_conf(r, d, False, True)
        k['filters'] = rs(r, 1, 2, 3)
        if r.random() < 0.3 and k.get('strides', 1) != 1:
            s = k['strides']
            k['output_padding'] = [int(r.integers(0, a)) for a in s] if isinstance(s, list) else int(r.integers(0, s))
        layer_case(f'm{i}', f'Conv{d}DTranspose', common(r, k), [x(r, rs(r, 1, 2), *sp, ch)], r)
for d in (1, 2):
    for i in N(20):
        r = rng_of(f'Dw{d}{i}')
        ch = rs(r, 1, 2, 3)
        sp = [int(r.integers(5, 9)) for _ in range(d)]
        for c in (f'DepthwiseConv{d}D', f'SeparableConv{d}D'):
            k = conv_conf(r, d)
            if k.get('padding') == 'causal':
                k.pop('padding') if c[0] == 'D' else 0
            if isinstance(k.get('strides'), list):
                k['strides'] = k['strides'][0]
            if r.random() < 0.5:
                k['depth_multiplier'] = rs(r, 1, 2, 3)
            if r.random() < 0.4:
                k['activation'] = pick(r, *ACT)
            if r.random() < 0.3:
                k['use_bias'] = False
            if c[0] == 'S':
                k['filters'] = rs(r, 1, 3)
                if r.random() < 0.3:
                    k['pointwise_regularizer'] = 'l2'
            if r.random() < 0.3:
                k['depthwise_regularizer'] = pick(r, *REGS)
            if r.random() < 0.1:
                k['activity_regularizer'] = 'l2'
            layer_case(f'm{i}', c, k, [x(r, 2, *sp, ch)], r)
for d in (1, 2, 3):
    for c in ('MaxPooling', 'AveragePooling'):
        for i in N(14 if d < 3 else 7):
            r = rng_of(f'{c}{d}{i}')
            sp = [int(r.integers(3, 9)) for _ in range(d)]
            k = {'pool_size': [int(pick(r, 1, 2, 3)) for _ in range(d)] if r.random() < 0.5 else rs(r, 1, 2, 3)}
            if r.random() < 0.2:
                k = {}
            if r.random() < 0.5:
                k['strides'] = [int(pick(r, 1, 2, 3)) for _ in range(d)] if r.random() < 0.5 else rs(r, 1, 2, 4)
            if r.random() < 0.5:
                k['padding'] = 'same'
            layer_case(f'm{i}', f'{c}{d}D', k, [x(r, 2, *sp, rs(r, 1, 3))], r)
    for c in ('AdaptiveAveragePooling', 'AdaptiveMaxPooling'):
        for i in N(5):
            r = rng_of(f'{c}{d}{i}')
            sp = [int(r.integers(3, 9)) for _ in range(d)]
            layer_case(f'm{i}', f'{c}{d}D', {'output_size': [int(r.integers(1, a + 1)) for a in sp] if r.random() < 0.7 else 2}, [x(r, 2, *sp, 2)], r)
    for c in ('GlobalMaxPooling', 'GlobalAveragePooling'):
        for i in N(4):
            r = rng_of(f'{c}{d}{i}')
            sp = [int(r.integers(1, 6)) for _ in range(d)]
            kw = {}
            if d == 1 and c == 'GlobalAveragePooling' and (i > 0):
                m = r.random((3, sp[0])) > 0.5
                m[0] = True
                m[:, 0] = True
                kw = {'mask': m}
            layer_case(f'm{i}', f'{c}{d}D', {'keepdims': bool(i % 2)}, [x(r, 3, *sp, 2)], r, kwargs=kw)
for i in N(24):
    r = rng_of(f'BN{i}')
    s = pick(r, (5, 3), (1, 3), (4, 2, 3), (2, 3, 2, 4), (3, 1), (2, 2, 2, 2, 3))
    k = {}
    if r.random() < 0.6:
        k['momentum'] = pick(r, 0.5, 0.0, 0.9, 1.0)
    if r.random() < 0.4:
        k['epsilon'] = pick(r, 1e-05, 0.1)
    if r.random() < 0.3:
        k['center'] = False
    if r.random() < 0.3:
        k['scale'] = False
    if len(s) > 2 and r.random() < 0.4:
        k['axis'] = pick(r, 1, -2, len(s) - 1)
    if r.random() < 0.15:
        k['trainable'] = False
    if r.random() < 0.2:
        k['gamma_regularizer'] = 'l2'
    if r.random() < 0.2:
        k['beta_regularizer'] = 'l1'
    if r.random() < 0.15:
        k['gamma_constraint'] = 'non_neg'
    if s[0] > 1 and r.random() < 0.2:
        k['renorm'] = True
    kw = {}
    if len(s) == 3 and 'axis' not in k and (r.random() < 0.6) and (not k.get('renorm')):
        m = r.random(s[:2]) > 0.4
        m[0, 0] = True
        kw = {'mask': m}
    layer_case(f'm{i}', 'BatchNormalization', k, [x(r, *s) * 2 + 1], r, training=pick(r, True, True, False, None), kwargs=kw, calls=pick(r, 1, 1, 3))
for i in N(16):
    r = rng_of(f'LN{i}')
    s = pick(r, (5, 3), (1, 3), (4, 2, 3), (2, 3, 2, 4), (3, 1))
    k = {}
    if r.random() < 0.5:
        k['axis'] = pick(r, 1, -1, [1, 2] if len(s) > 2 else 1, [-1, -2] if len(s) > 2 else -1)
    if r.random() < 0.4:
        k['epsilon'] = pick(r, 1e-05, 0.1)
    if r.random() < 0.3:
        k['center'] = False
    if r.random() < 0.3:
        k['scale'] = False
    if r.random() < 0.2:
        k['gamma_regularizer'] = 'l2'
    kw = {'mask': r.random(s[:2]) > 0.4} if len(s) == 3 and r.random() < 0.3 else {}
    layer_case(f'm{i}', 'LayerNormalization', k, [x(r, *s) * 2 + 1], r, kwargs=kw)
for i in N(14):
    r = rng_of(f'GN{i}')
    s = pick(r, (5, 4), (4, 2, 4), (2, 3, 2, 6), (2, 4, 3))
    ax = -1 if r.random() < 0.6 else 1
    k = {'groups': pick(r, -1, 1, 2, s[ax]), 'axis': ax}
    if r.random() < 0.4:
        k['epsilon'] = pick(r, 1e-05, 0.1)
    if r.random() < 0.3:
        k['center'] = False
    if r.random() < 0.3:
        k['scale'] = False
    layer_case(f'm{i}', 'GroupNormalization', k, [x(r, *s) * 2 + 1], r)
    k = {}
    if r.random() < 0.5:
        k['axis'] = pick(r, -1, [-1], len(s) - 1)
    if r.random() < 0.5:
        k['epsilon'] = 0.01
    layer_case(f'm{i}', 'RMSNormalization', k, [x(r, *s)], r)
    layer_case(f'm{i}', 'UnitNormalization', {'axis': pick(r, -1, 1, [1], [0, 1], list(range(1, len(s))))}, [x(r, *s)], r)
for i in N(8):
    r = rng_of(f'SN{i}')
    inner, s = pick(r, (spec('Dense', units=3, activation='tanh'), (2, 4)), (spec('Conv2D', filters=2, kernel_size=2), (1, 4, 4, 2)), (spec('Conv1D', filters=3, kernel_size=2, use_bias=False), (1, 4, 2)), (spec('Embedding', input_dim=5, output_dim=3), None))
    xs = x(r, *s) if s else r.integers(0, 5, (2, 3)).astype('int32')
    layer_case(f'm{i}', 'SpectralNormalization', {'layer': inner, 'power_iterations': rs(r, 1, 2, 4)}, [xs], r, training=pick(r, True, False, None), grad=False)
for c in 'Add Subtract Multiply Average Maximum Minimum Concatenate Dot'.split():
    for i in N(8):
        r = rng_of(f'{c}{i}')
        n = 2 if c in ('Subtract', 'Dot') else rs(r, 2, 3, 4)
        s = list(pick(r, (2, 3), (1, 1), (2, 3, 4), (2, 1, 3, 2)))
        k = {}
        ss = [tuple(s)] * n
        at = None
        if c == 'Concatenate':
            ax = int(r.integers(1, len(s)))
            k['axis'] = ax if r.random() < 0.5 else ax - len(s)
            ss = [tuple(s[:ax] + [int(r.integers(1, 4))] + s[ax + 1:]) for _ in range(n)]
        elif c == 'Dot':
            a, b, k['axes'] = pick(r, ((2, 3), (2, 3), 1), ((2, 3, 4), (2, 3, 4), 2), ((2, 3, 4), (2, 5, 4), -1), ((2, 3, 4), (2, 4, 3), [1, 2]), ((2, 3), (2, 3, 4), 1), ((2, 3, 4), (2, 3, 5), [1, 1]))
            ss = [a, b]
            if r.random() < 0.5:
                k['normalize'] = True
        elif r.random() < 0.5 and len(s) > 2:
            ss = [tuple(s)] + [tuple([s[0]] + [a if r.random() < 0.6 else 1 for a in s[1:]]) for _ in range(n - 1)]
        elif r.random() < 0.2 and len(s) == 3:
            ss = [tuple(s)] + [(s[0], s[2])] * (n - 1)
        if len(s) == 3 and c != 'Dot' and (r.random() < 0.4):
            at = [r.random(q[:2]) > 0.4 if r.random() < 0.8 else None for q in ss]
        layer_case(f'm{i}', c, k, [x(r, *q) for q in ss], r, style='list', attach=at)
for i in N(6):
    r = rng_of(f'resh{i}')
    layer_case(f'm{i}', 'Flatten', {}, [x(r, *pick(r, (3,), (2, 1), (2, 3, 4), (1, 2, 1, 3, 2)))], r)
    layer_case(f'm{i}', 'Reshape', {'target_shape': pick(r, [-1], [6, -1], [2, 3, 2], [-1, 1], [12], [3, -1, 2])}, [x(r, 2, 3, 4)], r)
    layer_case(f'm{i}', 'RepeatVector', {'n': rs(r, 1, 2, 5)}, [x(r, 2, rs(r, 1, 3))], r)
    layer_case(f'm{i}', 'Permute', {'dims': pick(r, [1, 2, 3], [3, 2, 1], [2, 3, 1], [1, 3, 2])}, [x(r, 2, 3, 1, 4)], r)
    p = lambda: [int(r.integers(0, 3)), int(r.integers(0, 3))]
    layer_case(f'm{i}', 'ZeroPadding1D', {'padding': pick(r, 0, 2, p())}, [x(r, 2, 5, 2)], r)
    layer_case(f'm{i}', 'ZeroPadding2D', {'padding': pick(r, 0, 2, p(), [p(), p()])}, [x(r, 2, 5, 4, 2)], r)
    layer_case(f'm{i}', 'ZeroPadding3D', {'padding': pick(r, 1, p() + [1], [p(), p(), p()])}, [x(r, 1, 3, 4, 3, 2)], r)
    layer_case(f'm{i}', 'Cropping1D', {'cropping': pick(r, 0, 2, p())}, [x(r, 2, 5, 2)], r)
    layer_case(f'm{i}', 'Cropping2D', {'cropping': pick(r, 0, 2, p(), [p(), p()])}, [x(r, 2, 5, 6, 2)], r)
    layer_case(f'm{i}', 'Cropping3D', {'cropping': pick(r, 1, p() + [1], [p(), p(), p()])}, [x(r, 1, 5, 5, 5, 2)], r)
    layer_case(f'm{i}', 'UpSampling1D', {'size': rs(r, 1, 2, 3)}, [x(r, 2, 3, 2)], r)
    layer_case(f'm{i}', 'UpSampling2D', {'size': pick(r, 2, [1, 3], [3, 2]), 'interpolation': pick(r, 'nearest', 'bilinear')}, [x(r, 2, 3, 4, 2)], r)
    layer_case(f'm{i}', 'UpSampling3D', {'size': pick(r, 2, [1, 3, 2])}, [x(r, 1, 2, 3, 2, 2)], r)
    layer_case(f'm{i}', 'ReLU', {k: v for k, v in dict(max_value=pick(r, 1.0, 6.0, 0.0), negative_slope=pick(r, 0.1, 0.3), threshold=pick(r, 0.5, 1.0)).items() if r.random() < 0.6}, [x(r, 3, 4) * 3], r)
    layer_case(f'm{i}', 'LeakyReLU', {} if i == 0 else {'negative_slope': pick(r, 0.01, 0.5, 0.0)}, [x(r, 3, 4)], r)
    layer_case(f'm{i}', 'ELU', {} if i == 0 else {'alpha': pick(r, 0.01, 0.5, 2.0)}, [x(r, 3, 4)], r)
    layer_case(f'm{i}', 'PReLU', {} if i == 0 else {'shared_axes': pick(r, [1], [2], [1, 2], [1, 2, 3]), 'alpha_regularizer': 'l2'}, [x(r, 2, 3, 2, 4)], r)
    layer_case(f'm{i}', 'Softmax', {'axis': pick(r, -1, 1, 2, [1, 2])}, [x(r, 2, 3, 4)], r, kwargs={'mask': r.random((2, 3, 4)) > (0.4 if i else 1.1)} if i % 2 == 0 else {})
    layer_case(f'm{i}', 'Masking', {} if i == 0 else {'mask_value': pick(r, 1.0, -1.0, 0.0)}, [np.where(r.random((3, 4, 1)) > 0.5, pick(r, 1.0, -1.0, 0.0), r.normal(size=(3, 4, 2))).astype('float32')], r)
    layer_case(f'm{i}', 'Activation', {'activation': pick(r, *ACT)}, [x(r, 3, 4)], r, kwargs={'mask': r.random((3, 4)) > 0.4} if i > 3 else {})
    layer_case(f'm{i}', 'ActivityRegularization', {'l1': pick(r, 0.0, 0.1), 'l2': pick(r, 0.0, 0.3)}, [x(r, rs(r, 1, 3), 4)], r)
    layer_case(f'm{i}', 'Rescaling', {'scale': pick(r, 1 / 255, 2.0, [1.0, 2.0, 3.0]), 'offset': pick(r, 0.0, -1.0, [0.0, 1.0, 2.0])}, [x(r, 2, 4, 3) if i else r.integers(0, 255, (2, 4, 3)).astype('uint8')], r)
    layer_case(f'm{i}', 'Dropout', {'rate': pick(r, 0.0, 0.5)}, [x(r, 3, 4)], r, training=False)
    layer_case(f'm{i}', 'Identity', {}, [x(r, 2, 3, 1)], r, kwargs={'mask': r.random((2, 3)) > 0.5} if i else {})
    layer_case(f'm{i}', 'CenterCrop', {'height': rs(r, 2, 4, 7), 'width': rs(r, 1, 3, 6)}, [x(r, 1, 6, 5, 2)], r, grad=False)
    layer_case(f'm{i}', 'TimeDistributed', {'layer': pick(r, spec('Dense', units=2, activation='tanh', kernel_regularizer='l2'), spec('Conv1D', filters=2, kernel_size=2), spec('Flatten'), spec('LayerNormalization'), spec('MaxPooling1D'))}, [x(r, 2, 3, 4, 2)], r, kwargs={'mask': r.random((2, 3)) > 0.4} if i % 2 else {})
done()

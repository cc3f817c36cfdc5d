"""Recurrent and attention layers."""
from layerlib import *



def spec(c, **k):
    return {'class_name': c, 'config': k}
F = float(os.environ.get('F', 1))
N = lambda n: range(int(n * F))



def x(r, *s):
    return r.normal(size=s).astype('float32')



def mask(r, b, t):
    m = r.random((b, t)) > 0.4
    k = r.integers(0, 4)
    if k == 0:
        m[0] = False
    if k == 1:
        m[:, 0] = False
    if k == 2:
        m = np.arange(t)[None] < r.integers(0, t + 1, (b, 1))
    return m
ACTS = ['relu', 'sigmoid', 'hard_sigmoid', 'softsign', 'elu', 'linear', 'gelu']



def rnn_conf(c, r, units):
    m = lambda p: r.random() < p
    k = {'units': units}
    for a in ('return_sequences', 'return_state', 'go_backwards', 'unroll'):
        if m(0.35):
            k[a] = True
    if m(0.25):
        k['activation'] = pick(r, *ACTS)
    if c != 'SimpleRNN' and m(0.25):
        k['recurrent_activation'] = pick(r, *ACTS)
    if m(0.2):
        k['use_bias'] = False
    if c == 'GRU' and m(0.4):
        k['reset_after'] = False
    if c == 'LSTM' and m(0.3):
        k['unit_forget_bias'] = False
    if m(0.2):
        k['kernel_regularizer'] = 'l2'
    if m(0.15):
        k['recurrent_regularizer'] = 'l1'
    if m(0.15):
        k['bias_regularizer'] = 'l2'
    if m(0.15):
        k['activity_regularizer'] = 'l2'
    if m(0.15):
        k['kernel_constraint'] = 'max_norm'
    if m(0.25):
        k['zero_output_for_mask'] = True
    if m(0.1):
        k['trainable'] = False
    return k
NS = {'LSTM': 2, 'GRU': 1, 'SimpleRNN': 1}
for c in NS:
    for i in N(34):
        r = rng_of(f'{c}{i}')
        b, t, f, u = (int(r.integers(1, 4)), int(r.integers(1, 6)), int(r.integers(1, 4)), int(r.integers(1, 4)))
        k = rnn_conf(c, r, u)
        kw = {}
        calls = 1
        if r.random() < 0.25:
            k['stateful'] = True
            calls = 3
        if r.random() < 0.5:
            kw['mask'] = mask(r, b, t)
        if r.random() < 0.3 and (not k.get('stateful')):
            st = [x(r, b, u) for _ in range(NS[c])]
            kw['initial_state'] = st if NS[c] > 1 or r.random() < 0.5 else st[0]
        layer_case(f'm{i}', c, k, [x(r, b, t, f)], r, kwargs=kw, calls=calls, training=pick(r, None, True, False))
for i in N(24):
    r = rng_of(f'Bi{i}')
    c = pick(r, *NS)
    b, t, f, u = (int(r.integers(1, 4)), int(r.integers(1, 6)), int(r.integers(1, 4)), int(r.integers(1, 4)))
    k = rnn_conf(c, r, u)
    k.pop('activity_regularizer', 0)
    k.pop('trainable', 0)
    k.pop('go_backwards', 0)
    kk = {'layer': spec(c, **k)}
    if r.random() < 0.7:
        kk['merge_mode'] = pick(r, 'concat', 'sum', 'mul', 'ave', None)
    if r.random() < 0.2:
        kk['backward_layer'] = spec(c, **{**k, 'go_backwards': True, 'activation': 'relu'})
    kw = {}
    if r.random() < 0.5:
        kw['mask'] = mask(r, b, t)
    if r.random() < 0.25:
        kw['initial_state'] = [x(r, b, u) for _ in range(2 * NS[c])]
    layer_case(f'm{i}', 'Bidirectional', kk, [x(r, b, t, f)], r, kwargs=kw)
for i in N(16):
    r = rng_of(f'RNN{i}')
    b, t, f = (int(r.integers(1, 4)), int(r.integers(1, 6)), int(r.integers(1, 4)))
    cell = lambda u: spec(pick(r, 'LSTMCell', 'GRUCell', 'SimpleRNNCell'), units=u, **{'use_bias': False} if r.random() < 0.3 else {})
    k = {'cell': cell(2) if r.random() < 0.5 else [cell(2), cell(3)] if r.random() < 0.5 else spec('StackedRNNCells', cells=[cell(3), cell(1), cell(2)])}
    for a in ('return_sequences', 'return_state', 'go_backwards', 'unroll', 'zero_output_for_mask'):
        if r.random() < 0.35:
            k[a] = True
    calls = 1
    if r.random() < 0.2:
        k['stateful'] = True
        calls = 2
    layer_case(f'm{i}', 'RNN', k, [x(r, b, t, f)], r, kwargs={'mask': mask(r, b, t)} if r.random() < 0.5 else {}, calls=calls)
for d in (1, 2):
    for i in N(10):
        r = rng_of(f'ConvLSTM{d}{i}')
        k = {'filters': int(r.integers(1, 3)), 'kernel_size': pick(r, 1, 2, 3)}
        for a in ('return_sequences', 'return_state', 'go_backwards'):
            if r.random() < 0.35:
                k[a] = True
        if r.random() < 0.6:
            k['padding'] = 'same'
        if r.random() < 0.3:
            k['strides'] = 2
        if r.random() < 0.2 and 'strides' not in k:
            k['dilation_rate'] = 2
        if r.random() < 0.2:
            k['use_bias'] = False
        if r.random() < 0.2:
            k['unit_forget_bias'] = False
        if r.random() < 0.2:
            k['recurrent_activation'] = 'hard_sigmoid'
        b, t = (2, int(r.integers(1, 4)))
        layer_case(f'm{i}', f'ConvLSTM{d}D', k, [x(r, b, t, *[6] * d, 2)], r, kwargs={'mask': mask(r, b, t)} if r.random() < 0.4 else {})
for i in N(34):
    r = rng_of(f'MHA{i}')
    b, tq, tv, e = (int(r.integers(1, 4)), int(r.integers(1, 5)), int(r.integers(1, 5)), int(r.integers(1, 5)))
    m = lambda p: r.random() < p
    k = {'num_heads': int(r.integers(1, 4)), 'key_dim': int(r.integers(1, 4))}
    if m(0.3):
        k['value_dim'] = int(r.integers(1, 4))
    if m(0.2):
        k['use_bias'] = False
    if m(0.25):
        k['output_shape'] = pick(r, 3, 1)
    if m(0.2):
        k['kernel_regularizer'] = 'l2'
    if m(0.2):
        k['use_gate'] = True
    if m(0.1):
        k['activity_regularizer'] = 'l2'
    if m(0.15):
        k['sliding_window'] = int(r.integers(1, 4))
    n = 2 if m(0.6) else 3
    if 'sliding_window' in k:
        tv = tq
    xs = [x(r, b, tq, e), x(r, b, tv, e), x(r, b, tv, e)][:n]
    kw = {}
    if m(0.35):
        kw['attention_mask'] = r.random(pick(r, (b, tq, tv), (1, tq, tv), (b, 1, tv), (tq, tv) if False else (b, tq, tv))) > 0.4
    if m(0.3):
        kw['use_causal_mask'] = True
    if m(0.25):
        kw['return_attention_scores'] = True
    at = None
    if m(0.4):
        at = [pick(r, None, mask(r, b, tq))] + [pick(r, None, mask(r, b, tv)) for _ in range(n - 1)]
    layer_case(f'm{i}', 'MultiHeadAttention', k, xs, r, style='args', kwargs=kw, training=pick(r, None, True, False), attach=at)
for i in N(20):
    r = rng_of(f'GQA{i}')
    b, tq, tv, e = (int(r.integers(1, 4)), int(r.integers(1, 5)), int(r.integers(1, 5)), int(r.integers(2, 5)))
    m = lambda p: r.random() < p
    kv = pick(r, 1, 2)
    k = {'head_dim': int(r.integers(1, 4)), 'num_query_heads': kv * pick(r, 1, 2, 3), 'num_key_value_heads': kv}
    if m(0.2):
        k['use_bias'] = False
    if m(0.2):
        k['use_gate'] = True
    n = 2 if m(0.6) else 3
    kw = {}
    if m(0.35):
        kw['attention_mask'] = r.random((b, tq, tv)) > 0.4
    if m(0.3):
        kw['use_causal_mask'] = True
    if m(0.25):
        kw['return_attention_scores'] = True
    at = [pick(r, None, mask(r, b, tq))] + [pick(r, None, mask(r, b, tv)) for _ in range(n - 1)] if m(0.4) else None
    layer_case(f'm{i}', 'GroupQueryAttention', k, [x(r, b, tq, e), x(r, b, tv, e), x(r, b, tv, e)][:n], r, style='args', kwargs=kw, attach=at)
for c in ('Attention', 'AdditiveAttention'):
    for i in N(18):
        r = rng_of(f'{c}{i}')
        b, tq, tv, e = (int(r.integers(1, 4)), int(r.integers(1, 5)), int(r.integers(1, 5)), int(r.integers(1, 5)))
        m = lambda p: r.random() < p
        k = {}
        if m(0.5):
            k['use_scale'] = bool(m(0.5))
        if c == 'Attention' and m(0.4):
            k['score_mode'] = 'concat'
        n = 2 if m(0.5) else 3
        kw = {}
        if m(0.5):
            kw['mask'] = [pick(r, None, mask(r, b, tq)), pick(r, None, mask(r, b, tv))] + ([None] if n == 3 and False else [])
        if m(0.3):
            kw['use_causal_mask'] = True
        if m(0.3):
            kw['return_attention_scores'] = True
        layer_case(f'm{i}', c, k, [x(r, b, tq, e), x(r, b, tv, e), x(r, b, tv, e if c == 'AdditiveAttention' else e)][:n], r, style='list', kwargs=kw)
done()

"""Losses: every class with random arguments, shapes, weights and masks."""
from common import *
L = keras.losses
REG = 'MeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError Huber LogCosh Poisson KLDivergence CosineSimilarity Hinge SquaredHinge CategoricalHinge BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy CategoricalFocalCrossentropy CategoricalGeneralizedCrossEntropy SparseCategoricalCrossentropy Dice Tversky Circle CTC'.split()



def config_of(c, r):
    k = {}
    m = lambda p=0.5: r.random() < p
    if m(0.6):
        k['reduction'] = pick(r, 'sum', 'none', 'mean', 'mean_with_sample_weight', 'sum_over_batch_size', None)
    if c == 'Huber' and m():
        k['delta'] = pick(r, 0.1, 0.5, 2.0, 10.0)
    if c in ('CosineSimilarity',) and m():
        k['axis'] = pick(r, -1, 1, 0, -2)
    if c in ('BinaryCrossentropy', 'BinaryFocalCrossentropy', 'CategoricalCrossentropy', 'CategoricalFocalCrossentropy'):
        if m():
            k['from_logits'] = True
        if m():
            k['label_smoothing'] = pick(r, 0.1, 0.3, 1.0, 0.0)
        if m(0.3):
            k['axis'] = pick(r, 1, -2, -1)
    if c == 'CategoricalGeneralizedCrossEntropy' and m(0.7):
        k['q'] = pick(r, 0.2, 0.5, 0.7, 0.99)
    if 'Focal' in c:
        if m():
            k['gamma'] = pick(r, 0.0, 0.5, 1.0, 3.0)
        if m():
            k['alpha'] = pick(r, 0.1, 0.25, 0.75)
        if c[0] == 'B' and m():
            k['apply_class_balancing'] = True
    if c == 'SparseCategoricalCrossentropy':
        if m():
            k['from_logits'] = True
        if m(0.4):
            k['ignore_class'] = pick(r, 0, 1, -1)
    if c in ('Dice',) and m():
        k['axis'] = pick(r, [1], [-1], [1, 2], 1, -1)
    if c == 'Tversky':
        if m():
            k['alpha'] = pick(r, 0.2, 0.9, 0.0)
        if m():
            k['beta'] = pick(r, 0.3, 1.0)
        if m(0.4):
            k['axis'] = pick(r, [1], [-1])
    if c == 'Circle':
        if m():
            k['gamma'] = pick(r, 1.0, 20.0)
        if m():
            k['margin'] = pick(r, 0.1, 0.25)
    if m(0.2):
        k['name'] = 'my_loss'
    return k
SHAPES = [(4, 3), (1, 5), (6, 1), (1, 1), (7,), (2, 3, 4), (3, 2, 1), (2, 1, 3, 2), (5, 4), (2, 5, 3)]



def case(c, i):
    name = f'{c}/m{i}'
    r = rng_of('loss' + name)
    conf = config_of(c, r)
    loss = getattr(L, c)(**conf)
    s = SHAPES[int(r.integers(len(SHAPES)))]
    if c == 'CTC':
        b, t, n, k = (int(r.integers(1, 4)), int(r.integers(5, 9)), int(r.integers(1, 4)), int(r.integers(3, 6)))
        y = r.integers(0 if r.random() < 0.3 else 1, k, (b, n)).astype('int32')
        p = r.normal(size=(b, t, k)).astype('float32')
        base = (b,)
    elif c == 'Circle':
        b, k = (int(r.integers(3, 8)), int(r.integers(2, 5)))
        y = r.integers(0, 3, (b,) if r.random() < 0.6 else (b, 1)).astype('int64')
        p = r.normal(size=(b, k)).astype('float32')
        p /= np.linalg.norm(p, axis=-1, keepdims=True)
        base = (b,)
    elif c in ('SparseCategoricalCrossentropy', 'CategoricalGeneralizedCrossEntropy'):
        s = s if len(s) > 1 and s[-1] > 1 else s[:-1] + (4,) if len(s) > 1 else (3, 4)
        p = r.normal(size=s).astype('float32') * pick(r, 1, 3)
        if not conf.get('from_logits'):
            p = np.exp(p) / np.exp(p).sum(-1, keepdims=True) * pick(r, 1, 1, 0.5)
        p = p.astype('float32')
        y = r.integers(0, s[-1], s[:-1]).astype(pick(r, 'int32', 'int64', 'float32'))
        if r.random() < 0.3:
            y = y[..., None]
        base = s[:-1]
    else:
        p = r.normal(size=s).astype('float32') * pick(r, 1, 1, 4)
        prob = 'Cross' in c and (not conf.get('from_logits')) or c in ('KLDivergence', 'Poisson', 'Dice', 'Tversky', 'MeanSquaredLogarithmicError')
        if prob:
            p = 1 / (1 + np.exp(-p))
            if c.startswith('Categorical'):
                p = p / p.sum(-1, keepdims=True) * (1 if r.random() < 0.7 else 1.5)
        p = p.astype('float32')
        if 'Cross' in c or c in ('Dice', 'Tversky'):
            if c.startswith('Categorical'):
                if s[-1] == 1 and len(s) == 1:
                    raise ValueError('one')
                y = np.eye(s[-1])[r.integers(0, s[-1], s[:-1])] if r.random() < 0.7 else r.dirichlet(np.ones(s[-1]), s[:-1])
            else:
                y = r.integers(0, 2, s) if r.random() < 0.7 else r.random(s)
        elif 'Hinge' in c:
            y = r.integers(0, 2, s) * pick(r, 1, 2)
            if r.random() < 0.5:
                y = np.where(y > 0, 1, -1)
            if c == 'CategoricalHinge' and r.random() < 0.6:
                y = np.eye(s[-1])[r.integers(0, s[-1], s[:-1])]
        elif prob:
            y = r.random(s)
        else:
            y = r.normal(size=s)
        y = y.astype(pick(r, 'float32', 'float32', 'int32', 'int64', 'bool') if np.all(y == np.round(y)) and y.min() >= -1 and (y.max() <= 2) and ('Cosine' not in c) else 'float32')
        if y.dtype == bool and y.min() < 0:
            y = y.astype('int32')
        if len(s) >= 2 and s[-1] == 1 and (r.random() < 0.5):
            y = y[..., 0]
        elif r.random() < 0.08:
            y = y[..., None]
        elif r.random() < 0.08:
            y = y[:1]
        base = s[:-1]
    w = mask = None
    if r.random() < 0.5:
        ws = pick(r, base, base[:1], base + (1,), (), base[:1] + (1,), base, p.shape)
        if r.random() < 0.1 and len(base) > 1:
            ws = (1,) + base[1:]
        w = r.uniform(0, 2, ws)
        if r.random() < 0.5:
            w = w * (r.random(ws) > 0.4)
        w = w.astype(pick(r, 'float32', 'float32', 'float32', 'int32', 'bool'))
    if r.random() < 0.35 and len(base):
        mask = r.random(pick(r, base, base, base, base[:1])) > pick(r, 0.3, 0.5, 1.1, -1)

    def value(pp):
        pp = keras.ops.convert_to_tensor(pp)
        if mask is not None:
            keras.src.backend.common.masking.set_keras_mask(pp, keras.ops.convert_to_tensor(mask))
        return loss(y, pp, sample_weight=w)

    def run():
        out = np.asarray(value(p))
        g = grad(lambda q: keras.ops.sum(loss(keras.ops.convert_to_tensor(y), masked(q), sample_weight=w)), [p])[0]
        return dict(**{'class': c}, config=conf, serialized=loss.get_config(), y_true=array(y), y_pred=array(p), sample_weight=array(w), mask=array(mask), output=array(out), grad_y_pred=array(g))

    def masked(q):
        if mask is None:
            return q
        q = q + 0
        keras.src.backend.common.masking.set_keras_mask(q, keras.ops.convert_to_tensor(mask))
        return q
    attempt('loss', name, run)
N = int(os.environ.get('N', 25))
for c in REG:
    for i in range(N):
        try:
            case(c, i)
        except Exception as e:
            skipped.append(('loss', f'{c}/m{i}', 'generator ' + str(e)))
done()

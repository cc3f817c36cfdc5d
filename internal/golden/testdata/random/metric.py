"""Metrics: every class with random arguments, shapes and weights, over several updates."""
from common import *
M = keras.metrics
REGR = 'MeanSquaredError RootMeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError LogCoshError CosineSimilarity R2Score PearsonCorrelation ConcordanceCorrelation Poisson KLDivergence Hinge SquaredHinge CategoricalHinge'.split()
CONF = 'Precision Recall TruePositives TrueNegatives FalsePositives FalseNegatives AUC PrecisionAtRecall RecallAtPrecision SensitivityAtSpecificity SpecificityAtSensitivity BinaryAccuracy BinaryIoU F1Score FBetaScore BinaryCrossentropy'.split()
CLS = 'Accuracy CategoricalAccuracy SparseCategoricalAccuracy TopKCategoricalAccuracy SparseTopKCategoricalAccuracy CategoricalCrossentropy SparseCategoricalCrossentropy IoU MeanIoU OneHotIoU OneHotMeanIoU'.split()



def case(c, i):
    name = f'{c}/m{i}'
    r = rng_of('metric' + name)
    m = lambda p=0.5: r.random() < p
    k = {}
    n, d = (int(r.integers(1, 8)), int(r.integers(1, 5)))
    weighted = pick(r, 0, 0, 1, 2, 3, 4)
    ups = []
    shape = pick(r, (n,), (n, 1), (n, d), (n, d), (n, 3, d))
    if c in ('Mean', 'Sum'):
        gen = lambda: (r.normal(size=shape).astype('float32') if m(0.8) else np.float32(r.normal()), None)
        base = shape
    elif c in REGR:
        if c == 'R2Score':
            shape = pick(r, (n + 1, 1), (n + 1, d), (n + 1, d), (n + 1,))
            if m(0.7):
                k['class_aggregation'] = pick(r, None, 'uniform_average', 'variance_weighted_average')
            if m(0.3):
                k['num_regressors'] = pick(r, 0, 1)
        if c in ('PearsonCorrelation', 'ConcordanceCorrelation'):
            shape = pick(r, (n, d + 1), (n, 5), (n, 2, 4))
            if m(0.4):
                k['axis'] = pick(r, -1, 1)
        if c == 'CosineSimilarity' and m():
            k['axis'] = pick(r, -1, 1)
        pos = c in ('Poisson', 'KLDivergence', 'MeanSquaredLogarithmicError')

        def gen():
            p = r.random(shape) if pos else r.normal(size=shape)
            y = r.random(shape) if pos else r.normal(size=shape)
            if 'Hinge' in c:
                y = r.integers(0, 2, shape) * 2 - (1 if m() else 0)
                y = np.clip(y, -1, 1)
            y, p = (y.astype('float32'), p.astype('float32'))
            if len(shape) >= 2 and shape[-1] == 1 and (c not in ('R2Score',)) and m(0.3):
                y = y[..., 0]
            return (y, p)
        base = shape[:-1]
        if c == 'R2Score':
            base = shape[:1]
    elif c in CONF:
        if c in ('Precision', 'Recall'):
            if m():
                k['thresholds'] = pick(r, 0.3, [0.2, 0.5, 0.8], [0.5], 0.0, 1.0)
            if shape[-1] > 1 and len(shape) == 2:
                if m(0.4):
                    k['top_k'] = int(r.integers(1, d + 1))
                    k.pop('thresholds', 0)
                if m(0.4):
                    k['class_id'] = int(r.integers(0, d))
        elif c[:4] in ('True', 'Fals'):
            if m():
                k['thresholds'] = pick(r, 0.3, [0.2, 0.5, 0.8], 0.9, [0.0, 1.0])
        elif c == 'AUC':
            if m():
                k['num_thresholds'] = pick(r, 2, 3, 10, 50, 1000)
            elif m(0.3):
                k['thresholds'] = pick(r, [0.0, 0.25, 0.5, 1.0], [0.5], [0.1, 0.9])
            if m():
                k['curve'] = pick(r, 'ROC', 'PR')
            if m():
                k['summation_method'] = pick(r, 'interpolation', 'minoring', 'majoring')
            if m(0.3):
                k['from_logits'] = True
            if len(shape) == 2 and shape[1] > 1 and m():
                k['multi_label'] = True
                if m():
                    k['num_labels'] = shape[1]
                if m(0.4):
                    k['label_weights'] = [float(x) for x in np.round(r.random(shape[1]) + 0.1, 2)]
        elif 'At' in c:
            arg = c.split('At')[1].lower()
            k[arg] = pick(r, 0.2, 0.5, 0.8, 1.0, 0.0)
            if m():
                k['num_thresholds'] = pick(r, 2, 10, 33, 1)
            if shape[-1] > 1 and len(shape) == 2 and m(0.4):
                k['class_id'] = int(r.integers(0, d))
        elif c == 'BinaryAccuracy':
            if m():
                k['threshold'] = pick(r, 0.3, 0.7)
        elif c == 'BinaryIoU':
            if m():
                k['threshold'] = pick(r, 0.3, 0.7)
            if m():
                k['target_class_ids'] = pick(r, [0], [1], [0, 1])
        elif c in ('F1Score', 'FBetaScore'):
            shape = (n, d + 1)
            if m(0.8):
                k['average'] = pick(r, None, 'micro', 'macro', 'weighted')
            if m():
                k['threshold'] = pick(r, 0.3, 0.5)
            if c[1] == 'B' and m():
                k['beta'] = pick(r, 0.5, 2.0)
        elif c == 'BinaryCrossentropy':
            if m(0.3):
                k['from_logits'] = True
            if m(0.3):
                k['label_smoothing'] = 0.2

        def gen():
            y = r.integers(0, 2, shape).astype(pick(r, 'float32', 'int32', 'bool', 'int64'))
            p = r.random(shape).astype('float32')
            if m(0.3):
                p = (np.round(p * 4) / 4).astype('float32')
            if k.get('from_logits'):
                p = (r.normal(size=shape) * 2).astype('float32')
            if len(shape) >= 2 and shape[-1] == 1 and m(0.3):
                y = y[..., 0]
            return (y, p)
        base = shape[:-1] if c in ('BinaryAccuracy', 'BinaryCrossentropy', 'F1Score', 'FBetaScore') else shape
    else:
        K = int(r.integers(2, 6))
        lead = pick(r, (n,), (n, 2), (1,))
        one = c in ('CategoricalAccuracy', 'TopKCategoricalAccuracy', 'CategoricalCrossentropy', 'OneHotIoU', 'OneHotMeanIoU')
        if 'TopK' in c:
            if m():
                k['k'] = int(r.integers(1, K + 2))
            if c[0] == 'S' and m(0.3):
                k['from_sorted_ids'] = True
        if c == 'CategoricalCrossentropy' and m(0.4):
            k['label_smoothing'] = 0.1
        if 'Crossentropy' in c and m(0.4):
            k['from_logits'] = True
        if 'IoU' in c:
            k['num_classes'] = K
            if 'Mean' not in c:
                k['target_class_ids'] = sorted(r.choice(K, int(r.integers(1, K + 1)), replace=False).tolist())
            if m(0.3):
                k['ignore_class'] = int(pick(r, 0, K - 1, -1))
            if not one and m(0.5):
                k['sparse_y_pred'] = True if m(0.5) else False
            if not one and m(0.2):
                k['sparse_y_true'] = False
            if one and m(0.3):
                k['sparse_y_pred'] = True

        def gen():
            y = r.integers(0, K, lead)
            p = r.random(lead + (K,)).astype('float32')
            if 'Crossentropy' in c:
                p = (p / p.sum(-1, keepdims=True)).astype('float32')
            if m(0.25):
                p = np.round(p * 2).astype('float32') / 2 if 'Cross' not in c else p
            if c == 'Accuracy':
                return (y.astype(pick(r, 'int32', 'float32')), np.where(r.random(lead) > 0.5, y, r.integers(0, K, lead)).astype(pick(r, 'int32', 'float32')))
            sp = k.get('sparse_y_pred', 'IoU' in c and (not one))
            if 'IoU' in c and sp:
                p = r.integers(0, K, lead).astype(pick(r, 'int32', 'float32'))
            if k.get('from_sorted_ids'):
                p = np.argsort(-p, -1).astype('int32')
            if one or k.get('sparse_y_true') is False:
                y = np.eye(K)[y].astype(pick(r, 'float32', 'int32'))
            else:
                y = y.astype(pick(r, 'int32', 'int64', 'float32'))
                if 'IoU' not in c and m(0.3):
                    y = y[..., None]
            return (y, p)
        base = lead
    if m(0.15):
        k['name'] = 'my'

    def run():
        mm = getattr(M, c)(**k)
        rows = []
        for u in range(pick(r, 1, 2, 3)):
            y, p = gen()
            w = None
            if weighted:
                ws = {1: base, 2: base[:1], 3: base + (1,), 4: ()}[weighted]
                if c in CONF and weighted == 3:
                    ws = base
                w = r.uniform(0, 2, ws).astype('float32')
                if m(0.3):
                    w = (w * (r.random(ws) > 0.4)).astype('float32')
                if m(0.1):
                    w = w * 0
                if m(0.1):
                    w = w.astype('int32')
            if p is None:
                mm.update_state(y, sample_weight=w) if w is not None else mm.update_state(y)
            else:
                mm.update_state(y, p, sample_weight=w)
            rows.append(dict(y_true=array(y), y_pred=array(p), sample_weight=array(w), result=array(mm.result())))
        state = [array(v) for v in mm.variables]
        mm.reset_state()
        return {'class': c, 'config': k, 'serialized': mm.get_config(), 'updates': rows, 'state': state, 'result_after_reset': array(mm.result())}
    attempt('metric', name, run)
N = int(os.environ.get('N', 16))
for c in REGR + CONF + CLS + ['Mean', 'Sum']:
    for i in range(N):
        try:
            case(c, i)
        except Exception as e:
            skipped.append(('metric', f'{c}/m{i}', 'generator ' + repr(e)[:100]))
done()

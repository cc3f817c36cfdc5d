"""Whole trainings."""
from common import *
L = keras.layers



def inp(s, n='in', dt='float32'):
    return keras.Input(s, name=n, dtype=dt)
REG = keras.regularizers



def mlp(r, out=3, act='softmax', reg=False, bn=False, drop=False):
    k = dict(kernel_regularizer=REG.L2(0.01)) if reg else {}
    ls = [inp((4,)), L.Dense(6, activation=pick(r, 'relu', 'tanh', 'gelu', 'elu'), name='d1', **k)]
    if bn:
        ls.append(L.BatchNormalization(momentum=bn, name='bn'))
    if drop:
        ls.append(L.Dropout(0.0))
    return keras.Sequential(ls + [L.Dense(out, activation=act, name='out')])



def ser(o):
    return keras.saving.serialize_keras_object(o) if not isinstance(o, (str, type(None))) else o



def clsdata(r, n=40, K=3, f=4):
    y = r.integers(0, K, n)
    x = (r.normal(size=(n, f)) + np.eye(K, f)[y] * 2).astype('float32')
    return (x, y)



def run(name, model, comp, fit, data, r):
    """comp: objects; fit: kwargs of JSON; data: dict."""

    def f():
        for v in model.weights:
            if 'variance' in v.path:
                v.assign(r.uniform(0.5, 1.5, v.shape))
            elif v.dtype == 'float32':
                v.assign(np.asarray(r.normal(size=v.shape) * 0.4, 'float32'))
        iw = [{'path': v.path, 'value': array(v.value)} for v in model.weights]
        mj = json.loads(model.to_json())
        cj = {k: clean_spec(v) for k, v in comp.items()}
        model.compile(**comp, jit_compile=False)
        rates = []

        class Rec(keras.callbacks.Callback):

            def on_epoch_begin(self, e, logs=None):
                rates.append(float(np.asarray(self.model.optimizer.learning_rate)))
        cbs = [getattr(keras.callbacks, c['class_name'])(**c['config']) for c in fit.get('callbacks', [])]
        kw = {k: v for k, v in fit.items() if k not in ('callbacks', 'class_weight')}
        if 'class_weight' in fit:
            kw['class_weight'] = {int(a): b for a, b in fit['class_weight'].items()}
        vd = None
        if 'val_x' in data:
            vd = (data['val_x'], data['val_y']) + ((data['val_sample_weight'],) if 'val_sample_weight' in data else ())
        h = model.fit(data['x'], data['y'], sample_weight=data.get('sample_weight'), validation_data=vd, shuffle=False, verbose=0, callbacks=cbs + [Rec()], **kw)
        fw = [{'path': v.path, 'value': array(v.value)} for v in model.weights]
        ev = model.evaluate(data['x'], data['y'], sample_weight=data.get('sample_weight'), batch_size=fit.get('batch_size', 32), verbose=0, return_dict=True)
        six = {k: v[:6] for k, v in data['x'].items()} if isinstance(data['x'], dict) else data['x'][:6]
        p = model.predict(six, verbose=0)
        return {'model': mj, 'compile': cj, 'fit': {**fit, 'shuffle': False}, 'data': {k: clean(v) for k, v in data.items()}, 'initial_weights': iw, 'epochs_run': list(h.epoch), 'history': {k: [float(a) for a in v] for k, v in h.history.items()}, 'learning_rates': rates, 'final_weights': fw, 'evaluate': {k: float(v) for k, v in ev.items()}, 'predict_first_6': clean(p)}
    attempt('trajectory', 'fit/' + name, f)



def clean_spec(v):
    if isinstance(v, dict):
        return {k: clean_spec(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [clean_spec(x) for x in v]
    if isinstance(v, (int, float, str, type(None))):
        return v
    return ser(v)
O, LS, M = (keras.optimizers, keras.losses, keras.metrics)



def opt(r):
    sch = O.schedules.ExponentialDecay(0.05, 3, 0.7, staircase=r.random() < 0.5)
    return pick(r, lambda: O.SGD(0.1, momentum=0.9, nesterov=True), lambda: O.Adam(0.01), lambda: O.Adam(sch, clipnorm=0.5), lambda: O.RMSprop(0.01, momentum=0.5, centered=True), lambda: O.AdamW(0.01, weight_decay=0.1, use_ema=True, ema_momentum=0.8), lambda: O.Adagrad(0.1, gradient_accumulation_steps=2), lambda: O.Nadam(0.01, global_clipnorm=0.3), lambda: O.SGD(0.1, clipvalue=0.1, weight_decay=0.01, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=3), lambda: O.Adamax(0.02), lambda: O.Lion(0.003), lambda: O.Ftrl(0.1), lambda: O.Adadelta(1.0), lambda: O.Adam(0.01, amsgrad=True, loss_scale_factor=64.0), lambda: O.Muon(0.01), lambda: O.Adafactor(0.05), lambda: O.Lamb(0.02))()



def case(idx):
    r = rng_of(f'traj{idx}')
    kind = idx % 12
    n = pick(r, 40, 37, 24)
    x, y = clsdata(r, n)
    fit = {'epochs': pick(r, 2, 3, 4), 'batch_size': pick(r, 8, 16, 7, 64)}
    data = {'x': x, 'y': y}
    comp = {'optimizer': opt(r), 'loss': 'sparse_categorical_crossentropy'}
    mets = []
    m = lambda p=0.5: r.random() < p
    if m(0.4):
        fit['validation_split'] = pick(r, 0.25, 0.1, 0.33)
    elif m(0.5):
        data['val_x'], data['val_y'] = clsdata(r, 15)
        fit['validation_batch_size'] = pick(r, 4, 15)
    if 'val_x' in data and m(0.4):
        fit['validation_freq'] = 2

    def weigh(n):
        if m(0.4):
            fit['class_weight'] = {'0': 2.0, '2': 0.5}
        elif m(0.6):
            data['sample_weight'] = r.uniform(0, 2, n).astype('float32')
        if 'sample_weight' in data and 'val_x' in data and m(0.5):
            data['val_sample_weight'] = r.uniform(0, 2, 15).astype('float32')
    if kind in (0, 1):
        model = mlp(r, reg=m(), bn=pick(r, None, 0.9, 0.5), drop=m())
        comp['metrics'] = ['accuracy', M.SparseTopKCategoricalAccuracy(2, name='top2')]
        comp['weighted_metrics'] = ['accuracy']
        weigh(n)
    elif kind == 2:
        model = mlp(r, 1, 'sigmoid')
        data['y'] = (y > 0).astype(pick(r, 'int32', 'float32'))
        comp['loss'] = LS.BinaryCrossentropy(label_smoothing=pick(r, 0.0, 0.1))
        comp['metrics'] = ['accuracy', M.AUC(50, name='auc'), M.Precision(name='p'), M.Recall(name='rc'), M.F1Score(threshold=0.5, average='micro', name='f1')] if False else ['accuracy', M.AUC(50, name='auc'), M.Precision(name='p'), M.Recall(name='rc')]
        if 'val_y' in data:
            data['val_y'] = (data['val_y'] > 0).astype(data['y'].dtype)
        if m():
            data['y'] = data['y'][:, None]
        if 'val_y' in data and data['y'].ndim == 2:
            data['val_y'] = data['val_y'][:, None]
        comp['weighted_metrics'] = [M.BinaryAccuracy(threshold=0.4, name='ba')]
        weigh(n)
        fit.get('class_weight', {}).pop('2', 0)
    elif kind == 3:
        model = mlp(r, 2, None, reg=m())
        data['y'] = (x[:, :2] ** 2).astype('float32')
        comp['loss'] = pick(r, 'mse', 'mae', LS.Huber(0.5), 'log_cosh', LS.MeanSquaredError(reduction='sum'), LS.MeanSquaredError(reduction='mean_with_sample_weight'))
        comp['metrics'] = ['mae', M.RootMeanSquaredError(), M.R2Score(), M.CosineSimilarity(name='cos')]
        if 'val_y' in data:
            data['val_y'] = (data['val_x'][:, :2] ** 2).astype('float32')
        if m(0.6):
            data['sample_weight'] = r.uniform(0, 2, n).astype('float32')
            comp['weighted_metrics'] = ['mse']
    elif kind == 4:
        model = mlp(r)
        data['y'] = np.eye(3, dtype='float32')[y]
        comp['loss'] = LS.CategoricalCrossentropy(label_smoothing=0.1)
        comp['metrics'] = ['acc', 'mse', M.F1Score(average='macro'), M.OneHotIoU(3, [0, 2], name='iou')]
        if 'val_y' in data:
            data['val_y'] = np.eye(3, dtype='float32')[data['val_y']]
        weigh(n)
    elif kind in (5, 6):
        a, b = (inp((4,), 'a'), inp((3,), 'b'))
        h = L.Dense(5, activation='relu', name='h')(L.Concatenate()([a, b]))
        h = L.BatchNormalization(name='bn', momentum=0.8)(h) if m() else h
        o1, o2 = (L.Dense(3, activation='softmax', name='cls')(h), L.Dense(1, name='reg', kernel_regularizer=REG.L1(0.01))(h))
        model = keras.Model({'a': a, 'b': b}, {'cls': o1, 'reg': o2}) if m() else keras.Model([a, b], [o1, o2])
        n = 40
        x, y = clsdata(r, n)
        fit['batch_size'] = 8
        fit.pop('validation_split', 0)
        for q in ('val_x', 'val_y'):
            data.pop(q, 0)
        fit.pop('validation_batch_size', 0)
        fit.pop('validation_freq', 0)
        if isinstance(model.output, dict):
            data['x'] = {'a': x, 'b': r.normal(size=(n, 3)).astype('float32')}
            data['y'] = {'cls': y, 'reg': r.normal(size=(n, 1)).astype('float32')}
        else:
            data['x'] = {'a': x, 'b': r.normal(size=(n, 3)).astype('float32')}
            data['y'] = {'cls': y, 'reg': r.normal(size=(n, 1)).astype('float32')}
            model = keras.Model({'a': a, 'b': b}, {'cls': o1, 'reg': o2})
        comp['loss'] = {'cls': 'sparse_categorical_crossentropy', 'reg': pick(r, 'mse', LS.Huber())}
        comp['metrics'] = {'cls': ['accuracy'], 'reg': ['mae']}
        if m(0.7):
            comp['loss_weights'] = {'cls': 0.3, 'reg': 2.0}
        if m():
            data['sample_weight'] = {'cls': r.uniform(0, 2, n).astype('float32'), 'reg': r.uniform(0, 2, n).astype('float32')}
    elif kind == 7:
        sub = keras.Sequential([inp((4,), 'si'), L.Dense(4, activation='tanh', name='s1', kernel_regularizer=REG.L2(0.02)), L.BatchNormalization(name='sbn', momentum=0.7)], name='sub')
        if m():
            sub.trainable = False
        elif m():
            sub.layers[-1].trainable = False
        i = inp((4,))
        d = L.Dense(4, activation='relu', name='sh')
        h = sub(d(sub(i)))
        h = L.Add()([d(h), i])
        model = keras.Model(i, L.Dense(3, activation='softmax', name='o')(h))
        comp['metrics'] = ['accuracy']
        weigh(n)
    elif kind == 8:
        T = 6
        n = 24
        xs = r.integers(0, 8, (n, T))
        xs[np.arange(T)[None] >= r.integers(1, T + 1, (n, 1))] = 0
        xs[:, 0] = np.maximum(xs[:, 0], 1)
        i = inp((T,), dt='int32')
        h = L.Embedding(8, 4, mask_zero=True, name='e')(i)
        h = pick(r, L.LSTM(3, return_sequences=True), L.GRU(3, return_sequences=True), L.Bidirectional(L.SimpleRNN(2, return_sequences=True)), L.Bidirectional(L.GRU(2, return_sequences=True, reset_after=False), merge_mode='sum'), L.Masking())(h)
        seq = m()
        comp['optimizer'] = O.SGD(0.2, momentum=0.8)
        if seq:
            o = L.TimeDistributed(L.Dense(3, activation='softmax'))(h)
            yy = r.integers(0, 3, (n, T))
        else:
            o = L.Dense(3, activation='softmax')(L.GlobalAveragePooling1D()(h))
            yy = r.integers(0, 3, n)
        model = keras.Model(i, o)
        data = {'x': xs.astype('int32'), 'y': yy}
        fit = {'epochs': 3, 'batch_size': pick(r, 8, 7, 24)}
        comp['metrics'] = ['accuracy']
        comp['weighted_metrics'] = ['accuracy']
        if m():
            data['sample_weight'] = r.uniform(0, 2, (n, T) if seq and m() else (n,)).astype('float32')
        if seq and data.get('sample_weight') is not None and (data['sample_weight'].ndim == 1):
            data.pop('sample_weight')
    elif kind == 9:
        n = 20
        xs = r.normal(size=(n, 8, 8, 2)).astype('float32')
        yy = r.integers(0, 3, n)
        model = keras.Sequential([inp((8, 8, 2)), L.Conv2D(4, 3, padding='same', strides=pick(r, 1, 2), activation='relu'), L.BatchNormalization(momentum=0.6), L.MaxPooling2D(), L.DepthwiseConv2D(2, depth_multiplier=2), L.SeparableConv2D(3, 2, activation='elu', padding='same'), pick(r, L.GlobalMaxPooling2D(), L.Flatten(), L.GlobalAveragePooling2D()), L.Dense(3, activation='softmax')])
        data = {'x': xs, 'y': yy}
        comp['metrics'] = ['accuracy']
        fit = {'epochs': 2, 'batch_size': pick(r, 5, 8), 'validation_split': 0.2}
    elif kind == 10:
        T = 5
        n = 20
        xs = r.integers(1, 8, (n, T))
        xs[np.arange(T)[None] >= r.integers(1, T + 1, (n, 1))] = 0
        i = inp((T,), dt='int32')
        e = L.Embedding(8, 4, mask_zero=True, name='e')(i)
        a = L.MultiHeadAttention(2, 3, name='mha')(e, e, use_causal_mask=m())
        h = L.LayerNormalization(name='ln')(L.Add()([e, a]))
        h = L.Dense(4, activation='gelu')(h)
        model = keras.Model(i, L.Dense(3, activation='softmax')(L.GlobalAveragePooling1D()(h)))
        comp['optimizer'] = O.SGD(0.1)
        comp['metrics'] = ['accuracy']
        data = {'x': xs.astype('int32'), 'y': r.integers(0, 3, n)}
        fit = {'epochs': 2, 'batch_size': 8}
    else:
        model = keras.Sequential([inp((4,)), L.Dense(6, name='d', kernel_constraint=pick(r, 'max_norm', 'unit_norm', keras.constraints.MinMaxNorm(0.2, 0.8, rate=0.5)), bias_regularizer='l2', activity_regularizer=REG.L2(0.01)), L.PReLU(), L.Dense(3)])
        comp['loss'] = LS.SparseCategoricalCrossentropy(from_logits=True)
        comp['metrics'] = ['accuracy']
        comp['optimizer'] = O.Adam(0.02)
        fit['epochs'] = 6
        fit['validation_split'] = 0.25
        data = {'x': x, 'y': y}
        fit.pop('validation_batch_size', 0)
        fit.pop('validation_freq', 0)
        fit['callbacks'] = [{'class_name': 'EarlyStopping', 'config': {'monitor': pick(r, 'val_loss', 'loss'), 'patience': 2, 'restore_best_weights': True}}, {'class_name': 'ReduceLROnPlateau', 'config': {'monitor': 'val_loss', 'patience': 1, 'factor': 0.3, 'min_lr': 0.001}}]
    if 'validation_split' in fit and isinstance(data.get('sample_weight'), dict):
        fit.pop('validation_split')
    run(f'm{idx}', model, comp, fit, data, r)
a, b = [int(v) for v in os.environ.get('R', '0,72').split(',')]
for i in range(a, b):
    import collections
    keras.src.backend.common.global_state.set_global_attribute('object_name_uids', collections.defaultdict(int))
    try:
        case(i)
    except Exception as e:
        skipped.append(('trajectory', f'm{i}', 'generator ' + repr(e)[:150]))
done()

"""A call of a layer as a case."""
from common import *
L = keras.layers
from keras.src.backend.common.masking import get_keras_mask
flat = keras.tree.flatten



def ten(x):
    if isinstance(x, np.ndarray):
        return tf.constant(x) if x.dtype.kind not in 'OSU' else tf.constant(x.astype(object))
    if isinstance(x, list):
        return [ten(v) for v in x]
    return x



def layer_case(name, cls, conf, inputs, r, style='single', training=None, kwargs=None, calls=1, adapt=None, grad=True, scale=0.7, frozen=False, weights=True, attach=None):
    if os.environ.get('ONLY') and cls not in os.environ['ONLY'].split(','):
        return
    kwargs = kwargs or {}

    def run():
        layer = getattr(L, cls)(**{k: make(v) for k, v in conf.items()})
        ser = keras.saving.serialize_keras_object(layer)
        if adapt is not None:
            layer.adapt(adapt)
        xs = [ten(x) for x in inputs]
        kw = {k: ten(v) for k, v in kwargs.items()}
        if training is not None:
            kw['training'] = training

        def call(vs):
            nonlocal kw
            for v, m in zip(vs, attach or []):
                keras.src.backend.common.masking.set_keras_mask(v, None if m is None else tf.constant(m))
            if style == 'single':
                return layer(vs[0], **kw)
            if style == 'list':
                return layer(list(vs), **kw)
            return layer(*vs, **kw)
        if weights:
            kb = dict(kw)
            if 'training' in kb:
                kb['training'] = False
            full, kw = (kw, kb)
            call(xs)
            kw = full
            if getattr(layer, 'stateful', False):
                layer.reset_states() if hasattr(layer, 'reset_states') else layer.reset_state()
            if adapt is None and cls not in ('Normalization',):
                for w in layer.weights:
                    if 'variance' in w.path or 'stddev' in w.path:
                        v = r.uniform(0.5, 1.5, w.shape)
                    elif 'seed' in w.path or w.dtype not in ('float32',):
                        continue
                    else:
                        v = r.normal(size=w.shape) * scale
                    w.assign(np.asarray(v, 'float32'))
        start = [np.array(w.value) for w in layer.weights]
        results = []
        for _ in range(calls):
            fl = [x for x in xs if x.dtype.is_floating]
            with tf.GradientTape(persistent=True) as t:
                for x in fl:
                    t.watch(x)
                y = call(xs)
                outs = flat(y)
                cts = [r.normal(size=o.shape).astype('float32') if o.dtype.is_floating else None for o in outs]
                tot = sum((tf.reduce_sum(tf.cast(o, tf.float32) * c) for o, c in zip(outs, cts) if c is not None)) if any((c is not None for c in cts)) else None
                losses = list(layer.losses)
                reg = tf.add_n([tf.cast(l, tf.float32) for l in losses]) if losses else None
            res = {'outputs': [array(o.numpy()) for o in outs], 'output_mask': array(mask_of(outs[0]))}
            ids = {id(w): w for w in layer.trainable_weights}

            def gs(target, sel):
                if target is None:
                    return None
                return [None if not ok else (lambda g: None if g is None else array(tf.convert_to_tensor(g).numpy()))(t.gradient(target, x)) for x, ok in sel]
            if grad and tot is not None:
                res['cotangents'] = [array(c) for c in cts]
                res['grad_inputs'] = gs(tot, [(x, x.dtype.is_floating) for x in xs])
                res['grad_weights'] = gs(tot, [(w.value, id(w) in ids) for w in layer.weights])
            if losses:
                res['losses'] = array(np.array([float(l) for l in losses], 'float32'))
                if grad:
                    res['reg_grad_weights'] = gs(reg, [(w.value, id(w) in ids) for w in layer.weights])
                    res['reg_grad_inputs'] = gs(reg, [(x, x.dtype.is_floating) for x in xs])
            res['weights_after'] = [array(np.array(w.value)) for w in layer.weights]
            results.append(res)
        d = {'class': cls, 'config': conf, 'serialized': ser, 'input_style': style, 'training': training, 'call_kwargs': {k: clean(v) for k, v in kwargs.items()}, 'inputs': [array(x) for x in inputs], 'weights': [{'path': w.path, 'name': w.name, 'trainable': bool(id(w) in {id(q) for q in layer.trainable_weights}), 'value': array(v)} for w, v in zip(layer.weights, start)], **results[0]}
        if adapt is not None:
            d['adapt'] = array(adapt)
        if attach is not None:
            d['call_kwargs']['mask'] = [array(m) for m in attach]
        if calls > 1:
            d['calls'] = results
        return d
    attempt('layer', f'{cls}/{name}', run)



def mask_of(o):
    m = get_keras_mask(o)
    return None if m is None else np.asarray(m)

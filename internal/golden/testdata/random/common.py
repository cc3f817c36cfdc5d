"""What the generators share: arrays as JSON, seeded choice, writing a case."""
import json, os, sys, zlib
os.environ.setdefault('KERAS_BACKEND', 'tensorflow')
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['CUDA_VISIBLE_DEVICES'] = ''
os.environ['TF_ENABLE_ONEDNN_OPTS'] = '0'
import keras
import numpy as np
BACKEND = keras.backend.backend()
TF = BACKEND == 'tensorflow'
if TF:
    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
else:
    import jax
OUT = os.environ.get('OUT', 'cases')
count = 0
skipped = []



def number(v):
    if np.isnan(v):
        return 'NaN'
    if np.isinf(v):
        return 'Infinity' if v > 0 else '-Infinity'
    return float(np.format_float_positional(v, unique=True)) if v.dtype != np.float64 else float(v)



def array(a):
    if a is None:
        return None
    a = np.asarray(a)
    if a.dtype.kind in 'OSU':
        return {'shape': list(a.shape), 'dtype': 'string', 'data': [x.decode() if isinstance(x, bytes) else str(x) for x in a.ravel()]}
    if str(a.dtype) in ('bfloat16', 'float16'):
        return {'shape': list(a.shape), 'dtype': str(a.dtype), 'data': [float(v) for v in a.ravel()]}
    f = number if a.dtype.kind == 'f' else bool if a.dtype == bool else int
    return {'shape': list(a.shape), 'dtype': str(a.dtype), 'data': [f(v) for v in a.ravel()]}



def rng_of(name):
    return np.random.default_rng(zlib.crc32(('more' + name).encode()))



def pick(r, *xs):
    return xs[int(r.integers(len(xs)))]



def clean(v):
    if isinstance(v, np.ndarray):
        return array(v)
    if isinstance(v, np.generic):
        return v.item()
    if isinstance(v, dict):
        return {k: clean(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [clean(x) for x in v]
    return v



def emit(kind, name, d):
    global count
    path = f'{OUT}/{kind}/{name}.json'
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as f:
        json.dump({'name': name, 'kind': kind, **d}, f, default=lambda o: clean(o) if isinstance(o, (np.ndarray, np.generic)) else str(o))
    count += 1



def attempt(kind, name, f):
    """Writes the case f() or says why Keras gave none."""
    try:
        import collections
        keras.src.backend.common.global_state.set_global_attribute('object_name_uids', collections.defaultdict(int))
        d = f()
    except Exception as e:
        skipped.append((kind, name, type(e).__name__ + ': ' + str(e).strip().replace('\n', ' ')[:160]))
        return
    emit(kind, name, d)



def done():
    for s in skipped:
        print('refused:', *s, file=sys.stderr)
    print(count, 'cases,', len(skipped), 'that Keras refuses', file=sys.stderr)



def grad(f, xs):
    """f(*xs) -> scalar; gradients by xs."""
    if TF:
        xs = [tf.convert_to_tensor(x) for x in xs]
        with tf.GradientTape() as t:
            for x in xs:
                t.watch(x)
            y = f(*xs)
        return [None if g is None else np.asarray(tf.convert_to_tensor(g)) for g in t.gradient(y, xs)]
    return [np.asarray(g) for g in jax.grad(f, argnums=tuple(range(len(xs))))(*[jax.numpy.asarray(x) for x in xs])]



def make(spec):
    """Objects of {class_name, config} inside a config."""
    if isinstance(spec, dict) and 'class_name' in spec:
        for m in (keras.layers, keras.regularizers, keras.constraints, keras.initializers, keras.optimizers, keras.optimizers.schedules, keras.metrics, keras.losses):
            c = getattr(m, spec['class_name'], None)
            if isinstance(c, type):
                return c(**{k: make(v) for k, v in spec['config'].items()})
        raise KeyError(spec['class_name'])
    if isinstance(spec, list):
        return [make(x) for x in spec]
    return spec

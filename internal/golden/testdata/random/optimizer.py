"""Optimizers: random combinations of their options, odd shapes, gradients that are zero, large or infinite."""
from common import *
O = keras.optimizers
CL = 'SGD RMSprop Adam AdamW Adagrad Adadelta Adamax Nadam Ftrl Lion Adafactor Lamb Muon ScheduleFreeAdamW LossScaleOptimizer'.split()
if not TF:
    CL = ['ScheduleFreeAdamW']
else:
    CL.remove('ScheduleFreeAdamW')
OPT = dict(SGD=dict(momentum=[0.5, 0.9], nesterov=[True]), RMSprop=dict(rho=[0.5, 0.99], momentum=[0.5, 0.9], epsilon=[0.001], centered=[True]), Adam=dict(beta_1=[0.5, 0.0], beta_2=[0.9], epsilon=[0.001, 1e-08], amsgrad=[True]), AdamW=dict(beta_1=[0.5], beta_2=[0.9], epsilon=[0.001], amsgrad=[True], weight_decay=[0.1, 0.01]), Adagrad=dict(initial_accumulator_value=[0.5, 1.0, 0.0], epsilon=[0.001]), Adadelta=dict(rho=[0.5], epsilon=[0.001]), Adamax=dict(beta_1=[0.5], beta_2=[0.9], epsilon=[0.001]), Nadam=dict(beta_1=[0.5], beta_2=[0.9], epsilon=[0.001]), Ftrl=dict(learning_rate_power=[-0.5, -0.7, -0.1], initial_accumulator_value=[0.5, 0.1], l1_regularization_strength=[0.05, 0.5], l2_regularization_strength=[0.1, 1.0], l2_shrinkage_regularization_strength=[0.1], beta=[0.3]), Lion=dict(beta_1=[0.5], beta_2=[0.9]), Adafactor=dict(beta_2_decay=[-0.5], epsilon_1=[1e-10], epsilon_2=[0.01], clip_threshold=[0.5, 2.0], relative_step=[False]), Lamb=dict(beta_1=[0.5], beta_2=[0.9], epsilon=[0.001]), Muon=dict(momentum=[0.5], nesterov=[False], ns_steps=[2, 4], adam_lr_ratio=[0.5], adam_beta_1=[0.5], adam_weight_decay=[0.1], exclude_layers=[['last']], muon_a=[3.0], rms_rate=[0.5, 0.0], exclude_embeddings=[False], weight_decay=[0.1]), ScheduleFreeAdamW=dict(beta_1=[0.5], beta_2=[0.9], epsilon=[0.001], warmup_steps=[3, 20], weight_decay=[0.1]), LossScaleOptimizer=dict(initial_scale=[2.0, 1024.0], dynamic_growth_steps=[3, 2]))
SETS = [[('kernel', (3, 4)), ('bias', (4,))], [('scalar', ()), ('one', (1,)), ('col', (5, 1))], [('conv', (2, 2, 3, 2)), ('gamma', (2,)), ('embeddings', (6, 3))], [('cube', (2, 3, 4)), ('row', (1, 6)), ('last_kernel', (4, 2))], [('big', (17, 33)), ('b', (33,))]]



def schedule(r):
    return pick(r, {'class_name': 'ExponentialDecay', 'config': {'initial_learning_rate': 0.05, 'decay_steps': 3, 'decay_rate': 0.5, 'staircase': True}}, {'class_name': 'CosineDecay', 'config': {'initial_learning_rate': 0.01, 'decay_steps': 6, 'warmup_steps': 3, 'warmup_target': 0.1}}, {'class_name': 'PiecewiseConstantDecay', 'config': {'boundaries': [2, 5], 'values': [0.1, 0.05, 0.01]}}, {'class_name': 'PolynomialDecay', 'config': {'initial_learning_rate': 0.1, 'decay_steps': 4, 'cycle': True}}, {'class_name': 'InverseTimeDecay', 'config': {'initial_learning_rate': 0.1, 'decay_steps': 2, 'decay_rate': 0.7}})



def conf(c, r):
    k = {}
    m = lambda p: r.random() < p
    for a, vs in OPT[c].items():
        if m(0.4):
            k[a] = pick(r, *vs)
    if c == 'LossScaleOptimizer':
        k['inner_optimizer'] = pick(r, {'class_name': 'SGD', 'config': {'learning_rate': 0.1, 'momentum': 0.9}}, {'class_name': 'Adam', 'config': {'learning_rate': 0.01, 'clipnorm': 1.0}}, {'class_name': 'Adam', 'config': {'weight_decay': 0.1, 'use_ema': True, 'ema_momentum': 0.5}})
        return k
    if m(0.6):
        k['learning_rate'] = schedule(r) if m(0.4) else pick(r, 0.1, 0.01, 0.5)
    cl = pick(r, None, None, 'clipnorm', 'clipvalue', 'global_clipnorm')
    if cl:
        k[cl] = pick(r, 0.1, 0.5, 1.0)
    if m(0.3) and 'weight_decay' not in OPT[c]:
        k['weight_decay'] = pick(r, 0.1, 0.01)
    if m(0.35):
        k['use_ema'] = True
        if m(0.7):
            k['ema_momentum'] = pick(r, 0.5, 0.9, 0.0)
        if m(0.5):
            k['ema_overwrite_frequency'] = pick(r, 1, 2, 3)
    if m(0.25):
        k['gradient_accumulation_steps'] = pick(r, 2, 3)
    if m(0.2):
        k['loss_scale_factor'] = pick(r, 8.0, 128.0)
    if m(0.15):
        k['name'] = 'opt'
    return k



def case(c, i):
    name = f'{c}/m{i}'
    r = rng_of('opt' + name)

    def run():
        k = conf(c, r)
        o = getattr(O, c)(**{a: make(v) for a, v in k.items()})
        ser = keras.saving.serialize_keras_object(o)
        vs = SETS[int(r.integers(len(SETS)))]
        vals = [np.asarray(r.normal(size=s), 'float32') for _, s in vs]
        if r.random() < 0.1:
            vals = [v * 0 for v in vals]
        kv = [keras.Variable(v, name=n) for (n, _), v in zip(vs, vals)]
        ex = None
        if (c == 'AdamW' or 'weight_decay' in k) and r.random() < 0.5:
            ex = [pick(r, 'bias', 'gamma', 'last', 'scalar', 'kernel', 'b')]
            o.exclude_from_weight_decay(var_names=ex)
        o.build(kv)
        G, LR, AF = ([], [], [])
        zero = r.random() < 0.15
        big = r.random() < 0.2
        for s in range(pick(r, 6, 9, 13)):
            g = [np.asarray(r.normal(size=v.shape), 'float32') * np.float32(30 if big else 1) for v in vals]
            if zero and s % 2:
                g = [np.zeros_like(x) for x in g]
            if c == 'LossScaleOptimizer' and r.random() < 0.2:
                g[0] = g[0] * np.float32(np.inf)
            LR.append(float(np.asarray(o.learning_rate)))
            o.apply_gradients(list(zip([keras.ops.convert_to_tensor(x) for x in g], kv)))
            G.append([array(x) for x in g])
            AF.append([array(v.value) for v in kv])
        ov = [{'path': v.path, 'value': array(v.value)} for v in o.variables]
        o.finalize_variable_values(kv)
        return {'class': c, 'config': k, 'exclude_from_weight_decay': ex, 'serialized': ser, 'variables': [{'name': n, 'value': array(v)} for (n, _), v in zip(vs, vals)], 'grads': G, 'learning_rates': LR, 'after': AF, 'optimizer_variables': ov, 'finalized': [array(v.value) for v in kv]}
    attempt('optimizer', name, run)
N = int(os.environ.get('N', 24))
for c in CL:
    for i in range(N):
        case(c, i)
done()

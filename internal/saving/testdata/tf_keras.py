"""Writes tf_keras_2.21.json: an object of each class of tf_keras 2.21, as it serializes it."""
import json, inspect, sys
import tf_keras as k
out=[]
def try_all(mod, base, kind, ser):
    for n,c in sorted(vars(mod).items()):
        if not inspect.isclass(c) or not issubclass(c,base) or c is base: continue
        args={}
        tries=[{}]
        for p in [dict(units=2),dict(filters=2,kernel_size=2),dict(kernel_size=2),dict(pool_size=2),dict(rate=.5),dict(size=2),dict(cells=[k.layers.LSTMCell(2)]),dict(cell=k.layers.LSTMCell(2)),dict(layer=k.layers.Dense(2)),dict(layer=k.layers.LSTM(2)),dict(target_shape=(2,)),dict(dims=(2,1)),dict(n=2),dict(stddev=.1),dict(height=2,width=2),dict(input_dim=4,output_dim=2),dict(num_heads=2,key_dim=2),dict(equation='ab,bc->ac',output_shape=2),dict(axes=1),dict(num_tokens=4),dict(factor=.2),dict(scale=.5),dict(num_bins=4),dict(bin_boundaries=[0.,1.]),dict(height_factor=.2),dict(activation='relu'),dict(rank=2,filters=2,kernel_size=2),dict(function=lambda x:x),dict(min_value=0,max_value=1),dict(num_classes=3),dict(recall=.5),dict(precision=.5),dict(specificity=.5),dict(sensitivity=.5),dict(learning_rate=.1),dict(initial_learning_rate=.1,decay_steps=10,decay_rate=.9),dict(initial_learning_rate=.1,decay_steps=10),dict(initial_learning_rate=.1,first_decay_steps=10),dict(boundaries=[1],values=[.1,.2]),dict(value=2.),dict(num_classes=3,target_class_ids=[0]),dict(width_factor=.2)]: tries.append(p)
        for t in tries:
            try:
                o=c(**t); s=ser(o); json.dumps(s); break
            except Exception as e: s=None
        out.append({'kind':kind,'class':n,'object':s})
try_all(k.layers,k.layers.Layer,'layer',k.saving.serialize_keras_object)
try_all(k.losses,k.losses.Loss,'loss',k.saving.serialize_keras_object)
try_all(k.metrics,k.metrics.Metric,'metric',k.saving.serialize_keras_object)
try_all(k.optimizers,k.optimizers.Optimizer,'optimizer',k.saving.serialize_keras_object)
try_all(k.optimizers.legacy,k.optimizers.legacy.Optimizer,'optimizer',k.saving.serialize_keras_object)
try_all(k.optimizers.schedules,k.optimizers.schedules.LearningRateSchedule,'schedule',k.saving.serialize_keras_object)
try_all(k.initializers,k.initializers.Initializer,'initializer',k.saving.serialize_keras_object)
try_all(k.regularizers,k.regularizers.Regularizer,'regularizer',k.saving.serialize_keras_object)
try_all(k.constraints,k.constraints.Constraint,'constraint',k.saving.serialize_keras_object)
print([ (o['kind'],o['class']) for o in out if o['object'] is None],file=sys.stderr)
json.dump([o for o in out if o['object']], open('tf_keras_2.21.json', 'w'))

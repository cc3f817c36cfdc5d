"""Writes archives of trainings under way with Keras 3.15.1: multi_optimizer.keras and
loss_scale.keras, after three steps, and prints the losses of the next three."""
import os, sys
os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np
from keras import layers as L, optimizers as O

x = np.linspace(-1, 1, 24).reshape(8, 3).astype("float32")
y = np.stack([x.sum(1), x[:, 0] * x[:, 1]], 1).astype("float32")


def run(name, optimizer):
    keras.utils.set_random_seed(1)
    m = keras.Sequential([keras.Input((3,)), L.Dense(4, activation="tanh", name="a"), L.Dense(2, name="b")], name="sequential")
    m.compile(optimizer, "mse")
    for _ in range(3):
        m.train_on_batch(x, y)
    m.save(os.path.join(sys.argv[1], name + ".keras"))
    print(name, [float(m.train_on_batch(x, y)) for _ in range(3)], [float(np.sum(np.abs(w.numpy()))) for w in m.weights])


sgd = O.SGD(0.1, momentum=0.9)
run("multi_optimizer", O.MultiOptimizer(O.OptimizerMap(sgd, {
    "sequential/a/kernel": O.Adam(O.schedules.ExponentialDecay(0.05, 2, 0.5), clipnorm=0.1),
    ".*/bias": O.RMSprop(0.02, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=4),
    "unused": O.Nadam()}), loss_scale_factor=8.0))
run("loss_scale", O.LossScaleOptimizer(O.Adam(0.1), initial_scale=64.0, dynamic_growth_steps=4))

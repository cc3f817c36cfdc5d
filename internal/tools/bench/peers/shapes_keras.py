"""Small models of many shapes, defined once in Keras, and their training steps in JAX and TensorFlow."""
import json
import os

import keras
from keras import layers as L

D, C2, C1 = L.Dense, L.Conv2D, L.Conv1D
MEAN2, MEAN1 = L.GlobalAveragePooling2D, L.GlobalAveragePooling1D
SAME = dict(padding="same")
RELU = dict(activation="relu")


def mlp(*units, act="relu"):
    return [D(n, activation=act) for n in units[:-1]] + [D(units[-1])]


def attention(heads, size, **kw):
    return lambda x: L.LayerNormalization()(L.Add()([x, L.MultiHeadAttention(heads, size, **kw)(x, x)]))


def mobile(x):
    for c in (32, 64):
        h = L.ReLU(6)(L.BatchNormalization()(C2(c * 4, 1, use_bias=False)(x)))
        h = L.ReLU(6)(L.BatchNormalization()(L.DepthwiseConv2D(3, use_bias=False, **SAME)(h)))
        x = L.BatchNormalization()(C2(c, 1, use_bias=False)(h))
    return x


def unet(x):
    a = C2(16, 3, **SAME, **RELU)(x)
    b = C2(32, 3, **SAME, **RELU)(L.MaxPooling2D()(a))
    c = C2(16, 3, **SAME, **RELU)(L.Concatenate()([a, L.UpSampling2D()(b)]))
    return C2(1, 1)(c)


def inception(x):
    a, b = C2(16, 1, **RELU)(x), C2(24, 3, **SAME, **RELU)(C2(16, 1, **RELU)(x))
    c, d = C2(8, 5, **SAME, **RELU)(C2(4, 1, **RELU)(x)), C2(8, 1, **RELU)(L.MaxPooling2D(3, 1, **SAME)(x))
    return L.Concatenate()([a, b, c, d])


def excite(x):
    return L.Multiply()([x, D(64, activation="sigmoid")(D(4, **RELU)(MEAN2(keepdims=True)(x)))])


def vit(x):
    h = L.Reshape((16, 64))(C2(64, 7, strides=7)(x))
    for _ in range(2):
        y = L.LayerNormalization()(h)
        h = L.Add()([h, L.MultiHeadAttention(4, 16, dropout=.1)(y, y)])
        h = L.Add()([h, L.Dropout(.1)(D(64)(D(128, activation="gelu")(L.LayerNormalization()(h))))])
    return D(10)(L.Flatten()(h))


# name: batch, shape of a sample, size of the vocabulary (0: numbers), layers or functions
CASES = {
    "MLP 17-33-5": (7, (17,), 0, mlp(33, 5)),
    "MLP 13-64-64-1, one sample": (1, (13,), 0, mlp(64, 64, 1)),
    "MLP 1000-1000-1000-10, one sample": (1, (1000,), 0, mlp(1000, 1000, 10)),
    "MLP 256-2048-256": (16, (256,), 0, mlp(2048, 256)),
    "MLP 512, five layers, GELU": (64, (512,), 0, mlp(*[512] * 4, act="gelu")),
    "MLP 50, ten layers, tanh": (32, (50,), 0, mlp(*[50] * 10, 1, act="tanh")),
    "MLP 300, BatchNorm, dropout": (100, (300,), 0, [
        D(300), L.BatchNormalization(), L.ReLU(), L.Dropout(.3), D(300), L.BatchNormalization(), L.ReLU(), L.Dropout(.3), D(10)]),
    "softmax of 20,000": (32, (128,), 0, [D(20000)]),
    "conv 1×1, 64 to 128, 28×28": (16, (28, 28, 64), 0, [C2(128, 1, **RELU), MEAN2()]),
    "conv 3×3, 256 to 256, 7×7": (16, (7, 7, 256), 0, [C2(256, 3, **SAME), MEAN2()]),
    "conv 3×3, 3 to 32, 64×64": (16, (64, 64, 3), 0, [C2(32, 3, **SAME, **RELU), MEAN2()]),
    "conv 3×3 stride 2, 32 to 64, 56×56": (8, (56, 56, 32), 0, [C2(64, 3, strides=2, **SAME, **RELU), MEAN2()]),
    "conv 3×3 dilation 2, 32, 32×32": (8, (32, 32, 32), 0, [C2(32, 3, dilation_rate=2, **SAME), MEAN2()]),
    "conv 3×3, 4 groups, 64, 32×32": (8, (32, 32, 64), 0, [C2(64, 3, groups=4, **SAME), MEAN2()]),
    "conv 3×3 valid, 7 to 13, 17×23": (8, (17, 23, 7), 0, [C2(13, 3), MEAN2()]),
    "conv 5×5, 16 to 32, 28×28": (16, (28, 28, 16), 0, [C2(32, 5, **SAME, **RELU), MEAN2()]),
    "conv 7×7 stride 2, 3 to 64, 112×112": (4, (112, 112, 3), 0, [C2(64, 7, strides=2, **SAME, **RELU), L.MaxPooling2D(3, 2), MEAN2()]),
    "conv 1×7 and 7×1, 32, 17×17": (16, (17, 17, 32), 0, [C2(32, (1, 7), **SAME), C2(32, (7, 1), **SAME), MEAN2()]),
    "depthwise 3×3, 64, 56×56": (8, (56, 56, 64), 0, [L.DepthwiseConv2D(3, **SAME), MEAN2()]),
    "separable 3×3, 64 to 128, 28×28": (16, (28, 28, 64), 0, [L.SeparableConv2D(128, 3, **SAME), MEAN2()]),
    "transposed 4×4 stride 2, 64 to 32, 14×14": (16, (14, 14, 64), 0, [L.Conv2DTranspose(32, 4, strides=2, **SAME), MEAN2()]),
    "conv1d 3, 64, length 256": (16, (256, 64), 0, [C1(64, 3, **SAME, **RELU), MEAN1()]),
    "conv1d causal dilation 4, 32, length 1000": (8, (1000, 32), 0, [C1(32, 3, dilation_rate=4, padding="causal", **RELU), MEAN1()]),
    "conv1d 80 stride 4, 1 to 32, length 8000": (8, (8000, 1), 0, [C1(32, 80, strides=4, **RELU), L.MaxPooling1D(4), MEAN1()]),
    "conv3d 3, 16, 16×16×16": (4, (16, 16, 16, 16), 0, [L.Conv3D(16, 3, **SAME), L.GlobalAveragePooling3D()]),
    "VGG, four convs, 32×32": (32, (32, 32, 3), 0, [
        C2(32, 3, **SAME, **RELU), C2(32, 3, **SAME, **RELU), L.MaxPooling2D(), C2(64, 3, **SAME, **RELU), C2(64, 3, **SAME, **RELU),
        L.MaxPooling2D(), L.Flatten(), *mlp(128, 10)]),
    "LeNet, average pooling, tanh": (64, (28, 28, 1), 0, [
        C2(6, 5, activation="tanh", **SAME), L.AveragePooling2D(2), C2(16, 5, activation="tanh"), L.AveragePooling2D(2), L.Flatten(),
        *mlp(120, 84, 10, act="tanh")]),
    "MobileNet, two blocks, 28×28": (8, (28, 28, 32), 0, [mobile, MEAN2()]),
    "squeeze-and-excite, 64, 28×28": (8, (28, 28, 64), 0, [excite, MEAN2()]),
    "inception block, 28×28": (16, (28, 28, 32), 0, [inception, MEAN2()]),
    "GroupNorm, swish, 32, 28×28": (8, (28, 28, 32), 0, [C2(32, 3, **SAME), L.GroupNormalization(8), L.Activation("swish"), MEAN2()]),
    "U-Net, 64×64": (4, (64, 64, 3), 0, [unet]),
    "ViT of 2 blocks, 28×28": (64, (28, 28, 1), 0, [vit]),
    "LSTM 16, 20 steps": (32, (20, 8), 0, [L.LSTM(16), D(1)]),
    "LSTM 128, 50 steps": (64, (50, 64), 0, [L.LSTM(128), D(10)]),
    "LSTM 256, 50 steps": (8, (50, 64), 0, [L.LSTM(256), D(10)]),
    "two LSTM 64, 400 steps, one sample": (1, (400, 32), 0, [L.LSTM(64, return_sequences=True), L.LSTM(64), D(1)]),
    "LSTM 64, ReLU, 50 steps": (32, (50, 32), 0, [L.LSTM(64, activation="relu"), D(1)]),
    "bidirectional LSTM 64, 100 steps": (32, (100, 64), 0, [L.Bidirectional(L.LSTM(64)), D(1)]),
    "LSTM 64 on masked words, 50 steps": (32, (50,), 1000, [L.Embedding(1000, 32, mask_zero=True), L.LSTM(64), D(1)]),
    "LSTM 128 on characters, 40 steps": (64, (40,), 96, [L.Embedding(96, 64), L.LSTM(128, return_sequences=True), D(96)]),
    "GRU 128, 100 steps": (32, (100, 64), 0, [L.GRU(128), D(1)]),
    "GRU 64, reset_after=False, 50 steps": (16, (50, 32), 0, [L.GRU(64, reset_after=False), D(1)]),
    "simple RNN 64, 100 steps": (32, (100, 32), 0, [L.SimpleRNN(64), D(1)]),
    "ConvLSTM 16, 8 steps of 20×20": (4, (8, 20, 20, 8), 0, [L.ConvLSTM2D(16, 3, **SAME), MEAN2()]),
    "attention 8×32, length 17": (32, (17, 256), 0, [attention(8, 32), MEAN1()]),
    "attention 8×32, length 100": (16, (100, 256), 0, [attention(8, 32), MEAN1()]),
    "attention 8×32, length 512": (4, (512, 256), 0, [attention(8, 32), MEAN1()]),
    "attention 4×16, dropout, length 64": (32, (64, 64), 0, [attention(4, 16, dropout=.1), MEAN1()]),
    "embedding 10,000×64, mean of 100": (32, (100,), 10000, [L.Embedding(10000, 64), MEAN1(), *mlp(16, 1)]),
    "embedding, two conv1d 5 of 128": (32, (200,), 5000, [
        L.Embedding(5000, 50), C1(128, 5, **RELU), L.MaxPooling1D(5), C1(128, 5, **RELU), L.GlobalMaxPooling1D(), *mlp(64, 1)]),
}


def make(folder):
    cases = []
    for i, (name, (batch, shape, vocabulary, parts)) in enumerate(CASES.items()):
        x = start = keras.Input(shape, dtype="int32" if vocabulary else "float32")
        for part in parts:
            x = part(x)
        m = keras.Model(start, x)
        m.save(os.path.join(folder, f"{i}.keras"))
        cases.append(dict(Name=name, File=f"{i}.keras", Batch=batch, Shape=shape, Vocabulary=vocabulary, Out=m.output_shape[1:]))
    with open(os.path.join(folder, "shapes.json"), "w") as f:
        json.dump(cases, f)


def jax_step(m, x, y):
    import jax

    opt = keras.optimizers.Adam()
    opt.build(m.trainable_variables)

    def loss(w, fixed, x, y):
        p, fixed = m.stateless_call(w, fixed, x, training=True)
        return ((p - y) ** 2).mean(), fixed

    def step(state, x, y):
        w, fixed, slots = state
        (value, fixed), g = jax.value_and_grad(loss, has_aux=True)(w, fixed, x, y)
        w, slots = opt.stateless_apply(slots, g, w)
        return (w, fixed, slots), value

    step = jax.jit(step, donate_argnums=0)
    state = [[jax.numpy.array(v.value) for v in vs] for vs in (m.trainable_variables, m.non_trainable_variables, opt.variables)]
    x, y = jax.numpy.array(x), jax.numpy.array(y)

    def run(n):
        nonlocal state
        for _ in range(n):
            state, value = step(state, x, y)
        return float(value)

    return run


def tf_step(m, x, y):
    import tensorflow as tf

    opt = keras.optimizers.Adam()
    opt.build(m.trainable_variables)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as t:
            loss = tf.reduce_mean((m(x, training=True) - y) ** 2)
        opt.apply(t.gradient(loss, m.trainable_variables), m.trainable_variables)
        return loss

    x, y = tf.constant(x), tf.constant(y)

    def run(n):
        for _ in range(n):
            value = step(x, y)
        return float(value)

    return run


def step(folder, case, x, y):
    m = keras.models.load_model(os.path.join(folder, case["File"]), compile=False)
    return (tf_step if keras.backend.backend() == "tensorflow" else jax_step)(m, x, y)

"""Keras: models by layers, training by fit."""
import glob
import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import numpy as np

threads = int(os.environ.get("BENCH_THREADS", "2"))
if os.environ["KERAS_BACKEND"] == "tensorflow":
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
import keras
from keras import layers as L

from workloads import data


def classifier(w):
    return L.Dense(1, "sigmoid") if w["classes"] == 1 else L.Dense(w["classes"], "softmax")


def mlp(w, dropout):
    hidden = [L.Dense(n, "relu") for n in w["sizes"][1:-1]]
    return keras.Sequential([keras.Input(w["shape"])] + hidden + [classifier(w)])


def cnn(w, dropout):
    return keras.Sequential([keras.Input(w["shape"]), L.Conv2D(32, 3, activation="relu"), L.MaxPooling2D(),
                             L.Conv2D(64, 3, activation="relu"), L.MaxPooling2D(), L.Flatten(), L.Dropout(dropout), classifier(w)])


def resnet(w, dropout):
    def conv(x, filters, kernel, stride):
        return L.BatchNormalization()(L.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False)(x))

    inputs = keras.Input(w["shape"])
    x = L.ReLU()(conv(inputs, 16, 3, 1))
    for stage, filters in enumerate((16, 32, 64)):
        for block in range(3):
            stride, short = 1, x
            if stage > 0 and block == 0:
                stride, short = 2, conv(x, filters, 1, 2)
            y = conv(L.ReLU()(conv(x, filters, 3, stride)), filters, 3, 1)
            x = L.ReLU()(L.Add()([y, short]))
    return keras.Model(inputs, classifier(w)(L.GlobalAveragePooling2D()(x)))


def lstm(w, dropout):
    return keras.Sequential([keras.Input(w["shape"], dtype="int32"), L.Embedding(w["vocabulary"], 32), L.LSTM(64), classifier(w)])


def gru(w, dropout):
    return keras.Sequential([keras.Input(w["shape"], dtype="int32"), L.Embedding(w["vocabulary"], 32), L.Bidirectional(L.GRU(64)), classifier(w)])


def transformer(w, dropout):
    inputs = x = keras.Input(w["shape"])
    for _ in range(2):
        x = L.LayerNormalization()(L.Add()([x, L.MultiHeadAttention(4, 32)(x, x)]))
        y = L.Dense(128)(L.Dense(512, "relu")(x))
        x = L.LayerNormalization()(L.Add()([x, y]))
    return keras.Model(inputs, classifier(w)(L.GlobalAveragePooling1D()(x)))


def wide(w, dropout):
    ids, numbers = keras.Input((w["indices"],), dtype="int32"), keras.Input(w["shape"])
    x = L.Flatten()(L.Embedding(w["table"], 16)(ids))
    x = L.Dense(64, "relu")(L.Dense(128, "relu")(L.Concatenate()([x, numbers])))
    return keras.Model([ids, numbers], L.Activation("sigmoid")(L.Add()([L.Dense(1)(x), L.Dense(1)(numbers)])))


def compiled(w, dropout=0.5):
    model = globals()[w["net"]](w, dropout)
    loss = "binary_crossentropy" if w["classes"] == 1 else "sparse_categorical_crossentropy"
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss)
    return model


class Net:
    def __init__(self, w):
        self.w = w

    def build(self):
        self.x, self.y = data(self.w)
        self.validation = None
        if "validation" in self.w:
            self.validation = data(self.w, self.w["validation"])
        self.model = compiled(self.w)
        self.fit(1)

    def fit(self, epochs):
        x = self.x if len(self.x) > 1 else self.x[0]
        self.model.fit(x, self.y, batch_size=self.w["batch"], epochs=epochs, verbose=0, validation_data=self.validation)


def make(contestant, w):
    return Net(w)


def check(w, folder):
    """The losses of steps from given weights on given batches."""
    def arrays(name):
        return [np.load(f"{folder}/{name}{i}.npy") for i in range(len(glob.glob(f"{folder}/{name}[0-9]*.npy")))]

    model = compiled(w, dropout=0)
    model.set_weights(arrays("w"))
    x, (y,) = arrays("x"), arrays("y")
    losses, b = [], w["batch"]
    for lo in range(0, len(y), b):
        part = [a[lo:lo + b] for a in x]
        model.reset_metrics()
        losses.append(float(np.asarray(model.train_on_batch(part if len(part) > 1 else part[0], y[lo:lo + b])).ravel()[0]))
    return losses

"""Writes masked_concat.keras, masked_attention.keras, masked_by_hand.json and prints what Keras 3.15 predicts.

    python masked_functional.py
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(1)
x, y = keras.Input((4,), name="x"), keras.Input((4,), name="y")
e = L.Embedding(5, 3, mask_zero=True)
a = L.Concatenate(axis=1)([e(x), e(y)])
b = L.Bidirectional(L.LSTM(2, return_sequences=True))(L.Dropout(0.1)(L.Add()([a, a])))
one = keras.Model([x, y], L.GRU(2)(L.TimeDistributed(L.Dense(3))(b)))
q = e(x)
h = L.LayerNormalization()(L.Add()([q, L.MultiHeadAttention(2, 3)(q, e(y))]))
two = keras.Model([x, y], L.GlobalAveragePooling1D()(L.Dense(2, "gelu")(h)))
data = [np.array([[1, 2, 0, 0], [3, 0, 0, 0]], "float32"), np.array([[4, 3, 2, 0], [1, 1, 0, 0]], "float32")]
for name, m in {"masked_concat": one, "masked_attention": two}.items():
    for w in m.weights:
        w.assign(np.random.default_rng(len(w.path)).normal(size=w.shape))
    m.save(name + ".keras")
    print(name, ", ".join(str(v) for v in m.predict(data, verbose=0).ravel()))
by_hand = keras.Model([x, y], L.GRU(2, name="gru")(e(x), mask=keras.ops.not_equal(y, 0)))
with open("masked_by_hand.json", "w") as f:
    f.write(by_hand.to_json())

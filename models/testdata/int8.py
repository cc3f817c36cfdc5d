"""Writes a model of Keras 3.15 before and after quantize("int8"), and prints what they predict.

    KERAS_BACKEND=tensorflow python int8.py
"""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(3)
a = keras.Input((4,), dtype="int32")
x = L.Embedding(10, 6, embeddings_initializer="glorot_uniform")(a)
x = L.EinsumDense("abc,cd->abd", output_shape=(4, 5), bias_axes="d", activation="relu", bias_initializer="glorot_uniform")(x)
x = L.Dense(6, activation="tanh", bias_initializer="uniform")(x)
x = L.Reshape((4, 2, 3))(x)
x = L.EinsumDense("abcd,cde->abe", output_shape=(4, 7))(x)
x = keras.Sequential([keras.Input((4, 7)), L.Flatten(), L.Dense(2, use_bias=False)])(x)
m = keras.Model(a, x)
ids = np.array([[0, 1, 2, 3], [9, 8, 7, 3]])
m.save("float.keras")
print(m.predict(ids, verbose=0).tolist())
m.quantize("int8")
m.save("int8.keras")
print(m.predict(ids, verbose=0).tolist())

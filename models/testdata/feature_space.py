"""Writes a FeatureSpace of Keras 3.15 and a model of its layers, and prints what they give.

    KERAS_BACKEND=tensorflow python feature_space.py
"""

import keras
import numpy as np
import tensorflow as tf
from keras.utils import FeatureSpace as F

data = {
    "age": [20.0, 35.0, 50.0, 41.0],
    "pay": [1.0, 2.0, 4.0, 8.0],
    "raw": [0.5, 1.0, 1.5, 2.0],
    "kind": ["a", "b", "a", "c"],
    "code": [3, 5, 3, 9],
    "id": ["u", "v", "w", "x"],
    "num": [7, 8, 9, 10],
    "temp": [10.0, 20.0, 30.0, 40.0],
}
x = {"age": [30.0, 60.0], "pay": [3.0, 5.0], "raw": [0.1, 0.2], "kind": ["b", "z"], "code": [9, 4], "id": ["v", "q"], "num": [7, 1], "temp": [15.0, 45.0]}
f = F(
    features={
        "age": "float_normalized",
        "pay": F.float_rescaled(scale=0.5, offset=-1.0),
        "raw": "float",
        "kind": "string_categorical",
        "code": F.integer_categorical(num_oov_indices=2),
        "id": F.string_hashed(num_bins=3),
        "num": F.integer_hashed(num_bins=4),
        "temp": F.float_discretized(num_bins=3),
    },
    crosses=[("kind", "code"), F.cross(("temp", "kind"), crossing_dim=5)],
    crossing_dim=6,
)
f.adapt(tf.data.Dataset.from_tensor_slices(data))
print(np.array(f(x)).tolist())
f.save("feature_space.keras")
keras.Model(f.get_inputs(), f.get_encoded_features()).save("feature_model.keras")

names = ("kind", "code", "age")
d = F(
    features={"kind": F.string_categorical(output_mode="int"), "code": F.integer_categorical(output_mode="int"), "age": "float"},
    crosses=[F.cross(("kind", "code"), crossing_dim=8, output_mode="int")],
    output_mode="dict",
)
d.adapt(tf.data.Dataset.from_tensor_slices({k: data[k] for k in names}))
print({k: np.array(v).tolist() for k, v in d({k: x[k] for k in names}).items()})

"""Writes model/files/*.json and the files they name: models whose files once were read wrongly.

    KERAS_BACKEND=tensorflow python model.py

Attention of grouped queries, whose class has another name than its export; inputs by keyword
alone; legacy files, where a layer's trainable weights come first; statistics of a
Normalization, which outlive the first prediction.
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
from keras import layers as L


def array(a):
    a = np.asarray(a)
    return {"shape": list(a.shape), "dtype": str(a.dtype), "data": [float(str(v)) if a.dtype.kind == "f" else int(v) for v in a.ravel()]}


def grouped():
    i = keras.Input((3, 4))
    return keras.Model(i, L.GroupQueryAttention(2, 2, 1, use_gate=True)(i, i)), [(2, 3, 4)]


def keywords():
    q, v = keras.Input((3, 4)), keras.Input((2, 4))
    return keras.Model([q, v], L.MultiHeadAttention(1, 2)(value=v, query=q, key=v)), [(2, 3, 4), (2, 2, 4)]


def trainable_first():
    inner = keras.Sequential([keras.Input((3,)), L.Dense(3), L.BatchNormalization(), L.Dense(3), L.BatchNormalization()])
    inner.layers[2].trainable = False
    i = keras.Input((3,))
    return keras.Model(i, L.SpectralNormalization(L.Dense(2))(inner(i))), [(4, 3)]


def normalized():
    n = L.Normalization()
    n.adapt(np.array([[1, 2], [3, 7], [4, 4]], "float32"))
    return keras.Sequential([keras.Input((2,)), n, L.Dense(2)]), [(3, 2)]


os.makedirs("model/files", exist_ok=True)
for make in (grouped, keywords, trainable_first, normalized):
    keras.utils.clear_session()
    name, rng = make.__name__, np.random.default_rng(5)
    m, shapes = make()
    for w in m.weights:
        if not w.path.startswith("normalization/"):
            w.assign(rng.uniform(0.5, 1.5, w.shape) if "variance" in w.path else rng.normal(size=w.shape))
    x = [rng.normal(size=s).astype("float32") for s in shapes]
    files = {"keras": name + ".keras", "weights.h5": name + ".weights.h5", "h5": name + ".h5"}
    m.save("model/" + files["keras"])
    m.save("model/" + files["h5"])
    m.save_weights("model/" + files["weights.h5"])
    case = {
        "files": files, "model": json.loads(m.to_json()), "input": [array(a) for a in x], "expected": [array(m(x if len(x) > 1 else x[0]))],
        "weights": [{"path": w.path, "value": array(w.value)} for w in m.weights], "count_params": m.count_params(),
    }
    with open(f"model/files/{name}.json", "w") as f:
        json.dump(case, f)

"""Writes cases of metrics, what Keras 3.15 computes on TensorFlow, into metric/CLASS/NAME.json.

    KERAS_BACKEND=tensorflow python metric.py
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np


def array(v, dtype):
    a = np.asarray(v, dtype)
    return {"shape": list(a.shape), "dtype": str(a.dtype), "data": a.ravel().tolist()}


def result(m):
    # A float32's shortest decimal reads back as the same float32.
    return array(np.float64(str(np.float32(m.result()))), "float64") | {"dtype": "float32"}


def case(name, m, *updates, ids="int32"):
    out = {"name": type(m).__name__ + "/" + name, "kind": "metric", "class": type(m).__name__, "config": m.get_config(), "serialized": m.get_config()}
    del out["config"]["dtype"]
    out["updates"] = []
    for y, pred, weight in updates:
        y, pred = np.asarray(y, "int32"), np.asarray(pred, ids)
        m.update_state(y, pred, sample_weight=weight)
        out["updates"].append({"y_true": array(y, "int32"), "y_pred": array(pred, ids), "sample_weight": weight and array(weight, "float32"), "result": result(m)})
    out["state"] = [array(np.float64(str(np.float32(v))), "float64") | {"dtype": "float32"} for v in m.variables]
    m.reset_state()
    out["result_after_reset"] = result(m)
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "metric", type(m).__name__)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name + ".json"), "w") as f:
        json.dump(out, f)


sorted_ids = lambda k: keras.metrics.SparseTopKCategoricalAccuracy(k=k, from_sorted_ids=True)
case("sorted_ids", sorted_ids(2), ([2, 1, 7], [[1, 0, 2], [1, 2, 3], [9, 7, 7]], None), ([2, 1], [[2, 2, 2], [0, 3, 1]], [0.7, 0.3]))
case("sorted_ids_steps", sorted_ids(1), ([[2, 1], [3, 4]], [[[2, 0], [0, 1]], [[3, 1], [4, 1]]], None), ids="float32")
case("sorted_ids_all", sorted_ids(9), ([0, 5], [[4, 5], [4, 5]], None))

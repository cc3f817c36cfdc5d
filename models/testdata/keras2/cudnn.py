"""Writes cudnn.h5 and cudnn.npz: a model of an LSTM, a GRU and a bidirectional LSTM whose
weights and classes are those of cuDNN's layers, and what tf_keras 2.21 predicts with the
layers that compute the same without a GPU."""
import json, h5py, numpy as np, tf_keras as keras
from tf_keras.src.saving.legacy import hdf5_format
keras.utils.set_random_seed(1)
L = keras.layers
m = keras.Sequential([keras.Input((5, 3)), L.LSTM(4, return_sequences=True), L.GRU(3, return_sequences=True), L.Bidirectional(L.LSTM(2))])
m.set_weights([np.random.default_rng(i).normal(size=w.shape).astype("float32") for i, w in enumerate(m.get_weights())])
x = np.random.default_rng(9).normal(size=(2, 5, 3)).astype("float32")
np.savez("cudnn.npz", x0=x, y0=m.predict(x, verbose=0))
m.save("cudnn.h5")


def convert(name, units, w):
    return hdf5_format._convert_rnn_weights(type(name, (), {"units": units})(), w)


with h5py.File("cudnn.h5", "r+") as f:
    g = f["model_weights"]
    for layer in g:
        names = list(g[layer].attrs.get("weight_names", []))
        for i in range(0, len(names), 3):
            w = [g[layer][n][()] for n in names[i:i + 3]]
            kind = "CuDNNGRU" if layer.startswith("gru") else "CuDNNLSTM"
            for n, new in zip(names[i:i + 3], convert(kind, w[1].shape[0], w)):
                del g[layer][n]; g[layer][n] = new
    conf = json.loads(f.attrs["model_config"])

    def rename(c):
        if isinstance(c, dict):
            if c.get("class_name") in ("LSTM", "GRU"):
                c["class_name"] = "CuDNN" + c["class_name"]
                for a in ("activation", "recurrent_activation", "use_bias", "dropout", "recurrent_dropout", "implementation", "reset_after", "unroll", "time_major"):
                    c["config"].pop(a, None)
            for v in c.values(): rename(v)
        if isinstance(c, list):
            for v in c: rename(v)
    rename(conf)
    f.attrs["model_config"] = json.dumps(conf)

"""The workloads' sizes and data; ../workload.go has the same."""
import numpy as np

WORKLOADS = {
    "W1": dict(net="mlp", sizes=(2, 32, 1), shape=(2,), classes=1, batch=32, rows=1000),
    "W2": dict(net="mlp", sizes=(30, 128, 64, 1), shape=(30,), classes=1, batch=64, rows=4096),
    "W3": dict(net="mlp", sizes=(784, 512, 256, 10), shape=(784,), classes=10, batch=128, rows=5120),
    "W4": dict(net="cnn", shape=(28, 28, 1), classes=10, batch=128, rows=1024),
    "W5": dict(net="resnet", shape=(32, 32, 3), classes=10, batch=32, rows=256),
    "W6": dict(net="lstm", shape=(100,), vocabulary=10000, classes=1, batch=32, rows=256),
    "W6G": dict(net="gru", shape=(100,), vocabulary=10000, classes=1, batch=32, rows=256),
    "W7": dict(net="transformer", shape=(64, 128), classes=10, batch=32, rows=256),
    "W8": dict(),
    "W9": dict(net="mlp", sizes=(2, 32, 1), shape=(2,), classes=1, batch=32, rows=1000, validation=100_000),
    "W10": dict(net="wide", shape=(16,), table=1_000_000, indices=8, classes=1, batch=128, rows=1024),
    "W11": dict(net="mlp", sizes=(1024, 1024, 1024, 1024, 10), shape=(1024,), classes=10, batch=1024, rows=4096),
}


def steps(w):
    return -(-w["rows"] // w["batch"])


def data(w, rows=None):
    """Returns a list of inputs and the targets."""
    rows = rows or w["rows"]
    r = np.random.default_rng(1)
    if "vocabulary" in w:
        x = [r.integers(0, w["vocabulary"], (rows,) + w["shape"]).astype("int32")]
        y = r.integers(0, 2, (rows, 1)).astype("float32")
        return x, y
    x = [r.standard_normal((rows,) + w["shape"]).astype("float32")]
    if "table" in w:
        x.insert(0, r.integers(0, w["table"], (rows, w["indices"])).astype("int32"))
    if w["classes"] == 1:
        y = (x[-1][:, :1] * x[-1][:, 1:2] > 0).astype("float32")
    else:
        y = r.integers(0, w["classes"], rows).astype("int32")
    return x, y


def shuffled(x, y, batch, order):
    """Yields the batches of an epoch."""
    for lo in range(0, len(y), batch):
        rows = order[lo:lo + batch]
        yield [a[rows] for a in x], y[rows]

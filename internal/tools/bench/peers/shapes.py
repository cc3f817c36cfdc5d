"""Training steps of small models: "make DIR" writes the models as files with shapes.json; "PEER DIR"
times those that it is asked for by name, a line each."""
import importlib
import json
import os
import sys
import time

import numpy as np

PEER, DIR = sys.argv[1:3]
os.environ["KERAS_BACKEND"] = "tensorflow" if PEER == "tf" else "jax"


def batch(case):
    r, n = np.random.default_rng(0), case["Batch"]
    if case["Vocabulary"]:
        x = r.integers(0, case["Vocabulary"], [n, *case["Shape"]]).astype("int32")
    else:
        x = r.standard_normal([n, *case["Shape"]]).astype("float32")
    return x, r.standard_normal([n, *case["Out"]]).astype("float32")


def timed(run, n):
    start = time.perf_counter()
    run(n)
    return (time.perf_counter() - start) / n


def serve(step):
    with open(os.path.join(DIR, "shapes.json")) as f:
        cases = {c["Name"]: c for c in json.load(f)}
    name, run, n = None, None, 1
    for line in sys.stdin:
        try:
            if line.strip() != name:
                name = line.strip()
                run = step(DIR, cases[name], *batch(cases[name]))
                if run:
                    timed(run, 2)
                    n = max(1, int(.15 / timed(run, 1)))
            print(json.dumps({"Value": timed(run, n) * 1e6 if run else 0}), flush=True)
        except Exception as e:
            print(json.dumps({"Error": f"{type(e).__name__}: {e}"[:300]}), flush=True)


module = importlib.import_module("shapes_torch" if PEER == "torch" else "shapes_keras")
if PEER == "make":
    module.make(DIR)
else:
    serve(module.step)

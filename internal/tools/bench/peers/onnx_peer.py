"""onnxruntime: prediction by graphs written with onnx.helper."""
import os

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from workloads import data


def graph(w):
    r, nodes, weights = np.random.default_rng(0), [], []
    x = ["x"]

    def weight(*shape):
        name = f"w{len(weights)}"
        weights.append(numpy_helper.from_array((r.standard_normal(shape) / np.sqrt(np.prod(shape[1:]) + 1)).astype("float32"), name))
        return name

    def add(op, *more, **attributes):
        y = f"{op}{len(nodes)}"
        nodes.append(helper.make_node(op, [x[0], *more], [y], **attributes))
        x[0] = y

    if w["net"] == "mlp":
        s = w["sizes"]
        for i, (a, b) in enumerate(zip(s, s[1:])):
            add("Gemm", weight(a, b), weight(b))
            if i < len(s) - 2:
                add("Relu")
    else:  # channels last in, as the others
        add("Transpose", perm=[0, 3, 1, 2])
        for a, b in ((1, 32), (32, 64)):
            add("Conv", weight(b, a, 3, 3), weight(b))
            add("Relu")
            add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
        add("Flatten")
        add("Gemm", weight(1600, 10), weight(10))
    add("Sigmoid") if w["classes"] == 1 else add("Softmax", axis=1)
    g = helper.make_graph(nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", *w["shape"]])],
                          [helper.make_tensor_value_info(x[0], TensorProto.FLOAT, ["n", w["classes"]])], weights)
    m = helper.make_model(g, opset_imports=[helper.make_opsetid("", 17)])
    m.ir_version = 8
    return m.SerializeToString()


def predictor(contestant, w, n):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("BENCH_THREADS", "2"))
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(graph(w), options, providers=["CPUExecutionProvider"])
    x = data(w, n)[0][0]
    return lambda: session.run(None, {"x": x})

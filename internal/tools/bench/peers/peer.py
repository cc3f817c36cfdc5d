"""A contestant of another library: peer.py CONTESTANT WORKLOAD [-first].

Lines with a measure's name come in, lines of JSON go out; ../doc.go has the protocol.
A contestant's module has make(workload), an object with build(), which compiles and trains
one epoch, fit(epochs), and for predictions predictor(net, n), a function without arguments.
"""
import importlib
import json
import os
import sys
import time

from workloads import WORKLOADS, steps

TURN = 0.4
MODULES = {"keras-tf": "keras_peer", "keras-jax": "keras_peer", "torch": "torch_peer", "torch-compile": "torch_peer",
           "jax-step": "jax_peer", "jax-scan": "jax_peer", "onnx": "onnx_peer"}


class Worker:
    def __init__(self, contestant, workload):
        if contestant == "keras-jax":
            os.environ["KERAS_BACKEND"] = "jax"
        self.contestant, self.name = contestant, workload
        self.module = importlib.import_module(MODULES[contestant])
        self.took = 1.0

    def make(self):
        return self.module.make(self.contestant, WORKLOADS[self.name])

    def answer(self, line):
        command, _, arg = line.partition(" ")
        if command == "memory":
            return {"Value": peak_mb()}
        if command == "check":
            return {"Losses": self.module.check(WORKLOADS[self.name], arg)}
        if self.name == "W8":
            return {} if command == "warm" else {"Value": self.predict(command)}
        start = time.perf_counter()
        if command == "warm":
            self.net = self.make()
            self.net.build()
            start = time.perf_counter()
            self.net.fit(1)
            self.took = time.perf_counter() - start
            return {}
        if command == "step":
            epochs = max(1, int(TURN / self.took))
            self.net.fit(epochs)
            self.took = (time.perf_counter() - start) / epochs
            return {"Value": self.took * 1e6 / steps(WORKLOADS[self.name])}
        if command == "epochs":
            self.net.fit(5)
        elif command == "fit":
            net = self.make()
            net.build()
            net.fit(49)
        else:
            raise ValueError("no measure " + command)
        return {"Value": (time.perf_counter() - start) * 1e3}

    def predict(self, command):
        size, _, net = command.partition("-")
        call = self.module.predictor(self.contestant, WORKLOADS[net], 1 if size == "one" else int(size))
        for _ in range(5):
            call()
        took, begin = [], time.perf_counter()
        while time.perf_counter() - begin < TURN:
            start = time.perf_counter()
            call()
            took.append(time.perf_counter() - start)
        took = sorted(took[len(took) // 4:])
        return took[len(took) // 2] * 1e6


def peak_mb():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0


def main():
    contestant, workload = sys.argv[1:3]
    worker = Worker(contestant, workload)
    if "-first" in sys.argv:
        worker.make().build()
        return
    for line in sys.stdin:
        try:
            out = worker.answer(line.strip())
        except Exception as e:  # the driver reports it
            out = {"Error": f"{type(e).__name__}: {e}"[:300]}
        print(json.dumps(out), flush=True)


main()

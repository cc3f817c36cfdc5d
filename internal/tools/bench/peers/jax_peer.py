"""JAX by hand: parameters in lists, a jitted step, or an epoch in one scan; Adam spelled out."""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from workloads import data, shuffled


def glorot(r, *shape):
    fan = np.prod(shape[:-2], dtype=int) * (shape[-2] + shape[-1])
    return jnp.asarray(r.uniform(-1, 1, shape) * np.sqrt(6 / fan), jnp.float32)


def dense(r, a, b):
    return glorot(r, a, b), jnp.zeros(b)


def linear(p, x):
    return x @ p[0] + p[1]


# A net is (parameters, state, apply(parameters, state, x, key, training) -> output, state).

def mlp(w, r):
    s = w["sizes"]

    def apply(p, state, x, key, training):
        x = x[0]
        for q in p[:-1]:
            x = jax.nn.relu(linear(q, x))
        return linear(p[-1], x), state

    return [dense(r, a, b) for a, b in zip(s, s[1:])], (), apply


def conv2d(x, k, stride, padding):
    return lax.conv_general_dilated(x, k, (stride, stride), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))


def pool(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def cnn(w, r):
    def apply(p, state, x, key, training):
        x = x[0]
        for k, b in p[:2]:
            x = pool(jax.nn.relu(conv2d(x, k, 1, "VALID") + b))
        x = x.reshape(x.shape[0], -1)
        if training:
            x = jnp.where(jax.random.bernoulli(key, 0.5, x.shape), x / 0.5, 0)
        return linear(p[2], x), state

    return [(glorot(r, 3, 3, 1, 32), jnp.zeros(32)), (glorot(r, 3, 3, 32, 64), jnp.zeros(64)), dense(r, 1600, 10)], (), apply


def resnet(w, r):
    params, state, plan = [], [], []

    def conv(a, b, kernel, stride):
        params.append((glorot(r, kernel, kernel, a, b), jnp.ones(b), jnp.zeros(b)))
        state.append((jnp.zeros(b), jnp.ones(b)))
        plan.append(stride)
        return len(plan) - 1

    stem, a, blocks = conv(3, 16, 3, 1), 16, []
    for b in (16, 32, 64):
        for i in range(3):
            stride = 2 if a != b else 1
            short = conv(a, b, 1, 2) if a != b else None
            blocks.append((short, conv(a, b, 3, stride), conv(b, b, 3, 1)))
            a = b
    params.append(dense(r, 64, 10))

    def apply(p, state, x, key, training):
        new = list(state)

        def unit(i, x):
            k, gamma, beta = p[i]
            x = conv2d(x, k, plan[i], "SAME")
            mean, var = state[i]
            if training:
                mean, var = x.mean((0, 1, 2)), x.var((0, 1, 2))
                new[i] = tuple(0.99 * o + 0.01 * n for o, n in zip(state[i], (mean, var)))
            return (x - mean) * (gamma * lax.rsqrt(var + 1e-3)) + beta

        x = jax.nn.relu(unit(stem, x[0]))
        for short, one, two in blocks:
            s = x if short is None else unit(short, x)
            x = jax.nn.relu(unit(two, jax.nn.relu(unit(one, x))) + s)
        return linear(p[-1], x.mean((1, 2))), new

    return params, state, apply


def lstm(w, r):
    def apply(p, state, x, key, training):
        table, (k, b), u, out = p
        z = jnp.swapaxes(linear((k, b), table[x[0]]), 0, 1)

        def step(carry, zt):
            h, c = carry
            i, f, g, o = jnp.split(zt + h @ u, 4, 1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

        zero = jnp.zeros((x[0].shape[0], 64))
        (h, _), _ = lax.scan(step, (zero, zero), z)
        return linear(out, h), state

    return [table(w, r), dense(r, 32, 256), glorot(r, 64, 256), dense(r, 64, 1)], (), apply


def table(w, r):
    return jnp.asarray(r.uniform(-0.05, 0.05, (w["vocabulary"], 32)), jnp.float32)


def gru(w, r):
    def one(x, p):
        (k, b), u, c = p
        z = linear((k, b), x)

        def step(h, zt):
            zr, zz, zh = jnp.split(zt, 3, 1)
            ur, uz, uh = jnp.split(h @ u + c, 3, 1)
            rt, ut = jax.nn.sigmoid(zr + ur), jax.nn.sigmoid(zz + uz)
            return ut * h + (1 - ut) * jnp.tanh(zh + rt * uh), None

        return lax.scan(step, jnp.zeros((x.shape[1], 64)), z)[0]

    def apply(p, state, x, key, training):
        v = jnp.swapaxes(p[0][x[0]], 0, 1)
        h = jnp.concatenate([one(v, p[1]), one(v[::-1], p[2])], 1)
        return linear(p[3], h), state

    def half():
        return dense(r, 32, 192), glorot(r, 64, 192), jnp.zeros(192)

    return [table(w, r), half(), half(), dense(r, 128, 1)], (), apply


def transformer(w, r):
    def norm(q, x):
        m, v = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        return (x - m) * lax.rsqrt(v + 1e-3) * q[0] + q[1]

    def apply(p, state, x, key, training):
        x = x[0]
        n, t, d = x.shape
        for b in p[:-1]:
            q, k, v = [a.reshape(n, t, 4, 32) for a in jnp.split(linear(b["in"], x), 3, -1)]
            s = jax.nn.softmax(jnp.einsum("nqhd,nkhd->nhqk", q, k) / np.sqrt(32), -1)
            y = jnp.einsum("nhqk,nkhd->nqhd", s, v).reshape(n, t, d)
            x = norm(b["n1"], x + linear(b["out"], y))
            x = norm(b["n2"], x + linear(b["f2"], jax.nn.relu(linear(b["f1"], x))))
        return linear(p[-1], x.mean(1)), state

    def block():
        one = lambda: (jnp.ones(128), jnp.zeros(128))
        return {"in": dense(r, 128, 384), "out": dense(r, 128, 128), "f1": dense(r, 128, 512), "f2": dense(r, 512, 128), "n1": one(), "n2": one()}

    return [block(), block(), dense(r, 128, 10)], (), apply


def wide(w, r):
    n = 16 + 16 * w["indices"]

    def apply(p, state, x, key, training):
        ids, x = x
        y = jnp.concatenate([p[0][ids].reshape(len(x), -1), x], 1)
        y = jax.nn.relu(linear(p[2], jax.nn.relu(linear(p[1], y))))
        return linear(p[3], y) + linear(p[4], x), state

    rows = jnp.asarray(r.uniform(-0.05, 0.05, (w["table"], 16)), jnp.float32)
    return [rows, dense(r, n, 128), dense(r, 128, 64), dense(r, 64, 1), dense(r, 16, 1)], (), apply


def loss_of(w, out, y):
    if w["classes"] == 1:
        return jnp.mean(jnp.maximum(out, 0) - out * y + jnp.log1p(jnp.exp(-jnp.abs(out))))
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(out), y[:, None], 1))


class Net:
    def __init__(self, w, scan):
        self.w, self.scan = w, scan

    def build(self):
        w = self.w
        self.x, self.y = data(w)
        self.random = np.random.default_rng(0)
        p, state, self.apply = globals()[w["net"]](w, self.random)
        zeros = jax.tree.map(jnp.zeros_like, p)
        self.all = p, state, zeros, jax.tree.map(jnp.zeros_like, p), jnp.zeros((), jnp.int32), jax.random.key(0)
        self.step = jax.jit(self.train, donate_argnums=0)
        self.epoch = jax.jit(self.train_epoch, donate_argnums=0)
        if "validation" in w:
            vx, vy = data(w, w["validation"])
            b = w["batch"]
            self.val = [jnp.asarray(a.reshape(-1, b, *a.shape[1:])) for a in vx], jnp.asarray(vy.reshape(-1, b, 1))
            self.evaluate = jax.jit(self.measure)
        self.fit(1)

    def train(self, carry, batch):
        p, state, m, v, t, key = carry
        x, y = batch
        key, sub = jax.random.split(key)

        def loss(p):
            out, new = self.apply(p, state, x, sub, True)
            return loss_of(self.w, out, y), new

        (value, state), g = jax.value_and_grad(loss, has_aux=True)(p)
        t = t + 1
        rate = 1e-3 * jnp.sqrt(1 - 0.999 ** t.astype(jnp.float32)) / (1 - 0.9 ** t.astype(jnp.float32))
        m = jax.tree.map(lambda m, g: m + (g - m) * 0.1, m, g)
        v = jax.tree.map(lambda v, g: v + (g * g - v) * 0.001, v, g)
        p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), p, m, v)
        return (p, state, m, v, t, key), value

    def train_epoch(self, carry, x, y):
        return lax.scan(self.train, carry, (x, y))

    def measure(self, p, state, x, y):
        def one(total, batch):
            out, _ = self.apply(p, state, batch[0], None, False)
            return total + loss_of(self.w, out, batch[1]), None

        return lax.scan(one, 0.0, (x, y))[0]

    def fit(self, epochs):
        n, b = len(self.y), self.w["batch"]
        for _ in range(epochs):
            order, losses = self.random.permutation(n), []
            whole = n // b * b if self.scan else 0
            if self.scan:
                def cut(a):
                    return a[order[:whole]].reshape(-1, b, *a.shape[1:])

                self.all, some = self.epoch(self.all, [cut(a) for a in self.x], cut(self.y))
                losses.append(some)
            if whole < n:
                for batch in shuffled(self.x, self.y, b, order[whole:]) if whole else self.batches(order):
                    self.all, one = self.step(self.all, batch)
                    losses.append(one)
            np.mean([np.mean(x) for x in losses])
            if "validation" in self.w:
                float(self.evaluate(self.all[0], self.all[1], *self.val))

    def batches(self, order):
        b = self.w["batch"]
        for lo in range(0, len(order), b):
            rows = order[lo:lo + b]
            yield [a[rows] for a in self.x], self.y[rows]


def make(contestant, w):
    return Net(w, contestant == "jax-scan")


def predictor(contestant, w, n):
    p, state, apply = globals()[w["net"]](w, np.random.default_rng(0))
    last = jax.nn.sigmoid if w["classes"] == 1 else jax.nn.softmax
    f = jax.jit(lambda p, x: last(apply(p, state, x, None, False)[0]))
    x = data(w, n)[0]
    return lambda: np.asarray(f(p, x))

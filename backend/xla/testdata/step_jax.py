"""The step of BenchmarkStep, written by hand in JAX: prints the median time of a step in microseconds."""
import os
import time

os.environ.setdefault("JAX_PLATFORMS", "cpu")
import jax
import jax.numpy as jnp
import numpy as np

SIZES, BATCH = [784, 512, 256, 10], 128
rng = np.random.default_rng(0)
params = [(jnp.asarray(rng.normal(size=(m, n)) / m**0.5, jnp.float32), jnp.zeros((1, n), jnp.float32))
          for m, n in zip(SIZES, SIZES[1:])]
moments = jax.tree.map(jnp.zeros_like, params)
x = rng.normal(size=(BATCH, SIZES[0])).astype(np.float32)
y = np.eye(10, dtype=np.float32)[np.arange(BATCH) * 7 % 10]


def loss(params, x, y):
    h = x
    for i, (w, b) in enumerate(params):
        h = h @ w + b
        if i < len(params) - 1:
            h = jnp.maximum(h, 0)
    return -jnp.mean(jnp.sum(jax.nn.log_softmax(h) * y, axis=1))


def step(params, moments, x, y):
    value, grads = jax.value_and_grad(loss)(params, x, y)
    moments = jax.tree.map(lambda m, g: .9 * m + g, moments, grads)
    return jax.tree.map(lambda p, m: p - .05 * m, params, moments), moments, value


step = jax.jit(step, donate_argnums=(0, 1))
times = {"loss read each step": [], "loss left": []}
for _ in range(20):
    params, moments, value = step(params, moments, x, y)
    float(value)
for name, read in [("loss read each step", True), ("loss left", False)]:
    for _ in range(15):
        float(value)
        begin = time.perf_counter()
        for _ in range(20):
            params, moments, value = step(params, moments, x, y)
            if read:
                float(value)
        float(value)
        times[name].append((time.perf_counter() - begin) / 20 * 1e6)
    print(f"{name}: {sorted(times[name])[7]:.0f} us (best {min(times[name]):.0f})")

"""Writes print.json: how NumPy prints arrays, and its half floats, for TestPrintsAsNumPy and TestHalf."""
import json, numpy as np, ml_dtypes
rng = np.random.default_rng(1)
cases = []
def add(a):
    a = np.asarray(a)
    data = [str(v) if isinstance(v, float) and not np.isfinite(v) else v for v in a.astype(np.float64 if a.dtype.kind == 'f' else a.dtype).ravel().tolist()]
    cases.append(dict(dtype=str(a.dtype), shape=list(a.shape), data=data, text=str(a)))
for dt in (np.float32, np.float64, np.float16):
    add(np.array([0.5, 0.25, 3], dt)); add(np.array([1, 2, 3], dt)); add(np.array([[1.5, -2], [3, 4.125]], dt))
    add(np.array([0.1, 1/3, 2/3], dt)); add(np.array([1e-5, 1], dt)); add(np.array([1, 2000.5], dt)); add(np.array([900, 1000.], dt))
    add(np.array([0, np.nan, 1.5], dt)); add(np.array([np.inf, -np.inf, 10], dt)); add(np.array([np.nan, np.nan], dt)); add(np.array([-0.0, 0], dt))
    add(np.array(0.1, dt)); add(np.array(3, dt)); add(np.array(1e-5, dt)); add(np.array([[np.inf, 1e-7]], dt))
    add(rng.normal(size=(3, 4)).astype(dt)); add(rng.normal(size=(2, 3, 4)).astype(dt)); add(rng.normal(size=30).astype(dt))
    add((rng.normal(size=(4, 30)) * 100).astype(dt)); add((10 ** rng.uniform(-4, 4, size=(3, 3))).astype(dt))
for dt in (np.float32, np.float64):
    add(np.array([1e6, 1e7], dt)); add(np.array([123456789.0], dt)); add(np.array([1e20, 1], dt)); add(np.array(1e20, dt)); add(np.array([999999, 1.5], dt))
    add(np.array([1e-30, -2.5e30], dt)); add(np.array(123456.789, dt)); add(rng.normal(size=1001).astype(dt)); add(rng.normal(size=(40, 40)).astype(dt)); add(rng.normal(size=(8, 7, 30)).astype(dt))
add(np.array([1e100, 1e-5])); add(np.array([1e-300, np.nan]))
for dt in (np.int32, np.int64, np.uint8):
    add(np.arange(6, dtype=dt).reshape(2, 3)); add(np.array([1, 100, 7], dt)); add(np.arange(40, dtype=dt)); add(np.array(7, dt)); add((np.arange(2000) % 200).astype(dt)); add(np.zeros((0, 3), dt))
add(np.array([-5, 12])); add(np.array([[True, False], [False, True]])); add(np.array(True)); add(np.array([2**62, -1]))
add(np.zeros((2, 0))); add(np.zeros((1, 1, 1, 2))); add(np.arange(24.).reshape(2, 3, 2, 2))
halves = []
for v in [0, -0.0, 1, 65504, 65519.99, 65520, 1e-8, 5.9604645e-8, 2.9802322e-8, 2.98023224e-8, 6.1e-5, 1e-40, 3.4e38, 1 + 2**-11, 1 + 2**-11 + 2**-30, 1 + 3 * 2**-11, 1 + 2**-8, 1 + 2**-8 + 2**-40, 1e300, -7.7] + rng.normal(size=60).tolist() + (10 ** rng.uniform(-9, 6, size=60)).tolist():
    with np.errstate(over='ignore'):
        h = np.float64(v).astype(np.float16)
    halves.append([v, int(h.view(np.uint16))])
json.dump(dict(print=cases, float16=halves), open('print.json', 'w'), separators=(',', ':'))

"""Merges of masked inputs."""
from layerlib import *



def x(r, *s):
    return r.normal(size=s).astype('float32')
for c in 'Add Subtract Multiply Average Maximum Minimum Concatenate Dot'.split():
    for i in range(14):
        r = rng_of(f'masked{c}{i}')
        n = 2 if c in ('Subtract', 'Dot') else int(r.integers(2, 5))
        s = (2, 3, 4)
        k = {'axes': int(r.integers(1, 3))} if c == 'Dot' else {'axis': int(pick(r, 1, 2, -1))} if c == 'Concatenate' else {}
        ss = [s] * n
        if c not in ('Concatenate', 'Dot') and r.random() < 0.3:
            ss = [s] + [(2, 3, 1)] * (n - 1)
        at = [r.random(q[:2]) > 0.4 if i < 8 or r.random() < 0.6 else None for q in ss]
        layer_case(f'masked{i}', c, k, [x(r, *q) for q in ss], r, style='list', attach=at)
done()

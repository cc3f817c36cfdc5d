"""Writes arrays.npz and the .npy files that TestReadsWhatNumPyWrote reads; each array is 0, 1, 2, … of its type."""
import numpy as np
arrays = {}
for d in ['|b1', '|u1', '|i1', '<i2', '>i2', '<u2', '<i4', '>i4', '<u4', '<i8', '>i8', '<f2', '>f2', '<f4', '>f4', '<f8', '>f8']:
    arrays['t' + d[1:] + {'>': 'big', '<': 'little', '|': ''}[d[0]]] = np.arange(6).reshape(2, 3).astype(d)
arrays['fortran'] = np.asfortranarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4))
arrays['scalar'] = np.float64(7)
arrays['empty'] = np.zeros((0, 3), np.float32)
arrays['text'] = np.array(['ab', 'Ωx', ''])
arrays['bytes'] = np.array([b'ab', b'c'])
np.savez_compressed('arrays.npz', **arrays)
np.savez('stored.npz', a=np.arange(3, dtype=np.int32), b=np.ones(2))
np.save('complex.npy', np.zeros(2, complex))
np.save('struct.npy', np.zeros(2, [('a', 'f4')]))
np.save('u8.npy', np.zeros(2, 'u8'))

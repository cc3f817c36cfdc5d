"""Writes cases of layers: what Keras 3.15 computes on TensorFlow 2.21 or JAX 0.10, one a line.

    KERAS_BACKEND=tensorflow python layer.py > layer.jsonl
    KERAS_BACKEND=jax python layer.py >> layer.jsonl

A line has the fields of a golden case of kind layer, its config in "serialized". On TensorFlow: what reads images between
pixels, where JAX does otherwise at the border. On JAX: channels first and dilated transposed
convolutions, which TensorFlow cannot do on a CPU, and all the rest. Random layers have bounds
that leave one result.
"""

import json
import os
import zlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
from keras import layers as L

TF = keras.backend.backend() == "tensorflow"
if TF:
    import tensorflow as tf
else:
    import jax


def number(v):
    if not np.isfinite(v):
        return str(v).replace("nan", "NaN").replace("inf", "Infinity")
    return float(np.format_float_positional(v, unique=True))


def array(a):
    if a is None:
        return None
    a = np.asarray(a)
    f = number if a.dtype.kind == "f" else bool if a.dtype == bool else int
    return {"shape": list(a.shape), "dtype": str(a.dtype), "data": [f(v) for v in a.ravel()]}


def gradients(layer, xs, cts, training):
    call = lambda vs: layer(vs if len(vs) > 1 else vs[0], **({} if training is None else {"training": training}))
    if TF:
        xs = [tf.constant(x) for x in xs]
        with tf.GradientTape() as tape:
            for x in xs:
                tape.watch(x)
            y = call(xs)
            total = tf.reduce_sum(y * cts)
        g = tape.gradient(total, xs + [w.value for w in layer.trainable_weights])
        return g[: len(xs)], g[len(xs) :]

    def loss(xs, tw):
        y, _ = layer.stateless_call(tw, [v.value for v in layer.non_trainable_variables], xs if len(xs) > 1 else xs[0], **({} if training is None else {"training": training}))
        return (y * cts).sum()

    gx, gw = jax.grad(loss, argnums=(0, 1))([jax.numpy.asarray(x) for x in xs], [v.value for v in layer.trainable_variables])
    return gx, gw


def case(name, layer, *shapes, training=None, low=-1.0, high=1.0, grad=True, weights=None):
    cls, serialized = type(layer).__name__, keras.saving.serialize_keras_object(layer)
    rng = np.random.default_rng(zlib.crc32((cls + name).encode()))
    xs = [rng.uniform(low, high, s).astype("float32") for s in shapes]
    kw = {} if training is None else {"training": training}
    layer(xs if len(xs) > 1 else xs[0], training=False) if training is not None else layer(xs if len(xs) > 1 else xs[0])
    for w in layer.weights:
        w.assign(rng.uniform(0.5, 1.5, w.shape) if "variance" in w.name or "stddev" in w.name else rng.uniform(-0.7, 0.7, w.shape))
    start = [np.array(w.value) for w in layer.weights]
    y = np.array(layer(xs if len(xs) > 1 else xs[0], **kw))
    after = [np.array(w.value) for w in layer.weights]
    for w, v in zip(layer.weights, start):
        w.assign(v)
    out = {
        "name": cls + "/" + name, "class": cls, "serialized": serialized, "input_style": "list" if len(xs) > 1 else "single",
        "training": training, "inputs": [array(x) for x in xs], "outputs": [array(y)], "output_mask": None,
        "weights": [{"path": w.path, "name": w.name, "trainable": w.trainable, "value": array(v)} for w, v in zip(layer.weights, start)],
        "weights_after": [array(v) for v in after],
    }
    if grad and y.dtype == np.float32:
        ct = rng.uniform(-1, 1, y.shape).astype("float32")
        gx, gw = gradients(layer, xs, ct, training)
        at = {id(w): g for w, g in zip(layer.trainable_weights, gw)}
        out["cotangents"] = [array(ct)]
        out["grad_inputs"] = [array(g) for g in gx]
        out["grad_weights"] = [array(at.get(id(w))) for w in layer.weights]
    print(json.dumps(out, default=str))


def on_tensorflow():
    img = dict(low=0.0, high=255.0, grad=False, training=True)
    for mode in ("reflect", "wrap", "constant", "nearest"):
        for how in ("bilinear", "nearest"):
            n = mode + "_" + how
            case(n, L.RandomRotation((0.1, 0.1), fill_mode=mode, interpolation=how, fill_value=3.0), (2, 5, 6, 2), **img)
            case(n, L.RandomZoom((0.31, 0.31), (-0.23, -0.23), fill_mode=mode, interpolation=how, fill_value=3.0), (2, 5, 6, 2), **img)
            case(n, L.RandomTranslation((0.35, 0.35), (-0.2, -0.2), fill_mode=mode, interpolation=how, fill_value=3.0), (2, 5, 6, 2), **img)
    case("in", L.RandomZoom((-0.3, -0.3)), (1, 4, 7, 1), **img)
    case("shear_none", L.RandomShear(), (1, 4, 4, 1), **img)
    case("none", L.RandomPerspective(0.0), (2, 5, 6, 2), **img)
    case("flat", L.RandomPerspective((1.0, 1.0), scale=0.0), (2, 5, 6, 2), **img)
    case("up", L.RandomBrightness((0.3, 0.3)), (2, 3, 4, 3), **img)
    case("range", L.RandomBrightness((-0.2, -0.2), value_range=(0, 1)), (2, 3, 4, 3), **(img | dict(high=1.0)))
    case("more", L.RandomContrast((0.0, 0.0)), (2, 3, 4, 3), **img)
    case("half", L.RandomSaturation((0.4, 0.4), value_range=(0, 1)), (2, 3, 4, 3), **(img | dict(high=1.0)))
    case("none", L.RandomHue((0.0, 0.0)), (2, 3, 4, 3), **img)
    case("sharp", L.RandomSharpness((0.9, 0.9)), (2, 5, 4, 3), **img)
    case("smooth", L.RandomSharpness((0.2, 0.2)), (2, 5, 4, 1), **img)
    case("all", L.RandomGrayscale(1.0), (2, 3, 4, 3), **img)
    case("all", L.RandomInvert((1.0, 1.0)), (2, 3, 4, 3), **img)
    case("all", L.RandomGaussianBlur((1.0, 1.0), 3, (0.8, 0.8)), (2, 5, 5, 2), **img)
    case("large", L.RandomGaussianBlur((1.0, 1.0), 5, (1.0, 1.0)), (1, 7, 6, 1), **img)
    case("a", L.AutoContrast(), (2, 4, 3, 3), **img)
    case("range", L.AutoContrast(value_range=(0, 1)), (2, 4, 3, 3), **(img | dict(high=0.4)))
    case("small", L.RandomCrop(5, 3), (1, 4, 6, 2), **img)
    case("one", L.CenterCrop(2, 3), (5, 6, 1), **(img | dict(training=None)))
    case("small", L.CenterCrop(6, 3), (2, 4, 5, 1), low=0.0, high=1.0)
    for how in ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"):
        for aa in (False, True):
            case(how + ("_antialias" if aa else ""), L.Resizing(4, 9, interpolation=how, antialias=aa), (1, 7, 5, 2), grad=False)
    case("pad", L.Resizing(5, 9, pad_to_aspect_ratio=True, fill_value=0.5), (1, 7, 5, 1), grad=False)
    case("crop", L.Resizing(5, 9, crop_to_aspect_ratio=True), (1, 7, 5, 1), grad=False)
    for how in ("bilinear", "bicubic", "lanczos3"):
        case(how + "_32", L.UpSampling2D((3, 2), interpolation=how), (1, 3, 4, 2), grad=False)
    case("dilated", L.DepthwiseConv1D(2, dilation_rate=2, depth_multiplier=2), (2, 6, 2))
    case("axis1", L.Softmax(axis=1), (2, 3, 2))


def on_jax():
    first = dict(data_format="channels_first")
    for pad in ("valid", "same"):
        for s in (1, 2, 3):
            case(f"{pad}_s{s}", L.Conv1DTranspose(2, 4, strides=s, padding=pad), (2, 4, 3))
            case(f"{pad}_s{s}_op", L.Conv2DTranspose(2, (3, 2), strides=s, padding=pad, output_padding=s - 1), (1, 3, 4, 2))
            case(f"{pad}_s{s}_first", L.Conv2D(2, (3, 2), strides=s, padding=pad, activation="softmax", **first), (1, 3, 5, 4))
            case(f"{pad}_s{s}_first", L.Conv1D(4, 3, strides=s, padding=pad, groups=2, **first), (2, 4, 7))
            case(f"{pad}_s{s}_first", L.Conv2DTranspose(2, 3, strides=s, padding=pad, **first), (1, 2, 3, 4))
            case(f"{pad}_s{s}_first", L.DepthwiseConv2D((2, 3), strides=s, padding=pad, depth_multiplier=2, **first), (1, 3, 5, 6))
            case(f"{pad}_s{s}_first", L.SeparableConv2D(3, 3, strides=s, padding=pad, depth_multiplier=2, **first), (1, 2, 5, 6))
            case(f"{pad}_s{s}_first", L.MaxPooling2D((3, 2), strides=s, padding=pad, **first), (1, 2, 5, 6))
            case(f"{pad}_s{s}_first", L.AveragePooling1D(3, strides=s, padding=pad, **first), (2, 2, 7))
        case(f"{pad}_dil2", L.Conv2DTranspose(2, (3, 2), dilation_rate=2, padding=pad), (1, 4, 5, 2))
        case(f"{pad}_first", L.Conv3D(2, 2, padding=pad, **first), (1, 2, 3, 4, 3))
        case(f"{pad}_first", L.Conv3DTranspose(2, (2, 3, 2), strides=2, padding=pad, **first), (1, 2, 2, 3, 2))
        case(f"{pad}_dil", L.SeparableConv1D(3, 3, dilation_rate=2, padding=pad, depth_multiplier=3), (2, 7, 2))
    case("causal_dil", L.Conv1D(2, 3, padding="causal", dilation_rate=2), (2, 7, 3))
    case("causal_s2", L.Conv1D(2, 3, padding="causal", strides=2), (2, 7, 3))
    case("first", L.AdaptiveAveragePooling2D((3, 2), **first), (1, 2, 7, 5))
    case("first", L.AdaptiveMaxPooling3D((2, 3, 1), **first), (1, 2, 5, 4, 3))
    case("up", L.AdaptiveAveragePooling1D(5), (2, 3, 2))
    case("first", L.GlobalMaxPooling3D(keepdims=True, **first), (2, 3, 2, 3, 2))
    case("first", L.GlobalAveragePooling1D(keepdims=True, **first), (2, 3, 4))
    case("first", L.ZeroPadding2D(((1, 2), (0, 3)), **first), (1, 2, 3, 2))
    case("first", L.Cropping3D(((1, 0), (0, 1), (1, 1)), **first), (1, 2, 3, 3, 4))
    case("first", L.UpSampling2D((2, 3), **first), (1, 2, 2, 3))
    case("first", L.UpSampling3D((2, 1, 3), **first), (1, 2, 2, 2, 2))
    case("first", L.Flatten(**first), (2, 3, 2, 4))
    for axis, shape, g in ((-1, (2, 3, 4), 2), (1, (2, 6, 4), 3), (2, (2, 3, 4, 2), 2), (-2, (2, 3, 4, 2), 4), (-1, (3, 4), -1)):
        case(f"axis{axis}_{len(shape)}_{g}", L.GroupNormalization(g, axis=axis), shape)
    case("no_center", L.GroupNormalization(2, center=False), (2, 3, 4))
    case("axes", L.RMSNormalization(axis=[1, 2]), (2, 3, 4))
    case("axes", L.LayerNormalization(axis=[2, 1]), (2, 3, 4))
    case("rms", L.LayerNormalization(rms_scaling=True), (3, 5))
    case("rms_axes", L.LayerNormalization(axis=[1, 2], rms_scaling=True), (2, 3, 4))
    case("clipped", L.BatchNormalization(renorm=True, renorm_clipping={"rmin": 0.8, "rmax": 1.1, "dmax": 0.3}, renorm_momentum=0.5, momentum=0.7), (5, 4), training=True)
    case("renorm_axis1", L.BatchNormalization(axis=1, renorm=True, scale=False, center=False), (3, 2, 4), training=True)
    case("renorm_infer", L.BatchNormalization(renorm=True), (3, 4), training=False)
    case("embedding", L.SpectralNormalization(L.Conv1D(2, 3), power_iterations=3), (2, 5, 3), training=True, grad=False)
    case("negative", L.Dot(axes=-1), (2, 3, 4), (2, 5, 4))
    case("rank4", L.Dot(axes=(3, 1)), (2, 3, 2, 4), (2, 4, 3))
    case("23", L.Dot(axes=(1, 2), normalize=True), (2, 4), (2, 3, 4))
    case("32", L.Dot(axes=(2, 1)), (2, 3, 4), (2, 4))
    case("lora", L.Embedding(5, 4, lora_rank=2), (2, 3), low=0, high=4, grad=False)
    case("cap", L.ReversibleEmbedding(5, 4, tie_weights=False, logit_soft_cap=2.0), (2, 3), low=0, high=4, grad=False)
    case("shared", L.PReLU(shared_axes=[2]), (2, 3, 4))
    case("threshold_slope", L.ReLU(negative_slope=0.2, threshold=0.3), (3, 7))
    case("zero_max", L.ReLU(max_value=0.0, negative_slope=0.3), (3, 7), grad=False)
    case("axes", L.Softmax(axis=(1, 3)), (2, 3, 2, 4))
    for mode in ("log", "magnitude", "psd", "real", "imag", "angle", "stft"):
        case(mode, L.STFTSpectrogram(mode=mode, frame_length=8, frame_step=3), (2, 25, 2), grad=mode != "angle")
    case("first", L.STFTSpectrogram(mode="magnitude", frame_length=6, fft_length=16, padding="same", window="hamming", periodic=True, scaling="spectrum", **first), (2, 2, 20))
    case("wide", L.STFTSpectrogram(mode="psd", frame_length=8, expand_dims=True, scaling=None), (2, 20, 2))
    case("wide_first", L.STFTSpectrogram(mode="real", frame_length=8, expand_dims=True, **first), (2, 2, 20))
    case("db", L.MelSpectrogram(fft_length=64, sequence_stride=16, num_mel_bins=7, sampling_rate=2000, max_freq=900), (2, 150), grad=False)
    case("linear", L.MelSpectrogram(fft_length=64, sequence_length=40, sequence_stride=20, num_mel_bins=5, window="hamming", power_to_db=False, mag_exp=1.0), (150,), grad=False)


on_tensorflow() if TF else on_jax()

"""Writes recorded.jsonl: models of one operation each as real Keras 3.15.1 on TensorFlow recorded them, with inputs and what it
computed. To write it again, in this folder: KERAS_BACKEND=tensorflow python make_recorded.py"""

import json

import keras
import numpy as np
from keras import ops

random = np.random.RandomState(5)
BATCH = 3


def normal(*shape):
    return "float32", shape, random.randn(BATCH, *shape)


def positive(*shape):
    return "float32", shape, random.rand(BATCH, *shape) * 2.5 + 0.1


def whole(low, high, *shape):
    return "int32", shape, random.randint(low, high, (BATCH, *shape))


def symmetric(size):
    numbers = random.randn(BATCH, size, size)
    return "float32", (size, size), (numbers + np.swapaxes(numbers, 1, 2)) / 2


def definite(size):
    numbers = random.randn(BATCH, size, size)
    return "float32", (size, size), numbers @ np.swapaxes(numbers, 1, 2) + np.eye(size)


def missing(*shape):
    kind, shape, numbers = normal(*shape)
    numbers[random.rand(*numbers.shape) < 0.3] = np.nan
    return kind, shape, numbers


def probabilities(*shape):
    numbers = random.rand(BATCH, *shape) + 0.05
    return "float32", shape, numbers / numbers.sum(-1, keepdims=True)


INPUTS = {
    "x": normal(3, 4),
    "y": normal(3, 4),
    "v": normal(4),
    "w": normal(4),
    "u": ("float32", (4,), random.rand(BATCH, 4) * 1.9 - 0.95),
    "n": missing(3, 4),
    "p": positive(3, 4),
    "i": whole(-20, 21, 4),
    "j": whole(1, 9, 4),
    "l": ("int64", (4,), random.randint(1, 9, (BATCH, 4))),
    "k": whole(0, 4, 4),
    "b": ("bool", (3, 4), random.rand(BATCH, 3, 4) > 0.5),
    "u8": ("uint8", (3, 3), random.randint(0, 200, (BATCH, 3, 3))),
    "i8": ("int8", (3, 3), random.randint(-100, 100, (BATCH, 3, 3))),
    "square": normal(4, 4),
    "tall": normal(5, 3),
    "symmetric": symmetric(4),
    "definite": definite(3),
    "right": normal(4, 2),
    "pairs": normal(3, 2),
    "triples": normal(3, 3),
    "image": positive(5, 4, 2),
    "other": positive(5, 4, 2),
    "first": positive(2, 5, 4),
    "blocks": normal(2, 4, 4),
    "real": normal(6, 9),
    "imaginary": normal(6, 9),
    "moves": ("float32", (8,), random.randn(BATCH, 8) * 0.02 + np.array([1, 0, 0.4, 0, 1, -0.3, 0, 0])),
    "corners": ("float32", (4, 2), random.randn(BATCH, 4, 2) * 0.2 + np.array([[0, 0], [0, 3], [4, 0], [4, 3]])),
    "likely": probabilities(3, 4),
    "hot": ("float32", (3, 4), np.eye(4)[random.randint(0, 4, (BATCH, 3))]),
    "classes": whole(0, 4, 3),
    "class": whole(0, 4),
    "logits": normal(7, 4),
    "steps": whole(5, 8),
    "labels": whole(1, 4, 3),
    "count": whole(1, 3),
}

frame = dict(sequence_length=16, sequence_stride=4, fft_length=16)
row = np.arange(1, 5).astype("float32")
around = np.array([[0, 0], [0, 3], [4, 0], [4, 3]], "float32")

CASES = [
    ("square", ops.det),
    ("square", ops.inv),
    ("square right", ops.solve),
    ("square v", ops.solve),
    ("square right", lambda a, b: ops.solve_triangular(a + 3 * np.eye(4, dtype="float32"), b, lower=True)),
    ("square v", lambda a, b: ops.solve_triangular(a + 3 * np.eye(4, dtype="float32"), b)),
    ("square", ops.slogdet),
    ("definite", ops.logdet),
    ("definite", ops.cholesky),
    ("definite", lambda a: ops.cholesky(a, upper=True)),
    ("definite", lambda a: ops.cholesky_inverse(ops.cholesky(a))),
    ("tall", ops.qr),
    ("tall", lambda a: ops.qr(a, mode="complete")),
    ("tall", lambda a: ops.qr(ops.swapaxes(a, 1, 2))),
    ("symmetric", lambda a: ops.eigh(a)[0]),
    ("symmetric", lambda a: [ops.matmul(v * ops.expand_dims(w, 1), ops.swapaxes(v, 1, 2)) for w, v in [ops.eigh(a)]]),
    ("tall", lambda a: ops.svd(a, compute_uv=False)),
    ("tall", lambda a: [ops.matmul(u * ops.expand_dims(s, 1), v) for u, s, v in [ops.svd(a, full_matrices=False)]]),
    ("tall", lambda a: [ops.matmul(ops.swapaxes(u, 1, 2), u) for u, s, v in [ops.svd(ops.swapaxes(a, 1, 2))]]),
    ("tall", lambda a: [ops.matmul(ops.swapaxes(u, 1, 2), u) for u, s, v in [ops.svd(a)]]),
    ("tall", ops.pinv),
    ("square", ops.matrix_rank),
    ("tall", lambda a: ops.matrix_rank(a, tol=1.5)),
    ("tall", lambda a: ops.lstsq(a[0], row[:3].repeat(5).reshape(5, 3))),
    ("tall", lambda a: ops.lstsq(a[0], np.arange(5).astype("float32"))),
    ("tall", lambda a: ops.norm(a, ord="nuc", axis=(1, 2))),
    ("tall", lambda a: ops.norm(a, ord=2, axis=(-1, 1), keepdims=True)),
    ("tall", lambda a: ops.norm(a, ord=-2, axis=(1, 2))),
    ("x", lambda a: ops.norm(a, ord=float("inf"), axis=1)),
    ("x", ops.erfc),
    ("u", ops.erfinv),
    ("x", lambda a: ops.erfc(3 * a)),
    ("x", lambda a: ops.i0(3 * a)),
    ("x", ops.sinc),
    ("i", ops.sinc),
    ("x", ops.rad2deg),
    ("l", ops.deg2rad),
    ("b", ops.fabs),
    ("b", ops.abs),
    ("i j", ops.gcd),
    ("i j", ops.lcm),
    ("i j", ops.fmod),
    ("x", lambda a: ops.fmod(a, 0.7)),
    ("v i", lambda a, b: ops.ldexp(a, b)),
    ("n p", ops.fmax),
    ("n p", ops.fmin),
    ("u8 i8", ops.maximum),
    ("u8 u8", ops.matmul),
    ("i8 i8", ops.matmul),
    ("b", lambda a: ops.matmul(a, ops.swapaxes(a, 1, 2))),
    ("x", lambda a: ops.saturate_cast(a * 200, "uint8")),
    ("x", lambda a: ops.array(a, dtype="int32")),
    ("x", ops.empty_like),
    ("x", ops.size),
    ("x y", lambda a, b: ops.allclose(a, b, atol=9.0)),
    ("x", lambda a: ops.isclose(a, 1, rtol=0.5, atol=0.1)),
    ("n", lambda a: ops.isclose(a, a, equal_nan=True)),
    ("b", lambda a: ops.max(a, axis=1)),
    ("x", lambda a: ops.max(a, axis=1, initial=0.5)),
    ("x", lambda a: ops.min(a, initial=-9.0, keepdims=True)),
    ("b", ops.diff),
    ("b", ops.tril),
    ("b", lambda a: ops.pad(a, ((0, 0), (1, 0), (0, 1)))),
    ("i", lambda a: ops.cumsum(a, axis=1, dtype="float32")),
    ("j", lambda a: ops.cumprod(a, axis=1, dtype="float32")),
    ("n", lambda a: ops.nanvar(a, axis=2)),
    ("n", lambda a: ops.nanstd(a, axis=(1, 2), keepdims=True)),
    ("n", lambda a: ops.nanargmax(a, axis=2)),
    ("n", lambda a: ops.nanargmin(a)),
    ("n", lambda a: ops.nancumsum(a, axis=1)),
    ("n", lambda a: ops.nancumprod(a, axis=-1)),
    ("n", lambda a: ops.nanmedian(a, axis=2)),
    ("n", lambda a: ops.nanquantile(a, [0.2, 0.7], axis=1, keepdims=True)),
    ("n", lambda a: ops.nanpercentile(a, 30)),
    ("x", lambda a: ops.percentile(a, [10, 60], axis=(1, 2))),
    ("x", lambda a: ops.quantile(a, 0.3)),
    ("x", lambda a: ops.median(a, axis=(1, 2), keepdims=True)),
    ("x", lambda a: ops.array_split(a, 3, axis=2)),
    ("x", lambda a: ops.hsplit(a, [1])),
    ("x", lambda a: ops.dsplit(a, 2)),
    ("x y", lambda a, b: ops.dstack([a, b])),
    ("x", ops.flipud),
    ("x", ops.fliplr),
    ("x", lambda a: ops.repeat(a, [2, 0, 1], axis=1)),
    ("x k", lambda a, b: ops.take_along_axis(a, ops.reshape(b, (-1,)), axis=None)),
    ("x k", lambda a, b: ops.take_along_axis(a, ops.expand_dims(b, 1), axis=2)),
    ("pairs pairs", lambda a, b: ops.cross(a, ops.flip(b, 1))),
    ("pairs triples", ops.cross),
    ("triples triples", lambda a, b: ops.cross(a, ops.flip(b, 1), axis=1)),
    ("v w", lambda a, b: ops.meshgrid(a[0], b[1])),
    ("v w", lambda a, b: ops.meshgrid(a[0], b[1], np.array([1, 2], "float32"), indexing="ij")),
    ("x", lambda a: ops.kron(a, np.array([[1, 2]], "float32"))),
    ("x", lambda a: ops.diag(a[0], k=1)),
    ("v", lambda a: ops.diag(a[0], k=-2)),
    ("v", lambda a: ops.diagflat(a[0], k=1)),
    ("v w", lambda a, b: ops.correlate(a[0], b[0, :3], mode="full")),
    ("v w", lambda a, b: ops.correlate(a[0], b[0, :3], mode="same")),
    ("x", lambda a: ops.corrcoef(a[0])),
    ("x y", ops.cdist),
    ("v", lambda a: ops.vander(a[0])),
    ("v", lambda a: ops.vander(a[0], 3, increasing=True)),
    ("x", lambda a: ops.trapezoid(a, dx=0.5, axis=1)),
    ("k", lambda a: ops.unravel_index(a[0], (2, 3))),
    ("v w", lambda a, b: ops.linspace(a, b, 4, axis=-1)),
    ("v", lambda a: ops.linspace(a, 10, 3, endpoint=False)),
    ("v w", lambda a, b: ops.logspace(a, b, 3, base=2)),
    ("p", lambda a: ops.geomspace(a, a + 2, 4)),
    ("v", lambda a: ops.full((2, 3), a[0, 0])),
    ("k", lambda a: ops.bincount(a, minlength=6)),
    ("k", lambda a: ops.bincount(a[0])),
    ("i", lambda a: ops.isin(a, [1, 2, 3])),
    ("i k", lambda a, b: ops.isin(a, b, invert=True)),
    ("class v", lambda a, b: ops.in_top_k(a, b, k=2)),
    ("x", lambda a: ops.segment_sum(a, np.array([0, -1, 2]), num_segments=4)),
    ("x", lambda a: ops.segment_max(a, np.array([0, 0, 2]), num_segments=4)),
    ("x", lambda a: ops.segment_min(a, np.array([0, 1, 1]))),
    ("i", lambda a: ops.segment_prod(a, np.array([1, 0, 1]), num_segments=3)),
    ("x", ops.rms_normalization),
    ("x", lambda a: ops.rms_normalization(a, scale=row, epsilon=0.1)),
    ("x", lambda a: ops.layer_normalization(a, gamma=row, beta=row * 2, epsilon=0.01)),
    ("x", lambda a: ops.layer_normalization(a, axis=(1, 2))),
    ("x", lambda a: ops.layer_normalization(a, gamma=row, rms_scaling=True)),
    ("b likely", lambda a, b: ops.binary_crossentropy(ops.cast(a, "float32"), b)),
    ("b x", lambda a, b: ops.binary_crossentropy(ops.cast(a, "float32"), b, from_logits=True)),
    ("hot likely", ops.categorical_crossentropy),
    ("hot x", lambda a, b: ops.categorical_crossentropy(a, b, from_logits=True, axis=1)),
    ("classes likely", ops.sparse_categorical_crossentropy),
    ("classes x", lambda a, b: ops.sparse_categorical_crossentropy(a, b, from_logits=True)),
    ("image other", lambda a, b: ops.psnr(a, b, 2.0)),
    ("labels logits count steps", ops.ctc_loss),
    ("logits steps", lambda a, b: ops.ctc_decode(a, b)),
    ("logits steps", lambda a, b: ops.ctc_decode(a, b, merge_repeated=False, mask_index=3)),
    ("real imaginary", lambda a, b: ops.istft((a, b), **frame)),
    ("real imaginary", lambda a, b: ops.istft((a, b), **frame, length=20, window="hamming", center=False)),
    ("real imaginary", lambda a, b: ops.istft((a, b), **frame, window=None)),
    ("first", lambda a: ops.unfold(a, (2, 3), stride=2, padding=1)),
    ("first", lambda a: ops.fold(ops.unfold(a, 2, dilation=2), (5, 4), 2, dilation=2)),
    ("blocks", lambda a: ops.depth_to_space(a, 2)),
    ("blocks", lambda a: ops.space_to_depth(a, 2)),
    ("image", lambda a: ops.adaptive_average_pool(a, (2, 3))),
    ("image moves", ops.image.affine_transform),
    ("image moves", lambda a, b: ops.image.affine_transform(a, b, interpolation="nearest", fill_mode="reflect")),
    ("v", lambda a: ops.image.map_coordinates(row, ops.expand_dims(a * 4, 0), 1, fill_mode="reflect")),
    ("v", lambda a: ops.image.map_coordinates(row, ops.expand_dims(a * 4, 0), 1, fill_value=7.0)),
    ("image", ops.image.sobel_edges),
    ("image other", lambda a, b: ops.image.ssim(a, b, max_val=3.0, filter_size=3)),
    (
        "image",
        lambda a: ops.image.scale_and_translate(
            a, (BATCH, 4, 6, 2), np.array([0.7, 1.2], "float32"), np.array([0.5, -0.3], "float32"), (1, 2), "cubic"
        ),
    ),
    ("image", lambda a: ops.adaptive_max_pool(a, (2, 3))),
    ("square", lambda a: ops.lu_factor(a[0])[0]),
    ("x", lambda a: ops.vsplit(a[0], [1])),
    ("image", ops.image.gaussian_blur),
    ("image", lambda a: ops.image.gaussian_blur(a, (2, 3), (0.7, 1.4))),
    ("image", lambda a: ops.image.gaussian_blur(a, (5, 3), (1.6, 0.8))),
    ("image corners", lambda a, b: ops.image.perspective_transform(a, b, b * 0 + around)),
    ("image corners", lambda a, b: ops.image.perspective_transform(a, b, b * 0 + around, interpolation="nearest")),
]


def array(value):
    numbers = np.asarray(ops.convert_to_numpy(value))
    flat = numbers.ravel().tolist()
    # JSON knows no numbers that are none or infinite: they are words.
    flat = [n if np.isfinite(n) else {np.inf: "Infinity", -np.inf: "-Infinity"}.get(n, "NaN") for n in flat]
    kept = [float(np.format_float_positional(np.float32(n), unique=True)) if isinstance(n, float) else n for n in flat]
    return {"dtype": str(numbers.dtype), "shape": list(numbers.shape), "values": kept}


with open("recorded.jsonl", "w") as lines:
    for case, (names, function) in enumerate(CASES):
        keras.backend.clear_session()
        given = {f"input{n}": INPUTS[name] for n, name in enumerate(names.split())}
        tensors = [keras.Input(shape, dtype=kind, name=name) for name, (kind, shape, _) in given.items()]
        results = keras.tree.flatten(function(*tensors))
        model = keras.Model(tensors, results)
        numbers = [values.astype(kind) for kind, _, values in given.values()]
        expected = keras.tree.flatten(model([ops.convert_to_tensor(values) for values in numbers]))
        line = {
            "operation": function.__name__ if function.__name__ != "<lambda>" else f"case {case}",
            "model": json.loads(model.to_json()),
            "inputs": dict(zip(given, map(array, numbers))),
            "results": list(map(array, expected)),
        }
        lines.write(json.dumps(line, separators=(",", ":")) + "\n")

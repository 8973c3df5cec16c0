"""Keras beside Slipway: peer.py MODEL SLIPWAY.npz prints ms to the first prediction, us of model.predict, us of a compiled call.

SLIPWAY.npz holds the row that Slipway predicted and what came out; other numbers here end the run.
"""
import os
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
TOLERANCE = 1e-4
SECONDS = 2


def timed(call):
    """The median of single calls, in microseconds, after a tenth of them."""
    call()
    times = []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times) < 10:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times[len(times) // 10:]) * 1e6


def main(path, slipway):
    start = time.perf_counter()
    import numpy as np
    import tensorflow as tf

    import keras

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    model = keras.saving.load_model(path)
    arrays = np.load(slipway)
    row, theirs = arrays["input"], arrays["output"]
    compiled = tf.function(lambda x: model(x, training=False), reduce_retracing=True)
    ours = compiled(row).numpy()
    first = time.perf_counter() - start
    difference = np.max(np.abs(ours - theirs)) / max(np.max(np.abs(ours)), 1e-30)
    if not difference <= TOLERANCE:
        raise SystemExit(f"{path}: Keras and Slipway differ by {difference:.1e} (expected: at most {TOLERANCE})")
    predict = timed(lambda: model.predict(row, verbose=0))
    call = timed(lambda: compiled(row).numpy())
    print(f"{first * 1e3:.0f} {predict:.1f} {call:.1f}")


main(sys.argv[1], sys.argv[2])

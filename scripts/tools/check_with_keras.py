"""Loads in real Keras what dev.slipway.keras.exchange.WriteForKeras wrote, and compares what both compute of it.

Usage: check_with_keras.py FOLDER [NAME...]: those of the models whose names begin so, or one of twelve. KERAS_BACKEND chooses the
backend. Beside each model it leaves again.keras, as this Keras saves it, for dev.slipway.keras.exchange.ReadFromKeras.
"""

import gc
import json
import os
import re
import sys
import warnings
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import h5py
import keras
import numpy as np

BACKEND = keras.backend.backend()
LAYER = 1e-5
NETWORK = 1e-4
# What is computed in numbers of 16 bits is compared as far as these go: 11 bits, or 8.
HALF = {"float16": 2e-3, "mixed_float16": 2e-3, "bfloat16": 2e-2, "mixed_bfloat16": 2e-2}
# What Keras 3.15 says of models that are right and that it cannot make or load itself: a key of GetItem that is no number and no
# list, or has numbers to gather; "..." in an .h5 file; options of operations by the names of Keras 3.9; a blank in an equation;
# a softmax over several axes of unknown length; plain numbers for a tensor; an infinity in JSON; Lamb in an .h5 file.
OF_KERAS = re.compile(
    r"Unsupported key type for array slice|Could not parse config: Ellipsis|received subscript ` |Invalid dtype: list"
    r"|keras\.src\.ops\.\w+\.(Threshold|Isclose)'> could not be deserialized|'(list|int)' object has no attribute '(shape|dtype)'"
    r"|Invalid `ord` argument.*ord=-?Infinity|Could not interpret optimizer identifier: (lamb|mine)$"
    r"|Softmax\.call\(\)\..*not supported between instances of 'int' and 'list'"
)
# Without names one model of so many is checked.
SAMPLE = 12
SHOWS_WARNINGS = "SHOW_WARNINGS" in os.environ


class Difference(Exception):
    pass


def require_close(what, found, expected, tolerance=NETWORK):
    found, expected = np.asarray(keras.ops.convert_to_numpy(found)), np.asarray(expected)
    if found.dtype.kind in "OSU":
        found = np.vectorize(lambda text: text.decode() if isinstance(text, bytes) else str(text), otypes=[str])(found)
        if found.shape != expected.shape or not (found == expected).all():
            raise Difference(f"{what}: {found.tolist()} (expected: {expected.tolist()})")
        return 0.0
    if found.shape != expected.shape:
        raise Difference(f"{what}: shape {found.shape} (expected: {expected.shape})")
    found, expected = found.astype("float64"), expected.astype("float64")
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0, np.abs(found - expected) / np.maximum(1, np.abs(expected)))
    worst = float(np.max(apart, initial=0))
    if not worst <= tolerance:
        place = np.unravel_index(np.argmax(np.where(np.isnan(apart), np.inf, apart)), apart.shape)
        raise Difference(f"{what}: {found[place]} at {[int(i) for i in place]} (expected: {expected[place]})")
    return worst


class Case:
    def __init__(self, folder):
        self.folder = folder
        self.about = json.loads((folder / "case.json").read_text())
        with np.load(folder / "arrays.npz") as arrays:
            self.arrays = dict(arrays)

    def several(self, kind):
        found = []
        while f"{kind}_{len(found)}" in self.arrays:
            found.append(self.arrays[f"{kind}_{len(found)}"])
        return found

    def inputs(self, model):
        given = [tensor(array, wanted) for array, wanted in zip(self.several("in"), model.inputs)]
        return keras.tree.pack_sequence_as(model._inputs_struct, given) if hasattr(model, "_inputs_struct") else given[0]

    def outputs(self, model):
        return keras.tree.flatten(model(self.inputs(model), training=False))

    def compare(self, model, kind="out"):
        found, expected = self.outputs(model), self.several(kind)
        if len(found) != len(expected):
            raise Difference(f"{len(found)} outputs (expected: {len(expected)})")
        tolerance = max(HALF.get(layer.dtype_policy.name, NETWORK) for layer in model.layers)
        return max(
            [require_close(f"{kind}_{i}", *pair, tolerance) for i, pair in enumerate(zip(found, expected))], default=0.0
        )

    def trained(self):
        return "evaluated" in self.about

    def check_training(self, model, goes_on):
        """What Slipway measured, and what two more steps make of the model and its optimizer."""
        # What a few steps take is nothing beside the time to trace and compile them.
        model.run_eagerly = True
        x, y = self.inputs(model), self.several("target")
        y = y[0] if len(y) == 1 else y
        measured = one_each(model.evaluate(x, y, batch_size=len(self.several("in")[0]), verbose=0, return_dict=True))
        expected = self.about["evaluated"]
        if set(measured) != set(expected):
            raise Difference(f"measured {sorted(measured)} (expected: {sorted(expected)})")
        for name, value in expected.items():
            require_close(name, measured[name], value)
        if not goes_on:
            return 0.0
        for _ in range(2):
            model.train_on_batch(x, y)
        return self.compare(model, "after")


def one_each(measured):
    """Numbers of each class by names as Slipway gives them, as f1_score[0]."""
    named = {}
    for name, value in measured.items():
        values = np.asarray(keras.ops.convert_to_numpy(value))
        named.update({f"{name}[{i}]": one for i, one in enumerate(values)} if values.ndim else {name: values})
    return named


def tensor(array, wanted):
    if array.dtype.kind == "U":
        import tensorflow as tf

        return tf.constant(array)
    return keras.ops.convert_to_tensor(array, dtype=wanted.dtype)


def weights_then_json(case):
    model = keras.models.model_from_json((case.folder / "model.json").read_text())
    model.load_weights(case.folder / "model.weights.h5")
    return case.compare(model)


def loaded(case, name, compiled):
    model = keras.saving.load_model(case.folder / name, compile=compiled)
    worst = case.compare(model)
    if compiled and case.trained():
        # No Keras 3 to 3.15 trains on from an .h5 file, not even from its own: its optimizer knows no variables.
        worst = max(worst, case.check_training(model, goes_on=not name.endswith(".h5")))
    return model, worst


def again(case, name):
    model, worst = loaded(case, name, True)
    model.save(case.folder / "again.keras")
    return worst


def check(case):
    if case.about["form"] == "Keras 2":
        return
    yield "model.keras", lambda: again(case, "model.keras")
    yield "model.h5", lambda: loaded(case, "model.h5", True)[1]
    if case.trained():
        yield "model.keras, compile=False", lambda: loaded(case, "model.keras", False)[1]
        yield "model.h5, compile=False", lambda: loaded(case, "model.h5", False)[1]
    # Only in a file is what Keras 3 has no word for said in other words.
    if not case.about["rewritten"]:
        yield "model.json and model.weights.h5", lambda: weights_then_json(case)


def main(root, names):
    counts = {"same": 0, "above 1e-5": 0, "Keras cannot": 0, "failed": 0}
    # Every clear_session collects, which need not look at the modules each time.
    gc.freeze()
    folders = sorted(folder.parent for folder in Path(root).glob("*/case.json"))
    chosen = [folder for folder in folders if folder.name.startswith(tuple(names))] if names else folders[::SAMPLE]
    for folder in chosen:
        case = Case(folder)
        told = set()
        for what, checking in check(case):
            keras.backend.clear_session()
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                try:
                    worst = checking()
                    counts["same"] += 1
                    if worst > LAYER:
                        counts["above 1e-5"] += 1
                        print(f"near    {folder.name} {what}: {worst:.1e}", flush=True)
                except Exception as failure:  # of every kind: the report is all that is made here
                    text = " ".join(str(failure).split())
                    if OF_KERAS.search(text):
                        counts["Keras cannot"] += 1
                        continue
                    counts["failed"] += 1
                    print(f"failed  {folder.name} {what}: {type(failure).__name__}: {text[:600]}", flush=True)
            for warning in caught if SHOWS_WARNINGS else ():
                text = " ".join(str(warning.message).split())[:300]
                if text not in told:
                    told.add(text)
                    print(f"warning {folder.name} {what}: {text}", flush=True)
    print(f"Keras {keras.__version__} on {BACKEND}: {counts}")
    return 1 if counts["failed"] or not counts["same"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

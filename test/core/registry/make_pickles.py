"""Writes pickles of Python's own library into the folder that is named, one file a case and protocol."""

import bz2
import codecs
import collections
import datetime
import functools
import gzip
import json
import lzma
import os
import pickle
import subprocess
import sys
import zipfile
import zlib

folder = sys.argv[1]


class Calls:
    """Is pickled as a call."""

    def __init__(self, function, *given):
        self.call = (function, given)

    def __reduce__(self):
        return self.call


class Own:
    def __init__(self):
        self.value = 1


def helper():
    return 1


cases = {
    "plain": {"weights": [1.5, 2.5], "names": ("a", "b"), "bytes": b"\x80\x04no pickle", "big": 1 << 80},
    "usual": [
        collections.OrderedDict(a=1),
        datetime.datetime(2026, 11, 29),
        {1, 2, 3},
        frozenset({"x"}),
        bytearray(b"abc"),
        complex(1, 2),
    ],
    "system": Calls(os.system, "true"),
    "popen": ["before", Calls(subprocess.Popen, ["true"]), "after"],
    "eval": Calls(eval, "1"),
    "getattr": Calls(getattr, "x", "upper"),
    "codecs": Calls(codecs.decode, b"x", "utf8"),
    "partial": functools.partial(int, "7"),
    "own": Own(),
    "helper": Calls(helper),
    "nested": {"inner": pickle.dumps(Calls(os.system, "true"), 4)},
    "loads": Calls(pickle.loads, pickle.dumps(1)),
    "vocabulary": {f"word {n}": n for n in range(5000)},
}
for name, value in cases.items():
    for protocol in range(6):
        try:
            made = pickle.dumps(value, protocol)
        except Exception:
            continue
        with open(os.path.join(folder, f"{name}-{protocol}.pkl"), "wb") as out:
            out.write(made)

hostile = pickle.dumps(cases["system"], 4)
with open(os.path.join(folder, "zlib.joblib"), "wb") as out:
    out.write(zlib.compress(hostile))
with gzip.open(os.path.join(folder, "gzip.joblib"), "wb") as out:
    out.write(hostile)
large = pickle.dumps([cases["vocabulary"], bytes(3_000_000), cases["system"]], 4)  # blocks, and what repeats
for name, content in (("hostile", hostile), ("plain", pickle.dumps(cases["plain"], 4)), ("large", large)):
    for ending, packed in (
        ("joblib.xz", lzma.compress(content)),
        ("joblib.lzma", lzma.compress(content, lzma.FORMAT_ALONE)),
        ("joblib.bz2", bz2.compress(content)),
        ("streams.joblib.xz", lzma.compress(content[:40]) + lzma.compress(content[40:])),
        ("streams.joblib.bz2", bz2.compress(content[:40]) + bz2.compress(content[40:]) + b"what else stands there"),
    ):
        with open(os.path.join(folder, f"{name}.{ending}"), "wb") as out:
            out.write(packed)
for name, how in (("torch.pt", zipfile.ZIP_STORED), ("packed.pt", zipfile.ZIP_DEFLATED)):
    with zipfile.ZipFile(os.path.join(folder, name), "w", how) as out:
        out.writestr("model/data.pkl", hostile)
        out.writestr("model/data/0", bytes(1000))
schema = {
    "__module__": "sklearn.pipeline",
    "__class__": "Pipeline",
    "__loader__": "ObjectNode",
    "content": [
        {"__module__": "numpy", "__class__": "log1p", "__loader__": "FunctionNode"},
        {"__module__": "os", "__class__": "system", "__loader__": "FunctionNode"},
        {"__module__": "builtins", "__class__": "str", "__loader__": "JsonNode", "content": '"text"'},
    ],
}
with open(os.path.join(folder, "torch.pt"), "rb") as source:
    within = source.read()
for name, entries in (
    ("inputs.pt2", {"model/data/sample_inputs/model.pt": within}),
    ("plain.pt2", {"model/data/weights/weight_0": b"\0" * 64}),
    ("compiled.pt2", {"model/data/aotinductor/model/a.wrapper.so": b"\x7fELF"}),
):
    with zipfile.ZipFile(os.path.join(folder, name), "w") as out:
        out.writestr("model/archive_format", "pt2")
        out.writestr("model/models/model.json", "{}")
        for place, content in entries.items():
            out.writestr(place, content)
with zipfile.ZipFile(os.path.join(folder, "model.skops"), "w") as out:
    out.writestr("schema.json", json.dumps(schema))
layers = [
    {"module": "keras.layers", "class_name": "Dense", "config": {}, "registered_name": None},
    {"module": "keras.layers", "class_name": "Lambda", "config": {"function": {"class_name": "__lambda__"}}},
    {"module": "os", "class_name": "function", "config": "system", "registered_name": "function"},
    {"module": None, "class_name": "Mine", "config": {}, "registered_name": "own>Mine"},
]
with zipfile.ZipFile(os.path.join(folder, "model.keras"), "w") as out:
    out.writestr("config.json", json.dumps({"module": "keras", "class_name": "Sequential", "config": layers}))
with open(os.path.join(folder, "old.pt"), "wb") as out:
    for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, cases["system"], ["0"]):
        pickle.dump(part, out, 2)
    out.write(bytes(64))

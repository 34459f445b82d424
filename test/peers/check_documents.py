"""docs/store-format.md: what it says of points holds with NumPy, which the clients bring along."""

import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "store-format.md"


def check_numpy_reads_points_as_the_page_says():
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    (code,) = [block for block in blocks if "numpy" in block]
    with tempfile.TemporaryDirectory() as folder:
        run = pathlib.Path(folder, ".loam", "runs", "2026-11", "0" * 32)
        run.mkdir(parents=True)
        declared = {"id": "01", "kind": "metric.declared", "at": 1, "clock": 1, "key": "ff00000000000001", "name": "f1"}
        torn = '{"id": "02", "kind": "metric.decl'
        (run / "facts-00000001.jsonl").write_text(json.dumps(declared) + "\n" + torn, encoding="utf-8")
        points = [(0xFF00000000000001, 2, 20.0, 0.75), (0, 0, 0.0, 0.0), (0xFF00000000000001, 1, 10.0, 0.5)]
        (run / "points-00000001.bin").write_bytes(b"".join(struct.pack("<Qqdd", *point) for point in points) + b"torn")
        told = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["0" * 32, "f1", "2", "0.75"], told.stdout

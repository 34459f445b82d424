"""Tables as pyarrow, pandas and Polars write them: Loam finds the same in Arrow's files as in Parquet."""

import datetime
import decimal
import json
import os
import subprocess
import tempfile

from peer import VERSION

COMMAND = json.loads(os.environ.get("LOAM_PEER_COMMAND", "null"))
# the packages stand in one list alone, and no server has a part in this
WANTED = VERSION >= (3,) and COMMAND is not None


def loam(folder, *args):
    done = subprocess.run(
        [*COMMAND, "data", *args, "--json"], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def same_as_parquet(folder, name, columns, rows):
    diff = loam(folder, "diff", "all.parquet", name)
    told = {key: diff[key] for key in ("added", "removed", "changed", "same")}
    assert told == {"added": 0, "removed": 0, "changed": 0, "same": rows}, (name, told)
    assert diff["columns"] == [], (name, diff["columns"])
    profile = loam(folder, "profile", name)
    assert [one["name"] for one in profile["columns"]] == columns, name
    reference = loam(folder, "profile", "all.parquet")
    for got, wanted in zip(profile["columns"], reference["columns"]):
        assert got == wanted, (name, got, wanted)


def table():
    import numpy as np
    import pyarrow as pa

    date, time, number = datetime.date, datetime.time, decimal.Decimal
    texts = ["a", "grün 🌱", None, "", "a string beyond twelve bytes"]
    whole = {
        f"{'u' * (not signed)}int{bits}": pa.array(
            [1, 2, None, 4, 2 ** (bits - signed) - 1], getattr(pa, f"{'u' * (not signed)}int{bits}")()
        )
        for bits in (8, 16, 32, 64)
        for signed in (True, False)
    }
    moments = {
        f"{unit}{zone or ''}": pa.array([1, -1, None, 1_000_000, 0], pa.timestamp(unit, tz=zone))
        for unit in ("s", "ms", "us", "ns")
        for zone in (None, "Europe/Berlin")
    }
    decimals = {
        f"decimal{digits}": pa.array([number("1.25"), number("-1.25"), None, number("0"), number("9.99")], pa.decimal128(digits, 2))
        for digits in (4, 9, 18, 38)
    }
    return pa.table(
        {
            **whole,
            **moments,
            **decimals,
            "half": pa.array(np.array([1, 0.5, -2.25, 65504, np.nan], dtype="float16")),
            "single": pa.array([1, 0.1, None, float("nan"), float("inf")], pa.float32()),
            "double": pa.array([1, 0.1, None, float("nan"), -float("inf")]),
            "truth": [True, False, None, True, False],
            "text": texts,
            "large": pa.array(texts, pa.large_string()),
            "view": pa.array(texts, pa.string_view()),
            "bytes": pa.array([b"a", b"\xff\x00", None, b"", b"0123456789abcdefgh"]),
            "two": pa.array([b"ab", b"\xff\x00", None, b"cd", b"ef"], pa.binary(2)),
            "day": pa.array([date(2026, 1, 2), date(1969, 12, 31), None, date(1, 1, 1), date(9999, 12, 31)]),
            "day64": pa.array([date(2026, 1, 2), date(1969, 12, 31), None, date(1, 1, 1), date(9999, 12, 31)], pa.date64()),
            "clock": pa.array([time(1, 2, 3), None, time(0), time(23, 59, 59), None], pa.time32("s")),
            "clock_ms": pa.array([time(1, 2, 3, 4000), None, time(0), None, None], pa.time32("ms")),
            "clock_us": pa.array([time(1, 2, 3, 4), None, time(0), None, None], pa.time64("us")),
            "clock_ns": pa.array([1_000_000_001, None, 0, 86399_000_000_000, None], pa.time64("ns")),
            "category": pa.array(["x", "y", None, "x", "a category beyond twelve"]).dictionary_encode(),
            "numbers": pa.array([10, 20, None, 10, 30]).dictionary_encode(),
            "list": pa.array([[1, 2], [], None, [None, 3], [4]]),
            "lists": pa.array([[[1], [2, 3]], [], None, [None], [[]]]),
            "texts": pa.array([["a", "beyond twelve bytes"], [], None, [None, "c"], ["d"]], pa.large_list(pa.string())),
            "pair": pa.array([[1.5, 2.5], [3, 4], None, [None, 5], [6, 7]], pa.list_(pa.float32(), 2)),
            "record": pa.array([{"a": 1, "b": "x"}, {"a": None, "b": "y"}, None, {"a": 3, "b": None}, {"a": 4, "b": "z"}]),
            "map": pa.array([[("a", 1), ("b", 2)], [], None, [("c", None)], [("d", 4)]], pa.map_(pa.string(), pa.int64())),
            "nothing": pa.nulls(5),
            "deep": pa.array([[{"a": [1]}], None, [], [{"a": None}, None], [{"a": [2, 3]}]]),
        }
    )


def check_arrow_holds_what_parquet_holds():
    import pyarrow as pa
    import pyarrow.feather
    import pyarrow.parquet

    with tempfile.TemporaryDirectory() as folder:
        written = table()
        path = lambda name: os.path.join(folder, name)  # noqa: E731
        pyarrow.parquet.write_table(written, path("all.parquet"))
        for compression in ("lz4", "zstd", "uncompressed"):
            pyarrow.feather.write_feather(written, path(f"{compression}.feather"), compression=compression)
        pyarrow.feather.write_feather(written, path("parts.feather"), chunksize=2)
        with pa.ipc.new_stream(path("stream.arrows"), written.schema) as stream:
            stream.write_table(written, max_chunksize=2)
        for name in ("lz4.feather", "zstd.feather", "uncompressed.feather", "parts.feather", "stream.arrows"):
            same_as_parquet(folder, name, written.column_names, written.num_rows)


def check_what_polars_and_pandas_write_is_read():
    import pandas as pd
    import polars as pl

    texts = ["a", None, "grün", "long enough to be no inline value", "", "x"]
    moments = [datetime.datetime(2026, 1, 1 + day) for day in range(6)]
    frame = pl.DataFrame(
        {
            "id": range(6),
            "text": texts,
            "category": pl.Series(["r", "g", "r", None, "g", "b"], dtype=pl.Categorical),
            "enum": pl.Series(["r", "g", "r", None, "g", "b"], dtype=pl.Enum(["r", "g", "b"])),
            "list": [[1], [], None, [2, 3], [None], [4]],
            "moment": moments,
            "record": [{"a": n} for n in range(6)],
            "pair": pl.Series([[1, 2]] * 6, dtype=pl.Array(pl.Int64, 2)),
            "nothing": [None] * 6,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)  # noqa: E731
        frame.write_parquet(path("all.parquet"))
        for compression in ("uncompressed", "lz4", "zstd"):
            frame.write_ipc(path(f"{compression}.arrow"), compression=compression)
        frame.write_ipc_stream(path("stream.arrows"))
        for name in ("uncompressed.arrow", "lz4.arrow", "zstd.arrow", "stream.arrows"):
            same_as_parquet(folder, name, frame.columns, 6)
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)  # noqa: E731
        other = pd.DataFrame({"id": range(6), "text": texts, "moment": moments, "category": pd.Categorical(texts)})
        other.to_parquet(path("all.parquet"))
        other.to_feather(path("pandas.feather"))
        same_as_parquet(folder, "pandas.feather", list(other.columns), 6)

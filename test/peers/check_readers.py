"""Loam's hook and the readers that open files without Python's knowing: pyarrow, DuckDB, Polars, pandas on pyarrow."""

import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from peer import VERSION

# the packages stand in one list alone: the server has no part in this
WANTED = VERSION >= (3,)

HOOK = pathlib.Path(__file__).resolve().parents[2] / "media" / "python"

MAKE = """
import pyarrow as pa, pyarrow.csv, pyarrow.feather, pyarrow.parquet, os
table = pa.table({"a": [1, 2, 3]})
os.mkdir("parts")
for name in ("table", "file", "dataset", "pandas", "polars", "parts/x", "parts/y"):
    pa.parquet.write_table(table, name + ".parquet")
for name in ("arrow", "open", "pandas", "duck", "quoted", "param", "method", "polars", "scanned"):
    pa.csv.write_csv(table, name + ".csv")
pa.feather.write_feather(table, "one.feather")
pa.feather.write_feather(table, "mapped.feather", compression="uncompressed")
open("rows.ndjson", "w").write('{"a": 1}' + chr(10))
open("numbers.dat", "wb").write(bytes(32))
"""

READ = """
import inspect, traceback
import pyarrow as pa, pyarrow.csv, pyarrow.dataset, pyarrow.feather, pyarrow.json, pyarrow.parquet
import duckdb, numpy as np, pandas as pd, polars as pl

pa.csv.read_csv("arrow.csv"); pa.csv.open_csv("open.csv")
pa.parquet.read_table("table.parquet"); pa.parquet.ParquetFile("file.parquet"); pa.parquet.ParquetDataset("dataset.parquet")
pa.feather.read_feather("one.feather"); pa.ipc.open_file(pa.memory_map("mapped.feather")); pa.json.read_json("rows.ndjson")
pa.dataset.dataset("parts")
pd.read_parquet("pandas.parquet"); pd.read_csv("pandas.csv", engine="pyarrow")
np.memmap("numbers.dat", dtype="float64", mode="r")

duckdb.read_csv("duck.csv")
print(duckdb.sql("select sum(a) from 'quoted.csv'").fetchall())
connection = duckdb.connect()
print(connection.execute("select sum(a) from read_csv(?)", ["param.csv"]).fetchall())
connection.read_csv("method.csv")
connection.sql("from read_parquet('parts/*.parquet')").fetchall()
connection.execute("copy (select 1) to 'copied.csv'")

pl.read_csv("polars.csv"); pl.scan_csv("scanned.csv").collect(); pl.read_parquet("polars.parquet")

# tables that are the caller's variables
everywhere = pd.DataFrame({"z": [5]})
def inner():
    here = pd.DataFrame({"z": [1]})
    lazy = pl.DataFrame({"k": [2]})
    print(duckdb.sql("select * from here").fetchall(), duckdb.connect().execute("select * from here").fetchall())
    print(duckdb.query("select * from everywhere").fetchall(), pl.sql("select * from lazy").collect())
inner()

for function in (pl.read_csv, pl.scan_parquet, pa.parquet.read_table, pa.dataset.dataset):
    print(function.__name__, inspect.signature(function), len(function.__doc__))
for fails in (
    lambda: pl.read_csv("absent.csv"),
    lambda: pa.csv.read_csv("absent.csv"),
    lambda: duckdb.sql("from 'absent.csv'"),
    lambda: pa.parquet.ParquetFile("absent.parquet"),
    lambda: pl.read_csv(),
):
    try:
        fails()
    except Exception as error:
        # until 3.10 Python keeps the frames that a handler took away
        print(traceback.format_exc() if sys.version_info >= (3, 11) else repr(error))
"""


def python(script, folder, hook):
    """What the script prints, on both streams, and the lines that the hook told."""
    lines = pathlib.Path(folder) / "hook.jsonl"
    work = pathlib.Path(folder) / "work"
    path = pathlib.Path(folder) / "script.py"
    work.mkdir(exist_ok=True)
    path.write_text("import sys\n" + script, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LOAM_", "PYTHONPATH"))}
    if hook:
        environment |= {"LOAM_HOOK_FILE": str(lines), "LOAM_HOOK_FOLDER": str(work), "PYTHONPATH": str(HOOK)}
    done = subprocess.run(
        [sys.executable, str(path)], cwd=work, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in lines.read_text("utf-8").splitlines()] if hook else []
    return done.stdout + done.stderr, told, work


@functools.cache
def both():
    """The output without the hook and with it, and what it told: (kind, path below the folder)."""
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        python(MAKE, folder, False)
        plain, _, _ = python(READ, folder, False)
        hooked, told, work = python(READ, folder, True)
        files = {
            (line["k"], os.path.relpath(line["path"], work).replace(os.sep, "/"))
            for line in told
            if line["k"] != "python"
        }
        sizes = {os.path.basename(line["path"]): line.get("size") for line in told if line["k"] == "read"}
        assert sizes["numbers.dat"] == 32, sizes
        return plain, hooked, files


def check_readers_of_other_languages_are_seen():
    _, _, files = both()
    names = "arrow open pandas duck quoted param method polars scanned".split()
    wanted = {("read", name + ".csv") for name in names}
    wanted |= {("read", name + ".parquet") for name in ("table", "file", "dataset", "pandas", "polars")}
    wanted |= {("read", name) for name in ("one.feather", "mapped.feather", "rows.ndjson", "numbers.dat")}
    wanted |= {("tree", "parts"), ("tree", "parts/*.parquet")}
    assert files == wanted, files ^ wanted


def check_wrapped_readers_behave_and_fail_as_ever():
    plain, hooked, _ = both()
    assert "[(5,)]" in plain and "absent.csv" in plain, plain
    assert hooked == plain, f"{hooked}\n--- without the hook:\n{plain}"

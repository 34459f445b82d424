"""Wraps the functions of pyarrow, DuckDB, Polars and others that open files without Python's knowing.

A wrapped function behaves as the one that it stands for: it is called from a frame that looks like its caller's, since
DuckDB and Polars look up tables among the caller's variables, and warnings are told for the caller's line. What fails
fails with the same traceback (from Python 3.11 on).
"""

import re
import sys

# Dotted names below the module; what a version lacks is left out.
FUNCTIONS = {
    "pyarrow": "memory_map input_stream",
    "pyarrow.csv": "read_csv open_csv",
    "pyarrow.json": "read_json open_json",
    "pyarrow.orc": "read_table ORCFile.__init__",
    "pyarrow.feather": "read_feather read_table",
    "pyarrow.ipc": "open_file open_stream",
    "pyarrow.dataset": "dataset parquet_dataset",
    "pyarrow.parquet": "read_table read_pandas ParquetFile.__init__ ParquetDataset.__init__",
    "pyarrow.parquet.core": "read_table read_pandas ParquetFile.__init__ ParquetDataset.__init__",
    "polars": "read_csv read_csv_batched read_parquet read_ipc read_ipc_stream read_json read_ndjson read_avro read_excel "
    "read_ods read_delta scan_csv scan_parquet scan_ipc scan_ndjson scan_delta scan_lines read_lines",
    "duckdb": "read_csv read_parquet read_json from_csv_auto from_parquet",
    "h5py._hl.files": "File.__init__",
}
# Of a connection, and the same for the connection that the module has by itself.
DUCKDB_METHODS = "read_csv read_parquet read_json from_csv_auto from_parquet"
DUCKDB_QUERIES = "sql query execute executemany from_query query_df"
POLARS_QUERIES = "sql SQLContext.execute"

# What the first parameter is called.
SOURCES = (
    "source sources input_file path path_or_paths paths path_or_buffer file_path file_glob file_globs filename where "
    "metadata_path name"
).split()
QUERIES = ("query", "sql")

# A file's name as a table: after these words, or in a call or a list.
FILE_NAME = re.compile(
    r"""(?:\b(?:from|join|attach|table|describe|summarize)\s+|[,(\[]\s*)(?:'((?:[^']|'')+)'|"((?:[^"]|"")+)")""", re.I
)
READS = re.compile(r"\b(?:from|join|attach|table|describe|summarize|pivot|unpivot)\b", re.I)
LONGEST_QUERY = 65536

# "f" stands for the function, "a" and "n" for what it is given
CALL = compile('["loam f"][-1](*"loam a", **"loam n")', "loam", "eval")


def wrap_readers(name, module, look_at_source, look):
    """Wraps what `module` has of the functions that read files."""

    def source(given, named):
        if is_here(named.get("filesystem")):
            look_at_source(first_of(given, named, SOURCES))

    def of_mode(given, named):
        mode = given[1] if len(given) > 1 else named.get("mode", "r")
        if isinstance(mode, str) and mode[:1] in ("r", "a"):
            look_at_source(first_of(given, named, SOURCES))

    def query(given, named):
        text = first_of(given, named, QUERIES)
        if not isinstance(text, str):
            return
        for found in FILE_NAME.finditer(text[:LONGEST_QUERY]):
            plain, doubled = found.groups()
            look_at_source(plain.replace("''", "'") if plain is not None else doubled.replace('""', '"'))
        parameters = given[1] if len(given) > 1 else named.get("parameters")
        if isinstance(parameters, (list, tuple)) and "read_" in text:
            look_at_source([one for one in parameters if isinstance(one, str)])

    def database(given, named):
        place = given[0] if given else named.get("database", ":memory:")
        only = named.get("read_only", given[1] if len(given) > 1 else False)
        if str(place) != "" and not str(place).startswith((":", "md:", "motherduck:")):
            look(place, True, not only)

    for path in FUNCTIONS[name].split():
        has_mode = name == "h5py._hl.files" or path == "memory_map"
        wrap(module, path, of_mode if has_mode else source, False)
    if name == "polars":
        for path in POLARS_QUERIES.split():
            wrap(module, path, query, True)
    if name == "duckdb":
        wrap(module, "connect", database, False)
        for method in DUCKDB_METHODS.split():
            wrap(module, "DuckDBPyConnection." + method, source, False)
        for method in DUCKDB_QUERIES.split():
            wrap(module, method, query, True)
            wrap(module, "DuckDBPyConnection." + method, query, True)


def is_here(filesystem):
    """Whether paths are of this machine."""
    return filesystem is None or type(filesystem).__name__ in ("LocalFileSystem", "LocalFileOpener")


def first_of(given, named, names):
    if given:
        return given[0]
    for name in names:
        if name in named:
            return named[name]
    return None


def wrap(module, path, see, looks_up):
    """Puts a function that calls `see` before it does what it did; `looks_up`: it reads its caller's variables."""
    owner = module
    *places, name = path.split(".")
    for place in places:
        owner = getattr(owner, place, None)
    original = getattr(owner, name, None)
    if not callable(original) or hasattr(original, "loam_original"):
        return
    is_method = places != []

    def wrapper(*given, **named):
        try:
            own = given[1:] if is_method else given
            see(own, named)
            caller = sys._getframe(1)
            code = call_of(original, given, named, caller)
            # not asked for without need: it keeps what the caller's variables hold
            around = caller.f_locals if looks_up and may_read(first_of(own, named, QUERIES)) else {}
        except Exception:
            return original(*given, **named)
        try:
            return eval(code, caller.f_globals, around)
        except BaseException as error:
            trace = error.__traceback__
            if trace is not None and trace.tb_next is not None:
                error.__traceback__ = trace.tb_next.tb_next
            raise

    for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
        try:
            setattr(wrapper, attribute, getattr(original, attribute))
        except (AttributeError, TypeError):
            pass
    wrapper.__wrapped__ = original
    wrapper.loam_original = original
    setattr(owner, name, wrapper)


def may_read(query):
    """Whether a query names tables, which may be the caller's variables."""
    return not isinstance(query, str) or READS.search(query) is not None


def call_of(function, given, named, caller):
    """Code that calls `function`, and says to be the caller's at the line where that stands."""
    parts = {"loam f": function, "loam a": given, "loam n": named}
    constants = tuple(parts.get(one, one) if isinstance(one, str) else one for one in CALL.co_consts)
    code = caller.f_code
    return CALL.replace(
        co_consts=constants, co_filename=code.co_filename, co_name=code.co_name, co_firstlineno=caller.f_lineno
    )

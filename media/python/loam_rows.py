"""Rows that a model can be asked about: of a file that has some, else made up by what the model says of itself."""

import json
import math

from loam_model import Refusal, need


def columns_of(model):
    names = getattr(model, "feature_names_in_", None)
    return None if names is None else [str(name) for name in names]


def table_of(path):
    """Columns by name, or a list of rows, of a file that may be a table or an example of MLflow."""
    lower = path.lower()
    if lower.endswith((".csv", ".tsv")):
        import csv

        with open(path, newline="", encoding="utf-8", errors="replace") as source:
            rows = csv.reader(source, delimiter="\t" if lower.endswith(".tsv") else ",")
            names = next(rows)
            data = [row for _, row in zip(range(5000), rows) if len(row) == len(names)]
        return {name: typed([row[at] for row in data]) for at, name in enumerate(names)}
    if lower.endswith(".parquet"):
        frame = need("pandas").read_parquet(path)
        return {str(name): frame[name].tolist() for name in frame.columns}
    with open(path, encoding="utf-8") as source:
        value = json.load(source)
    for key in ("dataframe_split", "dataframe_records", "inputs", "instances"):
        if isinstance(value, dict) and key in value and len(value) <= 2:
            value = value[key]
    if isinstance(value, dict) and "data" in value and "columns" in value:
        return {str(name): [row[at] for row in value["data"]] for at, name in enumerate(value["columns"])}
    if isinstance(value, dict) and "data" in value:
        return value["data"]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return {str(name): [row.get(name) for row in value] for name in value[0]}
    return value


def typed(texts):
    """Numbers where all of a column are, what is missing as NaN."""
    try:
        return [math.nan if text == "" else float(text) for text in texts]
    except ValueError:
        return texts


def rows_from(samples, columns, width, most):
    """Rows of the first file that has what the model takes; None where none has. As columns, or as a list of rows."""
    for path in samples:
        try:
            table = table_of(path)
        except Refusal:
            raise
        except Exception:
            continue  # no table: the next one may be
        if isinstance(table, dict):
            if columns and all(name in table for name in columns):
                return spread({name: table[name] for name in columns}, most)
            if columns is None and width is not None and len(table) == width:
                return spread(table, most)
        elif isinstance(table, list) and table and columns is None:
            if isinstance(table[0], list) and (width is None or len(table[0]) == width):
                return table[:most]
            if width is None and isinstance(table[0], str):
                return table[:most]
    return None


def spread(table, most):
    """Rows from the whole of a table, not its beginning alone: files are often sorted."""
    count = min(map(len, table.values()))
    step = max(1, count // most)
    return {name: values[: count][::step][:most] for name, values in table.items()}


def known_values(model):
    """What fitted encoders know of the columns that go into them, by name."""
    known = {}
    for _, part, names in fitted_parts(model):
        encoder = part
        for step in reversed(getattr(part, "steps", [])):
            if hasattr(step[1], "categories_"):
                encoder = step[1]
        categories = getattr(encoder, "categories_", None)
        if categories is not None and isinstance(names, (list, tuple)) and len(names) == len(categories):
            for name, values in zip(names, categories):
                known[str(name)] = [value for value in values.tolist() if value is not None and value == value]
    return known


def fitted_parts(model):
    """The parts of all ColumnTransformers within a model."""
    parts = list(getattr(model, "transformers_", []))
    for _, step in getattr(model, "steps", []):
        parts.extend(fitted_parts(step))
    return parts


def generated(model, columns, width, most):
    """Rows of many sizes, with values that encoders know."""
    import random

    drawn = random.Random(7)
    known = known_values(model)

    def number():
        scale = drawn.choice((0.1, 1.0, 1.0, 10.0, 100.0, 1000.0))
        return drawn.gauss(0, scale) if drawn.random() < 0.5 else drawn.uniform(0, scale)

    if columns:
        return {
            name: [drawn.choice(known[name]) if known.get(name) else number() for _ in range(most)]
            for name in columns
        }
    if width is None:
        raise Refusal("Nothing says how many columns the model takes: register it with an example of its input.")
    return [[number() for _ in range(width)] for _ in range(most)]


def as_float32(rows):
    numpy = need("numpy")
    return numpy.asarray(rows, dtype=numpy.float32)


def is_text(values):
    return any(isinstance(value, str) for value in values)


# -- scikit-learn and what goes along with it -------------------------------------------------------------------


def takes_columns(model):
    """Whether columns are picked by their names within it."""
    return any(
        isinstance(names, str) or (isinstance(names, (list, tuple)) and any(isinstance(one, str) for one in names))
        for _, _, names in fitted_parts(model)
    )

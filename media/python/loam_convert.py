"""Makes ONNX of a model, and says what the model itself answers to a sample of rows.

Loam starts this with the Python that a person chose, and one argument: a JSON file with

    model    the model's file or MLflow folder     flavor   what it is, as Loam knows it
    samples  files that may have rows for it        rows     how many rows are wanted
    onnx     where the ONNX file is written         result   where the answer is written, as JSON

Comparing what ONNX answers is Loam's work: only the converter is needed here.
"""

import json
import math
import os
import sys
import warnings


class Refusal(Exception):
    """Something that a person can do something about. `missing`: a package that is not installed."""

    def __init__(self, message, missing=None):
        super().__init__(message)
        self.missing = missing


def need(module, package=None):
    try:
        __import__(module)
    except ImportError as error:
        # a package that is there but lacks one of its own says more
        if (error.name or module).split(".")[0] != module.split(".")[0]:
            raise Refusal("%s cannot be imported: %s" % (module, error), error.name) from error
        raise Refusal("%s is not installed." % (package or module), package or module) from error
    return sys.modules[module]


# -- loading ----------------------------------------------------------------------------------------------------


def load(path, flavor):
    if flavor == "mlflow":
        return load_mlflow(path)
    if flavor == "joblib":
        return need("joblib").load(path)
    if flavor == "pickle":
        return load_pickle(path)
    if flavor == "torch":
        return need("torch").load(path, map_location="cpu", weights_only=False)
    raise Refusal("A model of this kind (%s) cannot be converted." % flavor)


def load_pickle(path):
    import pickle

    try:
        with open(path, "rb") as source:
            return pickle.load(source)
    except ModuleNotFoundError as error:
        raise Refusal("%s, which the model needs, is not installed." % error.name, error.name) from error
    except Exception:
        with open(path, "rb") as source:
            plain = source.read(1) == b"\x80"
        if plain:
            raise
        return need("joblib").load(path)  # packed by joblib under another name


def flavors_of(folder):
    """The part of an MLmodel file that is needed, read without a library where YAML is none of Python's own."""
    with open(os.path.join(folder, "MLmodel"), encoding="utf-8") as source:
        text = source.read()
    try:
        import yaml

        return yaml.safe_load(text).get("flavors") or {}
    except ImportError:
        pass
    flavors, current, inside = {}, None, False
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        key, _, value = line.strip().partition(":")
        if indent == 0:
            inside = key == "flavors"
        elif inside and indent == 2:
            current = flavors.setdefault(key, {})
        elif inside and indent == 4 and current is not None:
            current[key] = value.strip().strip("'\"")
    return flavors


def load_mlflow(folder):
    flavors = flavors_of(folder)
    code = (flavors.get("python_function") or {}).get("code")
    if code:
        sys.path.insert(1, os.path.join(folder, str(code)))
    if "sklearn" in flavors:
        path = os.path.join(folder, flavors["sklearn"]["pickled_model"])
        if flavors["sklearn"].get("serialization_format") == "skops":
            skops = need("skops.io", "skops")
            return skops.load(path, trusted=skops.get_untrusted_types(file=path))
        return load_pickle(path)
    if "xgboost" in flavors:
        xgboost = need("xgboost")
        kind = flavors["xgboost"].get("model_class", "xgboost.core.Booster").rpartition(".")[2]
        model = getattr(xgboost, kind, xgboost.Booster)()
        model.load_model(os.path.join(folder, flavors["xgboost"].get("data", "model.xgb")))
        return model
    if "lightgbm" in flavors:
        path = os.path.join(folder, flavors["lightgbm"].get("data", "model.lgb"))
        if path.endswith(".pkl"):
            return load_pickle(path)
        return need("lightgbm").Booster(model_file=path)
    if "pytorch" in flavors:
        data = os.path.join(folder, flavors["pytorch"].get("model_data", "data"))
        return need("torch").load(os.path.join(data, "model.pth"), map_location="cpu", weights_only=False)
    raise Refusal("Of an MLflow model with %s nothing can be converted." % (", ".join(flavors) or "no flavor"))


# -- rows -------------------------------------------------------------------------------------------------------


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


def sklearn_inputs(model, request):
    """Types for the converter, what the model itself is given, and the same as tensors."""
    numpy = need("numpy")
    types = need("skl2onnx.common.data_types", "skl2onnx")
    columns = columns_of(model)
    width = getattr(model, "n_features_in_", None)
    rows = rows_from(request["samples"], columns, width, request["rows"])
    origin = "sample" if rows is not None else "generated"
    if rows is None:
        rows = generated(model, columns, width, request["rows"])
    if isinstance(rows, list) and rows and isinstance(rows[0], str):
        tensors = [tensor("text", "string", [len(rows), 1], rows)]
        return [("text", types.StringTensorType([None, 1]))], numpy.asarray(rows, dtype=object), tensors, origin
    by_column = isinstance(rows, dict) and (takes_columns(model) or any(is_text(rows[name]) for name in rows))
    if not by_column:
        names = list(rows) if isinstance(rows, dict) else None
        matrix = as_float32([list(row) for row in zip(*rows.values())] if names else rows)
        given = matrix.astype(numpy.float64)
        if columns:
            given = need("pandas").DataFrame(given, columns=columns)
        tensors = [tensor("X", "float32", list(matrix.shape), matrix.ravel().tolist())]
        return [("X", types.FloatTensorType([None, matrix.shape[1]]))], given, tensors, origin
    frame, initial, tensors = {}, [], []
    for name, values in rows.items():
        if is_text(values):
            frame[name] = ["" if value is None else str(value) for value in values]
            initial.append((name, types.StringTensorType([None, 1])))
            tensors.append(tensor(name, "string", [len(values), 1], frame[name]))
        else:
            column = as_float32([math.nan if value is None else value for value in values])
            frame[name] = column.astype(numpy.float64)
            initial.append((name, types.FloatTensorType([None, 1])))
            tensors.append(tensor(name, "float32", [len(values), 1], column.tolist()))
    return initial, need("pandas").DataFrame(frame), tensors, origin


def register_boosters():
    """Lets skl2onnx convert XGBoost's and LightGBM's own scikit-learn models, alone or in a pipeline.

    Gives the newest sets of operators that these converters know; None where there is no such model.
    """
    if "xgboost" not in sys.modules and "lightgbm" not in sys.modules:
        return None
    need("onnxmltools")
    from skl2onnx import update_registered_converter
    from skl2onnx.common.shape_calculator import (
        calculate_linear_classifier_output_shapes as classifier,
        calculate_linear_regressor_output_shapes as regressor,
    )

    options = {"nocl": [True, False], "zipmap": [True, False, "columns"], "raw_scores": [True, False]}
    if "xgboost" in sys.modules:
        from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost

        module = sys.modules["xgboost"]
        update_registered_converter(module.XGBClassifier, "XGBClassifier", classifier, convert_xgboost, options=options)
        update_registered_converter(module.XGBRegressor, "XGBRegressor", regressor, convert_xgboost)
    if "lightgbm" in sys.modules:
        from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm

        module = sys.modules["lightgbm"]
        update_registered_converter(module.LGBMClassifier, "LGBMClassifier", classifier, convert_lightgbm, options=options)
        update_registered_converter(module.LGBMRegressor, "LGBMRegressor", regressor, convert_lightgbm)
    return {"": 15, "ai.onnx.ml": 3}


def convert_sklearn(model, request):
    skl2onnx = need("skl2onnx")
    opset = register_boosters()
    initial, given, tensors, origin = sklearn_inputs(model, request)
    classifies = hasattr(model, "classes_") or getattr(model, "_estimator_type", None) == "classifier"
    options = {id(model): {"zipmap": False}} if classifies else None
    try:
        onnx = skl2onnx.to_onnx(model, initial_types=initial, options=options, target_opset=opset)
    except NameError as error:
        if options is None or "zipmap" not in str(error):
            raise
        onnx = skl2onnx.to_onnx(model, initial_types=initial, target_opset=opset)
    answers = answers_of(model, given)
    return onnx, "skl2onnx %s" % skl2onnx.__version__, tensors, answers, origin


def answers_of(model, given):
    """What the model answers, as outputs of the ONNX file: by their place, since names are the converter's."""
    if not hasattr(model, "predict"):
        return [answer(0, model.transform(given))]
    answers = [answer(0, model.predict(given))]
    if hasattr(model, "classes_") and hasattr(model, "predict_proba"):
        chances = model.predict_proba(given)
        if not isinstance(chances, list):
            answers.append(answer(1, chances))
    return answers


def answer(at, values):
    numpy = need("numpy")
    if hasattr(values, "toarray"):
        values = values.toarray()
    values = numpy.asarray(values)
    flat = values.ravel().tolist()
    labels = not numpy.issubdtype(values.dtype, numpy.floating)
    return {"output": at, "labels": labels, "shape": list(values.shape), "values": plain(flat)}


# -- boosters without scikit-learn, and PyTorch -----------------------------------------------------------------


def convert_booster(model, request, package):
    numpy = need("numpy")
    onnxmltools = need("onnxmltools")
    from onnxmltools.convert.common.data_types import FloatTensorType

    if package == "xgboost":
        width, columns = model.num_features(), model.feature_names
        model.feature_names = None  # the converter knows columns by their place
    else:
        width, columns = model.num_feature(), model.feature_name()
    rows = rows_from(request["samples"], columns, width, request["rows"])
    origin = "sample" if rows is not None else "generated"
    rows = generated(model, None, width, request["rows"]) if rows is None else rows
    matrix = as_float32([list(row) for row in zip(*rows.values())] if isinstance(rows, dict) else rows)
    initial = [("X", FloatTensorType([None, width]))]
    if package == "xgboost":
        onnx = onnxmltools.convert_xgboost(model, initial_types=initial)
        answers = model.predict(sys.modules["xgboost"].DMatrix(matrix))
    else:
        onnx = onnxmltools.convert_lightgbm(model, initial_types=initial, zipmap=False)
        answers = model.predict(matrix)
    classifies = len(onnx.graph.output) > 1
    if classifies and numpy.ndim(answers) == 1:
        answers = numpy.stack([1 - answers, answers], axis=1)  # the converter answers with both classes
    tensors = [tensor("X", "float32", list(matrix.shape), matrix.ravel().tolist())]
    told = [answer(1 if classifies else 0, answers)]
    return onnx, "onnxmltools %s" % onnxmltools.__version__, tensors, told, origin


def convert_torch(model, request):
    torch = need("torch")
    need("onnx")
    rows = rows_from(request["samples"], None, None, request["rows"])
    if rows is None:
        first = next((part for part in model.modules() if isinstance(part, torch.nn.Linear)), None)
        if first is None:
            raise Refusal("Nothing says what the model takes: register it with an example of its input.")
        rows = generated(model, None, first.in_features, request["rows"])
        origin = "generated"
    else:
        origin = "sample"
    model.eval()
    given = torch.tensor(as_float32(rows))
    with torch.no_grad():
        answers = model(given)
    if not isinstance(answers, torch.Tensor):
        raise Refusal("A PyTorch model with several outputs cannot be converted here: export it by torch.onnx.")
    torch.onnx.export(
        model,
        (given,),
        request["onnx"],
        input_names=["X"],
        output_names=["Y"],
        dynamic_axes={"X": {0: "N"}, "Y": {0: "N"}},
        dynamo=False,
    )
    tensors = [tensor("X", "float32", list(given.shape), given.flatten().tolist())]
    return None, "torch %s" % torch.__version__, tensors, [answer(0, answers.numpy())], origin


# -- the answer -------------------------------------------------------------------------------------------------


def plain(values):
    """Values as JSON has them: what is not a number is null."""
    kept = []
    for value in values:
        if isinstance(value, float):
            kept.append(None if math.isnan(value) else value)
        elif isinstance(value, (bool, int, str)) or value is None:
            kept.append(value)
        else:
            kept.append(str(value))
    return kept


def tensor(name, kind, shape, values):
    return {"name": name, "type": kind, "shape": [int(size) for size in shape], "values": plain(values)}


def convert(request):
    model = load(request["model"], request["flavor"])
    package = type(model).__module__.partition(".")[0]
    if package in ("xgboost", "lightgbm") and type(model).__name__ == "Booster":
        onnx, converter, tensors, answers, origin = convert_booster(model, request, package)
    elif "torch" in sys.modules and isinstance(model, sys.modules["torch"].nn.Module):
        onnx, converter, tensors, answers, origin = convert_torch(model, request)
    elif hasattr(model, "predict") or hasattr(model, "transform"):
        onnx, converter, tensors, answers, origin = convert_sklearn(model, request)
    else:
        raise Refusal("What the file holds (%s) is no model that can be converted." % type(model).__name__)
    if onnx is not None:
        with open(request["onnx"], "wb") as out:
            out.write(onnx.SerializeToString())
        converter = "%s, opset %d" % (converter, max(one.version for one in onnx.opset_import))
    return {"converter": converter, "inputs": tensors, "answers": answers, "origin": origin}


def main(path):
    with open(path, encoding="utf-8") as source:
        request = json.load(source)
    sys.path[0] = os.getcwd()  # where the model's own modules are, not this file's
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    try:
        told = convert(request)
    except Refusal as refusal:
        told = {"refused": str(refusal), "missing": refusal.missing}
    except ImportError as error:
        told = {"refused": "%s, which the model needs, is not there: %s" % (error.name, error), "missing": error.name}
    except Exception as error:  # whatever the model or its converter does
        lines = str(error).strip().splitlines() or [""]
        told = {"refused": "%s: %s" % (type(error).__name__, lines[0][:500]), "missing": None}
    with open(request["result"], "w", encoding="utf-8") as out:
        json.dump(told, out)


if __name__ == "__main__":
    main(sys.argv[1])

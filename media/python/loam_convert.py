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

from loam_model import Refusal, load, need
from loam_rows import as_float32, columns_of, generated, is_text, rows_from, takes_columns


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
    answers = answers_of(model, given)
    forget_names(model)
    try:
        onnx = skl2onnx.to_onnx(model, initial_types=initial, options=options, target_opset=opset)
    except NameError as error:
        if options is None or "zipmap" not in str(error):
            raise
        onnx = skl2onnx.to_onnx(model, initial_types=initial, target_opset=opset)
    return onnx, "skl2onnx %s" % skl2onnx.__version__, tensors, answers, origin


def forget_names(model):
    """Lets XGBoost's converter know columns by their place: it reads no other names than f0, f1 ..."""
    for step in [model, *(step for _, step in getattr(model, "steps", []))]:
        if type(step).__module__.startswith("xgboost.") and hasattr(step, "get_booster"):
            step.get_booster().feature_names = None


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


def is_torch(model):
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, (torch.nn.Module, *exported_kinds(torch)))


def exported_kinds(torch):
    return (torch.export.ExportedProgram,) if hasattr(torch, "export") else ()


def convert_torch(model, request):
    torch = need("torch")
    need("onnx")
    program = None
    if isinstance(model, exported_kinds(torch)):
        need("onnxscript")  # which torch.onnx needs for it
        program, model = model, model.module()
    rows = rows_from(request["samples"], None, None, request["rows"])
    if rows is None:
        first = next((part for part in model.modules() if isinstance(part, torch.nn.Linear)), None)
        if first is None:
            raise Refusal("Nothing says what the model takes: register it with an example of its input.")
        rows = generated(model, None, first.in_features, request["rows"])
        origin = "generated"
    else:
        origin = "sample"
    if program is None:
        model.eval()  # an exported one is as it was when it was exported
    given = torch.tensor(as_float32(rows))
    with torch.no_grad():
        answers = model(given)
    if not isinstance(answers, torch.Tensor):
        raise Refusal("A PyTorch model with several outputs cannot be converted here: export it by torch.onnx.")
    torch.onnx.export(
        model if program is None else program,
        (given,),
        request["onnx"],
        input_names=["X"],
        output_names=["Y"],
        dynamic_axes={"X": {0: "N"}, "Y": {0: "N"}} if program is None else None,
        dynamo=program is not None,
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


def loaded(request):
    try:
        return load(request["model"], request["flavor"])
    except (Refusal, ImportError):
        raise
    except Exception as error:  # a file that is cut off or of another kind fails in any way
        raise Refusal("The file could not be loaded as %s: %s" % (request["flavor"], in_short(error)))


def in_short(error):
    lines = str(error).strip().splitlines() or [""]
    return "%s: %s" % (type(error).__name__, lines[0][:500])


def convert(request):
    model = loaded(request)
    package = type(model).__module__.partition(".")[0]
    if package in ("xgboost", "lightgbm") and type(model).__name__ == "Booster":
        onnx, converter, tensors, answers, origin = convert_booster(model, request, package)
    elif is_torch(model):
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
        told = {"refused": in_short(error), "missing": None}
    with open(request["result"], "w", encoding="utf-8") as out:
        json.dump(told, out)


if __name__ == "__main__":
    main(sys.argv[1])

"""Loads a model as its kind wants it. Loading runs what the model's file says."""

import os
import sys
import zipfile


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


def load(path, flavor):
    if flavor == "mlflow":
        return load_mlflow(path)
    if flavor == "joblib":
        return need("joblib").load(path)
    if flavor == "pickle":
        return load_pickle(path)
    if flavor == "torch":
        return load_torch(path)
    raise Refusal("A model of this kind (%s) cannot be converted." % flavor)


def load_torch(path):
    torch = need("torch")
    with open(path, "rb") as source:
        head = source.read(4)
    names = zipfile.ZipFile(path).namelist() if head == b"PK\x03\x04" else []
    if any(name.endswith("archive_format") for name in names):
        return torch.export.load(path)  # torch.export.save wrote it, as MLflow's newer versions do
    if any(name.endswith("constants.pkl") for name in names):
        return torch.jit.load(path, map_location="cpu")
    return torch.load(path, map_location="cpu", weights_only=False)


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
        exported = os.path.join(data, "model.pt2")
        return load_torch(exported if os.path.exists(exported) else os.path.join(data, "model.pth"))
    raise Refusal("Of an MLflow model with %s nothing can be converted." % (", ".join(flavors) or "no flavor"))

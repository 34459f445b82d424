"""Models of scikit-learn, registered by the client: what loading them runs, and their conversion to ONNX by `loam`."""

import json
import os
import subprocess
import sys

import joblib
import mlflow
import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from peer import client, fresh

try:
    import skl2onnx  # noqa: F401
except ImportError:
    skl2onnx = None

COMMAND = json.loads(os.environ.get("LOAM_PEER_COMMAND", "null"))
# Which endpoint answers makes no difference here.
WANTED = bool(COMMAND) and skl2onnx is not None and "LOAM_PEER_URLS" not in os.environ

draw = np.random.default_rng(7)
rows = draw.normal(size=(300, 4))
people = pd.DataFrame(
    {
        "age": draw.integers(18, 80, 300).astype(float),
        "income": draw.normal(30_000, 10_000, 300),
        "city": draw.choice(["Bern", "Köln", "Wien"], 300),
    }
)
left = np.where((people["age"] < 40) ^ (people["city"] == "Köln"), "leaves", "stays")


def loam(*words):
    """The JSON that a verb of `loam models` prints, of this folder."""
    told = subprocess.run([*COMMAND, "models", *words, "--json"], capture_output=True, text=True, encoding="utf-8")
    assert told.returncode == 0, told.stdout + told.stderr
    return json.loads(told.stdout)


def registered(name, model, example, form):
    name = fresh(name)
    with mlflow.start_run():
        mlflow.sklearn.log_model(
            model, name="model", registered_model_name=name, input_example=example, serialization_format=form
        )
    client.set_registered_model_alias(name, "champion", "1")
    return f"{name}@champion"


def converted(name, model, example, form="skops"):
    version = registered(name, model, example, form)
    told = loam("convert", version, "--python", sys.executable)
    assert told["equal"] and told["labelsDiffer"] == 0, told
    assert told["rows"] >= len(example) and told["greatest"] <= 1e-4, told
    assert told["converter"].startswith("skl2onnx "), told
    return version


def check_a_tree_with_text_labels_answers_the_same_as_onnx():
    labels = np.array(["no", "yes"])[(rows[:, 0] + rows[:, 1] ** 2 > 0.5).astype(int)]
    model = DecisionTreeClassifier(max_depth=6, random_state=1).fit(rows, labels)
    version = converted("tree", model, rows[:50], "cloudpickle")
    trust = loam("trust", version)
    assert trust["verdict"] == "code", trust
    assert not [one for one in trust["findings"] if one["danger"] != "usual"], trust
    measured = loam("measure", version)
    assert measured["load"] > 0 and measured["median"] > 0, measured


def check_a_linear_model_answers_the_same_as_onnx():
    converted("linear", LinearRegression().fit(rows, rows @ [3, -2, 1, 0.5] + 7), rows[:50])


def check_a_pipeline_with_text_columns_and_labels_answers_the_same_as_onnx():
    columns = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["city"]),
        (StandardScaler(), ["age", "income"]),
    )
    converted("pipeline", make_pipeline(columns, LogisticRegression()).fit(people, left), people[:50])


def check_a_model_that_joblib_packs_is_looked_into():
    labels = (rows[:, 0] > 0).astype(int)
    model = DecisionTreeClassifier(max_depth=6, random_state=1).fit(rows, labels)
    for how in ("zlib", "gzip", "bz2", "xz", "lzma"):
        joblib.dump(model, f"packed.joblib.{how}", compress=how)
        name = fresh("packed")
        loam("register", f"packed.joblib.{how}", "--name", name)
        trust = loam("trust", f"{name}/1")
        assert trust["verdict"] == "code", trust
        told = [one["what"] for one in trust["findings"]]
        assert "sklearn.tree._classes.DecisionTreeClassifier" in told, told
        assert all(one["danger"] == "usual" for one in trust["findings"]), trust

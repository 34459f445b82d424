"""Models of LightGBM, registered by the client: their conversion to ONNX by `loam`, alone and in scikit-learn's pipeline."""

import sys

import mlflow
import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import check_onnx
from check_onnx import converted, loam, rows
from peer import client, fresh

try:
    import lightgbm
except ImportError:  # a client that lives without it
    lightgbm = None
except OSError as error:
    raise SystemExit(f"LightGBM needs OpenMP ({error}): sudo apt-get install -y libgomp1, or brew install libomp") from error

WANTED = check_onnx.WANTED and lightgbm is not None

answers = (rows[:, 0] + rows[:, 1] ** 2 > 0.5).astype(int)
few = {"n_estimators": 20, "num_leaves": 7, "verbose": -1, "n_jobs": 1}


def check_a_booster_in_a_pipeline_answers_the_same_as_onnx():
    labels = np.array(["no", "yes"])[answers]
    model = make_pipeline(StandardScaler(), lightgbm.LGBMClassifier(**few)).fit(rows, labels)
    converted("boosted", model, rows[:50], "cloudpickle")


def check_a_booster_that_lightgbm_logs_answers_the_same_as_onnx():
    name = fresh("booster")
    model = lightgbm.train(
        {"objective": "regression", "num_leaves": 7, "verbose": -1, "num_threads": 1},
        lightgbm.Dataset(rows, rows @ [3, -2, 1, 0.5] + 7),
        num_boost_round=20,
    )
    with mlflow.start_run():
        mlflow.lightgbm.log_model(model, name="model", registered_model_name=name, input_example=rows[:50])
    client.set_registered_model_alias(name, "champion", "1")
    told = loam("convert", f"{name}@champion", "--python", sys.executable)
    assert told["equal"] and told["greatest"] <= 1e-4, told
    assert told["converter"].startswith("onnxmltools "), told

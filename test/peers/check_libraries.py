"""What log by themselves or through libraries: scikit-learn searches, datasets, Optuna, system metrics."""

import time

import mlflow
from peer import VERSION, client, experiment, fresh


def check_autolog_of_a_grid_search():
    from sklearn.datasets import load_iris
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import GridSearchCV

    made = mlflow.set_experiment(fresh("grid"))
    features, target = load_iris(return_X_y=True, as_frame=True)
    mlflow.sklearn.autolog(max_tuning_runs=3)
    try:
        with mlflow.start_run(run_name="grid") as run:
            search = GridSearchCV(
                RandomForestClassifier(random_state=0), {"n_estimators": [2, 5], "max_depth": [1, 3]}, cv=2
            )
            search.fit(features, target)
    finally:
        mlflow.sklearn.autolog(disable=True)

    read = client.get_run(run.info.run_id)
    assert read.info.status == "FINISHED"
    assert read.data.params["best_n_estimators"] == str(search.best_params_["n_estimators"])
    assert abs(read.data.metrics["best_cv_score"] - search.best_score_) < 1e-12
    assert read.data.tags["estimator_name"] == "GridSearchCV"
    used = read.inputs.dataset_inputs
    assert len(used) == 1 and [tag.value for tag in used[0].tags if tag.key == "mlflow.data.context"] == ["train"]

    children = client.search_runs([made.experiment_id], f"tags.mlflow.parentRunId = '{run.info.run_id}'")
    assert len(children) == 3
    assert {child.info.status for child in children} == {"FINISHED"}
    assert all({"n_estimators", "max_depth"} <= set(child.data.params) for child in children)
    best = max(child.data.metrics["mean_test_score"] for child in children)
    assert abs(best - search.best_score_) < 1e-12
    assert "cv_results.csv" in [file.path for file in client.list_artifacts(run.info.run_id)]

    model = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/best_estimator")
    assert (model.predict(features) == search.best_estimator_.predict(features)).all()
    if VERSION >= (3,):
        models = mlflow.search_logged_models([made.experiment_id], output_format="list")
        assert {found.source_run_id for found in models} == {run.info.run_id}
        assert {model.model_id for model in read.outputs.model_outputs} == {found.model_id for found in models}


def check_datasets_are_inputs():
    import pandas as pd

    made = mlflow.set_experiment(fresh("datasets"))
    frame = pd.DataFrame({"x": [1.5, 2.0, None], "said": ["a", "b", "ü"], "target": [0, 1, 0]})
    data = mlflow.data.from_pandas(frame, source="https://example.org/train.csv", name="train", targets="target")
    other = mlflow.data.from_numpy(frame[["target"]].to_numpy(), name="test")
    with mlflow.start_run() as run:
        mlflow.log_input(data, context="training", tags={"owner": "ann"})
        mlflow.log_input(data, context="again")
        mlflow.log_input(other, context="eval")
    used = {entry.dataset.name: entry for entry in client.get_run(run.info.run_id).inputs.dataset_inputs}
    assert set(used) == {"train", "test"}
    assert used["train"].dataset.digest == data.digest
    assert used["train"].dataset.source_type == "http"
    assert "https://example.org/train.csv" in used["train"].dataset.source
    assert '"said"' in used["train"].dataset.schema and '"num_rows": 3' in used["train"].dataset.profile
    tags = {tag.key: tag.value for tag in used["train"].tags}
    assert tags == {"mlflow.data.context": "training", "owner": "ann"}, tags
    source = mlflow.data.get_source(used["train"])
    assert source.url == "https://example.org/train.csv"
    found = client.search_runs([made.experiment_id], f"dataset.digest = '{data.digest}'")
    assert [one.info.run_id for one in found] == [run.info.run_id]


def check_the_callback_of_optuna():
    import optuna
    from optuna_integration import MLflowCallback

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    name = fresh("optuna")
    callback = MLflowCallback(
        tracking_uri=mlflow.get_tracking_uri(), metric_name="loss", mlflow_kwargs={"nested": True}
    )
    study = optuna.create_study(
        study_name=name, direction="minimize", sampler=optuna.samplers.RandomSampler(seed=1)
    )

    @callback.track_in_mlflow()
    def objective(trial):
        x = trial.suggest_float("x", -2, 2)
        kind = trial.suggest_categorical("kind", ["a", "b"])
        mlflow.log_metric("inside", x)
        trial.set_user_attr("note", "größe")
        return x * x + (kind == "b")

    study.optimize(objective, n_trials=4, callbacks=[callback])
    runs = client.search_runs([client.get_experiment_by_name(name).experiment_id], order_by=["metrics.loss"])
    assert [run.data.metrics["loss"] for run in runs] == sorted(trial.value for trial in study.trials)
    best = runs[0]
    assert float(best.data.params["x"]) == study.best_params["x"]
    assert best.data.metrics["inside"] == study.best_params["x"]
    assert best.data.params["kind"] == study.best_params["kind"]
    assert best.data.tags["note"] == "größe" and best.data.tags["direction"] == "MINIMIZE"
    assert {run.info.status for run in runs} == {"FINISHED"}


def check_system_metrics():
    at = experiment("system")
    mlflow.set_system_metrics_sampling_interval(0.2)
    mlflow.set_system_metrics_samples_before_logging(1)
    mlflow.enable_system_metrics_logging()
    try:
        with mlflow.start_run(experiment_id=at) as run:
            until = time.monotonic() + 30
            while time.monotonic() < until:
                if len(client.get_metric_history(run.info.run_id, "system/cpu_utilization_percentage")) >= 3:
                    break
                time.sleep(0.2)
    finally:
        mlflow.disable_system_metrics_logging()
        mlflow.set_system_metrics_sampling_interval(None)
        mlflow.set_system_metrics_samples_before_logging(None)
    read = client.get_run(run.info.run_id)
    names = {name for name in read.data.metrics if name.startswith("system/")}
    wanted = {"cpu_utilization_percentage", "system_memory_usage_megabytes", "disk_usage_percentage"}
    assert {f"system/{name}" for name in wanted} <= names, names
    points = client.get_metric_history(run.info.run_id, "system/cpu_utilization_percentage")
    assert [point.step for point in points] == list(range(len(points))) and len(points) >= 3

"""Scripts as people write them: the fluent API of mlflow."""

import mlflow
from peer import client, experiment, fresh, refused, together


def check_a_run_keeps_params_metrics_and_tags():
    mlflow.set_experiment(fresh("plain"))
    with mlflow.start_run(run_name="first", tags={"team": "risk"}, description="a **note**") as run:
        mlflow.log_param("lr", 0.1)
        mlflow.log_params({"depth": 3, "name": "größe ✓", "empty": "", "flag": True})
        for step in range(5):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_metrics({"f1": 0.75, "val/acc": 0.5}, step=4)
        mlflow.set_tag("stage", "draft")
        mlflow.set_tags({"stage": "done", "n": 3})
    read = client.get_run(run.info.run_id)
    assert read.data.params == {"lr": "0.1", "depth": "3", "name": "größe ✓", "empty": "", "flag": "True"}
    assert read.data.metrics == {"loss": 0.2, "f1": 0.75, "val/acc": 0.5}
    expected = {"team": "risk", "stage": "done", "n": "3", "mlflow.note.content": "a **note**"}
    assert {key: read.data.tags.get(key) for key in expected} == expected
    assert read.data.tags["mlflow.source.type"] == "LOCAL"
    assert read.data.tags["mlflow.source.name"].endswith("run.py")
    assert read.info.run_name == read.data.tags["mlflow.runName"] == "first"
    assert read.info.status == "FINISHED"
    assert read.info.end_time >= read.info.start_time > 1_600_000_000_000
    assert read.info.artifact_uri.startswith("mlflow-artifacts:/")
    assert [point.value for point in client.get_metric_history(run.info.run_id, "loss")] == [
        1 / (step + 1) for step in range(5)
    ]


def check_set_experiment_first():
    name = fresh("churn été")
    made = mlflow.set_experiment(name)
    with mlflow.start_run() as run:
        mlflow.log_metric("auc", 0.9)
    assert run.info.experiment_id == made.experiment_id
    assert mlflow.set_experiment(name).experiment_id == made.experiment_id
    assert mlflow.get_experiment_by_name(name).experiment_id == made.experiment_id
    assert mlflow.get_experiment(made.experiment_id).name == name
    assert mlflow.set_experiment(experiment_id=made.experiment_id).name == name
    assert mlflow.get_experiment_by_name(fresh("never made")) is None
    assert made.artifact_location == f"mlflow-artifacts:/{made.experiment_id}"


def check_the_default_experiment_takes_runs():
    mlflow.set_experiment("Default")
    with mlflow.start_run() as run:
        mlflow.log_param("a", 1)
    assert run.info.experiment_id == "0"
    assert len(run.info.run_name.split("-")) == 3, run.info.run_name


def check_three_runs_in_a_loop():
    made = mlflow.set_experiment(fresh("loop"))
    for seed in range(3):
        with mlflow.start_run(run_name=f"seed {seed}"):
            mlflow.log_param("seed", seed)
            mlflow.log_metric("score", seed / 10)
    table = mlflow.search_runs([made.experiment_id], order_by=["metrics.score DESC"])
    assert list(table["params.seed"]) == ["2", "1", "0"]
    assert list(table["metrics.score"]) == [0.2, 0.1, 0.0]
    assert list(table["tags.mlflow.runName"]) == ["seed 2", "seed 1", "seed 0"]
    assert set(table["status"]) == {"FINISHED"}


def check_nested_runs():
    made = mlflow.set_experiment(fresh("nested"))
    with mlflow.start_run(run_name="parent") as parent:
        children = []
        for number in range(2):
            with mlflow.start_run(run_name=f"child {number}", nested=True) as child:
                children.append(child.info.run_id)
                mlflow.log_metric("score", number)
                with mlflow.start_run(run_name="grandchild", nested=True) as grandchild:
                    mlflow.log_metric("score", 10 + number)
        mlflow.log_metric("best", 1)
    assert client.get_parent_run(children[0]).info.run_id == parent.info.run_id
    assert client.get_parent_run(grandchild.info.run_id).info.run_id == children[1]
    assert client.get_parent_run(parent.info.run_id) is None
    found = client.search_runs(
        [made.experiment_id], f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'", order_by=["metrics.score"]
    )
    assert [run.info.run_id for run in found] == children
    assert client.get_run(parent.info.run_id).data.metrics == {"best": 1.0}


def check_a_failing_script_leaves_a_failed_run():
    mlflow.set_experiment(fresh("failing"))
    try:
        with mlflow.start_run() as run:
            mlflow.log_metric("loss", 3.0)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    read = client.get_run(run.info.run_id)
    assert (read.info.status, read.data.metrics) == ("FAILED", {"loss": 3.0})


def check_a_run_is_resumed():
    mlflow.set_experiment(fresh("resumed"))
    with mlflow.start_run(run_name="twice") as run:
        mlflow.log_param("lr", 0.1)
        mlflow.log_metric("loss", 2.0, step=0)
    first_end = client.get_run(run.info.run_id).info.end_time
    with mlflow.start_run(run_id=run.info.run_id) as again:
        assert client.get_run(run.info.run_id).info.status == "RUNNING"
        mlflow.log_param("lr", 0.1)
        mlflow.log_metric("loss", 1.0, step=1)
        with refused("INVALID_PARAMETER_VALUE", "Changing param values is not allowed"):
            mlflow.log_param("lr", 0.2)
    read = client.get_run(run.info.run_id)
    assert again.info.run_name == "twice"
    assert read.info.status == "FINISHED" and read.info.end_time >= first_end
    assert read.data.params == {"lr": "0.1"}
    assert [point.step for point in client.get_metric_history(run.info.run_id, "loss")] == [0, 1]


def check_a_run_is_renamed_and_ended_with_a_status():
    mlflow.set_experiment(fresh("ended"))
    run = mlflow.start_run(run_name="old")
    mlflow.set_tag("mlflow.runName", "new")
    mlflow.end_run("KILLED")
    read = client.get_run(run.info.run_id)
    assert (read.info.run_name, read.info.status) == ("new", "KILLED")


def check_large_logs_are_split_by_the_client():
    mlflow.set_experiment(fresh("large"))
    params = {f"p{number:03}": "v" * (number + 1) for number in range(250)}
    metrics = {f"m{number:04}": number / 7 for number in range(1500)}
    tags = {f"t{number:03}": str(number) for number in range(130)}
    with mlflow.start_run() as run:
        mlflow.log_params(params)
        mlflow.log_metrics(metrics)
        mlflow.set_tags(tags)
    read = client.get_run(run.info.run_id)
    assert read.data.params == params
    assert read.data.metrics == metrics
    assert tags.items() <= read.data.tags.items()


def check_a_deleted_run_disappears_from_search():
    made = mlflow.set_experiment(fresh("deleted"))
    with mlflow.start_run() as run:
        mlflow.log_param("a", 1)
    mlflow.delete_run(run.info.run_id)
    assert mlflow.search_runs([made.experiment_id]).empty
    assert mlflow.get_run(run.info.run_id).info.lifecycle_stage == "deleted"


def check_a_deleted_experiment_is_refused():
    name = fresh("closed")
    mlflow.delete_experiment(mlflow.create_experiment(name))
    with refused("INVALID_PARAMETER_VALUE", "deleted experiment"):
        mlflow.set_experiment(name)


def check_async_batches_arrive_complete():
    mlflow.set_experiment(fresh("async"))
    with mlflow.start_run() as run:
        pending = [
            mlflow.log_metrics({"loss": 1 / (step + 1), "acc": step / 300}, step=step, synchronous=False)
            for step in range(300)
        ]
        mlflow.log_params({"a": 1, "b": 2}, synchronous=False)
        mlflow.log_metric("one", 1.0, synchronous=False)
        mlflow.set_tag("late", "yes", synchronous=False)
        mlflow.flush_async_logging()
        for operation in pending:
            operation.wait()
    read = client.get_run(run.info.run_id)
    assert read.data.params == {"a": "1", "b": "2"}
    assert read.data.tags["late"] == "yes"
    assert read.data.metrics == {"loss": 1 / 300, "acc": 299 / 300, "one": 1.0}
    history = client.get_metric_history(run.info.run_id, "loss")
    assert sorted((point.step, point.value) for point in history) == [(s, 1 / (s + 1)) for s in range(300)]


def check_the_environment_names_experiment_and_run():
    name = fresh("by environment")
    at = client.create_experiment(name)
    run_id = client.create_run(experiment("other")).info.run_id
    script = f"""
import os
import mlflow
with mlflow.start_run(): mlflow.log_param("by", "experiment")
os.environ["MLFLOW_RUN_ID"] = {run_id!r}
with mlflow.start_run(): mlflow.log_param("by", "run")
"""
    together(script, MLFLOW_EXPERIMENT_NAME=name)
    assert [run.data.params for run in client.search_runs([at])] == [{"by": "experiment"}]
    assert client.get_run(run_id).data.params == {"by": "run"}


def check_autolog_of_plain_sklearn():
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    mlflow.set_experiment(fresh("autolog"))
    mlflow.sklearn.autolog(log_models=False, log_datasets=False)
    try:
        features, target = load_iris(return_X_y=True)
        with mlflow.start_run() as run:
            LogisticRegression(max_iter=200, C=0.5).fit(features, target)
    finally:
        mlflow.sklearn.autolog(disable=True)
    read = client.get_run(run.info.run_id)
    assert read.data.params["C"] == "0.5" and read.data.params["max_iter"] == "200"
    assert read.data.metrics["training_accuracy_score"] > 0.9
    assert read.data.tags["estimator_name"] == "LogisticRegression"
    names = [file.path for file in client.list_artifacts(run.info.run_id)]
    assert "training_confusion_matrix.png" in names, names


def check_experiments_of_two_names_do_not_mix():
    first, second = experiment("first"), experiment("second")
    for number, at in enumerate([first, second, first]):
        client.log_metric(client.create_run(at).info.run_id, "n", number)
    counted = {at: sorted(run.data.metrics["n"] for run in client.search_runs([at])) for at in (first, second)}
    assert counted == {first: [0.0, 2.0], second: [1.0]}
    assert len(client.search_runs([first, second])) == 3

"""Models that are logged with a run: signature, input example, loaded back; logged models of MLflow 3."""

import json
import tempfile

import mlflow
from mlflow.models import infer_signature
from peer import VERSION, client, experiment, fresh, refused, since

MISSING = "RESOURCE_DOES_NOT_EXIST"
INVALID = "INVALID_PARAMETER_VALUE"


def fitted():
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    features, target = load_iris(return_X_y=True, as_frame=True)
    return LogisticRegression(max_iter=200).fit(features, target), features


def named(name):
    """The keyword by which this client names a model of a run."""
    return {"name": name} if VERSION >= (3,) else {"artifact_path": name}


def check_a_model_is_logged_and_loaded_back():
    model, features = fitted()
    mlflow.set_experiment(fresh("models"))
    with mlflow.start_run() as run:
        logged = mlflow.sklearn.log_model(
            model,
            signature=infer_signature(features, model.predict(features)),
            input_example=features.head(3),
            pip_requirements=["scikit-learn"],
            metadata={"owner": "ann"},
            **named("flower model"),
        )
    for uri in (logged.model_uri, f"runs:/{run.info.run_id}/flower model"):
        back = mlflow.sklearn.load_model(uri)
        assert (back.predict(features) == model.predict(features)).all()
        generic = mlflow.pyfunc.load_model(uri)
        assert (generic.predict(features) == model.predict(features)).all()
        assert generic.metadata.metadata == {"owner": "ann"}
        assert generic.metadata.get_input_schema().input_names() == list(features.columns)
    info = mlflow.models.get_model_info(logged.model_uri)
    assert info.signature == logged.signature
    example = mlflow.pyfunc.load_model(logged.model_uri).input_example
    if example is not None:
        assert list(example.columns) == list(features.columns) and len(example) == 3
    if VERSION < (3,):
        names = {file.path for file in client.list_artifacts(run.info.run_id, "flower model")}
        assert {"flower model/MLmodel", "flower model/model.pkl", "flower model/input_example.json"} <= names
        history = json.loads(client.get_run(run.info.run_id).data.tags["mlflow.log-model.history"])
        assert [entry["artifact_path"] for entry in history] == ["flower model"]


def check_a_model_of_own_code():
    class Threshold(mlflow.pyfunc.PythonModel):
        def load_context(self, context):
            with open(context.artifacts["limit"], encoding="utf-8") as file:
                self.limit = float(file.read())

        def predict(self, context, model_input, params=None):
            return [float(value) > self.limit for value in model_input["x"]]

    import pandas as pd

    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0]})
    mlflow.set_experiment(fresh("own code"))
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write("1.5")
    with mlflow.start_run():
        logged = mlflow.pyfunc.log_model(
            python_model=Threshold(),
            artifacts={"limit": file.name},
            signature=infer_signature(frame, [True]),
            pip_requirements=["pandas"],
            **named("threshold"),
        )
    assert mlflow.pyfunc.load_model(logged.model_uri).predict(frame) == [False, True, True]


@since(3)
def check_a_logged_model_belongs_to_its_run():
    model, features = fitted()
    mlflow.set_experiment(fresh("logged"))
    with mlflow.start_run() as run:
        logged = mlflow.sklearn.log_model(
            model, name="flower", params={"C": 1.0}, tags={"stage": "draft"}, pip_requirements=["scikit-learn"]
        )
        mlflow.log_metric("accuracy", 0.9, model_id=logged.model_id)
        data = mlflow.data.from_pandas(features, name="iris")
        mlflow.log_metrics({"f1": 0.8}, dataset=data, model_id=logged.model_id)
    found = mlflow.get_logged_model(logged.model_id)
    assert (found.name, found.source_run_id, str(found.status)) == ("flower", run.info.run_id, "READY")
    assert found.params["C"] == "1.0" and found.tags["stage"] == "draft"
    assert {metric.key: metric.value for metric in found.metrics} == {"accuracy": 0.9, "f1": 0.8}
    f1 = next(metric for metric in found.metrics if metric.key == "f1")
    assert (f1.dataset_name, f1.dataset_digest, f1.run_id) == ("iris", data.digest, run.info.run_id)
    assert found.artifact_location == f"mlflow-artifacts:/{run.info.experiment_id}/models/{logged.model_id}/artifacts"
    read = client.get_run(run.info.run_id)
    assert [output.model_id for output in read.outputs.model_outputs] == [logged.model_id]
    assert read.data.metrics == {"accuracy": 0.9, "f1": 0.8}
    assert {file.path for file in client.list_logged_model_artifacts(logged.model_id)} >= {"MLmodel"}
    assert mlflow.last_logged_model().model_id == logged.model_id
    with mlflow.start_run() as later:
        mlflow.log_input(data, model=mlflow.entities.LoggedModelInput(model_id=logged.model_id))
    inputs = client.get_run(later.info.run_id).inputs
    assert [used.model_id for used in inputs.model_inputs] == [logged.model_id]
    assert [used.dataset.name for used in inputs.dataset_inputs] == ["iris"]


@since(3)
def check_logged_models_by_hand():
    at = experiment("by hand")
    made = client.create_logged_model(at, name="m1", tags={"a": "1"}, params={"p": "1"}, model_type="kind")
    assert made.model_id.startswith("m-") and len(made.model_id) == 34
    assert str(made.status) == "PENDING" and made.experiment_id == at
    assert client.create_logged_model(at).name
    client.log_model_params(made.model_id, {"q": "2"})
    with refused((INVALID, "BAD_REQUEST")):
        client.log_model_params(made.model_id, {"p": "other"})
    client.set_logged_model_tags(made.model_id, {"a": "2", "b b": "größe"})
    read = client.get_logged_model(made.model_id)
    assert read.params == {"p": "1", "q": "2"} and read.tags == {"a": "2", "b b": "größe"}
    client.delete_logged_model_tag(made.model_id, "b b")
    with refused(MISSING):
        client.delete_logged_model_tag(made.model_id, "b b")
    assert client.get_logged_model(made.model_id).tags == {"a": "2"}
    client.finalize_logged_model(made.model_id, "FAILED")
    assert str(client.get_logged_model(made.model_id).status) == "FAILED"
    client.finalize_logged_model(made.model_id, "READY")
    assert str(client.get_logged_model(made.model_id).status) == "READY"
    for name in ("a/b", "a:b", "a.b", "a%b", "a'b", 'a"b'):
        with refused(INVALID):
            client.create_logged_model(at, name=name)
    client.delete_logged_model(made.model_id)
    with refused(MISSING):
        client.get_logged_model(made.model_id)
    assert made.model_id not in [found.model_id for found in client.search_logged_models([at])]
    with refused(MISSING):
        client.get_logged_model("m-" + "0" * 32)


@since(3)
def check_a_model_outside_of_mlflow():
    mlflow.set_experiment(fresh("external"))
    made = mlflow.create_external_model(name="remote", params={"size": "7"}, tags={"where": "elsewhere"})
    mlflow.log_model_params({"temperature": "0.5"}, model_id=made.model_id)
    mlflow.set_logged_model_tags(made.model_id, {"kept": "yes"})
    read = mlflow.get_logged_model(made.model_id)
    assert read.params == {"size": "7", "temperature": "0.5"} and str(read.status) == "READY"
    assert read.tags["where"] == "elsewhere" and read.tags["kept"] == "yes"


def check_evaluate_logs_metrics_and_artifacts():
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression

    features, target = load_breast_cancer(return_X_y=True, as_frame=True)
    features = features.iloc[:, :4]
    model = LogisticRegression(max_iter=500).fit(features, target)
    table = features.assign(target=target)
    mlflow.set_experiment(fresh("evaluate"))
    with mlflow.start_run() as run:
        result = mlflow.models.evaluate(
            lambda frame: model.predict(frame),
            table,
            targets="target",
            model_type="classifier",
            evaluators="default",
            evaluator_config={"log_explainer": False},
        )
    read = client.get_run(run.info.run_id)
    assert abs(read.data.metrics["accuracy_score"] - model.score(features, target)) < 1e-9
    assert result.metrics["accuracy_score"] == read.data.metrics["accuracy_score"]
    assert "confusion_matrix.png" in [file.path for file in client.list_artifacts(run.info.run_id)]
    assert len(read.inputs.dataset_inputs) == 1

"""Models that are registered from runs and loaded back by name: what the fluent interface and autologging do."""

import json
import os
import tempfile

import mlflow
from peer import URL, VERSION, call, client, experiment, fresh, refused, since

MISSING = "RESOURCE_DOES_NOT_EXIST"
INVALID = "INVALID_PARAMETER_VALUE"


def fitted():
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    features, target = load_iris(return_X_y=True, as_frame=True)
    return LogisticRegression(max_iter=200).fit(features, target), features


def logged(**options):
    """(run id, what log_model gave, the model, its features) of a model that a run logged."""
    model, features = fitted()
    named = {"name": "flower"} if VERSION >= (3,) else {"artifact_path": "flower"}
    mlflow.set_experiment(fresh("registered"))
    with mlflow.start_run() as run:
        mlflow.log_metric("f1", 0.9)
        info = mlflow.sklearn.log_model(model, pip_requirements=["scikit-learn"], **named, **options)
    return run.info.run_id, info, model, features


def same(uri, model, features):
    return (mlflow.pyfunc.load_model(uri).predict(features) == model.predict(features)).all()


def check_register_model_and_load_it_by_version_alias_and_latest():
    name = fresh("flower")
    run_id, info, model, features = logged()
    first = mlflow.register_model(f"runs:/{run_id}/flower", name, tags={"from": "run"})
    assert (str(first.version), first.status, first.run_id, first.tags) == ("1", "READY", run_id, {"from": "run"})
    second = mlflow.register_model(info.model_uri, name)
    assert str(second.version) == "2"
    client.set_registered_model_alias(name, "champion", "1")
    client.transition_model_version_stage(name, "1", "Production")
    for uri in (f"models:/{name}/2", f"models:/{name}@champion"):
        assert same(uri, model, features), uri
    for uri in (f"models:/{name}/latest", f"models:/{name}/Production"):
        assert (mlflow.sklearn.load_model(uri).predict(features) == model.predict(features)).all()
    assert mlflow.models.get_model_info(f"models:/{name}/1").flavors.keys() >= {"sklearn", "python_function"}
    found = client.search_model_versions(f"run_id = '{run_id}'")
    assert sorted(str(v.version) for v in found) == ["1", "2"]
    with refused((MISSING, INVALID)):
        mlflow.pyfunc.load_model(f"models:/{name}@never")
    with refused((MISSING, INVALID)):
        mlflow.pyfunc.load_model(f"models:/{name}/7")


def check_log_model_registers():
    name = fresh("logged")
    for number in ("1", "2"):  # the second finds the model there already
        run_id, info, model, features = logged(registered_model_name=name)
        version = client.get_model_version(name, number)
        assert (version.run_id, version.status) == (run_id, "READY")
        assert same(f"models:/{name}/{number}", model, features)
    if VERSION >= (3,):
        assert version.source == f"models:/{info.model_id}"
        tag = client.get_logged_model(info.model_id).tags["mlflow.modelVersions"]
        assert {"name": name, "version": 2} in [{**one, "version": int(one["version"])} for one in json.loads(tag)]
    else:
        assert version.source == f"{client.get_run(run_id).info.artifact_uri}/flower"


def check_copies():
    name, copy = fresh("source"), fresh("copy")
    run_id, _, model, features = logged(registered_model_name=name)
    client.set_registered_model_alias(name, "best", "1")
    made = client.copy_model_version(f"models:/{name}/1", copy)
    assert (made.name, str(made.version), made.run_id, made.source) == (copy, "1", run_id, f"models:/{name}/1")
    again = client.copy_model_version(f"models:/{name}@best", copy)
    assert str(again.version) == "2"
    assert same(f"models:/{copy}/1", model, features)
    assert client.get_model_version_download_uri(copy, "1")
    with refused((MISSING, "INTERNAL_ERROR"), "not found"):  # the client's own wrapping
        client.copy_model_version(f"models:/{name}/9", copy)


def check_artifacts_of_a_version_are_downloaded():
    name = fresh("files")
    run_id, _, _, _ = logged(registered_model_name=name)
    with tempfile.TemporaryDirectory() as folder:
        place = mlflow.artifacts.download_artifacts(artifact_uri=f"models:/{name}/1", dst_path=folder)
        names = {os.path.relpath(os.path.join(at, file), place) for at, _, files in os.walk(place) for file in files}
        assert {"MLmodel", "requirements.txt"} <= names and len(names) > 3
        one = mlflow.artifacts.load_text(f"models:/{name}/1/requirements.txt")
        assert "scikit-learn" in one
    listed = mlflow.artifacts.list_artifacts(artifact_uri=f"models:/{name}/1")
    assert "MLmodel" in {os.path.basename(file.path) for file in listed}
    answer = call("GET", "/model-versions/get-artifact", params={"name": name, "version": "1", "path": "MLmodel"})
    assert answer.status_code == 200 and run_id in answer.text


def check_a_version_outlives_the_files_of_its_run():
    """Loam alone: `mlflow server` gives the run's own files, which may be gone."""
    if "mlflow" == os.environ.get("LOAM_PEER_TARGET"):
        return
    name = fresh("frozen")
    model, features = fitted()
    at = client.create_run(experiment("frozen")).info
    with tempfile.TemporaryDirectory() as folder:
        mlflow.sklearn.save_model(model, os.path.join(folder, "flower"), pip_requirements=["scikit-learn"])
        client.log_artifacts(at.run_id, folder)
    client.create_registered_model(name)
    client.create_model_version(name, f"{at.artifact_uri}/flower", at.run_id)
    place = at.artifact_uri.removeprefix("mlflow-artifacts:/").lstrip("/")
    call("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{place}/flower/MLmodel", data=b"no model")
    call("DELETE", f"/api/2.0/mlflow-artifacts/artifacts/{place}/flower/model.pkl")
    assert same(f"models:/{name}/1", model, features) and URL


def check_autologging_registers():
    from sklearn.linear_model import LinearRegression

    name = fresh("auto")
    mlflow.set_experiment(fresh("auto"))
    mlflow.sklearn.autolog(registered_model_name=name, log_datasets=False)
    try:
        with mlflow.start_run() as run:
            model = LinearRegression().fit([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0])
    finally:
        mlflow.sklearn.autolog(disable=True)
    version = client.get_model_version(name, "1")
    assert version.run_id == run.info.run_id
    loaded = mlflow.sklearn.load_model(f"models:/{name}/latest")
    assert abs(loaded.predict([[4.0]])[0] - model.predict([[4.0]])[0]) < 1e-9


@since(3)
def check_prompts_are_no_models():
    name = fresh("prompt")
    mlflow.genai.register_prompt(name=name, template="Hello {{who}}")
    mlflow.genai.register_prompt(name=name, template="Good day {{who}}")
    assert mlflow.genai.load_prompt(f"prompts:/{name}/2").template == "Good day {{who}}"
    assert name not in [model.name for model in client.search_registered_models()]
    assert name in [prompt.name for prompt in client.search_prompts(max_results=1000)]

"""What the checks share: the client's version, fresh names, expected refusals and requests without the client."""

import contextlib
import os
import subprocess
import sys
import uuid

import mlflow
import requests
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

VERSION = tuple(int(part) for part in mlflow.__version__.split(".")[:2])
URL = os.environ["MLFLOW_TRACKING_URI"].rstrip("/")
API = "/api/2.0/mlflow"

client = MlflowClient()


def since(major, minor=0):
    """Marks a check for what only clients from this version on can ask for."""

    def mark(check):
        check.since = (major, minor)
        return check

    return mark


def fresh(name):
    """A name that no earlier check took."""
    return f"{name}-{uuid.uuid4().hex[:8]}"


def experiment(name):
    """The id of a new experiment."""
    return client.create_experiment(fresh(name))


@contextlib.contextmanager
def refused(codes, *texts):
    """The block must fail with (one of) these MLflow error codes and a message that holds one of the texts."""
    codes = (codes,) if isinstance(codes, str) else codes
    try:
        yield
    except MlflowException as error:
        assert error.error_code in codes, f"{error.error_code} instead of {codes}: {error}"
        assert not texts or any(text in str(error) for text in texts), f"none of {texts} in: {error}"
    else:
        raise AssertionError(f"accepted, although {codes} was expected")


def call(method, path, body=None, **options):
    """One plain HTTP request to the endpoint, as clients in other languages make it."""
    headers = dict(options.pop("headers", {}))
    token = os.environ.get("MLFLOW_TRACKING_TOKEN")
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if body is not None:
        options["json"] = body
    return requests.request(method, URL + path, headers=headers, timeout=60, **options)


def ok(method, path, body=None, **options):
    """The JSON answer of a request that must succeed."""
    answer = call(method, path, body, **options)
    assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
    return answer.json()


def error(method, path, body=None, **options):
    """(status, error code, message) of a request that must fail with MLflow's error object."""
    answer = call(method, path, body, **options)
    assert answer.status_code != 200, f"{method} {path}: accepted"
    told = answer.json()
    return answer.status_code, told["error_code"], told["message"]


def together(*scripts, **environment):
    """Runs the scripts at the same time, each as a process with this endpoint or split, and gives what they printed."""
    # The client's set_experiment leaves its choice in this process's environment.
    inherited = {key: value for key, value in os.environ.items() if key not in ("MLFLOW_EXPERIMENT_ID", "MLFLOW_RUN_ID")}
    begin = f"import sys; sys.path.insert(0, {os.path.dirname(os.path.abspath(__file__))!r}); import split\n"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", begin + script],
            env={**inherited, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for script in scripts
    ]
    told = [process.communicate(timeout=250) for process in started]
    for process, (_, errors) in zip(started, told):
        assert process.returncode == 0, errors
    return [out for out, _ in told]

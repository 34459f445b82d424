"""A client of MLflow's REST protocol with nothing but the standard library, for scripts that tests track."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

base = os.environ.get("MLFLOW_TRACKING_URI", "")
token = os.environ.get("MLFLOW_TRACKING_TOKEN", "")


def send(method, path, body=None, headers=None):
    """Status and bytes of the answer."""
    request = urllib.request.Request(base + path, method=method, data=body)
    for name, value in {"Authorization": "Bearer " + token, **(headers or {})}.items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def call(method, path, **fields):
    """The answer as an object; raises where it is a failure."""
    if method == "GET":
        path += "?" + urllib.parse.urlencode(fields, doseq=True)
    body = None if method == "GET" else json.dumps(fields).encode()
    status, answer = send(method, "/api/2.0/mlflow/" + path, body, {"Content-Type": "application/json"})
    if status != 200:
        raise RuntimeError("%d %s" % (status, answer.decode()))
    return json.loads(answer)


def create_run(experiment="0", **fields):
    run = call("POST", "runs/create", experiment_id=experiment, start_time=int(time.time() * 1000), **fields)["run"]
    return run["info"]["run_id"]


def log_metric(run, key, value, step=0):
    call("POST", "runs/log-metric", run_id=run, key=key, value=value, step=step, timestamp=int(time.time() * 1000))


def finish(run, status="FINISHED"):
    call("POST", "runs/update", run_id=run, status=status, end_time=int(time.time() * 1000))

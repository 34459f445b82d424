"""Plain HTTP, as clients in R and Java, old clients and people with curl speak it."""

import json

from peer import API, call, client, error, experiment, ok

AJAX = "/ajax-api/2.0/mlflow"
INVALID = (400, "INVALID_PARAMETER_VALUE")


def made():
    answer = ok("POST", f"{API}/runs/create", {"experiment_id": experiment("protocol"), "start_time": 1000})
    return answer["run"]["info"]


def check_health_and_version():
    assert call("GET", "/health").text == "OK"
    version = call("GET", "/version").text
    assert [part.isdigit() for part in version.split(".")[:2]] == [True, True], version


def check_unknown_routes_are_no_json():
    for method, path in (("GET", f"{API}/never/made"), ("POST", "/api/9.9/mlflow/x"), ("GET", "/never")):
        answer = call(method, path, {} if method == "POST" else None)
        assert answer.status_code == 404, (path, answer.status_code)
        try:
            answer.json()
        except ValueError:
            continue
        raise AssertionError(f"{path} answered JSON: {answer.text}")
    assert call("GET", f"{API}/runs/create").status_code == 405


def check_numbers_may_be_strings():
    info = made()
    ok(
        "POST",
        f"{API}/runs/log-metric",
        {"run_id": info["run_id"], "key": "v", "value": "1.25", "timestamp": "1700000000000", "step": "9007199254740993"},
    )
    ok("POST", f"{API}/runs/log-metric", {"run_uuid": info["run_id"], "key": "v", "value": 2, "timestamp": 5.0, "step": 1})
    history = ok("GET", f"{API}/metrics/get-history", params={"run_id": info["run_id"], "metric_key": "v"})["metrics"]
    assert [(point["timestamp"], point["step"], point["value"]) for point in history] == [
        (5, 1, 2.0),
        (1700000000000, 9007199254740993, 1.25),
    ]
    found = ok("POST", f"{API}/runs/search", {"experiment_ids": [info["experiment_id"]], "max_results": "5"})
    assert len(found["runs"]) == 1


def check_values_that_json_has_not():
    info = made()
    for key, value in (("a", "NaN"), ("b", "Infinity"), ("c", "-Infinity")):
        ok("POST", f"{API}/runs/log-metric", {"run_id": info["run_id"], "key": key, "value": value, "timestamp": 1})
    answer = call("GET", f"{API}/runs/get", params={"run_id": info["run_id"]})
    assert "NaN" in answer.text and '"NaN"' in answer.text
    json.loads(answer.text, parse_constant=lambda word: (_ for _ in ()).throw(ValueError(word)))
    bare = call(
        "POST",
        f"{API}/runs/log-metric",
        data='{"run_id": "%s", "key": "d", "value": NaN, "timestamp": 1}' % info["run_id"],
        headers={"Content-Type": "application/json"},
    )
    assert bare.status_code in (200, 400), bare.text


def check_bodies_of_old_and_odd_clients():
    info = made()
    path = f"{API}/runs/set-tag"
    text = json.dumps({"run_id": info["run_id"], "key": "a", "value": "1", "unknown": {"x": [1]}})
    plain = {"Content-Type": "application/json; charset=utf-8"}
    assert call("POST", path, data=text, headers=plain).status_code == 200
    assert call("POST", path, data=json.dumps(text), headers=plain).status_code == 200
    assert call("POST", path, data=text, headers={"Content-Type": "text/plain"}).status_code == 400
    assert error("POST", path, data="not json", headers=plain)[:2] == INVALID
    assert ok("GET", f"{API}/runs/get", params={"run_uuid": info["run_id"]})["run"]["info"]["run_uuid"] == info["run_id"]
    assert ok("GET", f"{AJAX}/runs/get", params={"run_id": info["run_id"]})["run"]["info"]["run_id"] == info["run_id"]


def check_wrong_fields_are_named():
    info = made()
    for path, body, texts in (
        ("runs/log-metric", {"run_id": info["run_id"], "value": 1, "timestamp": 1}, ["required parameter 'key'"]),
        ("runs/log-metric", {"run_id": info["run_id"], "key": "", "value": 1, "timestamp": 1}, ["'key'"]),
        ("runs/log-parameter", {"run_id": info["run_id"], "key": "a", "value": 41}, ["Invalid value 41 for parameter 'value'"]),
        ("runs/create", {"experiment_id": 3}, ["Invalid value 3 for parameter 'experiment_id'"]),
        ("runs/log-metric", {"run_id": info["run_id"], "key": "k", "value": "x", "timestamp": 1}, ["'value'"]),
        ("experiments/create", {}, ["'name'"]),
        ("experiments/create", {"name": None}, ["'name'"]),
        ("runs/update", {}, ["run_id"]),
        ("runs/search", {"experiment_ids": "0"}, ["experiment_ids"]),
    ):
        status, code, message = error("POST", f"{API}/{path}", body)
        assert (status, code) == INVALID and all(text in message for text in texts), (path, body, status, code, message)


def check_enums_by_number_and_unknown():
    info = made()
    answer = ok("POST", f"{API}/runs/update", {"run_id": info["run_id"], "status": 4, "end_time": 2000})
    assert answer["run_info"]["status"] == "FAILED" and answer["run_info"]["end_time"] == 2000
    ok("POST", f"{API}/runs/update", {"run_id": info["run_id"], "status": "NONSENSE"})
    assert client.get_run(info["run_id"]).info.status == "FAILED"
    body = {"max_results": 10, "view_type": 3}
    assert ok("POST", f"{API}/experiments/search", body)["experiments"]


def check_searches_by_get_and_post():
    info = made()
    by_get = ok("GET", f"{API}/experiments/search", params={"max_results": 5, "order_by": ["creation_time DESC"]})
    by_post = ok("POST", f"{API}/experiments/search", {"max_results": 5, "order_by": ["creation_time DESC"]})
    assert by_get["experiments"] == by_post["experiments"]
    assert error("GET", f"{API}/experiments/search")[:2] == INVALID
    empty = ok("POST", f"{API}/runs/search", {"experiment_ids": [info["experiment_id"]], "filter": "params.a = 'b'"})
    assert empty.get("runs", []) == []
    exact = ok("POST", f"{API}/runs/search", {"experiment_ids": [info["experiment_id"]], "max_results": 1})
    assert "next_page_token" not in exact


def check_series_for_charts():
    info, other = made(), made()
    for step in range(10):
        for run_id in (info["run_id"], other["run_id"]):
            client.log_metric(run_id, "v", step / 2, timestamp=100 + step, step=step)
    runs = [info["run_id"], other["run_id"]]
    whole = ok("GET", f"{AJAX}/metrics/get-history-bulk", params={"run_id": runs, "metric_key": "v", "max_results": 25000})
    assert [(p["run_id"], p["step"]) for p in whole["metrics"]] == [(r, s) for r in sorted(runs) for s in range(10)]
    for path in (f"{AJAX}/metrics/get-history-bulk-interval", f"{API}/metrics/get-history-bulk-interval"):
        sampled = ok("GET", path, params={"run_ids": runs, "metric_key": "v", "max_results": 5})["metrics"]
        steps = [p["step"] for p in sampled if p["run_id"] == runs[0]]
        assert steps[0] == 0 and steps[-1] == 9 and 5 <= len(steps) <= 7 and steps == sorted(steps), steps
        window = {"run_ids": runs[:1], "metric_key": "v", "max_results": 100, "start_step": 2, "end_step": 4}
        assert [p["step"] for p in ok("GET", path, params=window)["metrics"]] == [2, 3, 4]
        assert error("GET", path, params={**window, "start_step": 5})[:2] == INVALID
        assert error("GET", path, params={"run_ids": runs, "metric_key": "v", "max_results": 2501})[:2] == INVALID


def check_datasets_of_experiments():
    info = made()
    dataset = {"name": "train", "digest": "abc", "source_type": "local", "source": "{}"}
    context = [{"key": "mlflow.data.context", "value": "training"}]
    body = {"run_id": info["run_id"], "datasets": [{"dataset": dataset, "tags": context}]}
    ok("POST", f"{API}/runs/log-inputs", body)
    ok("POST", f"{API}/runs/log-inputs", body)
    read = ok("GET", f"{API}/runs/get", params={"run_id": info["run_id"]})["run"]["inputs"]["dataset_inputs"]
    assert len(read) == 1 and read[0]["dataset"]["digest"] == "abc" and read[0]["tags"] == context
    found = ok("POST", f"{AJAX}/experiments/search-datasets", {"experiment_ids": [info["experiment_id"]]})
    assert found["dataset_summaries"] == [
        {"experiment_id": info["experiment_id"], "name": "train", "digest": "abc", "context": "training"}
    ]


def check_models_of_2_x_clients():
    info = made()
    model = {"run_id": info["run_id"], "artifact_path": "model", "utc_time_created": "2026-01-01 00:00:00", "flavors": {}}
    for path in ("model", "second"):
        body = {"run_id": info["run_id"], "model_json": json.dumps({**model, "artifact_path": path})}
        ok("POST", f"{API}/runs/log-model", body)
    history = json.loads(client.get_run(info["run_id"]).data.tags["mlflow.log-model.history"])
    assert [entry["artifact_path"] for entry in history] == ["model", "second"]
    for wrong in ("not json", json.dumps({"run_id": info["run_id"]})):
        assert error("POST", f"{API}/runs/log-model", {"run_id": info["run_id"], "model_json": wrong})[:2] == INVALID

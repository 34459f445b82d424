"""MlflowClient alone: experiments, runs, params, tags, metrics, batches, with their limits and refusals."""

import math

from mlflow.entities import Metric, Param, RunTag, ViewType
from peer import API, client, error, experiment, fresh, ok, refused, since

MISSING = "RESOURCE_DOES_NOT_EXIST"
INVALID = "INVALID_PARAMETER_VALUE"


def run(**options):
    return client.create_run(experiment("client"), **options).info.run_id


def history(run_id, key):
    return [(p.timestamp, p.step, p.value) for p in client.get_metric_history(run_id, key)]


def check_experiments_are_made_renamed_deleted_and_restored():
    name = fresh("made")
    made = client.create_experiment(name, tags={"team": "risk", "note": "größe"})
    read = client.get_experiment(made)
    assert (read.name, read.lifecycle_stage) == (name, "active")
    assert read.tags == {"team": "risk", "note": "größe"}
    assert read.creation_time <= read.last_update_time
    with refused("RESOURCE_ALREADY_EXISTS", "already exists"):
        client.create_experiment(name)

    client.rename_experiment(made, name + " renamed")
    assert client.get_experiment(made).name == name + " renamed"
    assert client.get_experiment_by_name(name) is None
    with refused(("RESOURCE_ALREADY_EXISTS", INVALID, "BAD_REQUEST")):
        client.rename_experiment(made, "Default")

    run_id = client.create_run(made).info.run_id
    client.delete_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "deleted"
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    assert client.get_experiment_by_name(name + " renamed").experiment_id == made
    with refused(MISSING):
        client.delete_experiment(made)
    with refused("RESOURCE_ALREADY_EXISTS"):
        client.create_experiment(name + " renamed")
    with refused(INVALID, "active"):
        client.create_run(made)
    with refused(INVALID, "active"):
        client.set_experiment_tag(made, "a", "b")
    client.restore_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "active"
    assert client.get_run(run_id).info.lifecycle_stage == "active"
    with refused(MISSING):
        client.restore_experiment(made)


def check_experiment_tags():
    made = experiment("tags")
    client.set_experiment_tag(made, "a", "1")
    client.set_experiment_tag(made, "a", "2")
    client.set_experiment_tag(made, "mlflow.note.content", "# Title\n\ntext")
    assert client.get_experiment(made).tags == {"a": "2", "mlflow.note.content": "# Title\n\ntext"}
    with refused(INVALID):
        client.set_experiment_tag(made, "k" * 251, "v")
    with refused(INVALID):
        client.set_experiment_tag(made, "k", "v" * 20001)


@since(3)
def check_an_experiment_tag_is_deleted():
    made = experiment("tags")
    client.set_experiment_tag(made, "a", "1")
    client.delete_experiment_tag(made, "a")
    assert client.get_experiment(made).tags == {}
    with refused(MISSING):
        client.delete_experiment_tag(made, "a")


def check_what_is_not_there_is_said():
    with refused(MISSING, "No Experiment with id"):
        client.get_experiment("987654321")
    with refused(MISSING, "Run with id=" + "0" * 32 + " not found", "Run '" + "0" * 32):
        client.get_run("0" * 32)
    for write in (
        lambda run_id: client.log_param(run_id, "a", 1),
        lambda run_id: client.log_metric(run_id, "a", 1),
        lambda run_id: client.set_tag(run_id, "a", 1),
        lambda run_id: client.log_batch(run_id, metrics=[Metric("a", 1.0, 1, 0)]),
        lambda run_id: client.delete_run(run_id),
        lambda run_id: client.set_terminated(run_id),
    ):
        with refused(MISSING):
            write("0" * 32)
    with refused(MISSING):
        client.create_run("987654321")


def check_runs_are_made_updated_deleted_and_restored():
    made = experiment("runs")
    first = client.create_run(made, start_time=1234, tags={"a": "1", "mlflow.user": "ann"}, run_name="first")
    assert (first.info.start_time, first.info.run_name, first.info.status) == (1234, "first", "RUNNING")
    assert first.info.end_time is None and first.data.tags["mlflow.runName"] == "first"
    run_id = first.info.run_id
    assert len(run_id) == 32 and int(run_id, 16) >= 0

    client.update_run(run_id, status="SCHEDULED", name="renamed")
    read = client.get_run(run_id)
    assert (read.info.status, read.info.run_name) == ("SCHEDULED", "renamed")
    assert read.data.tags["mlflow.runName"] == "renamed"
    client.update_run(run_id, name="")
    assert client.get_run(run_id).info.run_name == "renamed"
    client.set_terminated(run_id, "FAILED", end_time=5678)
    read = client.get_run(run_id)
    assert (read.info.status, read.info.end_time) == ("FAILED", 5678)
    client.update_run(run_id, status="RUNNING")
    assert client.get_run(run_id).info.status == "RUNNING"

    client.delete_run(run_id)
    client.delete_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    assert client.search_runs([made]) == []
    assert [r.info.run_id for r in client.search_runs([made], run_view_type=ViewType.DELETED_ONLY)] == [run_id]
    for write in (
        lambda: client.log_param(run_id, "a", 1),
        lambda: client.log_metric(run_id, "a", 1),
        lambda: client.set_tag(run_id, "a", 1),
        lambda: client.delete_tag(run_id, "a"),
        lambda: client.update_run(run_id, status="FINISHED"),
    ):
        with refused(INVALID, "must be in the 'active' state"):
            write()
    client.restore_run(run_id)
    client.restore_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "active"
    assert client.get_run(run_id).data.tags["a"] == "1"


def check_a_name_is_kept_in_info_and_tag():
    made = experiment("names")
    by_tag = client.create_run(made, tags={"mlflow.runName": "from tag"})
    assert by_tag.info.run_name == "from tag"
    same = client.create_run(made, run_name="same", tags={"mlflow.runName": "same"})
    assert same.info.run_name == "same"
    with refused(INVALID):
        client.create_run(made, run_name="one", tags={"mlflow.runName": "two"})
    generated = client.create_run(made)
    assert generated.info.run_name == generated.data.tags["mlflow.runName"] != ""
    client.set_tag(by_tag.info.run_id, "mlflow.runName", "by set-tag")
    assert client.get_run(by_tag.info.run_id).info.run_name == "by set-tag"
    client.log_batch(by_tag.info.run_id, tags=[RunTag("mlflow.runName", "by batch")])
    assert client.get_run(by_tag.info.run_id).info.run_name == "by batch"


def check_tags_are_set_and_deleted():
    run_id = run()
    client.set_tag(run_id, "a", 1)
    client.set_tag(run_id, "a", "two")
    client.set_tag(run_id, "empty", "")
    client.set_tag(run_id, "multi", "line\nbreak\ttab 'quote' \"double\" \\ 🚀")
    tags = client.get_run(run_id).data.tags
    assert (tags["a"], tags["empty"]) == ("two", "")
    assert tags["multi"] == "line\nbreak\ttab 'quote' \"double\" \\ 🚀"
    client.delete_tag(run_id, "a")
    assert "a" not in client.get_run(run_id).data.tags
    with refused(MISSING, "No tag with name: a"):
        client.delete_tag(run_id, "a")


def check_params_never_change():
    run_id = run()
    client.log_param(run_id, "lr", 0.1)
    client.log_param(run_id, "lr", 0.1)
    with refused(INVALID, "Changing param values is not allowed"):
        client.log_param(run_id, "lr", 0.2)
    with refused(INVALID, "Changing param values is not allowed"):
        client.log_batch(
            run_id,
            metrics=[Metric("loss", 1.0, 1, 0)],
            params=[Param("new", "1"), Param("lr", "0.3")],
            tags=[RunTag("late", "1")],
        )
    read = client.get_run(run_id)
    assert read.data.params == {"lr": "0.1"}
    assert "late" not in read.data.tags
    assert read.data.metrics == {}


def check_duplicates_inside_one_batch():
    run_id = run()
    with refused(INVALID, "Duplicate parameter keys"):
        client.log_batch(run_id, params=[Param("a", "1"), Param("a", "2")])
    client.log_batch(run_id, tags=[RunTag("a", "1"), RunTag("a", "2")])
    read = client.get_run(run_id)
    assert read.data.params == {} and read.data.tags["a"] == "2"


def check_metric_points_are_exact():
    run_id = run()
    values = [0.1, 1 / 3, 1e-320, -0.0, 1.7976931348623157e308, 2**53 + 2.0, math.pi, -1e-17]
    for step, value in enumerate(values):
        client.log_metric(run_id, "v", value, timestamp=1_700_000_000_000 + step, step=step)
    assert history(run_id, "v") == [(1_700_000_000_000 + s, s, v) for s, v in enumerate(values)]


def check_nan_and_infinities():
    run_id = run()
    for key, value in (("nan", math.nan), ("up", math.inf), ("down", -math.inf)):
        client.log_metric(run_id, key, value, timestamp=10, step=0)
    read = client.get_run(run_id).data.metrics
    assert math.isnan(read["nan"]) and math.isnan(history(run_id, "nan")[0][2])
    assert read["up"] >= 1.7976931348623157e308 and read["down"] <= -1.7976931348623157e308
    assert history(run_id, "up")[0][2] >= 1.7976931348623157e308


def check_negative_and_great_steps_and_the_latest_value():
    run_id = run()
    for step, at, value in ((5, 50, 0.5), (-3, 90, 9.0), (2**62, 10, 1.5), (7, 99, 0.7)):
        client.log_metric(run_id, "v", value, timestamp=at, step=step)
    assert history(run_id, "v") == [(10, 2**62, 1.5), (50, 5, 0.5), (90, -3, 9.0), (99, 7, 0.7)]
    assert client.get_run(run_id).data.metrics == {"v": 1.5}
    for at, value in ((20, 3.0), (20, 4.0), (15, 8.0)):
        client.log_metric(run_id, "same step", value, timestamp=at, step=1)
    assert client.get_run(run_id).data.metrics["same step"] == 4.0
    with refused(INVALID):
        client.log_metric(run_id, "v", 1.0, timestamp=-1, step=0)


def check_equal_points_are_kept_once():
    run_id = run()
    for value in (1.0, 1.0, 2.0):
        client.log_metric(run_id, "v", value, timestamp=10, step=3)
    client.log_metric(run_id, "v", 1.0, timestamp=11, step=3)
    assert history(run_id, "v") == [(10, 3, 1.0), (10, 3, 2.0), (11, 3, 1.0)]


def check_an_unknown_key_has_no_history():
    assert history(run(), "never") == []


def check_a_long_history_comes_page_by_page():
    run_id = run()
    points = [Metric("v", i / 3, 1000 + i, i) for i in range(3000)]
    for start in range(0, 3000, 1000):
        client.log_batch(run_id, metrics=points[start : start + 1000])
    store = client._tracking_client.store
    seen, token, pages = [], None, 0
    while pages == 0 or token:
        page = store.get_metric_history(run_id, "v", max_results=700, page_token=token)
        seen += [(p.timestamp, p.step, p.value) for p in page]
        token, pages = page.token, pages + 1
    assert seen == [(1000 + i, i, i / 3) for i in range(3000)]
    assert pages == 5
    assert history(run_id, "v") == seen
    with refused(INVALID):
        store.get_metric_history(run_id, "v", max_results=700, page_token="not a token")


def check_batches_have_limits():
    run_id = run()

    def batch(metrics, params, tags):
        return {
            "run_id": run_id,
            "metrics": [{"key": f"m{i}", "value": i / 3, "timestamp": 5, "step": 0} for i in range(metrics)],
            "params": [{"key": f"p{i}", "value": "1"} for i in range(params)],
            "tags": [{"key": f"t{i}", "value": "1"} for i in range(tags)],
        }

    for counts, limit in (((1001, 0, 0), "1000"), ((0, 101, 0), "100"), ((0, 0, 101), "100"), ((950, 60, 0), "1000")):
        status, code, message = error("POST", f"{API}/runs/log-batch", batch(*counts))
        assert (status, code) == (400, INVALID) and limit in message, (counts, message)
    read = client.get_run(run_id)
    assert read.data.metrics == {} and read.data.params == {}
    ok("POST", f"{API}/runs/log-batch", batch(0, 0, 0))
    ok("POST", f"{API}/runs/log-batch", batch(800, 100, 100))
    read = client.get_run(run_id)
    assert read.data.metrics == {f"m{i}": i / 3 for i in range(800)}
    assert len(read.data.params) == 100 and {f"t{i}" for i in range(100)} <= set(read.data.tags)


def check_keys_have_rules():
    run_id = run()
    good = ["a/b.c-d e:f_1", "größe", "k" * 250]
    for key in good:
        client.log_metric(run_id, key, 1.0)
        client.log_param(run_id, key, "v")
    assert set(client.get_run(run_id).data.metrics) == set(good)
    assert set(client.get_run(run_id).data.params) == set(good)
    for key in ("/absolute", "a//b", "../up", "a/./b", "semi;colon", "q'uote", "k" * 251, ""):
        with refused(INVALID):
            client.log_metric(run_id, key, 1.0)
        with refused(INVALID):
            client.log_param(run_id, key, "v")
        with refused(INVALID):
            client.set_tag(run_id, key, "v")


def check_long_values_are_kept_to_the_limit():
    run_id = run()
    client.log_param(run_id, "p", "x" * 6000)
    client.set_tag(run_id, "t", "y" * 8000)
    read = client.get_run(run_id)
    assert read.data.params["p"] == "x" * 6000
    assert read.data.tags["t"] == "y" * 8000
    client.set_tag(run_id, "longer", "z" * 8001)
    assert client.get_run(run_id).data.tags["longer"] == "z" * 8000


def check_an_odd_experiment_name_survives():
    for name in ("a/b", "quote ' and \" here", "emoji 🚀", "..", "CON", "a:b", "x" * 500):
        name = fresh(name)[-500:]
        made = client.create_experiment(name)
        assert client.get_experiment_by_name(name).experiment_id == made
    with refused(INVALID):
        client.create_experiment("")
    with refused(INVALID):
        client.create_experiment("x" * 501)

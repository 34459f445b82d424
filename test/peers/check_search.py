"""Searches: every row of the filter table, orders with gaps and NaN, paging, and what is refused."""

import functools
import math

from mlflow.entities import Dataset, DatasetInput, InputTag, ViewType
from peer import client, experiment, refused

INVALID = "INVALID_PARAMETER_VALUE"


@functools.cache
def corpus():
    """(experiment id, run ids by name): four runs that differ in everything that a filter can ask for."""
    at = experiment("search")
    ids = {}

    def add(name, start, end, status, user, metrics, params, tags, datasets=()):
        made = client.create_run(at, start_time=start, run_name=name, tags={"mlflow.user": user, **tags})
        ids[name] = run_id = made.info.run_id
        for key, value in metrics.items():
            client.log_metric(run_id, key, value, timestamp=start, step=0)
        for key, value in params.items():
            client.log_param(run_id, key, value)
        inputs = [
            DatasetInput(
                Dataset(data, digest, "local", '{"uri": "x.csv"}'), [InputTag("mlflow.data.context", context)]
            )
            for data, digest, context in datasets
        ]
        if inputs:
            client.log_inputs(run_id, inputs)
        if status != "RUNNING":
            client.set_terminated(run_id, status, end_time=end)

    add(
        "alpha", 1000, 1500, "FINISHED", "ann",
        {"f1": 0.9, "loss": 0.1, "val/acc top-1": 0.8, "a.b": 1.0},
        {"model": "rf", "depth": "3", "data.path": "x"},
        {"team": "Risk", "a.b c": "dotted"},
        [("train", "abc", "training")],
    )  # fmt: skip
    add(
        "beta", 2000, 2500, "FAILED", "bob", {"f1": 0.5, "loss": -2.5e-3}, {"model": "logreg"}, {"team": "fraud"},
        [("test", "def", "eval"), ("train", "abc", "training")],
    )  # fmt: skip
    add("gamma", 3000, None, "RUNNING", "ann", {"f1": math.nan, "loss": 7.0}, {"model": "RF", "depth": "30"}, {})
    add("delta 100%", 4000, 4500, "KILLED", "ann", {"loss": 1e3}, {"model": "rf_x", "depth": ""}, {"team": "risk"})
    client.log_metric(ids["beta"], "f1", 0.1, timestamp=1, step=-5)
    return at, ids


def names(filter_string="", **options):
    at, _ = corpus()
    return [run.info.run_name.split()[0] for run in client.search_runs([at], filter_string, **options)]


def expect(table):
    wrong = []
    for filter_string, expected in table:
        try:
            found = " ".join(sorted(names(filter_string)))
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
        if found != expected:
            wrong.append(f"{filter_string}\n    gave     {found}\n    expected {expected}")
    assert not wrong, "\n".join(wrong)


def check_metrics():
    expect(
        [
            ("metrics.f1 = 0.9", "alpha"),
            ("metric.f1 != 0.9", "beta gamma"),
            ("metrics.f1 > 0.5", "alpha"),
            ("metrics.f1 >= 0.5", "alpha beta"),
            ("metrics.loss < 0", "beta"),
            ("metrics.loss <= 0.1", "alpha beta"),
            ("metrics.loss = -2.5e-3", "beta"),
            ("metrics.loss = 1000", "delta"),
            ("metrics.`val/acc top-1` > 0.5", "alpha"),
            ('metrics."val/acc top-1" > 0.5', "alpha"),
            ("metrics.a.b = 1", "alpha"),
            ("metrics.never > 0", ""),
            ("metrics.never != 0", ""),
        ]
    )


def check_params():
    expect(
        [
            ("params.model = 'rf'", "alpha"),
            ('param.model = "rf"', "alpha"),
            ("parameters.model != 'rf'", "beta delta gamma"),
            ("parameter.model LIKE 'rf%'", "alpha delta"),
            ("params.model ILIKE 'rf%'", "alpha delta gamma"),
            ("params.model like 'r_'", "alpha"),
            ("params.model ILIKE '%reg'", "beta"),
            ("params.depth = '3'", "alpha"),
            ("params.depth != '3'", "delta gamma"),
            ("params.depth = ''", "delta"),
            ("params.data.path = 'x'", "alpha"),
            ("params.never != 'x'", ""),
            ("params.depth IS NULL", "beta"),
            ("params.depth IS NOT NULL", "alpha delta gamma"),
        ]
    )


def check_tags():
    expect(
        [
            ("tags.team = 'Risk'", "alpha"),
            ("tag.team != 'Risk'", "beta delta"),
            ("tags.team LIKE '%isk'", "alpha delta"),
            ("tags.team LIKE 'r%'", "delta"),
            ("tags.team ilike 'R%'", "alpha delta"),
            ("tags.`a.b c` = 'dotted'", "alpha"),
            ("tags.mlflow.runName = 'beta'", "beta"),
            ("tags.`mlflow.user` = 'bob'", "beta"),
            ("tags.team IS NULL", "gamma"),
            ("tags.team is not null", "alpha beta delta"),
        ]
    )


def check_attributes():
    _, ids = corpus()
    expect(
        [
            (f"attributes.run_id = '{ids['alpha']}'", "alpha"),
            (f"run_id != '{ids['alpha']}'", "beta delta gamma"),
            (f"attr.run_id IN ('{ids['alpha']}', '{ids['beta']}')", "alpha beta"),
            (f"attribute.run_id NOT IN ('{ids['alpha']}', '{ids['beta']}')", "delta gamma"),
            (f"run_id LIKE '{ids['gamma'][:20]}%'", "gamma" if unlike(ids, "gamma") else None),
            ("attributes.run_name = 'beta'", "beta"),
            ("run.run_name ILIKE 'BET%'", "beta"),
            ("run_name LIKE 'BET%'", ""),
            ("attributes.`run name` = 'beta'", "beta"),
            ("run_name LIKE 'delta 100%'", "delta"),
            ("status = 'FINISHED'", "alpha"),
            ("attributes.status != 'FINISHED'", "beta delta gamma"),
            ("attributes.status = 'RUNNING'", "gamma"),
            ("user_id != 'nobody'", "alpha beta delta gamma"),
            (f"artifact_uri LIKE '%{ids['beta']}/artifacts'", "beta"),
            ("start_time > 2000", "delta gamma"),
            ("attributes.start_time <= 2000", "alpha beta"),
            ("created = 3000", "gamma"),
            ("end_time >= 2500", "beta delta"),
            ("end_time != 1500", "beta delta"),
        ]
    )


def unlike(ids, name):
    """No other id begins with the same 20 digits."""
    return sum(run_id.startswith(ids[name][:20]) for run_id in ids.values()) == 1


def check_datasets():
    expect(
        [
            ("dataset.name = 'train'", "alpha beta"),
            ("datasets.name = 'test'", "beta"),
            ("dataset.digest = 'def'", "beta"),
            ("dataset.context = 'training'", "alpha beta"),
            ("dataset.name LIKE 'tr%'", "alpha beta"),
            ("dataset.name ILIKE 'TES_'", "beta"),
            ("dataset.name IN ('test', 'other')", "beta"),
            ("dataset.digest NOT IN ('abc')", "beta"),
            ("dataset.name = 'never'", ""),
        ]
    )


def check_clauses_are_joined():
    expect(
        [
            ("", "alpha beta delta gamma"),
            ("metrics.loss > 0 and params.model = 'rf'", "alpha"),
            ("params.model LIKE '%r%' AND tags.team ILIKE 'risk' AND status = 'KILLED'", "delta"),
            ("metrics.loss > 0 AND metrics.loss < 10", "alpha gamma"),
            ("dataset.name = 'test' and dataset.context = 'eval'", "beta"),
            ("  metrics.loss>0   and\tparams.model='rf' ", "alpha"),
        ]
    )


def check_mistakes_are_refused():
    at, _ = corpus()
    for mistake in (
        "metrics.f1",
        "metrics.f1 > 'a'",
        "metrics.f1 LIKE 'a'",
        "params.model > 'a'",
        "params.model = 3",
        "nonsense.f1 = 1",
        "status > 'A'",
        "never = 'a'",
        "metrics.f1 > 0 OR metrics.loss > 0",
        "(metrics.f1 > 0)",
        "metrics.f1 > 0;",
        "tags.team = 'open",
        "start_time > 'yesterday'",
        "run_id IN (1, 2)",
        "dataset.size = 'x'",
    ):
        try:
            with refused(INVALID):
                client.search_runs([at], mistake)
        except AssertionError as error:
            raise AssertionError(f"{mistake}: {error}") from None


def check_orders_put_gaps_last():
    assert names() == ["delta", "gamma", "beta", "alpha"]
    assert names(order_by=["start_time"]) == ["alpha", "beta", "gamma", "delta"]
    assert names(order_by=["attributes.start_time DESC"]) == ["delta", "gamma", "beta", "alpha"]
    assert names(order_by=["metrics.f1"]) == ["beta", "alpha", "gamma", "delta"]
    assert names(order_by=["metrics.f1 DESC"]) == ["alpha", "beta", "gamma", "delta"]
    assert names(order_by=["metric.loss asc"]) == ["beta", "alpha", "gamma", "delta"]
    assert names(order_by=["params.depth", "start_time ASC"]) == ["delta", "alpha", "gamma", "beta"]
    assert names(order_by=["params.depth DESC"]) == ["gamma", "alpha", "delta", "beta"]
    assert names(order_by=["tags.team"])[-1] == "gamma"
    assert names(order_by=["tags.team DESC"])[-1] == "gamma"
    assert names(order_by=["attributes.run_name"]) == ["alpha", "beta", "delta", "gamma"]
    assert names(order_by=["metrics.`val/acc top-1` DESC", "metrics.loss DESC"]) == [
        "alpha", "delta", "gamma", "beta",
    ]  # fmt: skip
    assert names(order_by=["metrics.never"]) == ["delta", "gamma", "beta", "alpha"]
    assert names(order_by=["end_time"])[-1] == "gamma"
    at, _ = corpus()
    for order_by in (["never"], ["metrics.f1 SIDEWAYS"], ["nonsense.f1"]):
        with refused(INVALID):
            client.search_runs([at], order_by=order_by)


def check_a_latest_value_is_searched_not_a_last_written_one():
    assert names("metrics.f1 = 0.5") == ["beta"]
    assert names("metrics.f1 = 0.1") == []


def check_pages_are_stable():
    at = experiment("pages")
    ids = []
    for number in range(25):
        made = client.create_run(at, start_time=1000, run_name=f"r{number}")
        client.log_metric(made.info.run_id, "n", number % 5, timestamp=1, step=0)
        ids.append(made.info.run_id)
    for order_by in (None, ["metrics.n DESC"], ["params.never"]):
        whole = [run.info.run_id for run in client.search_runs([at], order_by=order_by)]
        assert sorted(whole) == sorted(ids)
        for size in (6, 25, 100):
            paged, token, pages = [], None, 0
            while pages == 0 or token:
                page = client.search_runs([at], order_by=order_by, max_results=size, page_token=token)
                assert len(page) <= size
                paged += [run.info.run_id for run in page]
                token, pages = page.token, pages + 1
            assert paged == whole, (order_by, size)
            assert pages == -(-25 // size), (order_by, size, pages)
    assert [run.info.run_id for run in client.search_runs([at])] == sorted(ids)
    for size in (0, -1, 50001):
        with refused(INVALID):
            client.search_runs([at], max_results=size)
    with refused(INVALID):
        client.search_runs([at], page_token="not a token")


def check_views_and_empty_lists():
    at = experiment("views")
    kept, gone = (client.create_run(at, run_name=name).info.run_id for name in ("kept", "gone"))
    client.delete_run(gone)
    found = {
        view: {run.info.run_id for run in client.search_runs([at], run_view_type=view)}
        for view in (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL)
    }
    assert found == {ViewType.ACTIVE_ONLY: {kept}, ViewType.DELETED_ONLY: {gone}, ViewType.ALL: {kept, gone}}
    assert client.search_runs([]) == []
    assert client.search_runs(["987654321"]) == []


def check_runs_come_complete():
    at, ids = corpus()
    run = client.search_runs([at], "run_name = 'alpha'")[0]
    assert run.data.metrics == {"f1": 0.9, "loss": 0.1, "val/acc top-1": 0.8, "a.b": 1.0}
    assert run.data.params == {"model": "rf", "depth": "3", "data.path": "x"}
    assert run.data.tags["team"] == "Risk"
    assert run.info.run_id == ids["alpha"] and run.info.end_time == 1500
    assert [
        (used.dataset.name, used.dataset.digest, [tag.value for tag in used.tags]) for used in run.inputs.dataset_inputs
    ] == [("train", "abc", ["training"])]

"""Searches of experiments and of logged models."""

import time

from mlflow.entities import ViewType
from peer import client, experiment, fresh, refused, since

INVALID = "INVALID_PARAMETER_VALUE"


def check_experiments_are_searched():
    stem = fresh("exp")
    ids = {}
    for name, tags in (("A one", {"team": "risk"}), ("B two", {"team": "Fraud"}), ("C three", {})):
        ids[name] = client.create_experiment(f"{stem} {name}", tags=tags)
        time.sleep(0.005)  # the default order is by milliseconds
    client.delete_experiment(ids["C three"])

    def found(filter_string, **options):
        mine = f"name LIKE '{stem}%'"
        text = f"{mine} AND {filter_string}" if filter_string else mine
        return [e.name.removeprefix(stem + " ")[0] for e in client.search_experiments(filter_string=text, **options)]

    everything = {"view_type": ViewType.ALL}
    assert found("") == ["B", "A"]
    assert found("", **everything) == ["C", "B", "A"]
    assert found("", view_type=ViewType.DELETED_ONLY) == ["C"]
    assert found("", order_by=["name"]) == ["A", "B"]
    assert found("", order_by=["name DESC"], **everything) == ["C", "B", "A"]
    assert found("", order_by=["creation_time ASC", "experiment_id"], **everything)[0] in ("A", "B", "C")
    assert found(f"attribute.name = '{stem} A one'") == ["A"]
    assert found("name != 'x'") == ["B", "A"]
    assert found(f"name ILIKE '{stem.upper()} b%'") == ["B"]
    assert found("tags.team = 'risk'") == ["A"]
    assert found("tag.team != 'risk'") == ["B"]
    assert found("tags.team ILIKE 'FR%'") == ["B"]
    assert found("tags.team LIKE 'FR%'") == []
    assert found(f"experiment_id = '{ids['A one']}'") == ["A"]
    assert found(f"experiment_id IN ('{ids['A one']}', '{ids['B two']}')") == ["B", "A"]
    made = client.get_experiment(ids["B two"]).creation_time
    assert "B" in found(f"creation_time >= {made}")
    assert found(f"creation_time < {made}") in ([], ["A"])
    assert found("last_update_time > 0") == ["B", "A"]
    paged, token = [], None
    while not paged or token:
        page = client.search_experiments(
            view_type=ViewType.ALL, max_results=1, filter_string=f"name LIKE '{stem}%'", page_token=token
        )
        paged += [e.experiment_id for e in page]
        token = page.token
    assert paged == [ids["C three"], ids["B two"], ids["A one"]]
    for mistake in ("never = 'a'", "name > 'a'", "name = 3", "name = 'a' OR name = 'b'", "creation_time > 'a'"):
        with refused(INVALID):
            client.search_experiments(filter_string=mistake)
    with refused(INVALID):
        client.search_experiments(order_by=["never"])
    with refused(INVALID):
        client.search_experiments(max_results=0)


def check_the_default_experiment_is_found():
    assert client.get_experiment("0").name == "Default"
    assert "0" in [e.experiment_id for e in client.search_experiments(filter_string="name = 'Default'")]


@since(3)
def check_logged_models_are_searched():
    at = experiment("models")
    run_id = client.create_run(at).info.run_id
    ids = {}
    for name, kind, params, tags, f1 in (
        ("tree", "classifier", {"depth": "3"}, {"team": "Risk"}, 0.9),
        ("line", "Regressor", {"depth": "5"}, {}, 0.4),
        ("plain", None, {}, {"team": "fraud"}, None),
    ):
        model = client.create_logged_model(
            at, name=name, source_run_id=run_id, tags=tags, params=params, model_type=kind
        )
        ids[name] = model.model_id
        time.sleep(0.005)  # the default order is by milliseconds
        if f1 is not None:
            client.log_metric(run_id, "f1", f1, model_id=model.model_id, dataset_name="test", dataset_digest="d1")

    def found(filter_string=None, **options):
        models = client.search_logged_models([at], filter_string, **options)
        return " ".join(model.name for model in models)

    by_name = {"order_by": [{"field_name": "name", "ascending": True}]}
    table = [
        ("name = 'tree'", "tree"),
        ("name != 'tree'", "line plain"),
        ("name LIKE '%l%'", "line plain"),
        ("name ILIKE 'TR%'", "tree"),
        ("name IN ('tree', 'line')", "line tree"),
        (f"model_id = '{ids['line']}'", "line"),
        ("model_type = 'classifier'", "tree"),
        ("attributes.model_type LIKE 'R%'", "line"),
        (f"source_run_id = '{run_id}'", "line plain tree"),
        ("creation_timestamp > 0", "line plain tree"),
        ("last_updated_timestamp > 0", "line plain tree"),
        ("metrics.f1 > 0.5", "tree"),
        ("metrics.f1 <= 0.9", "line tree"),
        ("params.depth = '5'", "line"),
        ("params.depth != '5'", "tree"),
        ("tags.team ILIKE 'risk'", "tree"),
        ("tags.team = 'fraud' AND name = 'plain'", "plain"),
        ("metrics.never > 0", ""),
    ]
    wrong = [(text, found(text, **by_name), expected) for text, expected in table]
    wrong = [row for row in wrong if row[1] != row[2]]
    assert not wrong, wrong
    assert found() == "plain line tree"
    order = [{"field_name": "metrics.f1", "ascending": False}]
    assert found(order_by=order).split()[:2] == ["tree", "line"]
    order = [{"field_name": "metrics.f1", "ascending": True, "dataset_name": "test", "dataset_digest": "d1"}]
    assert found(order_by=order).split()[:2] == ["line", "tree"]
    data = [{"dataset_name": "test", "dataset_digest": "d1"}]
    assert found("metrics.f1 > 0.5", datasets=data) == "tree"
    assert found("metrics.f1 > 0.5", datasets=[{"dataset_name": "other"}]) == ""
    first = client.search_logged_models([at], max_results=2, **by_name)
    rest = client.search_logged_models([at], max_results=2, page_token=first.token, **by_name)
    assert [model.name for model in [*first, *rest]] == ["line", "plain", "tree"] and not rest.token
    for mistake in ("never = 'a'", "name > 'a'", "metrics.f1 = 'a'"):
        with refused(INVALID):
            client.search_logged_models([at], mistake)

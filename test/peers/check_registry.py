"""The model registry by MlflowClient alone: models, versions, aliases, tags, stages, and both searches."""

import time

from mlflow.exceptions import MlflowException
from peer import API, VERSION, client, error, experiment, fresh, ok, refused

MISSING = "RESOURCE_DOES_NOT_EXIST"
INVALID = "INVALID_PARAMETER_VALUE"
TAKEN = "RESOURCE_ALREADY_EXISTS"


def model(**options):
    """The name of a new registered model."""
    return client.create_registered_model(fresh("model"), **options).name


def version(name, **options):
    options = {"source": "s3://bucket/model", **options}
    return client.create_model_version(name, **options)


def check_models_are_made_described_renamed_and_deleted():
    name = fresh("it's a \"model\" größe")
    made = client.create_registered_model(name, tags={"team": "risk", "a b": "x/y"}, description="who leaves")
    assert (made.name, made.description, made.tags) == (name, "who leaves", {"team": "risk", "a b": "x/y"})
    assert made.creation_timestamp <= made.last_updated_timestamp
    with refused(TAKEN, "already exists"):
        client.create_registered_model(name)
    for bad in ("a/b", "a:b", "", "  "):
        with refused(INVALID):
            client.create_registered_model(bad)
    client.update_registered_model(name, description="new")
    assert client.get_registered_model(name).description == "new"
    client.set_registered_model_tag(name, "team", "fraud")
    client.delete_registered_model_tag(name, "a b")
    client.delete_registered_model_tag(name, "never")
    assert client.get_registered_model(name).tags == {"team": "fraud"}
    version(name)
    other = fresh("other")
    client.rename_registered_model(name, other)
    assert client.get_model_version(other, "1").name == other
    with refused(MISSING, "not found"):
        client.get_registered_model(name)
    again = model()
    with refused(TAKEN):
        client.rename_registered_model(again, other)
    client.delete_registered_model(other)
    for ask in (
        lambda: client.get_registered_model(other),
        lambda: client.delete_registered_model(other),
        lambda: client.update_registered_model(other, "x"),
        lambda: client.set_registered_model_tag(other, "a", "b"),
        lambda: client.get_model_version(other, "1"),
        lambda: version(other),
        lambda: client.get_model_version_by_alias(other, "champion"),
        lambda: client.get_model_version_download_uri(other, "1"),
    ):
        with refused(MISSING):
            ask()
    client.create_registered_model(other)
    assert version(other).version in ("1", 1)


def check_versions_count_up_and_are_changed():
    name = model()
    at = client.create_run(experiment("registry")).info.run_id
    first = version(name, run_id=at, tags={"a": "1"}, description="first", run_link="https://elsewhere/x")
    assert (str(first.version), first.status, first.current_stage) == ("1", "READY", "None")
    assert (first.source, first.run_id, first.description) == ("s3://bucket/model", at, "first")
    assert (first.tags, first.run_link) == ({"a": "1"}, "https://elsewhere/x")
    client.update_model_version(name, "1", description="changed")
    client.set_model_version_tag(name, "1", "b", "größe")
    client.delete_model_version_tag(name, "1", "a")
    client.delete_model_version_tag(name, "1", "never")
    read = client.get_model_version(name, "1")
    assert (read.description, read.tags) == ("changed", {"b": "größe"})
    assert read.last_updated_timestamp >= read.creation_timestamp
    assert [str(version(name).version) for _ in range(2)] == ["2", "3"]
    client.delete_model_version(name, "3")
    with refused(MISSING, "not found"):
        client.get_model_version(name, "3")
    with refused(MISSING):
        client.set_model_version_tag(name, "3", "a", "b")
    assert str(version(name).version) == "4"
    with refused(INVALID):
        client.get_model_version(name, "one")
    for source in ("/etc/passwd", "file:///etc", "s3://a/../b", "mlflow-artifacts:/..%2f..%2fx"):
        status, code, _ = error("POST", f"{API}/model-versions/create", {"name": name, "source": source})
        assert (status, code) == (400, INVALID), source
    assert client.get_model_version_download_uri(name, "4") == "s3://bucket/model"


def check_aliases():
    name = model()
    for _ in range(2):
        version(name)
    client.set_registered_model_alias(name, "champion", "1")
    client.set_registered_model_alias(name, "Old-1", "1")
    assert str(client.get_model_version_by_alias(name, "champion").version) == "1"
    client.set_registered_model_alias(name, "champion", "2")
    read = client.get_registered_model(name)
    assert {alias: str(number) for alias, number in read.aliases.items()} == {"champion": "2", "Old-1": "1"}
    assert client.get_model_version(name, "2").aliases == ["champion"]
    client.delete_registered_model_alias(name, "champion")
    client.delete_registered_model_alias(name, "champion")
    with refused((INVALID, MISSING), "champion"):
        client.get_model_version_by_alias(name, "champion")
    client.delete_model_version(name, "1")
    assert client.get_registered_model(name).aliases == {}
    for bad in ("latest", "Latest", "v2", "a b", "a/b", "", "x" * 256):
        with refused(INVALID):
            client.set_registered_model_alias(name, bad, "2")
    with refused(MISSING):
        client.set_registered_model_alias(name, "fine", "9")


def check_stages():
    name = model()
    for _ in range(4):
        version(name)
    assert client.transition_model_version_stage(name, "1", "production").current_stage == "Production"
    client.transition_model_version_stage(name, "2", "Production")
    client.transition_model_version_stage(name, "3", "Staging")

    def newest(stages=None):
        return sorted(f"{v.version} {v.current_stage}" for v in client.get_latest_versions(name, stages))

    assert newest() == ["2 Production", "3 Staging", "4 None"]
    assert newest(["staging", "Archived"]) == ["3 Staging"]
    client.transition_model_version_stage(name, "4", "Production", archive_existing_versions=True)
    assert newest() == ["2 Archived", "3 Staging", "4 Production"]
    assert client.get_model_version(name, "1").current_stage == "Archived"
    with refused((INVALID, "BAD_REQUEST")):
        client.transition_model_version_stage(name, "1", "Live")
    for body in ({"stage": "None", "archive_existing_versions": True}, {"archive_existing_versions": False}):
        told = error("POST", f"{API}/model-versions/transition-stage", {"name": name, "version": "1", **body})
        assert told[0] in (400, 500), told


def check_models_are_searched():
    stem = fresh("Find")
    for name, tags in (("b two", {"team": "Risk"}), ("A one", {"team": "fraud"}), ("c three", {})):
        client.create_registered_model(f"{stem} {name}", tags=tags)
        time.sleep(0.005)  # one order is by milliseconds
    version(f"{stem} b two")

    def found(filter_string="", **options):
        mine = f"name LIKE '{stem}%'"
        text = f"{mine} AND {filter_string}" if filter_string else mine
        models = client.search_registered_models(filter_string=text, **options)
        return "".join(m.name.removeprefix(stem + " ")[0] for m in models)

    table = [
        ("", "Abc"),
        (f"name = '{stem} A one'", "A"),
        (f"name != '{stem} A one'", "bc"),
        (f"name ILIKE '{stem.lower()} B%'", "b"),
        (f"name LIKE '{stem} B%'", ""),
        (f"attribute.name = \"{stem} c three\"", "c"),
        ("tags.team = 'Risk'", "b"),
        ("tag.team != 'Risk'", "A"),
        ("tags.team ILIKE 'RISK'", "b"),
        ("tags.`team` LIKE 'f%'", "A"),
        ("tags.never = 'a'", ""),
    ]
    wrong = [(text, found(text), expected) for text, expected in table if found(text) != expected]
    assert not wrong, wrong
    assert found(order_by=["name DESC"]) == "cbA"
    assert found(order_by=["last_updated_timestamp DESC"])[0] == "b"
    assert found(order_by=["timestamp ASC", "name ASC"]) == "Acb"
    pages, token = [], None
    while not pages or token:
        page = client.search_registered_models(f"name LIKE '{stem}%'", max_results=2, page_token=token)
        pages.append([m.name.removeprefix(stem + " ")[0] for m in page])
        token = page.token
    assert pages == [["A", "b"], ["c"]]
    for mistake in ("never = 'a'", "name > 'a'", "name = 3", "name = 'a' OR name = 'b'", "tags.a > 'b'", "name LIKE"):
        with refused(INVALID):
            client.search_registered_models(mistake)
    for order in (["never"], ["tags.team"]):
        with refused(INVALID):
            client.search_registered_models(order_by=order)
    with refused(INVALID):
        client.search_registered_models(max_results=1001)
    # what clients of version 3 add to their filters is asked by hand here, so that those of version 2 try it too
    prompt = "tag.`mlflow.prompt.is_prompt` {} 'true' AND name LIKE '" + stem + "%'"
    answers = [
        ok("GET", f"{API}/registered-models/search", params={"filter": prompt.format(sign)}) for sign in ("!=", "=")
    ]
    assert [len(answer.get("registered_models", [])) for answer in answers] == [3, 0]


def check_versions_are_searched():
    stem = fresh("Find")
    runs = [client.create_run(experiment("registry")).info.run_id for _ in range(2)]
    for name in ("one", "two"):
        client.create_registered_model(f"{stem} {name}")
    version(f"{stem} one", run_id=runs[0], source="s3://Bucket/a", tags={"k": "x"})
    time.sleep(0.005)
    version(f"{stem} one", run_id=runs[1], source="s3://bucket/b")
    time.sleep(0.005)
    version(f"{stem} two", run_id=runs[0], source="s3://bucket/c", tags={"k": "Y"})

    def found(filter_string, **options):
        text = f"name LIKE '{stem}%'" + (f" AND {filter_string}" if filter_string else "")
        versions = client.search_model_versions(text, **options)
        return " ".join(f"{v.name.removeprefix(stem + ' ')[0]}{v.version}" for v in versions)

    table = [
        ("", "t1 o2 o1"),
        (f"name = '{stem} one'", "o2 o1"),
        (f"run_id = '{runs[0]}'", "t1 o1"),
        (f"run_id IN ('{runs[1]}')", "o2"),
        (f"run_id IN ('{runs[0]}', '{runs[1]}')", "t1 o2 o1"),
        ("source_path LIKE 's3://bucket%'", "t1 o2"),
        ("source_path ILIKE 'S3://BUCKET/A'", "o1"),
        ("version_number > 1", "o2"),
        ("version_number <= 1", "t1 o1"),
        ("tags.k = 'x'", "o1"),
        ("tag.k != 'x'", "t1"),
        ("tags.k ILIKE 'y'", "t1"),
    ]
    wrong = [(text, found(text), expected) for text, expected in table if found(text) != expected]
    assert not wrong, wrong
    assert found("", order_by=["name ASC", "version_number ASC"]) == "o1 o2 t1"
    assert found("", order_by=["creation_timestamp ASC"]) == "o1 o2 t1"
    first = client.search_model_versions(f"name LIKE '{stem}%'", max_results=2)
    rest = client.search_model_versions(f"name LIKE '{stem}%'", max_results=2, page_token=first.token)
    assert len(first) == 2 and len(rest) == 1 and not rest.token
    client.delete_model_version(f"{stem} one", "2")
    assert found("") == "t1 o1"
    for mistake in ("never = 'a'", "version_number = 'a'", "source_path IN ('a')", "run_id > 'a'", "metrics.f1 > 0"):
        with refused(INVALID):
            client.search_model_versions(mistake)
    for order in (["run_id"], ["never"]):
        with refused(INVALID):
            client.search_model_versions(order_by=order)


def check_mistakes_are_told_as_the_servers_do():
    name = model()
    table = [
        ("POST", "registered-models/create", {}, INVALID),
        ("POST", "registered-models/create", {"name": 7}, INVALID),
        ("GET", "registered-models/get", {"name": "never there"}, MISSING),
        ("POST", "registered-models/rename", {"name": name}, INVALID),
        ("POST", "registered-models/set-tag", {"name": name, "value": "b"}, INVALID),
        ("POST", "registered-models/set-tag", {"name": name, "key": "x" * 300, "value": "b"}, INVALID),
        ("POST", "registered-models/set-tag", {"name": name, "key": "a", "value": "b" * 100_001}, INVALID),
        ("DELETE", "registered-models/delete-tag", {"name": name}, INVALID),
        ("POST", "registered-models/alias", {"name": name, "alias": "a"}, INVALID),
        ("GET", "registered-models/alias", {"name": name, "alias": "never"}, INVALID),
        ("GET", "registered-models/search", {"page_token": "nonsense"}, INVALID),
        ("POST", "model-versions/create", {"name": name}, INVALID),
        ("POST", "model-versions/create", {"name": "never there", "source": "s3://a"}, MISSING),
        ("GET", "model-versions/get", {"name": name, "version": "1"}, MISSING),
        ("GET", "model-versions/get", {"name": name}, INVALID),
        ("GET", "model-versions/search", {"filter": "name ="}, INVALID),
    ]
    for method, path, body, code in table:
        told = (
            error(method, f"{API}/{path}", params=body) if method == "GET" else error(method, f"{API}/{path}", body)
        )
        assert told[1] == code, (method, path, body, told)


def check_a_race_for_a_name_is_won_once():
    name = fresh("raced")
    won = 0
    for _ in range(4):
        try:
            client.create_registered_model(name)
            won += 1
        except MlflowException as failure:
            assert failure.error_code == TAKEN
    assert won == 1 and VERSION

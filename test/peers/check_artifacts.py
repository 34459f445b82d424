"""Artifacts: what people log as files, odd names, folders, deletion, large and empty files."""

import hashlib
import json
import os
import pathlib
import tempfile

import mlflow
from mlflow.artifacts import download_artifacts, load_dict, load_image, load_text
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
from peer import API, call, client, error, experiment, fresh, ok

PROXY = "/api/2.0/mlflow-artifacts/artifacts"


def run():
    return client.create_run(experiment("artifacts"))


def listed(run_id, path=None):
    return {file.path: (file.is_dir, file.file_size) for file in client.list_artifacts(run_id, path)}


def check_text_and_dicts():
    mlflow.set_experiment(fresh("text"))
    with mlflow.start_run() as made:
        mlflow.log_text("größe\nzwei ✓\n", "notes/readme.txt")
        mlflow.log_text("", "empty.txt")
        mlflow.log_dict({"a": [1, 2.5, None], "ü": {"b": True}}, "config.json")
        mlflow.log_dict({"a": [1, 2], "b": "c"}, "config.yaml")
    base = made.info.artifact_uri
    assert load_text(f"{base}/notes/readme.txt") == "größe\nzwei ✓\n"
    assert load_text(f"{base}/empty.txt") == ""
    assert load_dict(f"{base}/config.json") == {"a": [1, 2.5, None], "ü": {"b": True}}
    assert "b: c" in load_text(f"runs:/{made.info.run_id}/config.yaml")
    files = listed(made.info.run_id)
    assert set(files) == {"notes", "empty.txt", "config.json", "config.yaml"}
    assert files["notes"] == (True, None)
    assert listed(made.info.run_id, "notes") == {"notes/readme.txt": (False, len("größe\nzwei ✓\n".encode()))}
    assert listed(made.info.run_id, "empty.txt") == {} == listed(made.info.run_id, "never")


def check_figures_and_images():
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np

    figure, axes = plt.subplots()
    axes.plot([0, 1], [1, 0])
    picture = np.zeros((8, 12, 3), dtype=np.uint8)
    picture[:, :, 0] = 200
    mlflow.set_experiment(fresh("figures"))
    with mlflow.start_run() as made:
        mlflow.log_figure(figure, "plots/loss.png")
        mlflow.log_figure(figure, "plots/loss.svg")
        mlflow.log_image(picture, "red.png")
        for step in range(2):
            mlflow.log_image(picture, key="sample", step=step, synchronous=True)
    plt.close(figure)
    back = load_image(f"{made.info.artifact_uri}/red.png")
    assert back.size == (12, 8) and back.getpixel((3, 3)) == (200, 0, 0)
    assert load_image(f"{made.info.artifact_uri}/plots/loss.png").size[0] > 100
    assert "<svg" in load_text(f"{made.info.artifact_uri}/plots/loss.svg")
    steps = [name for name in listed(made.info.run_id, "images") if name.endswith(".png")]
    assert len(steps) == 2 and all("sample" in name for name in steps), steps


def check_a_table_logged_twice_grows():
    import pandas as pd

    mlflow.set_experiment(fresh("tables"))
    with mlflow.start_run() as made:
        mlflow.log_table({"x": [1, 2], "said": ["a", "ü"]}, "table.json")
        mlflow.log_table(pd.DataFrame({"x": [3], "said": ["c"]}), "table.json")
    table = mlflow.load_table("table.json", run_ids=[made.info.run_id], extra_columns=["run_id"])
    assert list(table["x"]) == [1, 2, 3] and list(table["said"]) == ["a", "ü", "c"]
    assert set(table["run_id"]) == {made.info.run_id}
    tags = client.get_run(made.info.run_id).data.tags
    assert json.loads(tags["mlflow.loggedArtifacts"]) == [{"path": "table.json", "type": "table"}]


ODD = [
    "with space.txt",
    "a+b&c=d,e@f'g.txt",
    "ünïcödé 数据.txt",
    "emoji 🚀.bin",
    "semi;colon [x] {y} (z)!$~.txt",
    ".hidden",
    "trailing dot.",
    "no-extension",
    "UPPER.TXT",
]


def check_names_survive():
    with tempfile.TemporaryDirectory() as folder:
        names = [name for name in ODD if os.name != "nt" or not name.endswith(".")]
        for name in names:
            pathlib.Path(folder, name).write_text(f"content of {name}", encoding="utf-8")
        made = run()
        client.log_artifacts(made.info.run_id, folder, "odd dir/größe")
    found = listed(made.info.run_id, "odd dir/größe")
    assert {path.removeprefix("odd dir/größe/") for path in found} == set(names), found
    for name in names:
        path = f"odd dir/größe/{name}"
        assert found[path] == (False, len(f"content of {name}".encode()))
        with tempfile.TemporaryDirectory() as target:
            back = client.download_artifacts(made.info.run_id, path, target)
            assert pathlib.Path(back).read_text(encoding="utf-8") == f"content of {name}", name


def check_folders_go_up_and_down_whole():
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as target:
        content = {f"d{n % 3}/e{n % 2}/f{n}.bin": os.urandom(n * 37) for n in range(24)}
        for path, data in content.items():
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        made = run()
        client.log_artifacts(made.info.run_id, folder)
        client.log_artifact(made.info.run_id, str(pathlib.Path(folder, "d0/e0/f0.bin")), "single/deep")
        back = pathlib.Path(client.download_artifacts(made.info.run_id, "", target))
        read = {file.relative_to(back).as_posix(): file.read_bytes() for file in back.rglob("*") if file.is_file()}
    assert read == {**content, "single/deep/f0.bin": b""}
    assert listed(made.info.run_id, "d1") == {"d1/e0": (True, None), "d1/e1": (True, None)}


def check_a_file_is_replaced():
    made = run()
    for text in ("long first text", "short", "longer than the first text"):
        client.log_text(made.info.run_id, text, "same.txt")
        assert load_text(f"{made.info.artifact_uri}/same.txt") == text
    assert listed(made.info.run_id) == {"same.txt": (False, len("longer than the first text"))}


def check_artifacts_are_deleted():
    made = run()
    for path in ("keep.txt", "gone.txt", "tree/a.txt", "tree/deep/b.txt"):
        client.log_text(made.info.run_id, path, path)
    repository = get_artifact_repository(made.info.artifact_uri)
    repository.delete_artifacts("gone.txt")
    repository.delete_artifacts("tree")
    repository.delete_artifacts("never")
    assert set(listed(made.info.run_id)) == {"keep.txt"}
    client.log_text(made.info.run_id, "again", "tree/a.txt")
    assert load_text(f"{made.info.artifact_uri}/tree/a.txt") == "again"


def large(size):
    block = hashlib.sha256(b"block").digest() * 32768
    return (block * (size // len(block) + 1))[:size]


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def round_trip(size):
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as target:
        file = pathlib.Path(folder, "large.bin")
        file.write_bytes(large(size))
        made = run()
        client.log_artifact(made.info.run_id, str(file))
        assert listed(made.info.run_id) == {"large.bin": (False, size)}
        assert digest(client.download_artifacts(made.info.run_id, "large.bin", target)) == digest(file)


def check_a_large_file():
    round_trip(64 * 1024 * 1024 + 1)


def check_a_large_file_in_parts():
    """A server without multipart transfer answers 501 and the client sends one PUT."""
    switches = {
        "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "true",
        "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD": "true",
        "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": str(6 * 1024 * 1024),
        "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": str(5 * 1024 * 1024),
    }
    os.environ.update(switches)
    try:
        round_trip(12 * 1024 * 1024 + 5)
    finally:
        for name in switches:
            del os.environ[name]


def check_a_missing_artifact_is_an_error():
    made = run()
    try:
        download_artifacts(f"{made.info.artifact_uri}/never.txt")
    except Exception as told:
        assert "never.txt" in str(told) or "404" in str(told) or "not" in str(told).lower(), told
    else:
        raise AssertionError("a file that was never logged was downloaded")


def check_paths_stay_inside():
    made = run()
    base = f"{PROXY}/{made.info.experiment_id}/{made.info.run_id}/artifacts"
    for path in ("%2e%2e/x", "a/%2e%2e/%2e%2e/x", "%252e%252e/x", "..%2f..%2fx", "a%23b"):
        status, code, message = error("PUT", f"{base}/{path}", data=b"x")
        assert (status, code) == (400, "INVALID_PARAMETER_VALUE"), (path, status, code, message)
        assert call("GET", f"{base}/{path}").status_code in (400, 404), path
    for path in ("../x", "a/../../x", "/etc"):
        status, code, message = error("GET", PROXY, params={"path": path})
        assert (status, code) == (400, "INVALID_PARAMETER_VALUE"), (path, message)
        status, code, message = error("GET", f"{API}/artifacts/list?run_id={made.info.run_id}", params={"path": path})
        assert (status, code) == (400, "INVALID_PARAMETER_VALUE"), (path, message)
    assert listed(made.info.run_id) == {}


def check_plain_requests():
    made = run()
    base = f"{PROXY}/{made.info.experiment_id}/{made.info.run_id}/artifacts"
    assert call("PUT", f"{base}/d/raw.bin", data=b"\x00\x01raw").status_code == 200
    assert call("PUT", f"{base}/d/chunks.bin", data=iter([b"one ", b"two"])).status_code == 200
    assert call("GET", f"{base}/d/raw.bin").content == b"\x00\x01raw"
    assert call("GET", f"{base}/d/chunks.bin").content == b"one two"
    assert call("GET", "/get-artifact", params={"run_id": made.info.run_id, "path": "d/raw.bin"}).content == b"\x00\x01raw"
    assert call("GET", "/get-artifact", params={"run_uuid": made.info.run_id, "path": "d/raw.bin"}).status_code == 200
    status, code, _ = error("GET", f"{base}/d/never.bin")
    assert (status, code) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert call("GET", f"{base}/d").status_code == 400
    answer = ok("GET", f"{API}/artifacts/list", params={"run_id": made.info.run_id, "path": "d"})
    assert answer["root_uri"] == made.info.artifact_uri
    assert [file["path"] for file in answer["files"]] == ["d/chunks.bin", "d/raw.bin"]
    upload = {"run_uuid": made.info.run_id, "path": "ui/up.txt"}
    assert call("POST", "/ajax-api/2.0/mlflow/upload-artifact", params=upload, data=b"up").status_code == 200
    assert call("GET", f"{base}/ui/up.txt").content == b"up"
    assert call("POST", "/ajax-api/2.0/mlflow/upload-artifact", params=upload, data=b"").status_code == 400
    assert ok("DELETE", f"{base}/d") == {}
    assert ok("DELETE", f"{base}/d") == {}
    assert call("GET", f"{base}/d/raw.bin").status_code == 404

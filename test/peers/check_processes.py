"""Several processes and threads at once: into one run, into two, and racing for one value or one name."""

import concurrent.futures
import functools
import tempfile

from peer import client, experiment, fresh, together

SCRIPT = """
import pathlib, time
import mlflow
from mlflow.exceptions import MlflowException

number, folder = {number}, pathlib.Path({folder!r})
client = mlflow.MlflowClient()


def meet(name):
    # Both processes go on from here at the same moment.
    (folder / f"{{name}} {{number}}").touch()
    until = time.monotonic() + 200
    while not (folder / f"{{name}} {{1 - number}}").exists():
        assert time.monotonic() < until, "the other process did not come"
        time.sleep(0.001)


meet("one run")
run_id = {one_run!r}
for step in range(150):
    client.log_metric(run_id, "shared", step, step=step * 2 + number, timestamp=1000 + step)
    client.log_metric(run_id, f"own {{number}}", step, step=step, timestamp=1000 + step)
client.log_param(run_id, f"from {{number}}", "x")
client.log_param(run_id, "same", "x")
client.set_tag(run_id, f"tag {{number}}", "x")
client.log_text(run_id, f"text {{number}}", f"file {{number}}.txt")

meet("two runs")
mlflow.set_experiment(experiment_id={two_runs!r})
with mlflow.start_run(run_name=f"run {{number}}") as run:
    mlflow.log_param("number", number)
    for step in range(100):
        mlflow.log_metric("v", step + number / 10, step=step)
print("RUN", run.info.run_id)

meet("params")
for turn in range(30):
    try:
        client.log_param({raced!r}, f"p{{turn}}", str(number))
        print("WON", turn)
    except MlflowException as error:
        assert "Changing param values is not allowed" in str(error), error

meet("names")
for turn in range(10):
    print("ID", mlflow.set_experiment(f"{name} {{turn}}").experiment_id)
"""


@functools.cache
def two_processes():
    """What two processes were given to do together, and the lines that each of them printed, by their first word."""
    given = {
        "one_run": client.create_run(experiment("one run")).info.run_id,
        "two_runs": experiment("two runs"),
        "raced": client.create_run(experiment("race")).info.run_id,
        "name": fresh("raced"),
    }
    with tempfile.TemporaryDirectory() as folder:
        told = together(*(SCRIPT.format(number=number, folder=folder, **given) for number in range(2)))
    lines = [[line.split() for line in out.splitlines()] for out in told]
    return given, [
        {word: [line[1] for line in one if line[:1] == [word]] for word in ("RUN", "WON", "ID")} for one in lines
    ]


def check_two_processes_log_into_one_run():
    given, _ = two_processes()
    run_id = given["one_run"]
    read = client.get_run(run_id)
    assert read.data.params == {"from 0": "x", "from 1": "x", "same": "x"}
    assert {"tag 0", "tag 1"} <= set(read.data.tags)
    assert read.data.metrics == {"shared": 149.0, "own 0": 149.0, "own 1": 149.0}
    shared = [(point.step, point.value) for point in client.get_metric_history(run_id, "shared")]
    assert sorted(shared) == sorted((step * 2 + n, float(step)) for step in range(150) for n in range(2))
    for number in range(2):
        assert [point.step for point in client.get_metric_history(run_id, f"own {number}")] == list(range(150))
    assert {file.path for file in client.list_artifacts(run_id)} == {"file 0.txt", "file 1.txt"}


def check_two_processes_log_into_two_runs():
    given, told = two_processes()
    runs = client.search_runs([given["two_runs"]], order_by=["attributes.run_name"])
    assert [run.info.run_name for run in runs] == ["run 0", "run 1"]
    for number, run in enumerate(runs):
        assert told[number]["RUN"] == [run.info.run_id]
        assert (run.info.status, run.data.params) == ("FINISHED", {"number": str(number)})
        points = client.get_metric_history(run.info.run_id, "v")
        assert [(point.step, point.value) for point in points] == [(s, s + number / 10) for s in range(100)]


def check_a_param_raced_for_has_one_value():
    given, told = two_processes()
    won = [{int(turn) for turn in one["WON"]} for one in told]
    assert won[0] | won[1] == set(range(30)) and not won[0] & won[1], won
    params = client.get_run(given["raced"]).data.params
    assert params == {f"p{turn}": "0" if turn in won[0] else "1" for turn in range(30)}


def check_an_experiment_raced_for_is_made_once():
    _, told = two_processes()
    assert len(set(told[0]["ID"])) == 10 and told[0]["ID"] == told[1]["ID"], told


def check_threads_of_one_process():
    run_id = client.create_run(experiment("threads")).info.run_id

    def log(number):
        for step in range(40):
            client.log_metric(run_id, f"v{number}", step / 7, step=step, timestamp=step)
            client.set_tag(run_id, f"t{number}", str(step))

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(log, range(8)))
    read = client.get_run(run_id)
    assert read.data.metrics == {f"v{number}": 39 / 7 for number in range(8)}
    assert {f"t{number}": "39" for number in range(8)}.items() <= read.data.tags.items()
    for number in range(8):
        points = client.get_metric_history(run_id, f"v{number}")
        assert [(point.step, point.value) for point in points] == [(step, step / 7) for step in range(40)]

"""Several processes and threads at once: into one run, into two, and racing for one name."""

import concurrent.futures

from peer import client, experiment, fresh, together


def check_two_processes_log_into_one_run():
    run_id = client.create_run(experiment("one run")).info.run_id
    script = """
import mlflow
client = mlflow.MlflowClient()
for step in range(150):
    client.log_metric("{run_id}", "shared", step, step=step * 2 + {number}, timestamp=1000 + step)
    client.log_metric("{run_id}", "own {number}", step, step=step, timestamp=1000 + step)
client.log_param("{run_id}", "from {number}", "x")
client.log_param("{run_id}", "same", "x")
client.set_tag("{run_id}", "tag {number}", "x")
client.log_text("{run_id}", "text {number}", "file {number}.txt")
"""
    together(*(script.format(run_id=run_id, number=number) for number in range(2)))
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
    at = experiment("two runs")
    script = """
import mlflow
mlflow.set_experiment(experiment_id="{at}")
with mlflow.start_run(run_name="run {number}") as run:
    mlflow.log_param("number", {number})
    for step in range(100):
        mlflow.log_metric("v", step + {number} / 10, step=step)
print("RUN", run.info.run_id)
"""
    told = together(*(script.format(at=at, number=number) for number in range(2)))
    runs = client.search_runs([at], order_by=["attributes.run_name"])
    assert [run.info.run_name for run in runs] == ["run 0", "run 1"]
    for number, run in enumerate(runs):
        assert f"RUN {run.info.run_id}" in told[number]
        assert (run.info.status, run.data.params) == ("FINISHED", {"number": str(number)})
        points = client.get_metric_history(run.info.run_id, "v")
        assert [(point.step, point.value) for point in points] == [(s, s + number / 10) for s in range(100)]


def check_a_param_raced_for_has_one_value():
    run_id = client.create_run(experiment("race")).info.run_id
    script = """
import mlflow
from mlflow.exceptions import MlflowException
client = mlflow.MlflowClient()
for turn in range(30):
    try:
        client.log_param("{run_id}", f"p{{turn}}", "{number}")
        print("WON", turn)
    except MlflowException as error:
        assert "Changing param values is not allowed" in str(error), error
"""
    told = together(*(script.format(run_id=run_id, number=number) for number in range(2)))
    won = [{int(line.split()[1]) for line in out.splitlines() if line.startswith("WON")} for out in told]
    assert won[0] | won[1] == set(range(30)) and not won[0] & won[1], won
    params = client.get_run(run_id).data.params
    assert params == {f"p{turn}": "0" if turn in won[0] else "1" for turn in range(30)}


def check_an_experiment_raced_for_is_made_once():
    name = fresh("raced")
    script = f"""
import mlflow
for turn in range(10):
    print("ID", mlflow.set_experiment(f"{name} {{turn}}").experiment_id)
"""
    told = together(script, script)
    ids = [[line for line in out.splitlines() if line.startswith("ID")] for out in told]
    assert len(ids[0]) == 10 and ids[0] == ids[1]


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

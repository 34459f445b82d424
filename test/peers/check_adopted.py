"""Split mode: what goes through one endpoint is there at the other at once, the first run of a launch included."""

import mlflow
import split
from peer import client, fresh, refused

WANTED = len(split.ENDPOINTS) > 1
EVERY = range(len(split.ENDPOINTS))


def check_the_first_run_of_a_launch():
    with split.only(0):
        made = mlflow.set_experiment(fresh("adopted"))
        with mlflow.start_run(run_name="first of the launch", tags={"team": "risk"}) as run:
            mlflow.log_param("lr", 0.1)
            for step in range(3):
                mlflow.log_metric("loss", 3 - step, step=step)
            mlflow.log_text("hello", "notes.txt")
    for number in EVERY:
        with split.only(number):
            read = client.get_run(run.info.run_id)
            assert (read.info.experiment_id, read.info.status) == (made.experiment_id, "FINISHED")
            assert read.info.run_name == read.data.tags["mlflow.runName"] == "first of the launch"
            assert read.data.tags["team"] == "risk"
            assert read.data.params["lr"] == "0.1" and read.data.metrics["loss"] == 1.0
            assert [p.value for p in client.get_metric_history(run.info.run_id, "loss")] == [3.0, 2.0, 1.0]
            assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/notes.txt") == "hello"
            found = client.search_runs([made.experiment_id], "params.lr = '0.1' and metrics.loss < 2")
            assert [one.info.run_id for one in found] == [run.info.run_id]


def check_writes_to_one_run_from_every_side():
    with split.only(0):
        run_id = client.create_run(client.create_experiment(fresh("sides"))).info.run_id
    for step in range(20):
        for number in EVERY:
            with split.only(number):
                client.log_metric(run_id, f"from {number}", step, step=step, timestamp=1000 + step)
                client.log_param(run_id, f"p{step} {number}", "x")
                client.set_tag(run_id, "last", f"{step} {number}")
        for number in EVERY:
            with split.only(number):
                read = client.get_run(run_id)
                assert read.data.tags["last"] == f"{step} {EVERY[-1]}"
                assert read.data.metrics == {f"from {side}": float(step) for side in EVERY}
                assert len(read.data.params) == (step + 1) * len(EVERY)


def check_params_stay_as_they_are_on_every_side():
    for writer in EVERY:
        with split.only(writer):
            run_id = client.create_run(client.create_experiment(fresh("immutable"))).info.run_id
            client.log_param(run_id, "lr", "0.1")
        for other in EVERY:
            with split.only(other):
                client.log_param(run_id, "lr", "0.1")
                with refused("INVALID_PARAMETER_VALUE", "Changing param values is not allowed"):
                    client.log_param(run_id, "lr", "0.2")


def check_names_are_taken_on_every_side():
    for writer in EVERY:
        name = fresh("taken")
        with split.only(writer):
            made = client.create_experiment(name)
        for other in EVERY:
            with split.only(other):
                assert client.get_experiment_by_name(name).experiment_id == made
                with refused("RESOURCE_ALREADY_EXISTS"):
                    client.create_experiment(name)

"""
Puts runs into the SQLite database of an MLflow server that has made its tables already:

    python fill_mlflow.py DATABASE RUNS

RUNS has one run a line, as MLflow's `runs/search` answers it.
"""

import sys

from fill_tables import fill_tables


def rows_of(run):
    """(table, row) of everything that MLflow keeps of a run."""
    info, data = run["info"], run["data"]
    run_id = info["run_id"]
    yield (
        "runs",
        {
            "run_uuid": run_id,
            "name": info["run_name"],
            "source_type": "UNKNOWN",
            "source_name": "",
            "entry_point_name": "",
            "user_id": info["user_id"],
            "status": info["status"],
            "start_time": info["start_time"],
            "end_time": info.get("end_time"),
            "source_version": "",
            "lifecycle_stage": "active",
            "artifact_uri": info["artifact_uri"],
            "experiment_id": int(info["experiment_id"]),
        },
    )
    for metric in data["metrics"]:
        point = {
            "key": metric["key"],
            "value": float(metric["value"]),
            "timestamp": metric["timestamp"],
            "step": metric["step"],
            "is_nan": False,
            "run_uuid": run_id,
        }
        yield "metrics", point
        yield "latest_metrics", point
    for param in data["params"]:
        yield "params", {**param, "run_uuid": run_id}
    for tag in data["tags"]:
        yield "tags", {**tag, "run_uuid": run_id}


fill_tables(*sys.argv[1:], rows_of)

"""
Puts registered models into the SQLite database of an MLflow server that has made its tables already:

    python fill_mlflow_registry.py DATABASE DOCUMENTS

DOCUMENTS has one object a line, as MLflow's REST API answers it: models with their aliases, then versions.
"""

import sys

from fill_tables import fill_tables


def rows_of(document):
    """(table, row) of everything that MLflow keeps of a model or a version."""
    name, made = document["name"], document["creation_timestamp"]
    times = {"creation_time": made, "last_updated_time": document["last_updated_timestamp"]}
    if "version" not in document:
        yield "registered_models", {"name": name, **times, "description": ""}
        for alias in document["aliases"]:
            yield "registered_model_aliases", {"name": name, "alias": alias["alias"], "version": int(alias["version"])}
        return
    version = int(document["version"])
    yield (
        "model_versions",
        {
            "name": name,
            "version": version,
            **times,
            "description": "",
            "current_stage": document["current_stage"],
            "source": document["source"],
            "storage_location": document["source"],
            "run_id": document["run_id"],
            "run_link": "",
            "status": "READY",
        },
    )
    for tag in document["tags"]:
        yield "model_version_tags", {"name": name, "version": version, "key": tag["key"], "value": tag["value"]}


fill_tables(*sys.argv[1:], rows_of)

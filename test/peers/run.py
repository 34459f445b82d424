"""
Runs the checks of the check_*.py files beside it against the MLflow server in MLFLOW_TRACKING_URI.

    python run.py [PART OF A NAME …]

One JSON line a check goes to stdout: {"name", "ok", "error", "seconds"}. What clients print goes to stderr.
"""

import faulthandler
import importlib
import json
import os
import pathlib
import sys
import time
import traceback

results = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
os.dup2(2, 1)

import split  # noqa: E402  (before any client makes a session)
from peer import VERSION  # noqa: E402

LIMIT_SECONDS = 300


def checks(parts):
    """(name, function) of every check that this client can do, in the order of the files' names and lines."""
    for path in sorted(pathlib.Path(__file__).parent.glob("check_*.py")):
        module = importlib.import_module(path.stem)
        if not getattr(module, "WANTED", True):
            continue
        for name, check in list(vars(module).items()):
            if not name.startswith("check_") or getattr(check, "__module__", None) != path.stem:
                continue
            full = f"{path.stem.removeprefix('check_')}: {name.removeprefix('check_').replace('_', ' ')}"
            if VERSION >= getattr(check, "since", (0, 0)) and (not parts or any(part in full for part in parts)):
                yield full, check


def report(name, error, seconds):
    line = {"name": name, "ok": error is None, "error": error, "seconds": round(seconds, 2)}
    results.write(json.dumps(line) + "\n")


def main():
    failed = False
    for name, check in checks(sys.argv[1:]):
        faulthandler.dump_traceback_later(LIMIT_SECONDS, exit=True)
        started = time.monotonic()
        error = None
        try:
            check()
        except BaseException:
            error = traceback.format_exc()
            failed = True
        report(name, error, time.monotonic() - started)
    faulthandler.cancel_dump_traceback_later()
    if len(split.ENDPOINTS) > 1:
        even = min(split.COUNTS) > 0.25 * sum(split.COUNTS) or len(sys.argv) > 1
        report("split: every endpoint answered its part", None if even else f"requests: {split.COUNTS}", 0)
        failed = failed or not even
    return 1 if failed else 0


if __name__ == "__main__":
    code = main()
    results.flush()
    sys.exit(code)

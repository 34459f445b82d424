"""
Split mode: every HTTP request of this process goes to one of several endpoints of one store, drawn by a fixed seed.

LOAM_PEER_URLS is a JSON list of {"url", "token"}; the endpoint in MLFLOW_TRACKING_URI (the supervisor's, when this
runs below `loam run`) is added as the first. Without LOAM_PEER_URLS nothing is changed.
"""

import contextlib
import json
import os
import random

import requests

_here = {"url": os.environ["MLFLOW_TRACKING_URI"].rstrip("/"), "token": os.environ.get("MLFLOW_TRACKING_TOKEN")}
ENDPOINTS = [_here, *json.loads(os.environ.get("LOAM_PEER_URLS", "[]"))]
COUNTS = [0] * len(ENDPOINTS)

_draw = random.Random(20)
_only = []
_send = requests.Session.send


@contextlib.contextmanager
def only(number):
    """Inside the block every request goes to this endpoint (0: the supervisor)."""
    _only.append(number)
    try:
        yield
    finally:
        _only.pop()


def _send_to_one(session, request, **options):
    if request.url.startswith(_here["url"]):
        number = _only[-1] if _only else _draw.randrange(len(ENDPOINTS))
        chosen = ENDPOINTS[number]
        COUNTS[number] += 1
        request.url = chosen["url"].rstrip("/") + request.url[len(_here["url"]) :]
        request.headers.pop("Authorization", None)
        if chosen.get("token"):
            request.headers["Authorization"] = "Bearer " + chosen["token"]
    return _send(session, request, **options)


if len(ENDPOINTS) > 1:
    requests.Session.send = _send_to_one

"""Logs at random over MLflow's protocol until its time is over or the file STOP is there, and notes in ACKS what was
acknowledged: writer.py ACKS SERVER STOP SEED SECONDS

A child of `loam run` logs to that run's endpoint and now and then to the server that the file SERVER names; once the
run's endpoint is gone, to that server alone. Without such an endpoint it logs to the server. The notes are appended
without a sync, since no kill loses what the system has taken.
"""

import http.client
import json
import os
import random
import sys
import time

acks_file, server_file, stop_file = sys.argv[1:4]
dice = random.Random(int(sys.argv[4]))
until = time.monotonic() + float(sys.argv[5])
acks = os.open(acks_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def note(**what):
    os.write(acks, (json.dumps(what) + "\n").encode())


class Endpoint:
    def __init__(self, place):
        self.place = place
        self.connection = None

    def send(self, method, path, body, kind):
        """Status and text of the answer; OSError where there is none."""
        try:
            if self.connection is None:
                url, self.token = self.place()
                self.connection = http.client.HTTPConnection(url.split("//")[1], timeout=30)
            headers = {"Authorization": "Bearer " + self.token, "Content-Type": kind}
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, ValueError, http.client.HTTPException) as error:
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            raise OSError(str(error))


def server_place():
    with open(server_file) as file:
        place = json.load(file)
    return place["url"], place["token"]


server = Endpoint(server_place)
own = None
if "MLFLOW_TRACKING_URI" in os.environ:
    own = Endpoint(lambda: (os.environ["MLFLOW_TRACKING_URI"], os.environ["MLFLOW_TRACKING_TOKEN"]))


def ask(method, path, body, kind="application/json"):
    """The answer where it is a success, else None: then nothing is known of what was sent."""
    global own
    endpoint = own if own is not None and dice.random() < 0.7 else server
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        status, text = endpoint.send(method, path, data, kind)
    except OSError:
        if endpoint is own:
            own = None  # its supervisor is gone
        else:
            time.sleep(0.01)
        return None
    if status == 200:
        return text
    note(op="refused", status=status, text=text, path=path)
    return None


def post(path, **fields):
    return ask("POST", "/api/2.0/mlflow/" + path, fields)


def point(key, step):
    return {"key": key, "value": step / 2, "timestamp": 1_700_000_000_000 + step, "step": step}


runs = []
n = 0


def create_run(experiment="0"):
    answer = post("runs/create", experiment_id=experiment, start_time=1, run_name="run-%d" % n)
    if answer is not None:
        info = json.loads(answer)["run"]["info"]
        note(op="run", run=info["run_id"], name="run-%d" % n, experiment=experiment)
        runs.append((info["run_id"], info["artifact_uri"].split(":/", 1)[1]))


def create_experiment():
    name = "experiment %s %d" % (os.path.basename(acks_file), n)
    answer = post("experiments/create", name=name)
    if answer is not None:
        experiment = json.loads(answer)["experiment_id"]
        note(op="experiment", id=experiment, name=name)
        create_run(experiment)


def metric(run, _):
    key = "m%d" % dice.randrange(3)
    if post("runs/log-metric", run_id=run, **point(key, n)) is not None:
        note(op="points", run=run, key=key, steps=[n, n + 1])


def batch(run, _):
    count = dice.choice([3, 20, 200])
    key = "b%d" % dice.randrange(3)
    steps = range(n, n + count)
    fields = {
        "metrics": [point(key, step) for step in steps],
        "params": [{"key": "bp%d" % n, "value": "x" * dice.randrange(2000) + str(n)}],
        "tags": [{"key": "bt%d" % n, "value": "é %d" % n}],
    }
    if post("runs/log-batch", run_id=run, **fields) is not None:
        note(op="points", run=run, key=key, steps=[n, n + count])
        note(op="param", run=run, **fields["params"][0])
        note(op="tag", run=run, **fields["tags"][0])


def param(run, _):
    fields = {"key": "p%d" % n, "value": "v%d" % n}
    if post("runs/log-parameter", run_id=run, **fields) is not None:
        note(op="param", run=run, **fields)


def tag(run, _):
    fields = {"key": "t%d" % n, "value": "w%d" % n}
    if post("runs/set-tag", run_id=run, **fields) is not None:
        note(op="tag", run=run, **fields)


def progress(run, _):
    if post("runs/set-tag", run_id=run, key="progress", value=str(n)) is not None:
        note(op="progress", run=run, n=n)


def put(run, uri, name):
    content = ("%d\n" % n + "%08d" % n * dice.choice([1, 100, 40_000])).encode()
    path = "/api/2.0/mlflow-artifacts/artifacts/%s/%s" % (uri, name)
    if ask("PUT", path, content, "application/octet-stream") is not None:
        note(op="artifact", run=run, path=name, n=n)


def new_artifact(run, uri):
    put(run, uri, "files/a%d.txt" % n)


def same_artifact(run, uri):
    put(run, uri, "model.txt")


def say(_, __):
    line = "said %s %d" % (os.path.basename(acks_file), n)
    print(line, flush=True)
    note(op="said", line=line)


def finish(run, _):
    if len(runs) > 1 and run == runs[-1][0]:
        runs.pop()
        if post("runs/update", run_id=run, status="FINISHED", end_time=1_700_000_000_000) is not None:
            note(op="finished", run=run)


works = [
    (30, metric),
    (15, batch),
    (8, param),
    (8, tag),
    (6, progress),
    (5, new_artifact),
    (4, same_artifact),
    (8, say),
    (3, finish),
    (3, lambda _run, _uri: create_run()),
    (1, lambda _run, _uri: create_experiment()),
]

note(op="began", pid=os.getpid())
while time.monotonic() < until and not os.path.exists(stop_file):
    n += 1000
    if not runs:
        create_run()
    else:
        (work,) = dice.choices([work for _, work in works], [weight for weight, _ in works])
        work(*dice.choice(runs[-3:]))
    if dice.random() < 0.2:
        time.sleep(dice.random() * 0.02)
note(op="ended")

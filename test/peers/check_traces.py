"""Traces: user code goes on and they can be read back."""

import json

import mlflow
from peer import VERSION, client, experiment, fresh, since


def kept(experiment_id, count):
    mlflow.flush_trace_async_logging()
    found = client.search_traces(experiment_ids=[experiment_id], max_results=10)
    assert len(found) == count, f"{len(found)} traces instead of {count}"
    return found


def request_id(trace):
    return trace.info.trace_id if VERSION >= (3,) else trace.info.request_id


def check_a_traced_function_is_kept():
    made = mlflow.set_experiment(fresh("traces"))

    @mlflow.trace(name="outer", attributes={"kind": "test"})
    def outer(x):
        with mlflow.start_span(name="inner") as span:
            span.set_inputs({"x": x})
            span.set_outputs(x + 1)
        return {"answer": x + 1, "said": "größe"}

    assert outer(41) == {"answer": 42, "said": "größe"}
    found = kept(made.experiment_id, 1)[0]
    read = client.get_trace(request_id(found))
    assert [span.name for span in read.data.spans] == ["outer", "inner"]
    assert read.data.spans[0].inputs == {"x": 41}
    assert read.data.spans[0].outputs == {"answer": 42, "said": "größe"}
    assert read.data.spans[1].parent_id == read.data.spans[0].span_id
    assert read.info.experiment_id == made.experiment_id
    assert str(read.info.status).endswith("OK")


def check_a_failing_function_still_fails():
    made = mlflow.set_experiment(fresh("failing trace"))

    @mlflow.trace
    def broken():
        raise KeyError("x")

    try:
        broken()
    except KeyError:
        pass
    else:
        raise AssertionError("the error was swallowed")
    found = kept(made.experiment_id, 1)[0]
    assert str(found.info.status).endswith("ERROR")


def check_traces_of_a_run_and_tags():
    made = mlflow.set_experiment(fresh("run trace"))

    @mlflow.trace
    def step(x):
        return x

    with mlflow.start_run() as run:
        step(1)
        mlflow.flush_trace_async_logging()
    step(2)
    found = kept(made.experiment_id, 2)
    linked = client.search_traces(
        experiment_ids=[made.experiment_id], filter_string=f"run_id = '{run.info.run_id}'", max_results=10
    )
    assert len(linked) == 1
    trace_id = request_id(linked[0])
    assert json.loads(linked[0].data.request) == {"x": 1}
    client.set_trace_tag(trace_id, "quality", "good")
    assert client.get_trace(trace_id).info.tags["quality"] == "good"
    tagged = client.search_traces(experiment_ids=[made.experiment_id], filter_string="tags.quality = 'good'")
    assert [request_id(trace) for trace in tagged] == [trace_id]
    client.delete_trace_tag(trace_id, "quality")
    assert "quality" not in client.get_trace(trace_id).info.tags
    assert {request_id(trace) for trace in found} >= {trace_id}


def check_traces_are_deleted():
    made = mlflow.set_experiment(fresh("deleted trace"))

    @mlflow.trace
    def step(x):
        return x

    for x in range(3):
        step(x)
    found = kept(made.experiment_id, 3)
    assert client.delete_traces(made.experiment_id, **ids([request_id(found[0])])) == 1
    left = kept(made.experiment_id, 2)
    assert request_id(found[0]) not in {request_id(trace) for trace in left}


def ids(values):
    return {"trace_ids": values} if VERSION >= (3,) else {"request_ids": values}


def check_traces_come_page_by_page():
    made = mlflow.set_experiment(fresh("paged traces"))

    @mlflow.trace
    def step(x):
        return x

    for x in range(5):
        step(x)
    kept(made.experiment_id, 5)
    seen, token = [], None
    while not seen or token:
        page = client.search_traces(experiment_ids=[made.experiment_id], max_results=2, page_token=token)
        seen += [request_id(trace) for trace in page]
        token = page.token
    assert len(seen) == len(set(seen)) == 5


@since(3)
def check_previews_and_state():
    made = mlflow.set_experiment(fresh("previews"))

    @mlflow.trace
    def greet(name):
        mlflow.update_current_trace(tags={"team": "risk"}, metadata={"session": "s1"})
        return f"hello {name}"

    greet("ann")
    trace = kept(made.experiment_id, 1)[0]
    assert trace.info.state.value == "OK"
    assert "ann" in trace.info.request_preview and "hello ann" in trace.info.response_preview
    assert trace.info.tags["team"] == "risk" and trace.info.trace_metadata["session"] == "s1"
    assert trace.info.execution_duration >= 0 and trace.info.request_time > 1_600_000_000_000

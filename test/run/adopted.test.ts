import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Comparison, RunDetail } from "../../src/core/tracking/view.js";
import type { RunState } from "../../src/core/tracking/run-state.js";
import {
  loam,
  LoamProcess,
  looking,
  metricsOf,
  newFolder,
  paramsOf,
  runFolder,
  runIn,
  runsIn,
  stopAll,
  tagsOf,
  write,
  type Ended,
  type How,
} from "./loam.js";

const client = fs.readFileSync(path.join(import.meta.dirname, "rest.py"), "utf8");

describe("a script that logs over MLflow's protocol", function () {
  let folder = "";
  beforeEach(() => {
    folder = newFolder();
    write(folder, { "rest.py": client });
  });
  afterEach(stopAll);

  const run = (script: string, own: readonly string[] = [], how: How = {}): Promise<Ended> => {
    write(folder, { "train.py": `from rest import *\n${script}` });
    return loam(folder, ["run", ...own, "--", "python3", "train.py", "--lr", "0.1"], how);
  };
  const track = async (script: string, own: readonly string[] = [], how: How = {}): Promise<void> => {
    const { code, err } = await run(script, own, how);
    assert.equal(code, 0, err);
  };
  const experimentNamed = (name: string): string =>
    looking(folder, (bench) => bench.tracking.experiments.byName(name)?.id ?? "none");
  const launchOf = (state: RunState): string | undefined => state.facts.get("run.created")?.launch;

  it("logs to the launch's own run: its experiment, name and tags are what the script asked for", async () => {
    await track(
      "e = call('POST', 'experiments/create', name='fraud')['experiment_id']\n" +
        "run = create_run(e, run_name='mine', user_id='me', tags=[{'key': 'team', 'value': 'risk'}])\n" +
        "call('POST', 'runs/log-parameter', run_id=run, key='depth', value='3')\n" +
        "for i in range(3): log_metric(run, 'f1', i / 10, i)\nfinish(run)\n",
    );
    const state = runIn(folder);
    assert.equal(state.name, "mine");
    assert.equal(state.user, "me");
    assert.equal(state.experiment, experimentNamed("fraud"));
    assert.equal(tagsOf(state)["team"], "risk");
    assert.deepEqual(paramsOf(state), { lr: "0.1", depth: "3" });
    assert.deepEqual(metricsOf(state), { f1: 0.2 });
    assert.equal(state.facts.get("run.ended")?.exitCode, 0);
    assert.ok(state.facts.get("code.recorded") && state.facts.get("environment.recorded"));
  });

  it("makes runs of their own after the first, linked to the launch, with a parent where it names one", async () => {
    await track(
      "a = create_run()\nb = create_run(run_name='child', tags=[{'key': 'mlflow.parentRunId', 'value': a}])\n" +
        "log_metric(b, 'f1', 0.5)\nfinish(b)\nc = create_run()\nlog_metric(c, 'f1', 0.6)\n",
    );
    const [first, second, third, ...more] = runsIn(folder);
    assert.ok(first && second && third && more.length === 0);
    assert.equal(launchOf(first), undefined);
    assert.deepEqual([launchOf(second), launchOf(third)], [first.id, first.id]);
    assert.equal(tagsOf(second)["mlflow.parentRunId"], first.id);
    assert.deepEqual(metricsOf(second), { f1: 0.5 });
    assert.deepEqual(
      [first, second, third].map((state) => state.shownState),
      ["finished", "finished", "finished"], // the third's end the script forgot
    );
  });

  it("shows of each of its runs the command, code, environment and console that they share", async () => {
    await track(
      "print('begins')\nopen('rows.csv', 'w').write('1')\nopen('rows.csv').read()\n" +
        "a = create_run()\nlog_metric(a, 'f1', 0.5)\nfinish(a)\nb = create_run()\nlog_metric(b, 'f1', 0.6)\nfinish(b)\n",
    );
    const [first, second] = runsIn(folder);
    assert.ok(first && second);
    const told = async (...words: readonly string[]): Promise<string> => {
      const { code, out, err } = await loam(folder, ["runs", ...words]);
      assert.equal(code, 0, err);
      return out.toString();
    };
    const detail = async (id: string): Promise<RunDetail> =>
      JSON.parse(await told("show", id, "--json")) as RunDetail;
    const [one, other] = [await detail(first.id), await detail(second.id)];
    assert.ok(one.launch && one.code && one.environment);
    assert.equal(one.launch.run, first.id);
    assert.deepEqual(
      [other.launch, other.code, other.environment, other.data],
      [one.launch, one.code, one.environment, one.data],
    );
    assert.equal(await told("show", second.id, "--console"), await told("show", first.id, "--console"));
    const compared = JSON.parse(await told("compare", first.id, second.id, "--json")) as Comparison;
    assert.deepEqual(
      [compared.code, compared.data, compared.environment, compared.packages],
      [[], [], [], []],
    );
    assert.deepEqual(
      compared.metrics.map(({ name }) => name),
      ["f1"],
    );
  });

  it("keeps a nested parent that the run itself has", async () => {
    await track("create_run(tags=[{'key': 'mlflow.parentRunId', 'value': '0' * 32}])");
    assert.equal(tagsOf(runIn(folder))["mlflow.parentRunId"], "0".repeat(32));
  });

  it("has its own metrics alone: what it prints beside is not guessed at", async () => {
    await track(
      "for i in range(3): print(f'epoch {i} loss={i}.5')\nr = create_run()\nlog_metric(r, 'f1', 0.5)\n" +
        "for i in range(3): print(f'epoch {i} loss={i}.5')\n",
    );
    assert.deepEqual(metricsOf(runIn(folder)), { f1: 0.5 });
  });

  it("stays in the experiment that the person named, where the script names none", async () => {
    await track(
      "import os\nassert os.environ['MLFLOW_EXPERIMENT_NAME'] == 'mine'\nassert 'MLFLOW_EXPERIMENT_ID' not in os.environ\n" +
        "create_run()\n",
      ["--experiment", "mine", "--name", "first"],
      { env: { MLFLOW_EXPERIMENT_ID: "77" } },
    );
    assert.equal(runIn(folder).experiment, experimentNamed("mine"));
    assert.equal(runIn(folder).name, "first");
  });

  it("reaches its run past a proxy and with credentials for another server", async () => {
    await track(
      "import base64\nlog = create_run()\nname, password = [os.environ['MLFLOW_TRACKING_' + n] for n in ('USERNAME', 'PASSWORD')]\n" +
        "assert name == 'someone'\ntoken = 'none'\n" +
        "basic = 'Basic ' + base64.b64encode((name + ':' + password).encode()).decode()\n" +
        "status, answer = send('GET', '/api/2.0/mlflow/runs/get?run_id=' + log, None, {'Authorization': basic})\n" +
        "assert status == 200, answer\n",
      [],
      {
        env: {
          HTTP_PROXY: "http://127.0.0.1:9",
          http_proxy: "http://127.0.0.1:9",
          MLFLOW_TRACKING_USERNAME: "someone",
          MLFLOW_TRACKING_PASSWORD: "elsewhere",
          MLFLOW_TRACKING_URI: "http://127.0.0.1:9",
        },
      },
    );
    assert.equal(runIn(folder).shownState, "finished");
  });

  it("is shown as failed where it said that it finished, and then failed", async () => {
    const { code } = await run("r = create_run()\nfinish(r)\nraise ValueError('after all')\n");
    assert.equal(code, 1);
    const state = runIn(folder);
    assert.equal(state.status, "FINISHED", "what MLflow's clients are told is what the client said");
    assert.equal(state.shownState, "failed");
    assert.equal(state.facts.get("run.ended")?.error, "ValueError: after all");
    assert.deepEqual(state.facts.get("run.ended")?.where, { file: "train.py", line: 4 });
  });

  it("is shown as stopped where a stop or Ctrl-C made the client say that it failed", async () => {
    const script =
      "import time\nr = create_run()\nprint('ready', flush=True)\ntry:\n  time.sleep(60)\nexcept KeyboardInterrupt:\n" +
      "  call('POST', 'runs/update', run_id=r, status='FAILED', end_time=int(time.time() * 1000))\n  raise\n";
    for (const name of ["SIGTERM", "SIGINT"] as const) {
      write(folder, { "train.py": `from rest import *\n${script}` });
      const running = new LoamProcess(folder, ["run", "--name", name, "--", "python3", "train.py"]);
      await running.until("ready");
      running.kill(name);
      await running.ended;
      const state = runsIn(folder).find((one) => one.name === name);
      assert.deepEqual([state?.status, state?.shownState], ["FAILED", "killed"], name);
    }
  });

  it("finds runs of others, its experiment by name, and its own history", async () => {
    await track("print('an older one')");
    await track(
      "r = create_run()\nlog_metric(r, 'f1', 0.5, 1)\nlog_metric(r, 'f1', 0.7, 2)\n" +
        "runs = call('POST', 'runs/search', experiment_ids=['0'])['runs']\nassert len(runs) == 2, runs\n" +
        "best = call('POST', 'runs/search', experiment_ids=['0'], filter='metrics.f1 > 0.6')['runs']\n" +
        "assert [b['info']['run_id'] for b in best] == [r]\n" +
        "points = call('GET', 'metrics/get-history', run_id=r, metric_key='f1')['metrics']\n" +
        "assert [p['value'] for p in points] == [0.5, 0.7]\n" +
        "assert call('GET', 'experiments/get-by-name', experiment_name='Default')['experiment']['experiment_id'] == '0'\n",
    );
  });

  it("stores artifacts in the run's own folder", async () => {
    await track(
      "r = create_run()\nuri = call('GET', 'runs/get', run_id=r)['run']['info']['artifact_uri']\n" +
        "path = '/api/2.0/mlflow-artifacts/artifacts/' + uri.split(':/', 1)[1]\n" +
        "status, _ = send('PUT', path + '/plots/a%20b.txt', b'content')\nassert status == 200\n" +
        "assert send('GET', path + '/plots/a%20b.txt')[1] == b'content'\n",
    );
    const place = path.join(runFolder(folder, runIn(folder).id), "artifacts", "plots", "a b.txt");
    assert.equal(fs.readFileSync(place, "utf8"), "content");
  });

  it("logs from several processes at once", async () => {
    await track(
      "import subprocess, sys\nr = create_run()\n" +
        "code = 'from rest import *\\nimport sys\\nfor i in range(50): log_metric(sys.argv[1], sys.argv[2], i, i)'\n" +
        "all = [subprocess.Popen([sys.executable, '-c', code, r, 'm%d' % n]) for n in range(3)]\n" +
        "assert [one.wait() for one in all] == [0, 0, 0]\n",
    );
    assert.deepEqual(
      runIn(folder)
        .metrics.filter(({ name }) => name.startsWith("m"))
        .map(({ summary }) => summary.count),
      [50, 50, 50],
    );
  });

  it("needs the token of its run", async () => {
    await track(
      "import rest\nr = create_run()\nrest.token = 'wrong'\nstatus, answer = send('GET', '/api/2.0/mlflow/runs/get?run_id=' + r)\n" +
        "assert status == 401 and b'token' in answer, answer\n" +
        "assert send('GET', '/health')[0] == 200\n",
    );
  });
});

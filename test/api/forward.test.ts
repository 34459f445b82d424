import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client, M, newRun, openEndpoint, pairs, readRun, type Endpoint } from "./endpoint.js";

const script = fileURLToPath(new URL("serve-folder.ts", import.meta.url));

interface Other {
  readonly child: ChildProcess;
  readonly client: Client;
  kill(): Promise<void>;
}

/** A second process over the same store. */
async function startOther(folder: string, ...words: string[]): Promise<Other> {
  const child = spawn(process.execPath, ["--import", "tsx", script, folder, ...words], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { url } = JSON.parse(line.toString("utf8")) as { url: string };
  const client = new Client(Number(new URL(url).port), words[0]);
  return {
    child,
    client,
    kill: async () => {
      client.close();
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

describe("two endpoints over one store", () => {
  let here: Endpoint;
  let other: Other;
  const others: Other[] = [];
  const start = async (...words: string[]): Promise<Other> => {
    const started = await startOther(here.bench.folder, ...words);
    others.push(started);
    return started;
  };
  before(async function () {
    here = await openEndpoint({ token: "token-of-this-one" });
    other = await start("token-of-the-other");
  });
  after(async () => {
    for (const one of others) await one.kill();
    await here.close();
  });

  const point = (run_id: string, step: number) => ({
    run_id,
    key: "v",
    value: step / 7,
    timestamp: 1000 + step,
    step,
  });
  const steps = async (client: Client, run_id: string): Promise<number[]> => {
    const found = await client.get<{ metrics?: { step: number }[] }>("/metrics/get-history", {
      run_id,
      metric_key: "v",
    });
    return (found.metrics ?? []).map(({ step }) => step);
  };

  it("brings writes to the run's owner, and answers as that one does", async () => {
    const { run_id } = (await newRun(other.client)).info;
    await here.client.post("/runs/log-parameter", { run_id, key: "lr", value: "0.1" });
    const [status, code, message] = await here.client.refused("POST", `${M}/runs/log-parameter`, {
      run_id,
      key: "lr",
      value: "0.2",
    });
    assert.deepEqual([status, code], [400, "INVALID_PARAMETER_VALUE"]);
    assert.match(message, /^Changing param values is not allowed/);
    assert.equal(here.bench.tracking.runs.owned(run_id), undefined);
    for (let step = 0; step < 20; step++)
      await (step % 2 ? here.client : other.client).post("/runs/log-metric", point(run_id, step));
    await here.client.post("/runs/set-tag", { run_id, key: "größe", value: "ü\n" });
    await here.client.post("/runs/log-batch", {
      run_id,
      params: [{ key: "p", value: "1" }],
      metrics: [point(run_id, 20)],
    });
    const updated = await here.client.post<{ run_info: Record<string, unknown> }>("/runs/update", {
      run_id,
      status: "FINISHED",
      end_time: 9,
    });
    assert.deepEqual([updated.run_info["status"], updated.run_info["end_time"]], ["FINISHED", 9]);
    const read = await readRun(here.client, run_id);
    assert.deepEqual(await readRun(other.client, run_id), read);
    assert.deepEqual(
      [pairs(read.data.params), pairs(read.data.tags)["größe"]],
      [{ lr: "0.1", p: "1" }, "ü\n"],
    );
    assert.deepEqual(
      await steps(here.client, run_id),
      Array.from({ length: 21 }, (_, n) => n),
    );
  });

  it("gives a param that both set at once one value", async () => {
    const { run_id } = (await newRun(here.client)).info;
    const won = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const [mine, theirs] = await Promise.all(
          [here.client, other.client].map((client, who) =>
            client.ask("POST", `${M}/runs/log-parameter`, { run_id, key: `p${n}`, value: String(who) }),
          ),
        );
        assert.deepEqual([mine?.status, theirs?.status].toSorted(), [200, 400]);
        return mine?.status === 200 ? "0" : "1";
      }),
    );
    const read = pairs((await readRun(other.client, run_id)).data.params);
    assert.deepEqual(read, Object.fromEntries(won.map((value, n) => [`p${n}`, value])));
  });

  it("stores artifacts itself, whoever owns the run", async () => {
    const { run_id } = (await newRun(other.client)).info;
    const file = `/api/2.0/mlflow-artifacts/artifacts/0/${run_id}/artifacts/x.txt`;
    await here.client.ok("PUT", file, undefined, { raw: "here", headers: { "Content-Type": "text/plain" } });
    assert.equal((await other.client.ask("GET", file)).text, "here");
  });

  it("brings a metric to the owner of its logged model, wherever run and model are", async () => {
    interface Model {
      readonly model: {
        readonly info: { readonly model_id: string };
        readonly data: { readonly metrics: { readonly key: string }[] };
      };
    }
    for (const [ofRun, ofModel] of [
      [here.client, other.client],
      [other.client, here.client],
    ] as const) {
      const { run_id } = (await newRun(ofRun)).info;
      const { model } = await ofModel.post<Model>("/logged-models", { experiment_id: "0", name: "m" });
      const { model_id } = model.info;
      const metric = { run_id, value: 0.5, timestamp: 1, model_id, dataset_name: "d" };
      await ofRun.post("/runs/log-metric", { ...metric, key: "a" });
      await ofModel.post("/runs/log-batch", { run_id, metrics: [{ ...metric, key: "b", value: "NaN" }] });
      await ofRun.ok("PATCH", `${M}/logged-models/${model_id}/tags`, { tags: [{ key: "t", value: "1" }] });
      for (const client of [ofRun, ofModel]) {
        const read = (await client.get<Model>(`/logged-models/${model_id}`)).model;
        assert.deepEqual(read.data.metrics.map(({ key }) => key).toSorted(), ["a", "b"]);
        assert.deepEqual(pairs((await readRun(client, run_id)).data.metrics), { a: 0.5, b: "NaN" });
      }
    }
  });

  it("takes over when the owner is killed, with all that was acknowledged", async () => {
    const doomed = await start("another-token");
    const { run_id } = (await newRun(doomed.client)).info;
    const acknowledged = new Set<number>();
    let failed = 0;
    const log = async (client: Client, step: number): Promise<void> => {
      try {
        await client.post("/runs/log-metric", point(run_id, step));
        acknowledged.add(step);
      } catch {
        failed++; // the doomed one itself was asked
      }
    };
    const writing = Promise.all([
      (async () => {
        for (let step = 0; step < 400; step += 2) await log(here.client, step);
      })(),
      (async () => {
        for (let step = 1; step < 400 && failed === 0; step += 2) await log(doomed.client, step);
      })(),
    ]);
    for (let n = 0; n < 500 && acknowledged.size < 40; n++) await sleep(5);
    await doomed.kill();
    await writing;
    assert.ok(failed <= 1, `${failed} requests failed`);
    const kept = new Set(await steps(here.client, run_id));
    assert.deepEqual(
      [...acknowledged].filter((step) => !kept.has(step)),
      [],
    );
    assert.ok(acknowledged.has(398));
    assert.ok(here.bench.tracking.runs.owned(run_id));
    await other.client.post("/runs/log-parameter", { run_id, key: "after", value: "1" });
    assert.deepEqual(pairs((await readRun(here.client, run_id)).data.params), { after: "1" });
  });

  it("reads a run without its owner, and says so when that one cannot be asked", async () => {
    const hidden = await start("", "hidden");
    const { run_id } = (await newRun(hidden.client)).info;
    await hidden.client.post("/runs/log-metric", point(run_id, 1));
    hidden.child.kill("SIGSTOP");
    try {
      assert.deepEqual(pairs((await readRun(here.client, run_id)).data.metrics), { v: 1 / 7 });
      assert.deepEqual(await steps(here.client, run_id), [1]);
      const [status, code, message] = await here.client.refused(
        "POST",
        `${M}/runs/log-metric`,
        point(run_id, 2),
      );
      assert.deepEqual([status, code], [409, "RESOURCE_CONFLICT"]);
      assert.match(
        message,
        new RegExp(`run ${run_id} is being written by another process \\(pid ${hidden.child.pid ?? 0}\\)`),
      );
    } finally {
      hidden.child.kill("SIGCONT");
    }
    await hidden.client.post("/runs/log-metric", point(run_id, 3));
  });

  it("never sends a request to and fro", async () => {
    const { run_id } = (await newRun(other.client)).info;
    const marked = { headers: { "X-Loam-Forwarded": "1" } };
    const reply = await here.client.ask("POST", `${M}/runs/log-metric`, point(run_id, 1), marked);
    assert.equal(reply.status, 421);
    assert.deepEqual(await steps(here.client, run_id), []);
  });
});

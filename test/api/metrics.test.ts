import assert from "node:assert/strict";
import fc from "fast-check";
import { M, newRun, openEndpoint, pairs, queryOf, readRun, type Client, type Endpoint } from "./endpoint.js";

const INVALID = [400, "INVALID_PARAMETER_VALUE"];

interface PointJson {
  readonly key: string;
  readonly value: number | string;
  readonly timestamp: number;
  readonly step: number;
  readonly run_id?: string;
  readonly model_id?: string;
}
interface History {
  readonly metrics?: readonly PointJson[];
  readonly next_page_token?: string;
}

describe("metrics over REST", () => {
  let endpoint: Endpoint;
  let client: Client;
  before(async () => {
    endpoint = await openEndpoint();
    client = endpoint.client;
  });
  after(() => endpoint.close());

  const log = (run: string, key: string, value: unknown, timestamp: unknown = 1, step?: unknown) =>
    client.post("/runs/log-metric", { run_id: run, key, value, timestamp, step });
  const history = async (run: string, key: string, more: object = {}): Promise<History> =>
    client.get<History>("/metrics/get-history", { run_id: run, metric_key: key, ...more });
  const points = async (run: string, key: string) =>
    ((await history(run, key)).metrics ?? []).map((one) => [one.timestamp, one.step, one.value]);
  const run = async (): Promise<string> => (await newRun(client)).info.run_id;

  it("gives back every double and every step exactly", async () => {
    const id = await run();
    const values = [0.1, 1 / 3, 5e-324, -0, Number.MAX_VALUE, 2 ** 53 + 2, Math.PI, -1e-17, 1e21];
    for (const [n, value] of values.entries()) await log(id, "v", value === 0 ? "-0.0" : value, 100 + n, n);
    const read = await points(id, "v");
    assert.ok(values.every((value, n) => Object.is(read[n]?.[2], value)));
    for (const step of ["9007199254740993", "-9223372036854775808", "9223372036854775807"])
      await log(id, "s", 1, 1, step);
    const { text } = await client.ask(
      "GET",
      `${M}/metrics/get-history${queryOf({ run_id: id, metric_key: "s" })}`,
    );
    assert.deepEqual(
      [...text.matchAll(/"step":(-?\d+)/g)].map(([, step]) => step),
      ["-9223372036854775808", "9007199254740993", "9223372036854775807"],
    );
  });

  it("takes NaN and infinities as texts, and gives them so", async () => {
    const id = await run();
    for (const value of ["NaN", "Infinity", "-Infinity"]) {
      await log(id, value, value);
      assert.deepEqual(await points(id, value), [[1, 0, value]]);
    }
    assert.deepEqual(pairs((await readRun(client, id)).data.metrics), {
      NaN: "NaN",
      Infinity: "Infinity",
      "-Infinity": "-Infinity",
    });
  });

  it("keeps the greatest step, then time, then value as the latest", async () => {
    const id = await run();
    for (const [step, at, value] of [
      [5, 50, 0.5],
      [-3, 90, 9],
      [7, 10, 1.5],
      [7, 10, 1.25],
      [6, 99, 0.7],
    ])
      await log(id, "v", value, at, step);
    assert.deepEqual(pairs((await readRun(client, id)).data.metrics), { v: 1.5 });
    assert.deepEqual(await points(id, "v"), [
      [10, 7, 1.25],
      [10, 7, 1.5],
      [50, 5, 0.5],
      [90, -3, 9],
      [99, 6, 0.7],
    ]);
  });

  it("keeps equal points once", async () => {
    const id = await run();
    for (const value of [1, 1, 2, "NaN", "NaN"]) await log(id, "v", value, 10, 3);
    await log(id, "v", 1, 11, 3);
    assert.deepEqual(await points(id, "v"), [
      [10, 3, "NaN"],
      [10, 3, 1],
      [10, 3, 2],
      [11, 3, 1],
    ]);
  });

  it("has no history of what was never logged", async () => {
    assert.deepEqual(await history(await run(), "never"), {});
    assert.deepEqual(await history("0".repeat(32), "v"), {});
    assert.deepEqual(await history("../../etc", "v"), {});
  });

  it("gives a long history page by page, while points come in between", async () => {
    const id = await run();
    const batch = (from: number) => ({
      run_id: id,
      metrics: Array.from({ length: 1000 }, (_, n) => ({
        key: "v",
        value: (from + n) / 3,
        timestamp: 1000 + from + n,
        step: from + n,
      })),
    });
    for (const from of [1000, 0, 2000]) await client.post("/runs/log-batch", batch(from));
    const seen: number[] = [];
    let token: string | undefined;
    let pages = 0;
    do {
      const page: History = await history(id, "v", {
        max_results: 700,
        ...(token === undefined ? {} : { page_token: token }),
      });
      seen.push(...(page.metrics ?? []).map(({ step }) => step));
      token = page.next_page_token;
      if (++pages === 2) await log(id, "v", -1, 5, 77_777); // before everything: shifts nothing
    } while (token !== undefined);
    assert.deepEqual(
      seen,
      Array.from({ length: 3000 }, (_, n) => n),
    );
    assert.equal(pages, 5);
    assert.equal((await history(id, "v")).metrics?.length, 3001);
    const exact = await history(id, "v", { max_results: 3001 });
    assert.equal(exact.next_page_token, undefined);
    for (const wrong of [
      { max_results: 0 },
      { max_results: -1 },
      { max_results: 5, page_token: "not a token" },
      { page_token: "W10" },
    ]) {
      const path = `${M}/metrics/get-history${queryOf({ run_id: id, metric_key: "v", ...wrong })}`;
      assert.deepEqual((await client.refused("GET", path)).slice(0, 2), INVALID, JSON.stringify(wrong));
    }
  });

  it("refuses what is no point, and says which field", async () => {
    const id = await run();
    for (const [fields, words] of [
      [{ value: 1, timestamp: 1 }, /Missing value for required parameter 'key'/],
      [{ key: "k", timestamp: 1 }, /'value'/],
      [{ key: "k", value: 1 }, /'timestamp'/],
      [{ key: "k", value: "x", timestamp: 1 }, /Invalid value 'x' for parameter 'value' supplied/],
      [{ key: 31, value: 1, timestamp: 1 }, /Invalid value 31 for parameter 'key' supplied/],
      [{ key: "k", value: 1, timestamp: -1 }, /'timestamp'/],
      [{ key: "k", value: 1, timestamp: 1.5 }, /'timestamp'/],
      [{ key: "k", value: 1, timestamp: 1, step: "1e3" }, /'step'/],
      [{ key: "k", value: 1, timestamp: 1, model_id: 3 }, /'model_id'/],
    ] as const) {
      const [status, code, message] = await client.refused("POST", `${M}/runs/log-metric`, {
        run_id: id,
        ...fields,
      });
      assert.deepEqual([status, code], INVALID);
      assert.match(message, words);
    }
    assert.deepEqual((await readRun(client, id)).data.metrics, []);
  });

  it("checks a batch as a whole, and within its limits", async () => {
    const id = await run();
    const batch = (metrics: number, params: number, tags: number) => ({
      run_id: id,
      metrics: Array.from({ length: metrics }, (_, n) => ({ key: `m${n}`, value: n, timestamp: 5 })),
      params: Array.from({ length: params }, (_, n) => ({ key: `p${n}`, value: "1" })),
      tags: Array.from({ length: tags }, (_, n) => ({ key: `t${n}`, value: "1" })),
    });
    const refused = async (body: object, words: RegExp): Promise<void> => {
      const [status, code, message] = await client.refused("POST", `${M}/runs/log-batch`, body);
      assert.deepEqual([status, code], INVALID);
      assert.match(message, words);
    };
    await refused(batch(1001, 0, 0), /at most 1000 metrics\. Got 1001/);
    await refused(batch(0, 101, 0), /at most 100 params\. Got 101/);
    await refused(batch(0, 0, 101), /at most 100 tags\. Got 101/);
    await refused(batch(950, 60, 0), /at most 1000 metrics, params and tags\. Got 1010/);
    const good = batch(2, 2, 2);
    await refused(
      { ...good, metrics: [...good.metrics, { key: "x", value: 1 }] },
      /'metrics\[2\]\.timestamp'/,
    );
    await refused(
      { ...good, params: [...good.params, { key: "p0", value: "1" }] },
      /Duplicate parameter keys/,
    );
    await refused({ ...good, tags: [...good.tags, { value: "1" }] }, /'tags\[2\]\.key'/);
    await refused({ ...good, metrics: [{ key: "a;b", value: 1, timestamp: 1 }] }, /a;b/);
    const nothing = await readRun(client, id);
    assert.deepEqual([nothing.data.metrics, nothing.data.params, nothing.data.tags.length], [[], [], 1]);
    await client.post("/runs/log-batch", batch(0, 0, 0));
    await client.post("/runs/log-batch", batch(800, 100, 100));
    await client.post("/runs/log-batch", {
      run_id: id,
      tags: [
        { key: "a", value: "1" },
        { key: "a", value: "2" },
      ],
    });
    const { data } = await readRun(client, id);
    assert.deepEqual([data.metrics.length, data.params.length, pairs(data.tags)["a"]], [800, 100, "2"]);
  });

  it("answers many requests at once, of several runs, each with its own points", async () => {
    const ids = [await run(), await run(), await run()];
    await Promise.all(
      Array.from({ length: 120 }, (_, n) => log(ids[n % 3] ?? "", `k${n % 2}`, n, 1000 + n, n)),
    );
    for (const [place, id] of ids.entries()) {
      const all = [...(await points(id, "k0")), ...(await points(id, "k1"))].map(([, step]) => Number(step));
      assert.deepEqual(
        all.toSorted((a, b) => a - b),
        Array.from({ length: 40 }, (_, n) => n * 3 + place),
      );
    }
  });

  it("tells only those whose point is wrong, when many come at once", async () => {
    const id = await run();
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        client.ask("POST", `${M}/runs/log-metric`, {
          run_id: id,
          key: n % 3 === 0 ? `bad;${n}` : `good ${n}`,
          value: n,
          timestamp: 1,
        }),
      ),
    );
    assert.deepEqual(
      replies.map(({ status }) => status),
      Array.from({ length: 30 }, (_, n) => (n % 3 === 0 ? 400 : 200)),
    );
    assert.equal((await readRun(client, id)).data.metrics.length, 20);
  });

  it("tells each of many at once that the disk is full, and goes on when it has room", async () => {
    let full = false;
    const other = await openEndpoint({
      files: (real) => ({
        ...real,
        write: (fd, bytes) => {
          if (full) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
          return real.write(fd, bytes);
        },
      }),
    });
    try {
      const id = (await newRun(other.client)).info.run_id;
      const many = (from: number) =>
        Promise.all(
          Array.from({ length: 12 }, (_, n) =>
            other.client.ask("POST", `${M}/runs/log-metric`, {
              run_id: id,
              key: "v",
              value: n,
              timestamp: from + n,
            }),
          ),
        );
      assert.ok((await many(0)).every(({ status }) => status === 200));
      full = true;
      for (const { status, text } of await many(100)) {
        assert.equal(status, 507);
        assert.match(text, /no space left on device.*Free some space/);
      }
      full = false;
      assert.ok((await many(200)).every(({ status }) => status === 200));
      const { metrics } = await other.client.get<History>("/metrics/get-history", {
        run_id: id,
        metric_key: "v",
      });
      assert.deepEqual(
        metrics?.map(({ timestamp }) => timestamp),
        [0, 200].flatMap((from) => Array.from({ length: 12 }, (_, n) => from + n)),
      );
    } finally {
      await other.close();
    }
  });

  it("gives histories of several runs for charts", async () => {
    const ids = [await run(), await run()].toSorted();
    for (let step = 0; step < 10; step++)
      for (const id of ids) await log(id, "v", step / 2, 100 + step, step);
    const ajax = "/ajax-api/2.0/mlflow/metrics";
    const bulk = (query: object) => client.ok<History>("GET", `${ajax}/get-history-bulk${queryOf(query)}`);
    const both = await bulk({ run_id: ids.toReversed(), metric_key: "v" });
    assert.deepEqual(
      both.metrics?.map((one) => [one.run_id, one.step]),
      ids.flatMap((id) => Array.from({ length: 10 }, (_, step) => [id, step])),
    );
    assert.equal((await bulk({ run_id: ids, metric_key: "v", max_results: 13 })).metrics?.length, 13);
    for (const base of [`${M}/metrics`, ajax]) {
      const interval = (query: object) =>
        `${base}/get-history-bulk-interval${queryOf({ run_ids: ids, metric_key: "v", ...query })}`;
      const steps = async (query: object) =>
        (await client.ok<History>("GET", interval(query))).metrics
          ?.filter((one) => one.run_id === ids[0])
          .map((one) => one.step);
      assert.deepEqual(await steps({ max_results: 5 }), [0, 2, 4, 6, 8, 9]);
      assert.deepEqual(await steps({ max_results: 100, start_step: 2, end_step: 4 }), [2, 3, 4]);
      assert.deepEqual(
        await steps({}),
        Array.from({ length: 10 }, (_, n) => n),
      );
      for (const bad of [
        { start_step: 5, end_step: 4 },
        { start_step: 1 },
        { max_results: 2501 },
        { max_results: 0 },
      ])
        assert.deepEqual((await client.refused("GET", interval(bad))).slice(0, 2), INVALID);
    }
    for (const query of [
      { metric_key: "v" },
      { run_id: ids },
      { run_id: Array(101).fill("x"), metric_key: "v" },
    ])
      assert.deepEqual(
        (await client.refused("GET", `${ajax}/get-history-bulk${queryOf(query)}`)).slice(0, 2),
        INVALID,
      );
  });

  it("answers any number, text or structure for any field with 200 or 400, never with 500", async () => {
    const id = await run();
    const anything = fc.jsonValue({ depthSize: "small" });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("log-metric", "log-batch", "log-parameter", "update", "log-inputs"),
        fc.dictionary(
          fc.constantFrom(
            "key",
            "value",
            "timestamp",
            "step",
            "metrics",
            "params",
            "tags",
            "datasets",
            "models",
            "status",
            "end_time",
            "run_name",
          ),
          anything,
        ),
        async (path, fields) => {
          const { status, text } = await client.ask("POST", `${M}/runs/${path}`, { run_id: id, ...fields });
          assert.ok(status === 200 || status === 400, `${status} ${text}`);
        },
      ),
      { numRuns: 150 },
    );
    assert.deepEqual(endpoint.complaints, []);
  });
});

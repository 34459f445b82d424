import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { deliver } from "../../../src/api/deliver.js";
import { nodePorts } from "../../../src/core/base/ports.js";
import { createModel, deleteModel } from "../../../src/core/registry/models.js";
import { sendWebhooks, testWebhook, type Deliver } from "../../../src/core/registry/send-webhooks.js";
import { openWorkbench, type Workbench } from "../../../src/core/workbench.js";
import { never } from "../code/playground.js";
import { toldText } from "../../../src/protocol/told.js";
import { emptyFolder } from "../tracking/bench-folder.js";

interface Got {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

describe("webhooks", () => {
  let folder: string;
  let now: number;
  const open: Workbench[] = [];
  const servers: http.Server[] = [];
  beforeEach(() => {
    folder = emptyFolder();
    now = Date.UTC(2026, 10, 1);
  });
  afterEach(() => {
    for (const bench of open.splice(0)) bench.dispose();
    for (const server of servers.splice(0)) server.close();
  });

  const newBench = (): Workbench => {
    const ports = { ...nodePorts, clock: { now: () => now } };
    const bench = openWorkbench(folder, ports, { create: true, author: "Ada <ada@example.org>" });
    open.push(bench);
    return bench;
  };

  /** An address that answers with these statuses in turn, then with the last. */
  async function listening(statuses: readonly number[]): Promise<{ url: string; got: Got[] }> {
    const got: Got[] = [];
    const server = http.createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (part: string) => (body += part));
      request.on("end", () => {
        got.push({ headers: request.headers, body });
        const status = statuses[Math.min(got.length, statuses.length) - 1] ?? 200;
        response.writeHead(status, status >= 300 && status < 400 ? { location: "/elsewhere" } : {});
        response.end();
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=hidden`, got };
  }
  const last = ({ registry }: Workbench): string | undefined =>
    registry.webhooks.list()[0]?.lastDelivery?.outcome;

  it("are sent before their time where somebody asks for it, and what waits shows beside what arrived later", async () => {
    const bench = newBench();
    const { url, got } = await listening([500, 200, 200]);
    bench.registry.webhooks.add(url, [], "");
    createModel(bench.registry, "churn");
    await sendWebhooks(bench.registry, deliver, never);
    createModel(bench.registry, "fraud");
    await sendWebhooks(bench.registry, deliver, never);
    const shown = (): unknown[] =>
      bench.registry.webhooks.list().map(({ waiting, lastDelivery }) => [waiting, lastDelivery?.outcome]);
    assert.deepEqual(shown(), [[1, "delivered"]]);
    assert.equal(await sendWebhooks(bench.registry, deliver, never, { early: true }), 0);
    assert.deepEqual([shown(), got.length], [[[0, "delivered"]], 3]);
  });

  it("tell of the events that were asked for, signed over time and body", async () => {
    const bench = newBench();
    const { registry } = bench;
    const { url, got } = await listening([200]);
    registry.webhooks.add(url, ["registry.created"], "s3cret");
    const model = createModel(registry, "churn", { description: "not told" });
    assert.equal(await sendWebhooks(registry, deliver, never), 0);
    assert.equal(got.length, 1);
    const [{ headers, body }] = got as [Got];
    const told = JSON.parse(body) as Record<string, unknown>;
    assert.deepEqual(
      [told["event"], told["text"], told["model"], told["author"], told["at"]],
      [
        "registry.created",
        "made the model churn",
        { id: model.id, name: "churn" },
        "Ada <ada@example.org>",
        now,
      ],
    );
    const stamp = headers["x-loam-timestamp"];
    assert.equal(stamp, String(now / 1000));
    const expected = crypto
      .createHmac("sha256", "s3cret")
      .update(`${String(stamp)}.${body}`)
      .digest("hex");
    assert.equal(headers["x-loam-signature"], `sha256=${expected}`);
    assert.equal(headers["x-loam-event"], "registry.created");
    assert.equal(headers["x-loam-delivery"], told["delivery"]);
    assert.equal(last(bench), "delivered");
    assert.equal(await sendWebhooks(registry, deliver, never), 0);
    assert.equal(got.length, 1);
  });

  it("are tried again later and later, also by another process, under the same id", async () => {
    const first = newBench();
    const { url, got } = await listening([500, 503, 204]);
    first.registry.webhooks.add(url, [], "");
    createModel(first.registry, "churn");
    assert.equal(await sendWebhooks(first.registry, deliver, never), 1);
    assert.equal(await sendWebhooks(first.registry, deliver, never), 1);
    assert.equal(got.length, 1, "not before its time");
    assert.equal(last(first), "waiting");
    assert.equal(first.registry.webhooks.list()[0]?.waiting, 1);
    first.dispose();
    open.pop();
    const second = newBench();
    now += 11_000;
    assert.equal(await sendWebhooks(second.registry, deliver, never), 1);
    now += 11_000;
    assert.equal(await sendWebhooks(second.registry, deliver, never), 1);
    assert.equal(got.length, 2, "it waits longer the second time");
    now += 30_000;
    assert.equal(await sendWebhooks(second.registry, deliver, never), 0);
    assert.equal(new Set(got.map(({ headers }) => headers["x-loam-delivery"])).size, 1);
    assert.deepEqual([got.length, last(second)], [3, "delivered"]);
    assert.equal(got[0]?.headers["x-loam-signature"], undefined);
  });

  it("are given up after a redirect, a mistake, or eight tries", async () => {
    const bench = newBench();
    for (const status of [301, 404, 500]) {
      const { url, got } = await listening([status]);
      const id = bench.registry.webhooks.add(url, [], "");
      const model = createModel(bench.registry, `m${status}`);
      for (let n = 0; n < 12; n++) {
        await sendWebhooks(bench.registry, deliver, never);
        now += 24 * 3600 * 1000;
      }
      assert.equal(got.length, status === 500 ? 8 : 1);
      assert.equal(last(bench), "failed");
      bench.registry.webhooks.remove(id);
      deleteModel(bench.registry, model);
    }
    assert.deepEqual(bench.registry.webhooks.queued(), []);
  });

  it("send each delivery once, however many processes are at it", async () => {
    const benches = [newBench(), newBench(), newBench()];
    const [one] = benches as [Workbench, Workbench, Workbench];
    one.registry.webhooks.add("https://example.org/hook", [], "");
    for (let n = 0; n < 5; n++) createModel(one.registry, `m${n}`);
    const sent: string[] = [];
    const slow: Deliver = async ({ headers }) => {
      sent.push(headers["x-loam-delivery"] ?? "");
      await new Promise((resolve) => setImmediate(resolve));
      return { status: 200 };
    };
    await Promise.all(benches.map(({ registry }) => sendWebhooks(registry, slow, never)));
    assert.equal(sent.length, 5);
    assert.equal(new Set(sent).size, 5);
  });

  it("do not wait for an address that does not answer, and leave it alone for a while", async () => {
    const bench = newBench();
    const { webhooks } = bench.registry;
    const asked: string[] = [];
    const silent = http.createServer(() => void asked.push("silent"));
    servers.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const deaf = webhooks.add(`http://127.0.0.1:${port}/hook`, [], "");
    const { url, got } = await listening([200]);
    webhooks.add(url, [], "");
    createModel(bench.registry, "m");
    try {
      assert.equal(await sendWebhooks(bench.registry, deliver, AbortSignal.timeout(500)), 1);
      assert.equal(got.length, 1);
      const of = webhooks.list().find(({ id }) => id === deaf)?.lastDelivery;
      assert.deepEqual([of?.outcome, of?.told], ["waiting", "it did not answer in time"]);
      const began = performance.now();
      await sendWebhooks(bench.registry, deliver, AbortSignal.timeout(5000));
      assert.ok(performance.now() - began < 4000);
      assert.equal(asked.length, 1);
    } finally {
      silent.closeAllConnections();
    }
  });

  it("tell nothing of a fact whose write was cut off, and all of what was queued before a kill", async () => {
    const bench = newBench();
    bench.registry.webhooks.add("https://example.org/hook", [], "");
    const sent: string[] = [];
    const keep: Deliver = ({ headers }) => {
      sent.push(headers["x-loam-event"] ?? "");
      return Promise.resolve({ status: 200 });
    };
    const fact = { id: "0".repeat(26), kind: "registry.created", at: now, clock: 1, model: "0".repeat(16) };
    bench.registry.webhooks.queue(fact);
    assert.equal(await sendWebhooks(bench.registry, keep, never), 1);
    createModel(bench.registry, "churn");
    bench.dispose();
    open.pop();
    now += 120_000;
    assert.equal(await sendWebhooks(newBench().registry, keep, never), 0);
    assert.deepEqual(sent, ["registry.created"]);
  });

  it("are armed for one machine, with what is secret neither shown nor for others to read", () => {
    const bench = newBench();
    const { webhooks } = bench.registry;
    const id = webhooks.add("https://example.org/hook?token=hidden", ["alias.moved"], "s3cret");
    const shown = JSON.stringify(webhooks.list());
    assert.doesNotMatch(shown, /hidden|s3cret/);
    const file = path.join(bench.store.layout.root, "local", "webhooks", `${id}.json`);
    if (process.platform !== "win32") assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    const armed = JSON.parse(fs.readFileSync(file, "utf8")) as object;
    fs.writeFileSync(file, JSON.stringify({ ...armed, machine: "another" }));
    assert.equal(webhooks.list()[0]?.active, false);
    createModel(bench.registry, "churn");
    assert.deepEqual(webhooks.queued(), []);
  });

  it("refuse what is no address, and events that there are not", async () => {
    const { registry } = newBench();
    const { webhooks } = registry;
    for (const url of [
      "",
      "example.org",
      "ftp://example.org",
      "file:///etc/passwd",
      "https://a:b@example.org",
    ])
      assert.throws(() => webhooks.add(url, [], ""), { code: "value.invalid" }, url);
    assert.throws(() => webhooks.add("https://example.org", ["run.ended"], ""), { code: "value.invalid" });
    assert.throws(
      () => {
        webhooks.remove("../../x");
      },
      { code: "value.invalid" },
    );
    await assert.rejects(testWebhook(registry, "none", deliver, never), { code: "value.invalid" });
    const id = webhooks.add("http://127.0.0.1:9/", [], "");
    const { delivered, told } = await testWebhook(registry, id, deliver, never);
    assert.equal(delivered, false);
    assert.equal(told, "nothing answers at that address (ECONNREFUSED)");
  });

  it("say why none answered, also in another language, and keep it", async () => {
    const bench = newBench();
    const id = bench.registry.webhooks.add("https://example.org/hook", [], "");
    const german = JSON.parse(
      fs.readFileSync(new URL("../../../media/l10n/bundle.l10n.de.json", import.meta.url), "utf8"),
    ) as Record<string, string>;
    const failing =
      (error: Error): Deliver =>
      () =>
        Promise.reject(error);
    const coded = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });
    const told = async (sent: Deliver): Promise<string> => {
      await testWebhook(bench.registry, id, sent, never);
      const [hook] = bench.registry.webhooks.list(); // as it was kept
      return toldText(hook?.lastDelivery?.said ?? assert.fail(), german);
    };
    assert.match(await told(failing(coded("ECONNREFUSED"))), /antwortet nichts \(ECONNREFUSED\)$/);
    assert.match(await told(failing(coded("EAI_AGAIN"))), /Name ist hier nicht bekannt/);
    assert.match(await told(failing(coded("ECONNRESET"))), /Verbindung brach ab/);
    assert.match(await told(failing(coded("ENETUNREACH"))), /kein Weg/);
    assert.match(await told(failing(coded("DEPTH_ZERO_SELF_SIGNED_CERT"))), /Zertifikat/);
    assert.match(await told(failing(new Error("odd"))), /^nicht erreichbar: odd$/);
    assert.match(await told(() => Promise.resolve({ status: 302 })), /^302: Umleitungen/);
    assert.equal(await told(() => Promise.resolve({ status: 204 })), "204");
    const last = path.join(folder, ".loam", "local", "webhooks", `${id}.last.json`);
    const kept = JSON.parse(fs.readFileSync(last, "utf8")) as Record<string, unknown>;
    fs.writeFileSync(last, JSON.stringify({ ...kept, said: undefined }));
    assert.equal(bench.registry.webhooks.list()[0]?.lastDelivery?.told, "204", "as an older Loam kept it");
    fs.writeFileSync(last, JSON.stringify({ ...kept, said: { template: 5 } }));
    assert.equal(bench.registry.webhooks.list()[0]?.lastDelivery, null);
  });

  it("give up where no answer comes in time", async () => {
    const bench = newBench();
    const silent = http.createServer(() => undefined);
    servers.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const id = bench.registry.webhooks.add(`http://127.0.0.1:${port}/`, [], "");
    const soon: Deliver = (delivery) => deliver(delivery, AbortSignal.timeout(50));
    const { told } = await testWebhook(bench.registry, id, soon, never);
    assert.equal(told, "it did not answer in time");
    silent.closeAllConnections();
  });
});

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { emptyFolder } from "../core/tracking/bench-folder.js";
import { M, newRun, openEndpoint, queryOf, type Client, type Endpoint, type RunJson } from "./endpoint.js";

const P = "/api/2.0/mlflow-artifacts";
const INVALID = [400, "INVALID_PARAMETER_VALUE"];
const octets = { "Content-Type": "application/octet-stream" };

interface Files {
  readonly files?: readonly {
    readonly path: string;
    readonly is_dir: boolean;
    readonly file_size?: number;
  }[];
}

describe("artifacts over REST", () => {
  let endpoint: Endpoint;
  let client: Client;
  let run: RunJson;
  let base = "";
  before(async () => {
    endpoint = await openEndpoint({ folder: path.join(emptyFolder(), "inner") });
    client = endpoint.client;
  });
  after(() => endpoint.close());
  beforeEach(async () => {
    run = await newRun(client);
    base = `${P}/artifacts/${run.info.experiment_id}/${run.info.run_id}/artifacts`;
  });

  const encoded = (name: string): string => name.split("/").map(encodeURIComponent).join("/");
  const put = (name: string, content: string | Buffer, headers: http.OutgoingHttpHeaders = octets) =>
    client.ask("PUT", `${base}/${encoded(name)}`, undefined, { raw: content, headers });
  const fetched = (name: string, headers: http.OutgoingHttpHeaders = {}) =>
    client.ask("GET", `${base}/${encoded(name)}`, undefined, { headers });
  const listed = async (folder = ""): Promise<Files> =>
    client.ok<Files>(
      "GET",
      `${P}/artifacts${queryOf({ path: `${run.info.experiment_id}/${run.info.run_id}/artifacts${folder && `/${folder}`}` })}`,
    );
  const inStore = (): string => {
    const { layout } = endpoint.bench.store;
    return layout.artifacts({ room: "runs", id: run.info.run_id });
  };
  const everything = (): string[] =>
    fs.readdirSync(path.dirname(endpoint.bench.folder), { recursive: true, encoding: "utf8" });

  it("stores bytes as they come, whatever their type, and gives them back", async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
    for (const [name, type] of [
      ["a.bin", "application/octet-stream"],
      ["d/b.json", "application/json"],
      ["c.txt", "nonsense"],
      ["n.csv", undefined],
    ] as const) {
      assert.equal(
        (await put(name, bytes, type === undefined ? { "Content-Type": [] } : { "Content-Type": type })).text,
        "{}",
      );
      const back = await fetched(name);
      assert.deepEqual([back.status, back.bytes, back.headers["content-length"]], [200, bytes, "256"]);
    }
    assert.equal((await fetched("d/b.json")).headers["content-type"], "application/json");
    assert.equal((await fetched("n.csv")).headers["content-security-policy"], "sandbox");
    assert.deepEqual(fs.readFileSync(path.join(inStore(), "d", "b.json")), bytes);
  });

  it("takes chunks of unknown length, and replaces a file as a whole", async () => {
    const reply = await new Promise<number>((resolve, reject) => {
      const request = http.request(
        { host: "127.0.0.1", port: client.port, method: "PUT", path: `${base}/chunks.txt` },
        (response) => response.resume().on("end", () => resolve(response.statusCode ?? 0)),
      );
      request.on("error", reject);
      request.write("one ");
      setTimeout(() => request.end("two"), 20);
    });
    assert.equal(reply, 200);
    assert.equal((await fetched("chunks.txt")).text, "one two");
    for (const text of ["longer than before", "", "short"]) {
      await put("chunks.txt", text);
      assert.equal((await fetched("chunks.txt")).text, text);
    }
  });

  it("lists files and folders one level deep, and nothing for a file or what is not there", async () => {
    for (const name of ["a.txt", "d/b.txt", "d/e/c.txt"]) await put(name, name);
    assert.deepEqual((await listed()).files, [
      { path: "a.txt", is_dir: false, file_size: 5 },
      { path: "d", is_dir: true },
    ]);
    assert.deepEqual(
      (await listed("d")).files?.map((one) => one.path),
      ["b.txt", "e"],
    );
    for (const nothing of ["a.txt", "never"]) assert.deepEqual(await listed(nothing), {});
    assert.deepEqual(await client.ok("GET", `${P}/artifacts`), {});
    const of = (folder?: string) =>
      client.get<Files & { root_uri: string }>("/artifacts/list", {
        run_id: run.info.run_id,
        ...(folder === undefined ? {} : { path: folder }),
      });
    assert.equal((await of()).root_uri, run.info["artifact_uri"]);
    assert.deepEqual((await of("d/")).files, [
      { path: "d/b.txt", is_dir: false, file_size: 7 },
      { path: "d/e", is_dir: true },
    ]);
    assert.deepEqual(await of("never"), { root_uri: run.info["artifact_uri"] });
  });

  it("tells a missing file from a folder", async () => {
    await put("d/a.txt", "x");
    const missing = await client.refused("GET", `${base}/never.txt`);
    assert.deepEqual(missing.slice(0, 2), [404, "RESOURCE_DOES_NOT_EXIST"]);
    assert.match(missing[2], /never\.txt/);
    assert.deepEqual((await client.refused("GET", `${base}/d`)).slice(0, 2), INVALID);
    assert.deepEqual(
      (await client.refused("PUT", `${base}/d`, undefined, { raw: "x" })).slice(0, 2),
      INVALID,
    );
    assert.deepEqual(
      (await client.refused("PUT", `${base}/d/a.txt/b`, undefined, { raw: "x" })).slice(0, 2),
      INVALID,
    );
    assert.deepEqual((await client.refused("PUT", base, undefined, { raw: "x" })).slice(0, 2), INVALID);
  });

  it("deletes files and trees, and what is not there too", async () => {
    for (const name of ["keep.txt", "gone.txt", "tree/a/b.txt"]) await put(name, "x");
    for (const name of ["gone.txt", "tree", "tree", "never"])
      assert.equal((await client.ask("DELETE", `${base}/${name}`)).text, "{}");
    assert.deepEqual(
      (await listed()).files?.map((one) => one.path),
      ["keep.txt"],
    );
  });

  it("keeps odd names", async () => {
    const names = [
      "with space.txt",
      "a+b&c=d,e@f'g.txt",
      "ünïcödé 数据.txt",
      "emoji 🚀.bin",
      "semi;colon [x] {y} (z)!$~.txt",
      ".hidden",
      "trailing dot.",
      "CON",
      "a:b",
      "x\\y",
      'quo"te',
      "star*?<>|",
      "per%cent",
      "q?uery",
    ];
    for (const name of names) assert.equal((await put(`odd dir/${name}`, name)).status, 200, name);
    assert.deepEqual((await listed("odd dir")).files?.map((one) => one.path).toSorted(), names.toSorted());
    for (const name of names) assert.equal((await fetched(`odd dir/${name}`)).text, name);
    const [status, code, message] = await client.refused("PUT", `${base}/${"n".repeat(300)}`, undefined, {
      raw: "x",
    });
    assert.deepEqual([status, code], INVALID);
    assert.match(message, /longer than 255 bytes/);
  });

  it("never leaves its folder, however a path is written", async () => {
    const before = everything();
    const escapes = [
      "../x",
      "%2e%2e/x",
      "a/%2e%2e/%2e%2e/x",
      "%252e%252e/x",
      "%25252e%25252e%25252fx",
      "..%2f..%2fx",
      "..%5cx",
      "a%23b",
      "C:%5Cx",
      "c:%2Fx",
      "%00",
    ];
    for (const escape of escapes) {
      for (const method of ["PUT", "GET", "DELETE"]) {
        const reply = await client.ask(
          method,
          `${base}/${escape}`,
          undefined,
          method === "PUT" ? { raw: "x", headers: octets } : {},
        );
        const expected = method === "PUT" ? [400] : method === "GET" ? [400, 404] : [200, 400];
        assert.ok(expected.includes(reply.status), `${method} ${escape}: ${reply.status} ${reply.text}`);
      }
    }
    for (const whole of [
      "..",
      "../../x",
      `${run.info.run_id}/../artifacts/x`,
      "/etc/passwd",
      "C:/x",
      "nowhere/x",
      "artifacts/x",
    ]) {
      const [status, code, message] = await client.refused(
        "PUT",
        `${P}/artifacts/${encodeURIComponent(whole)}`,
        undefined,
        { raw: "x" },
      );
      assert.deepEqual([status, code], INVALID, whole);
      assert.match(message, /^Invalid path/);
    }
    for (const folder of ["../x", "a/../../x", "/etc", "%2e%2e", "C:\\x"]) {
      const list = `${M}/artifacts/list${queryOf({ run_id: run.info.run_id, path: folder })}`;
      for (const asked of [
        list,
        `${P}/artifacts${queryOf({ path: folder })}`,
        `/get-artifact${queryOf({ run_id: run.info.run_id, path: folder })}`,
      ])
        assert.deepEqual((await client.refused("GET", asked)).slice(0, 2), INVALID, asked);
    }
    assert.equal((await client.ask("PUT", `${base}/%E0%A4%A`, undefined, { raw: "x" })).status, 400);
    assert.deepEqual(everything(), before);
  });

  it("writes only below the run, whatever the path", async () => {
    const outside = () =>
      everything().filter((one) => !one.includes(run.info.run_id) && !/uploads|touched/.test(one));
    const before = outside();
    const part = fc.oneof(
      fc.constantFrom("..", ".", "%2e%2e", "%252e", "C:", "con", "~", "", "%", "%zz", "%00"),
      fc.string({ unit: "binary", maxLength: 8 }).map(encodeURIComponent),
      fc.string({ maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async (parts) => {
        const name = parts.join("/").replaceAll(/[^\u0021-\u007e]|[?#]/g, "_");
        const { status } = await client.ask("PUT", `${base}/${name}`, undefined, {
          raw: "x",
          headers: octets,
        });
        assert.ok([200, 400, 404].includes(status), `${status}`);
      }),
      { numRuns: 60 },
    );
    assert.deepEqual(outside(), before);
  });

  it("follows no symbolic link", async () => {
    await put("real.txt", "x");
    fs.symlinkSync("/etc", path.join(inStore(), "link"));
    fs.symlinkSync("/etc/hostname", path.join(inStore(), "file"));
    for (const name of ["link/hostname", "file"]) assert.equal((await fetched(name)).status, 400);
    assert.equal((await put("link/x", "x")).status, 400);
    assert.deepEqual(
      (await listed()).files?.map((one) => one.path),
      ["real.txt"],
    );
    await assert.rejects(listed("link"), /symbolic link/);
  });

  it("leaves what was there when an upload breaks off", async () => {
    await put("model.bin", "the old one");
    for (const chunked of [false, true]) {
      await new Promise<void>((resolve) => {
        const request = http.request({
          host: "127.0.0.1",
          port: client.port,
          method: "PUT",
          path: `${base}/model.bin`,
          headers: chunked ? {} : { "Content-Length": 1_000_000 },
        });
        request.on("error", () => resolve());
        request.write("half of", () => setTimeout(() => request.destroy(new Error("gone")), 30));
      });
    }
    const uploads = endpoint.bench.store.layout.at("local", "uploads");
    for (let n = 0; n < 100 && fs.readdirSync(uploads).length > 0; n++) await sleep(20);
    assert.deepEqual(fs.readdirSync(uploads), []);
    assert.equal((await fetched("model.bin")).text, "the old one");
    assert.deepEqual(endpoint.complaints, []);
  });

  it("needs a run, model or trace that is there", async () => {
    for (const owner of ["0".repeat(32), `models/m-${"0".repeat(32)}`, "traces/tr-never"]) {
      const where = `${P}/artifacts/0/${owner}/artifacts/x.txt`;
      assert.equal(
        (await client.ask("PUT", where, undefined, { raw: "x", headers: octets })).status,
        404,
        owner,
      );
      assert.equal((await client.ask("GET", where)).status, 404);
      assert.deepEqual(
        await client.ok("GET", `${P}/artifacts${queryOf({ path: `0/${owner}/artifacts` })}`),
        {},
      );
    }
  });

  it("gives parts of a file", async () => {
    await put("digits", "0123456789");
    for (const [range, status, text, said] of [
      ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
      ["bytes=7-", 206, "789", "bytes 7-9/10"],
      ["bytes=-2", 206, "89", "bytes 8-9/10"],
      ["bytes=5-99", 206, "56789", "bytes 5-9/10"],
      ["bytes=20-", 416, "", "bytes */10"],
      ["lines=1-2", 200, "0123456789", undefined],
    ] as const) {
      const reply = await fetched("digits", { Range: range });
      assert.deepEqual(
        [reply.status, reply.text, reply.headers["content-range"]],
        [status, text, said],
        range,
      );
    }
    const head = await client.ask("HEAD", `${base}/digits`);
    assert.deepEqual([head.status, head.text, head.headers["content-length"]], [200, "", "10"]);
  });

  it("serves downloads and uploads of MLflow's page", async () => {
    const place = { run_uuid: run.info.run_id, path: "ui/up.txt" };
    const upload = `/ajax-api/2.0/mlflow/upload-artifact${queryOf(place)}`;
    assert.equal((await client.ask("POST", upload, undefined, { raw: "up", headers: octets })).status, 200);
    const back = await client.ask("GET", `/get-artifact${queryOf(place)}`);
    assert.deepEqual(
      [back.text, back.headers["content-disposition"]],
      ["up", "attachment; filename*=UTF-8''up.txt"],
    );
    assert.equal((await client.refused("POST", upload, undefined, { raw: "", headers: octets }))[0], 400);
    const great = Buffer.alloc(10 * 1024 * 1024 + 1);
    assert.equal((await client.refused("POST", upload, undefined, { raw: great, headers: octets }))[0], 413);
    assert.equal((await client.ask("GET", `/get-artifact${queryOf(place)}`)).text, "up");
  });

  it("offers no transfer in parts, in the words that clients look for", async () => {
    for (const [method, way, words] of [
      ["POST", "mpu/create", /^Multipart upload is not supported for the current artifact repository/],
      ["POST", "mpu/complete", /upload/],
      ["POST", "mpu/abort", /upload/],
      ["GET", "presigned", /^Multipart download is not supported for the current artifact repository/],
    ] as const) {
      const [status, code, message] = await client.refused(
        method,
        `${P}/${way}/0/${run.info.run_id}/artifacts/x`,
        method === "POST" ? {} : undefined,
      );
      assert.deepEqual([status, code], [501, "NOT_IMPLEMENTED"]);
      assert.match(message, words);
    }
  });

  it("carries a large file without holding it in memory", async () => {
    const size = 256 * 1024 * 1024;
    const block = Buffer.alloc(1024 * 1024, "abcdefgh");
    const memory = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers)), 5);
    await new Promise<void>((resolve, reject) => {
      const request = http.request(
        {
          host: "127.0.0.1",
          port: client.port,
          method: "PUT",
          path: `${base}/large.bin`,
          headers: { "Content-Length": size },
        },
        (response) =>
          response
            .resume()
            .on("end", () =>
              response.statusCode === 200 ? resolve() : reject(new Error(String(response.statusCode))),
            ),
      );
      request.on("error", reject);
      let sent = 0;
      const more = (): void => {
        while (sent < size) {
          sent += block.byteLength;
          if (!request.write(block)) {
            request.once("drain", more);
            return;
          }
        }
        request.end();
      };
      more();
    });
    clearInterval(watch);
    assert.equal((await listed()).files?.[0]?.file_size, size);
    assert.ok(most - memory < size / 2, `${(most - memory) / 1e6} MB`);
    const tail = await fetched("large.bin", { Range: "bytes=-8" });
    assert.equal(tail.text, "abcdefgh");
  });
});

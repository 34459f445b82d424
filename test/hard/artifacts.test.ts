import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import { filesBelow, newFolder, runFolder, stopAll } from "../run/loam.js";
import { eventually } from "../waiting.js";
import { TestServer } from "./server.js";

const megabyte = 1_000_000;

describe("artifacts that a server must withstand", function () {
  this.timeout(120_000);
  let folder = "";
  let server: TestServer;
  let run: { readonly id: string; readonly artifacts: string };

  before(async () => {
    folder = newFolder();
    server = await TestServer.start(folder);
    run = await server.createRun();
  });
  after(async () => {
    await server.end();
    stopAll();
    fs.rmSync(folder, { recursive: true });
  });

  const begin = (
    name: string,
    bytes: number,
    then?: (response: http.IncomingMessage) => void,
  ): http.ClientRequest =>
    http.request(
      `${server.url}${run.artifacts}/${name}`,
      { method: "PUT", headers: { authorization: `Bearer ${server.token}`, "content-length": bytes } },
      then,
    );

  it("500 MB, up and down, in little memory", async () => {
    const chunk = Buffer.alloc(megabyte);
    const status = await new Promise<number>((resolve, reject) => {
      const request = begin("big.bin", 500 * megabyte, (response) => {
        response.resume().on("end", () => {
          resolve(response.statusCode ?? 0);
        });
      });
      request.on("error", reject);
      let sent = 0;
      const go = (): void => {
        while (sent < 500) {
          sent++;
          if (request.write(chunk)) continue;
          request.once("drain", go);
          return;
        }
        request.end();
      };
      go();
    });
    assert.equal(status, 200);
    assert.equal(
      fs.statSync(path.join(runFolder(folder, run.id), "artifacts", "big.bin")).size,
      500 * megabyte,
    );
    const size = await new Promise<number>((resolve, reject) => {
      const headers = { authorization: `Bearer ${server.token}` };
      http
        .get(`${server.url}${run.artifacts}/big.bin`, { headers }, (response) => {
          let bytes = 0;
          response
            .on("data", (piece: Buffer) => (bytes += piece.length))
            .on("end", () => {
              resolve(bytes);
            });
        })
        .on("error", reject);
    });
    assert.equal(size, 500 * megabyte);
    const { peak } = server;
    if (peak !== undefined) assert.ok(peak < 250, `the server held ${peak.toFixed(0)} MB`);
  });

  it("an upload that breaks off, which leaves what was there before", async () => {
    const place = `${run.artifacts}/model.bin`;
    await server.ask(place, { method: "PUT", body: "the one before" });
    const uploads = (): string[] => filesBelow(path.join(folder, ".loam", "local", "uploads"));
    const request = begin("model.bin", 5 * megabyte).on("error", () => undefined);
    request.write(Buffer.alloc(2 * megabyte));
    await eventually("the upload's file", () => (uploads().length === 1 ? true : undefined));
    request.destroy();
    await eventually("its removal", () => (uploads().length === 0 ? true : undefined));
    assert.equal((await server.ask(place)).body.toString(), "the one before");
  });

  it("names, each of which comes back as it was given and stands on the disk as every system can hold it", async () => {
    const onDisk: Readonly<Record<string, string>> = {
      'dir/"q".txt': "dir/%22q%22.txt",
      "😀.txt": "😀.txt",
      CON: "%43ON",
      "con.txt": "%63on.txt",
      "a:b": "a%3Ab",
      "end.": "end%2E",
      "end ": "end%20",
      "*?<|>": "%2A%3F%3C%7C%3E",
    };
    for (const [name, file] of Object.entries(onDisk)) {
      const place = `${run.artifacts}/${name.split("/").map(encodeURIComponent).join("/")}`;
      assert.equal((await server.ask(place, { method: "PUT", body: name })).status, 200, name);
      assert.equal((await server.ask(place)).body.toString(), name);
      const kept = path.join(runFolder(folder, run.id), "artifacts", ...file.split("/"));
      assert.equal(fs.readFileSync(kept, "utf8"), name);
    }
    const { files } = await server.get<{ files: { path: string }[] }>(`artifacts/list?run_id=${run.id}`);
    const names = files.map((one) => one.path);
    for (const name of Object.keys(onDisk)) assert.ok(names.includes(name.split("/")[0] ?? ""), name);
  });

  it("names that lead elsewhere", async () => {
    const outside = filesBelow(path.join(folder, ".loam")).length;
    const refused = async (name: string): Promise<[number, string]> => {
      const { status, message } = await server.ask(`${run.artifacts}/${name}`, { method: "PUT", body: "x" });
      return [status, message.replaceAll(run.id, "RUN")];
    };
    assert.deepEqual(await refused("..%2f..%2fx"), [
      400,
      "Invalid path: '0/RUN/artifacts/../../x' leads out of its folder.",
    ]);
    assert.deepEqual(await refused("%252e%252e%252fx"), [
      400,
      "Invalid path: '0/RUN/artifacts/%2e%2e%2fx' leads out of its folder.",
    ]);
    assert.deepEqual(await refused("../x"), [
      400,
      "Invalid path: '0/RUN/x' belongs to no run, logged model or trace. Log files to a run: their place is the run's artifact_uri.",
    ]);
    assert.deepEqual(await refused("x%23y"), [400, "Invalid path: '0/RUN/artifacts/x#y' holds a '#'."]);
    assert.deepEqual(await refused("a%00b"), [400, "Invalid path: 'a\u0000b' holds a zero byte."]);
    assert.deepEqual(await refused("l".repeat(300)), [
      400,
      `The name '${"l".repeat(40)}…' is longer than 255 bytes.`,
    ]);
    assert.deepEqual(await refused("."), [400, "Invalid path: a file needs a name."]);
    assert.equal(filesBelow(path.join(folder, ".loam")).length, outside);
  });
});

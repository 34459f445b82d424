import assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { loam, looking, newFolder, stopAll, type Ended } from "./loam.js";

/** Makes a model over the endpoint of its run, and says so. */
const register = `
const { MLFLOW_TRACKING_URI: url, MLFLOW_TRACKING_TOKEN: token } = process.env;
fetch(url + "/api/2.0/mlflow/registered-models/create", {
  method: "POST",
  headers: { authorization: "Bearer " + token, "content-type": "application/json" },
  body: JSON.stringify({ name: process.argv[1] }),
}).then(async (answer) => {
  console.log(answer.status);
  await new Promise((resolve) => setTimeout(resolve, Number(process.argv[2])));
});
`;

describe("webhooks of what a run registers", function () {
  const got: { readonly event: string; readonly at: number }[] = [];
  let folder = "";
  let status = 200;
  let server: http.Server;

  before((done) => {
    server = http.createServer((request, response) => {
      got.push({ event: String(request.headers["x-loam-event"]), at: Date.now() });
      response.writeHead(status).end();
    });
    server.listen(0, "127.0.0.1", done);
  });
  after(() => server.close());
  beforeEach(async () => {
    folder = newFolder();
    got.length = 0;
    status = 200;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    await loam(folder, ["init"]);
    assert.equal((await loam(folder, ["models", "webhooks", "add", url])).code, 0);
  });
  afterEach(stopAll);

  const run = (name: string, ms: number): Promise<Ended> =>
    loam(folder, ["run", "--", process.execPath, "-e", register, name, String(ms)]);
  const waiting = (): number => looking(folder, (bench) => bench.registry.webhooks.queued().length);

  it("are told by the run itself, while it goes and at its end", async () => {
    const short = await run("short", 0);
    assert.deepEqual([short.code, got.map(({ event }) => event)], [0, ["registry.created"]]);
    assert.doesNotMatch(short.err, /webhook/);
    const long = await run("long", 4000);
    const ended = Date.now();
    assert.equal(long.code, 0);
    assert.ok(ended - (got[1]?.at ?? ended) > 1000, "it was told before the run ended");
    assert.equal(waiting(), 0);
  });

  it("stay queued where nobody takes them, which it says, and the run ends all the same", async () => {
    status = 503;
    const { code, err } = await run("refused", 0);
    assert.equal(code, 0);
    assert.match(err, /^loam: A webhook was not delivered yet: loam models webhooks list tells more\.$/m);
    assert.deepEqual([got.length, waiting()], [1, 1]);
  });
});

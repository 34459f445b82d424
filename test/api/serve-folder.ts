import { nodePorts } from "../../src/core/base/ports.js";
import { openWorkbench } from "../../src/core/workbench.js";
import { startApi } from "../../src/api/server.js";

/**
 * A process of its own that serves the store of a folder until its standard input ends:
 * `serve-folder.ts FOLDER [TOKEN [hidden]]`, where `hidden` keeps other processes from finding it.
 */
const [, , folder = ".", token = "", hidden] = process.argv;
const bench = openWorkbench(folder, nodePorts, { create: true });
const api = await startApi({ bench, token: token === "" ? null : token });
if (hidden === undefined)
  bench.store.live.announce({ role: "server", url: api.url, ...(token === "" ? {} : { token }) });
process.stdout.write(`${JSON.stringify({ url: api.url })}\n`);
process.stdin.resume().once("end", () => {
  void api.close().then(() => {
    bench.dispose();
    process.exit(0);
  });
});

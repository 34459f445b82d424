import { nodePorts } from "../../src/core/base/ports.js";
import { openWorkbench } from "../../src/core/workbench.js";
import { startApi } from "../../src/api/server.js";

/** Serves the store of a folder until its standard input ends: a process of its own, as the real ones are. */
const [, , folder = ".", token = ""] = process.argv;
const bench = openWorkbench(folder, nodePorts, { create: true });
const api = await startApi({ tracking: bench.tracking, token: token === "" ? null : token });
bench.store.live.announce({ role: "server", url: api.url, ...(token === "" ? {} : { token }) });
process.stdout.write(`${JSON.stringify({ url: api.url })}\n`);
process.stdin.resume().once("end", () => {
  void api.close().then(() => {
    bench.dispose();
    process.exit(0);
  });
});

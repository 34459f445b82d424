// An extension of the tests that lives beside Loam in the same extension host, so that a story can look at the editor
// from within: ask the API what is open, end the threads of Loam's engines, measure how long the host stood still.
const fs = require("node:fs");
const http = require("node:http");
const { Session } = require("node:inspector");
const vscode = require("vscode");

/** How often the host is looked at, in ms. */
const tickMs = 2;

/** Lets every engine throw what nobody catches. Gives how many there were. */
async function crashEngines() {
  const session = new Session();
  session.connect();
  const workers = [];
  session.on("NodeWorker.attachedToWorker", ({ params }) => workers.push(params));
  const post = (method, params) =>
    new Promise((resolve, reject) => {
      session.post(method, params, (error, result) => (error ? reject(error) : resolve(result)));
    });
  await post("NodeWorker.enable", { waitForDebuggerOnStart: false });
  const engines = workers.filter(({ workerInfo }) => JSON.stringify(workerInfo).includes("engine"));
  const expression = 'setImmediate(() => { throw new Error("a test ended the engine"); })';
  for (const { sessionId } of engines) {
    const message = JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression } });
    await post("NodeWorker.sendMessageToWorker", { sessionId, message });
  }
  session.disconnect();
  return engines.length;
}

let longest = { wall: 0, busy: 0 };

/** Notes the longest time between two turns of the host's loop: on the clock, and of it what its thread worked. */
function watchPauses() {
  let [at, worked] = [performance.now(), process.threadCpuUsage()];
  setInterval(() => {
    const [now, used] = [performance.now(), process.threadCpuUsage(worked)];
    const wall = now - at - tickMs;
    const busy = (used.user + used.system) / 1000;
    longest = { wall: Math.max(longest.wall, wall), busy: Math.max(longest.busy, busy) };
    [at, worked] = [performance.now(), process.threadCpuUsage()];
  }, tickMs);
}

const inside = {
  vscode,
  crashEngines,
  /** The longest pause since it was last asked, in ms. */
  longestPause: () => {
    const told = longest;
    longest = { wall: 0, busy: 0 };
    return told;
  },
};

async function answer(text) {
  const { source, argument } = JSON.parse(text);
  const work = new Function("__name", `return (${source});`)((one) => one);
  return (await work(inside, argument)) ?? null;
}

exports.activate = () => {
  const socket = process.env["LOAM_PROBE"];
  fs.rmSync(socket, { force: true });
  watchPauses();
  http
    .createServer((request, response) => {
      const parts = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        answer(Buffer.concat(parts).toString()).then(
          (result) => response.end(JSON.stringify({ result })),
          (error) => response.end(JSON.stringify({ error: error.stack ?? String(error) })),
        );
      });
    })
    .listen(socket);
};

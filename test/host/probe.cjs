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

const none = { wall: 0, busy: 0, own: 0 };
let longest = none;

/** Milliseconds that the host's main thread worked, and that it waited for a processor; Linux only. */
function scheduled() {
  try {
    const [worked, waited] = fs.readFileSync("/proc/self/schedstat", "utf8").split(" ");
    return { worked: Number(worked) / 1e6, waited: Number(waited) / 1e6 };
  } catch {
    const { user, system } = process.threadCpuUsage();
    return { worked: (user + system) / 1000, waited: 0 };
  }
}

/** Notes the longest times between two turns of the host's loop. */
function watchPauses() {
  let [at, before] = [performance.now(), scheduled()];
  setInterval(() => {
    const [now, after] = [performance.now(), scheduled()];
    const wall = now - at - tickMs;
    const busy = after.worked - before.worked;
    const own = wall - (after.waited - before.waited);
    longest = {
      wall: Math.max(longest.wall, wall),
      busy: Math.max(longest.busy, busy),
      own: Math.max(longest.own, own),
    };
    [at, before] = [performance.now(), scheduled()];
  }, tickMs);
}

const inside = {
  vscode,
  crashEngines,
  /** The longest pause since it was last asked, in ms. */
  longestPause: () => {
    const told = longest;
    longest = none;
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

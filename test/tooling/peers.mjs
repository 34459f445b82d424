// `npm run test:peers`: real MLflow clients, of version 3 and 2, against `loam server`, and once more with their calls
// split between `loam server` and the supervisor of a `loam run` on one store.
//
//     node test/tooling/peers.mjs [PART OF A CHECK'S NAME …]
//
// LOAM_PEER_TARGET=mlflow runs the same checks against `mlflow server`, which proves the checks.
// LOAM_PEER_CLIENTS=3 (or 2) and LOAM_PEER_MODES=server (or split) run a part.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";
import {
  asCommand,
  build,
  cache,
  endTree,
  loam,
  node,
  root,
  toolEnvironment,
  virtualEnvironment,
} from "./prepare.mjs";
import { startLoamServer, startMlflowServer } from "./servers.mjs";

const checks = path.join(root, "test", "peers");
const limitMinutes = 20;

function chosen(variable, all) {
  const given = process.env[variable];
  return given === undefined ? all : all.filter((one) => given.split(",").includes(one));
}

function environmentOf(client) {
  return path.join(cache, "peers", `mlflow${client}`);
}

const installClient = (client) =>
  virtualEnvironment(environmentOf(client), path.join(checks, "clients", `mlflow${client}.txt`));

/** Makes the environments of the clients, one after the other: they go through the same cache of packages. */
export async function installClients(clients = ["3", "2"]) {
  for (const client of clients) await installClient(client);
}

/** The environment for clients: nothing of the caller's MLflow settings, no proxy on the way to this machine. */
function clientEnvironment(more) {
  const env = toolEnvironment({
    MLFLOW_DISABLE_TELEMETRY: "true",
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: "2",
    // A logged model's packages are otherwise found by loading it in a process of its own: seconds, and no server's part.
    MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT: "0",
    NO_PROXY: "127.0.0.1,localhost",
    no_proxy: "127.0.0.1,localhost",
    PYTHONUTF8: "1",
    MPLBACKEND: "Agg",
    GIT_PYTHON_REFRESH: "quiet",
    ...more,
  });
  for (const name of Object.keys(env))
    if (name.startsWith("MLFLOW_") && !(name in more) && !/TELEMETRY|RETRIES|INFERENCE/.test(name))
      delete env[name];
  return env;
}

/** Runs a command that prints one JSON line a check; its other output goes to the log. Resolves with its exit code. */
function collect(command, args, { cwd, env, log }, each) {
  return new Promise((resolve, reject) => {
    const file = fs.openSync(log, "a");
    const detached = process.platform !== "win32";
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", file], detached });
    const kill = () => endTree(child);
    process.once("exit", kill);
    const timer = setTimeout(kill, limitMinutes * 60_000);
    readline.createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith('{"name":')) each(JSON.parse(line));
      else fs.appendFileSync(log, line + "\n");
    });
    child.once("error", reject);
    child.once("close", (code) => {
      fs.closeSync(file);
      clearTimeout(timer);
      process.off("exit", kill);
      resolve(code ?? 1);
    });
  });
}

function loamCode(args, cwd, env, log) {
  return collect(node, [loam, ...args], { cwd, env, log }, () => undefined);
}

/** All checks of one client in one mode, on a new empty store. */
async function round(client, mode, target, parts, record) {
  const title = `mlflow ${client}, ${mode}`;
  const place = fs.mkdtempSync(path.join(os.tmpdir(), `loam-peers-${client}-${mode}-`));
  const log = path.join(place, "output.log");
  const folder = path.join(place, "folder");
  fs.mkdirSync(folder);
  const tell = (name, ok, error, seconds = 0) => record({ name: `${title}: ${name}`, ok, error, seconds });
  const python = await installClient(client);
  const check = [python, path.join(checks, "run.py"), ...parts];
  const bare = clientEnvironment({});
  const serve = () =>
    target === "mlflow"
      ? startMlflowServer(environmentOf("3"), folder, bare, log)
      : startLoamServer(folder, bare, log);
  const endpoints = [await serve()];
  if (mode === "split" && target === "mlflow") endpoints.push(await serve());

  let command = check;
  const settings = target === "loam" ? { LOAM_PEER_COMMAND: JSON.stringify([node, loam]) } : {};
  const [first, ...others] = endpoints;
  if (mode === "split" && target === "loam") {
    command = [node, loam, "run", "--", ...check]; // the supervisor gives its own endpoint to its child
    others.push(first);
  } else {
    settings["MLFLOW_TRACKING_URI"] = first.url;
    if (first.token !== null) settings["MLFLOW_TRACKING_TOKEN"] = first.token;
  }
  if (mode === "split")
    settings["LOAM_PEER_URLS"] = JSON.stringify(others.map(({ url, token }) => ({ url, token })));

  let passed = 0;
  let failed = 0;
  const [program, ...args] = command;
  const code = await collect(
    program,
    args,
    { cwd: folder, env: clientEnvironment(settings), log },
    (result) => {
      result.ok ? passed++ : failed++;
      tell(result.name, result.ok, result.error, result.seconds);
    },
  );
  const whole = passed + failed > 0 && code === (failed > 0 ? 1 : 0);
  tell(
    "all checks came to their end",
    whole,
    whole ? null : `exit code ${code}; the end of ${log}:\n${end(log)}`,
  );
  for (const endpoint of endpoints) {
    const how = await endpoint.stop();
    const right = how === 0 || (process.platform === "win32" && how === "SIGTERM");
    tell("the server ends when it is asked to", right, right ? null : `it ended with ${how}:\n${end(log)}`);
  }
  if (target === "loam") {
    const verified = await loamCode(["verify", "--dir", folder], folder, bare, log);
    tell(
      "the store is whole",
      verified === 0,
      verified === 0 ? null : `loam verify: ${verified}\n${end(log)}`,
    );
  }
  if (failed === 0 && whole) fs.rmSync(place, { recursive: true, force: true, maxRetries: 5 });
}

function end(log) {
  return fs.existsSync(log) ? fs.readFileSync(log, "utf8").slice(-3000) : "";
}

/**
 * Runs the peer checks, the two clients at the same time, and says a line a check.
 * Resolves with { passed, failed: [name …] }.
 */
export async function checkPeers(parts = [], say = console.log) {
  const target = process.env["LOAM_PEER_TARGET"] ?? "loam";
  const clients = chosen("LOAM_PEER_CLIENTS", ["3", "2"]);
  const modes = chosen("LOAM_PEER_MODES", ["server", "split"]);
  const counts = { passed: 0, failed: [] };
  const record = ({ name, ok, error, seconds }) => {
    say(`  ${ok ? "ok    " : "FAILED"} ${name}${seconds >= 1 ? ` (${seconds.toFixed(1)} s)` : ""}`);
    if (!ok) say(String(error).replace(/^/gm, "         "));
    if (ok) counts.passed++;
    else counts.failed.push(name);
  };
  await installClients(target === "mlflow" ? ["3", ...clients] : clients);
  await Promise.all(
    clients.map(async (client) => {
      for (const mode of modes)
        try {
          await round(client, mode, target, parts, record);
        } catch (error) {
          record({ name: `mlflow ${client}, ${mode}`, ok: false, error: error.message ?? error, seconds: 0 });
        }
    }),
  );
  return counts;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await asCommand(async () => {
    if (process.env["LOAM_PEER_TARGET"] !== "mlflow") await build();
    return checkPeers(process.argv.slice(2));
  });

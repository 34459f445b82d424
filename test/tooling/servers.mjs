// The servers that the peer checks talk to: `loam server`, and `mlflow server` to prove the checks.
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import readline from "node:readline";
import { endTree, inEnvironment, loam, node } from "./prepare.mjs";

const windows = process.platform === "win32";
const loamSeconds = 30;
const mlflowSeconds = 180;

/** What a server has written so far goes to a file, whose end is shown when something fails. */
function start(command, args, { cwd, env, log }) {
  const file = fs.openSync(log, "a");
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", file], detached: !windows });
  fs.closeSync(file);
  const kill = () => endTree(child);
  process.once("exit", kill);
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => (process.off("exit", kill), resolve(signal ?? code)));
  });
  return { child, ended };
}

function within(promise, seconds, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function tail(log) {
  return fs.readFileSync(log, "utf8").slice(-3000);
}

/** Starts `loam server` on the store of `folder`. `stop` asks it to end and gives how it did (0 is right). */
export async function startLoamServer(folder, env, log) {
  const { child, ended } = start(node, [loam, "server", "--dir", folder], { cwd: folder, env, log });
  const lines = readline.createInterface({ input: child.stdout });
  const first = new Promise((resolve) => lines.once("line", resolve));
  const died = ended.then((how) => Promise.reject(new Error(`loam server ended (${how}):\n${tail(log)}`)));
  try {
    const ready = JSON.parse(
      await within(Promise.race([first, died]), loamSeconds, "The start of loam server"),
    );
    died.catch(() => undefined);
    const stop = async () => {
      child.kill("SIGTERM");
      return await within(ended, loamSeconds, "The end of loam server").catch(
        (late) => (endTree(child), late.message),
      );
    };
    return { url: ready.url, token: ready.token, stop };
  } catch (error) {
    endTree(child);
    throw error;
  }
}

async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts `mlflow server` of a virtual environment on the SQLite file and artifacts of `folder`. */
export async function startMlflowServer(environment, folder, env, log) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const store = `sqlite:///${path.join(folder, "mlflow.db").replaceAll("\\", "/")}`;
  const place = ["--artifacts-destination", path.join(folder, "artifacts"), "--serve-artifacts"];
  // as a module: the program's own script names the folder where the environment was made
  const args = ["-m", "mlflow", "server", "--host", "127.0.0.1", "--port", String(port), "--workers", "1"];
  const program = inEnvironment(environment, "python");
  const { child, ended } = start(program, [...args, "--backend-store-uri", store, ...place], {
    cwd: folder,
    env,
    log,
  });
  child.stdout.resume();
  let how;
  void ended.then((end) => (how = end));
  const until = Date.now() + mlflowSeconds * 1000;
  for (;;) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok) break;
    if (how !== undefined) throw new Error(`mlflow server ended (${how}):\n${tail(log)}`);
    if (Date.now() > until) {
      endTree(child);
      throw new Error(`mlflow server was not ready after ${mlflowSeconds} s:\n${tail(log)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const stop = async () => {
    endTree(child);
    await ended;
    return 0;
  };
  return { url, token: null, stop };
}

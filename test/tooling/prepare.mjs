// What `npm test`, `npm start` and the peer checks share. Runs on Node 20 before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
export const cache = path.join(root, ".cache");
const windows = process.platform === "win32";

/** Node 24, as npm installed it; and the command line that the build made. */
export const node = path.join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node");
export const loam = path.join(root, "dist", "cli.js");

/** Something that a person has to install: what is missing, and the command that brings it. */
export class Missing extends Error {
  constructor(what, fix) {
    super(`${what}\n    Fix: ${fix}`);
  }
}

const debian = fs.existsSync("/etc/debian_version");
const install = {
  git:
    { win32: "winget install Git.Git", darwin: "xcode-select --install" }[process.platform] ??
    (debian ? "sudo apt-get install -y git" : "sudo dnf install -y git"),
  python:
    { win32: "winget install Python.Python.3.13", darwin: "brew install python@3.13" }[process.platform] ??
    (debian ? "sudo apt-get install -y python3 python3-venv" : "sudo dnf install -y python3.13"),
};

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130)); // "exit" ends what runs

/** The environment for tools: those of node_modules first on the path, as in npm scripts. */
export function toolEnvironment(more = {}) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  const bin = path.join(root, "node_modules", ".bin");
  return { ...process.env, [name]: bin + path.delimiter + (process.env[name] ?? ""), ...more };
}

/** Ends a process with all that it started. */
export function endTree(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (windows) spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"]);
  else
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL"); // it leads no group of its own
    }
}

/**
 * Runs a command with its output streamed, or handed to `hear` piece by piece. Resolves with its exit code; past the
 * limit it is ended and 124 comes.
 */
export function run(command, args, { cwd = root, env = toolEnvironment(), limitMinutes = 15, hear } = {}) {
  return new Promise((resolve, reject) => {
    const output = hear ? "pipe" : "inherit";
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", output, output], detached: !windows });
    if (hear) for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", hear);
    const interrupt = () => endTree(child);
    process.once("exit", interrupt);
    const timer = setTimeout(() => {
      console.error(`${path.basename(command)} ${args.join(" ")}: ended after ${limitMinutes} minutes`);
      endTree(child);
      resolve(124);
    }, limitMinutes * 60_000);
    const settle = () => {
      clearTimeout(timer);
      process.off("exit", interrupt);
    };
    child.once("error", (error) => (settle(), reject(error)));
    child.once("close", (code) => (settle(), resolve(code ?? 1)));
  });
}

/** Like `run`, and an exit code other than 0 is an error. */
export async function mustRun(what, command, args, options) {
  const code = await run(command, args, options);
  if (code !== 0) throw new Error(`${what} failed with exit code ${code}`);
}

/** Command and arguments of the npm that runs this, else of the one on the path. */
export function npmCommand(args) {
  const cli = process.env["npm_execpath"] ?? "";
  const beside = path.join(path.dirname(process.execPath), "node_modules", "npm", "bin", "npm-cli.js");
  for (const file of [cli, beside])
    if (path.basename(file) === "npm-cli.js" && fs.existsSync(file))
      return [process.execPath, [file, ...args]];
  return windows ? ["cmd.exe", ["/d", "/s", "/c", "npm.cmd", ...args]] : ["npm", args];
}

export function npm(args, options) {
  return run(...npmCommand(args), options);
}

function packagesAreCurrent() {
  const read = (file) => JSON.parse(fs.readFileSync(path.join(root, file), "utf8")).packages;
  try {
    const installed = read("node_modules/.package-lock.json");
    return Object.entries(read("package-lock.json")).every(
      ([place, wanted]) =>
        place === "" || wanted.optional || wanted.devOptional || installed[place]?.version === wanted.version,
    );
  } catch {
    return false;
  }
}

/** `npm ci` empties node_modules first: behind a link, those of somebody else. */
function refuseLink() {
  const modules = path.join(root, "node_modules");
  if (!fs.lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  throw new Missing(
    `${modules} is a link to ${fs.readlinkSync(modules)}, whose packages are not those of package-lock.json.`,
    "remove the link, and packages are installed here; or bring the folder that it leads to up to date there",
  );
}

/** Brings node_modules to what package-lock.json says, with Node 24 in it. */
export async function installPackages() {
  if (Number(process.versions.node.split(".")[0]) < 20)
    throw new Missing(
      `Node ${process.versions.node} is too old: 20 or newer is needed.`,
      "https://nodejs.org",
    );
  if (!packagesAreCurrent()) {
    refuseLink();
    console.log("Installing packages (npm) …");
    // A running node.exe cannot be removed, which `npm ci` would try when it is the one of node_modules.
    const own = windows && process.execPath.startsWith(path.join(root, "node_modules"));
    await mustRun("npm", ...npmCommand(own ? ["install", "--no-save"] : ["ci"]));
  }
  await installNode();
}

/** Brings Node 24: no package's install script runs here (`.npmrc`), so the package `node` comes without its program. */
export async function installNode() {
  if (works(node, ["--version"])) return;
  const folder = path.join(root, "node_modules", "node");
  await mustRun("Installing Node 24", process.execPath, ["installArchSpecificPackage.js"], { cwd: folder });
  await mustRun("npm", ...npmCommand(["rebuild", "node", "--ignore-scripts"]));
}

export async function build() {
  await mustRun("The build", ...npmCommand(["run", "-s", "build"]));
}

function works(command, args) {
  const done = spawnSync(command, args, { stdio: "ignore", timeout: 60_000 });
  return done.error === undefined && done.status === 0;
}

export function requireGit() {
  if (!works("git", ["--version"])) throw new Missing("git is not on the path.", install.git);
}

const oldest = [3, 11];
const newest = [3, 13];

/** Command and first arguments of a Python that the pinned packages have wheels for, with a working venv module. */
export function findPython() {
  const seen = [];
  const given = process.env["LOAM_PYTHON"];
  const names = given
    ? [[given]]
    : [["python3"], ["python3.13"], ["python3.12"], ["python3.11"], ["python"], ["py", "-3"]];
  for (const [command, ...first] of names) {
    const ask = "import sys; print('%d.%d' % sys.version_info[:2]); import venv, ensurepip";
    const told = spawnSync(command, [...first, "-c", ask], { encoding: "utf8", timeout: 60_000 });
    const version = (told.stdout ?? "").trim().split("\n")[0] ?? "";
    const [major, minor] = version.split(".").map(Number);
    if (told.error !== undefined || minor === undefined || Number.isNaN(minor)) continue;
    if (major !== 3 || minor < oldest[1] || minor > newest[1]) seen.push(`${command} is ${version}`);
    else if (told.status !== 0) seen.push(`${command} ${version} has no venv module`);
    else return [command, ...first];
  }
  const found = seen.length > 0 ? `; ${seen.join(", ")}` : "";
  throw new Missing(
    `Python ${oldest.join(".")} to ${newest.join(".")} with its venv module is needed${found}.`,
    `${install.python}   (or name one: LOAM_PYTHON=/path/to/python)`,
  );
}

/** The program `name` of a virtual environment. */
export function inEnvironment(folder, name) {
  return windows ? path.join(folder, "Scripts", `${name}.exe`) : path.join(folder, "bin", name);
}

const uvVersion = "0.13.9";

/** uv, in an environment of its own: it installs the hundred packages of a client in seconds. */
async function findUv(python) {
  const folder = path.join(cache, "uv", uvVersion);
  const uv = inEnvironment(folder, "uv");
  if (works(uv, ["--version"])) return uv;
  const [command, ...first] = python;
  fs.rmSync(folder, { recursive: true, force: true });
  await mustRun("Making a virtual environment", command, [...first, "-m", "venv", folder]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `uv==${uvVersion}`];
  await mustRun("Installing uv", inEnvironment(folder, "python"), pip);
  return uv;
}

/**
 * Makes `folder` a virtual environment with the packages of the requirements file, and gives its Python. One that was
 * made from the same file is used as it is.
 */
export async function virtualEnvironment(folder, requirements) {
  const program = inEnvironment(folder, "python");
  const stamp = path.join(folder, "requirements.sha256");
  const wanted = createHash("sha256").update(fs.readFileSync(requirements)).digest("hex");
  const made = fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted;
  if (made && works(program, ["--version"])) return program;
  const python = findPython();
  console.log(`Installing Python packages into ${path.relative(root, folder)} …`);
  const uv = await findUv(python);
  const env = toolEnvironment({
    UV_CACHE_DIR: process.env["UV_CACHE_DIR"] ?? path.join(cache, "uv", "wheels"),
  });
  if (process.env["PIP_INDEX_URL"]) env["UV_DEFAULT_INDEX"] ??= process.env["PIP_INDEX_URL"];
  const interpreter = spawnSync(python[0], [...python.slice(1), "-c", "import sys; print(sys.executable)"]);
  fs.rmSync(folder, { recursive: true, force: true });
  const base = interpreter.stdout.toString().trim();
  await mustRun("Making a virtual environment", uv, ["venv", "--quiet", "--seed", "--python", base, folder], {
    env,
  });
  // compiled once here, and not by each process that imports MLflow: that takes seconds, the first run's among them
  const pip = ["pip", "install", "--quiet", "--compile-bytecode", "--python", program];
  pip.push("--requirement", requirements);
  await mustRun("Installing Python packages", uv, pip, { env });
  fs.writeFileSync(stamp, wanted);
  return program;
}

/** Runs checks that count for themselves as a command: its last line and its exit code say how they ended. */
export async function asCommand(check) {
  try {
    requireGit();
    await installPackages();
    const { passed, failed } = await check();
    for (const name of failed) console.log(`failed: ${name}`);
    console.log(`${passed} passed, ${failed.length} failed`);
    process.exitCode = failed.length > 0 || passed === 0 ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Missing ? error.message : error);
    process.exitCode = 1;
  }
}

// `npm start`: from a fresh clone to the packaged extension in an editor, with the example open.
//
//     npm start                  in `code` where it is on the path, else in the browser
//     npm start -- --browser     in the browser, in any case
//     npm start -- --terminal    no editor: a tracked run of the example from the terminal
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { installExtension, installServer, startServer } from "./editor.mjs";
import { packageExtension } from "./package.mjs";
import {
  build,
  cache,
  installPackages,
  loam,
  Missing,
  node,
  requireGit,
  root,
  run,
  virtualEnvironment,
} from "./prepare.mjs";

const example = path.join(root, "examples", "breast-cancer");
const windows = process.platform === "win32";

async function start(options) {
  requireGit();
  await installPackages();
  await build();
  const python = await virtualEnvironment(
    path.join(example, ".venv"),
    path.join(example, "requirements.txt"),
  );
  if (options.includes("--terminal")) return inTerminal(python);
  const vsix = await packageExtension();
  if (!options.includes("--browser") && inCode(vsix)) return;
  await inBrowser(vsix);
}

const toTry = `
Try, for example:

  1. Open train.py and press Run, the triangle above the file. Loam's view in the activity bar shows the run.
  2. Change a number in train.py, for example the default of --n-estimators, and run it again.
  3. Run train_long.py, close the window while it trains, and open it again: the training goes on.

The same without an editor: npm start -- --terminal
`;

/** Runs VS Code's own command. On Windows it is a batch file, which needs a shell. */
function code(args) {
  const quoted = args.map((arg) => `"${arg}"`);
  return spawnSync("code", windows ? quoted : args, { encoding: "utf8", timeout: 120_000, shell: windows });
}

/** Installs the package into the VS Code of this person and opens the example there. False: there is none that can. */
function inCode(vsix) {
  if (code(["--version"]).status !== 0) return false;
  const installed = code(["--install-extension", vsix, "--force"]);
  const opened = installed.status === 0 ? code([example]) : installed;
  if (opened.status !== 0) {
    console.log(`\`code\` could not open it: ${(opened.stderr || String(opened.error ?? "")).trim()}`);
    return false;
  }
  console.log(`\nVS Code opens ${path.relative(root, example)} with Loam installed.\n${toTry}`);
  return true;
}

/** Installs the package into a server of its own and stays until it is ended. */
async function inBrowser(vsix) {
  await installServer();
  const data = path.join(cache, "editor", "session");
  const extensions = path.join(data, "extensions");
  await installExtension(vsix, { data, extensions });
  const server = await startServer({ data, extensions, gallery: true, ...(await address(data)) });
  const url = server.url({ folder: example });
  console.log(`\nLoam is installed in an editor that opens the example at\n\n    ${url}\n${toTry}`);
  console.log("Ctrl-C ends the editor. A training that runs then goes on.");
  openUrl(url);
  for (const signal of ["SIGINT", "SIGTERM"]) process.prependOnceListener(signal, () => process.exit(0));
  throw new Error(`The editor ended with exit code ${await server.ended}.`);
}

/** Port and token of the last session where they can be had, so that a page left open finds its editor again. */
async function address(data) {
  const file = path.join(data, "address.json");
  let last = { port: 0, token: randomBytes(16).toString("hex") };
  if (fs.existsSync(file)) last = JSON.parse(fs.readFileSync(file, "utf8"));
  const port = await new Promise((resolve, reject) => {
    const drawn = () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    };
    const probe = net.createServer().once("listening", drawn);
    probe.on("error", () =>
      last.port === 0 ? reject(new Error("No port is free.")) : probe.listen(0, host),
    );
    const host = "127.0.0.1";
    probe.listen(last.port, host);
  });
  fs.writeFileSync(file, JSON.stringify({ ...last, port }), { mode: 0o600 });
  return { ...last, port };
}

/** Opens the page in the person's browser where there is a display; else the address that was printed has to do. */
function openUrl(url) {
  const display = process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"];
  const openers = { darwin: ["open", [url]], win32: ["explorer.exe", [url]] };
  const [command, args] = openers[process.platform] ?? ["xdg-open", [url]];
  if (!(process.platform in openers) && !display) return;
  spawn(command, args, { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

async function inTerminal(python) {
  const script = path.relative(root, path.join(example, "train.py"));
  console.log(`\nRunning ${script} below \`loam run\`. The script knows nothing of Loam.\n`);
  const ended = await loamIn(["run", "--", python, "train.py", "--n-estimators", "50"]);
  if (ended !== 0) throw new Error(`The run ended with exit code ${ended}.`);
  console.log("\nWhat the folder now has:\n");
  await loamIn(["runs", "list"]);
  console.log(`\nNext, for example:\n\n${next(python).join("\n")}\n`);
}

function loamIn(args) {
  return run(node, [loam, ...args], { cwd: example });
}

function quoted(word) {
  return /[^\w./\\:-]/.test(word) ? `"${word}"` : word;
}

function next(python) {
  const here = (file) => quoted(path.relative(example, file));
  const program = `${here(node)} ${here(loam)}`;
  const interpreter = here(python);
  return [
    `  cd ${quoted(path.relative(process.cwd(), example) || ".")}`,
    `  ${program} run -- ${interpreter} train.py --model logreg --lr 0.01`,
    `  ${program} run -- ${interpreter} train.py --config params.yaml`,
    `  ${program} run -- ${interpreter} train_plain.py`,
    `  ${program} runs list`,
    `  ${program} runs search --filter "metrics.accuracy > 0.9 order by metrics.accuracy desc"`,
    `  ${program} verify`,
  ];
}

try {
  if (!fs.existsSync(path.join(root, "package-lock.json"))) throw new Error("package-lock.json is missing.");
  await start(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Missing ? `\n${error.message}` : `\n${error.message ?? error}`);
  process.exitCode = 1;
}

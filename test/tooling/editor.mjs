// A real VS Code where there is none: the server that the npm package `code-server` ships, and Chromium to open it in.
// Both are installed below the project, or by apt, when they are first needed.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { cache, endTree, Missing, mustRun, node, npmCommand, root, toolEnvironment } from "./prepare.mjs";

/** The version of VS Code that comes with it is the same without the leading 4. */
const serverVersion = "4.139.1";
const folder = path.join(cache, "editor", serverVersion);
const vscode = path.join(folder, "node_modules", "code-server", "lib", "vscode");
const serverMain = path.join(vscode, "out", "server-main.js");

/** Installs the server into the cache, once: half a minute and 600 MB. Nothing is compiled, no install script runs. */
export async function installServer() {
  const stamp = path.join(folder, "installed");
  if (fs.existsSync(stamp)) return;
  console.log(`Installing the editor (code-server ${serverVersion}) into ${path.relative(root, folder)} …`);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const server = npmCommand(["install", ...quiet, "--no-package-lock", `code-server@${serverVersion}`]);
  await mustRun("Installing the editor", ...server, { cwd: folder });
  await mustRun("Installing the editor's packages", ...npmCommand(["install", "--omit=dev", ...quiet]), {
    cwd: vscode,
  });
  fs.writeFileSync(stamp, "");
}

const browsers = {
  linux: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: [
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
  ],
};

/** The path of a Chromium on this machine; undefined where there is none. */
export function installedBrowser() {
  const given = process.env["LOAM_CHROMIUM"];
  const places = (process.env["PATH"] ?? "").split(path.delimiter);
  for (const name of given ? [given] : (browsers[process.platform] ?? browsers.linux)) {
    const files = path.isAbsolute(name) ? [name] : places.map((place) => path.join(place, name));
    const file = files.find((one) => fs.existsSync(one));
    if (file !== undefined) return file;
  }
  return undefined;
}

/** LightGBM, which the checks of clients convert models of, needs OpenMP; that is small and comes in the same go. */
const aptInstall = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "libgomp1"];

function apt(args) {
  const env = toolEnvironment({ DEBIAN_FRONTEND: "noninteractive" });
  // Another apt may hold the lock for a while.
  const wait = ["-q", "-o", "DPkg::Lock::Timeout=300"];
  return spawnSync("apt-get", [...wait, ...args], { env, encoding: "utf8", timeout: 600_000 });
}

/** The path of a Chromium. Debian's is installed where there is none and this is root; else `Missing` names the command. */
export function findBrowser() {
  const there = installedBrowser();
  if (there !== undefined) return there;
  const debian = fs.existsSync("/etc/debian_version");
  let why = "";
  if (debian && process.getuid?.() === 0) {
    console.log("Installing Chromium (apt-get) …");
    let done = apt(aptInstall.slice(1));
    if (done.status !== 0) {
      apt(["update"]);
      done = apt(aptInstall.slice(1));
    }
    const file = installedBrowser();
    if (file !== undefined) return file;
    why = ` apt-get said: ${(done.stderr || done.stdout || String(done.error)).trim().split("\n").slice(-3).join(" ")}`;
  }
  const fix = { win32: "winget install Google.Chrome", darwin: "brew install --cask google-chrome" };
  throw new Missing(
    `Chromium is needed for the tests in the editor.${why}`,
    `${fix[process.platform] ?? (debian ? `sudo ${aptInstall.join(" ")}` : "sudo dnf install -y chromium")}   (or name one: LOAM_CHROMIUM=/path/to/chromium)`,
  );
}

/** The environment of an editor that starts anew: nothing of an editor in whose terminal this may run. */
function editorEnvironment(more) {
  const env = toolEnvironment(more);
  for (const name of Object.keys(env))
    if (/^VSCODE_|^ELECTRON_/.test(name) || name === "NODE_OPTIONS") delete env[name];
  return env;
}

/** Installs a packaged extension as a person's editor does. */
export async function installExtension(vsix, { data, extensions }) {
  const where = ["--server-data-dir", data, "--extensions-dir", extensions];
  const args = [serverMain, "--install-extension", vsix, "--force", ...where];
  const done = spawnSync(node, args, { env: editorEnvironment({}), encoding: "utf8", timeout: 120_000 });
  if (done.status !== 0) throw new Error(`The extension was not installed:\n${done.stdout}${done.stderr}`);
}

/** Everything of a first start that would stand in the way, and nothing that asks the network. */
export const quietSettings = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
};

/**
 * Starts an editor's server on a free port of this machine.
 *
 * - `data` its folder (settings, state, logs); `extensions` the folder of installed extensions
 * - `settings` of the user; `trust` false: each folder is trusted, true: as for a person, who is asked
 * - `development` lets the page name an extension in development and its tests
 * - `token` what the page's address must carry; `port` the port, which has to be free; without it one is drawn
 * - `gallery` false: extensions are not looked for on the network
 * - `env` more environment; `log` a file for what it prints
 *
 * Resolves with `{ authority, url(query), ended, stop() }`; `ended` resolves with the exit code.
 */
export async function startServer(options) {
  const {
    data,
    extensions,
    settings = {},
    trust = false,
    development = false,
    gallery = false,
    log,
  } = options;
  const env = { ...(gallery ? {} : { EXTENSIONS_GALLERY: "{}" }), ...options.env };
  const user = path.join(data, "data", "User", "settings.json");
  fs.mkdirSync(path.dirname(user), { recursive: true });
  // What a person changed in an earlier session stays.
  if (!fs.existsSync(user))
    fs.writeFileSync(user, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  const token = options.token ?? randomBytes(16).toString("hex");
  const args = ["--host", "127.0.0.1", "--port", String(options.port ?? 0), "--connection-token", token];
  args.push("--accept-server-license-terms", "--telemetry-level", "off", "--server-data-dir", data);
  if (extensions !== undefined) args.push("--extensions-dir", extensions);
  if (!trust) args.push("--disable-workspace-trust");
  if (development) args.push("--enable-smoke-test-driver");
  const file = log ?? path.join(data, "server.log");
  const child = spawn(node, [serverMain, ...args], {
    env: editorEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  const kill = () => endTree(child);
  process.once("exit", kill);
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const port = await new Promise((resolve, reject) => {
    const said = [];
    const hear = (line) => {
      fs.appendFileSync(file, line + "\n");
      said.push(line);
      const at = /Extension host agent listening on (\d+)/.exec(line);
      if (at) resolve(Number(at[1]));
    };
    for (const stream of [child.stdout, child.stderr])
      readline.createInterface({ input: stream }).on("line", hear);
    child.once("error", reject);
    void exited.then((code) =>
      reject(new Error(`The editor's server ended with ${code}:\n${said.slice(-15).join("\n")}`)),
    );
    setTimeout(() => reject(new Error("The editor's server did not start within a minute.")), 60_000).unref();
  });
  const authority = `127.0.0.1:${port}`;
  return {
    authority,
    url(query) {
      return `http://${authority}/?${new URLSearchParams({ tkn: token, ...query })}`;
    },
    ended: exited,
    async stop() {
      kill();
      await exited;
      process.off("exit", kill);
    },
  };
}

/** Starts Chromium through Playwright; nothing of it asks the network by itself. */
export async function openBrowser() {
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath: findBrowser(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

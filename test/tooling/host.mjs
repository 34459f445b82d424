// `npm run test:host`: the extension in a real VS Code. Suites run inside the extension host (test/host/*.host.ts);
// stories drive the packaged extension through a browser as a person would (test/host/*.story.ts).
//
//     node test/tooling/host.mjs [PART OF A FILE'S NAME …]
//     node test/tooling/host.mjs --bundle        only bundles the suites, for the debugger
//
// So called, the stories also keep pictures below .cache/pictures in three themes (LOAM_PICTURES).
//
// On Linux the editor is a server with Chromium. LOAM_DESKTOP=1, and any other system, runs the suites in a desktop VS
// Code that is downloaded (LOAM_DESKTOP=1.100.0: that version); the stories need the server.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { findBrowser, installServer, quietSettings } from "./editor.mjs";
import { packageExtension, stageExtension } from "./package.mjs";
import { asCommand, build, cache, node, root, run, toolEnvironment, virtualEnvironment } from "./prepare.mjs";

const tests = path.join(root, "test", "host");
const desktop = process.env["LOAM_DESKTOP"] ?? (process.platform === "linux" ? "" : "1");

/** The files of test/host that end so and, where parts of names are given, have one of them in theirs. */
function filesOf(ending, parts) {
  const files = fs.readdirSync(tests).filter((file) => file.endsWith(ending));
  return files.filter((file) => parts.length === 0 || parts.some((part) => file.includes(part))).sort();
}

/** Each suite becomes a CommonJS file of its own, which finds mocha in the project and `vscode` in the editor. */
async function bundleSuites(files) {
  const { build: bundle } = await import("esbuild");
  const folder = path.join(cache, "host-tests");
  fs.rmSync(folder, { recursive: true, force: true });
  await bundle({
    entryPoints: ["suite.ts", ...files].map((file) => path.join(tests, file)),
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: "inline",
    external: ["vscode", "mocha"],
    logLevel: "warning",
  });
  return path.join(folder, "suite.cjs");
}

function readCounts(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : { passed: 0, failed: [] };
}

/** Runs all suites in one editor that opens a copy of the example. */
async function runSuites(files, { place, python }) {
  console.log("\n── suites inside the editor");
  const { downloadAndUnzipVSCode, runTests } = await import("@vscode/test-electron");
  const suite = await bundleSuites(files);
  const extension = path.join(place, "extension");
  stageExtension(extension);
  const data = path.join(place, "user");
  fs.mkdirSync(path.join(data, "User"), { recursive: true });
  fs.writeFileSync(path.join(data, "User", "settings.json"), JSON.stringify(quietSettings));
  const counts = path.join(place, "suites.json");
  let ending = "";
  try {
    await runTests({
      vscodeExecutablePath: desktop
        ? await downloadAndUnzipVSCode({
            version: desktop === "1" ? "stable" : desktop,
            cachePath: path.join(cache, "desktop"),
          })
        : path.join(tests, "run-in-editor.mjs"),
      extensionDevelopmentPath: extension,
      extensionTestsPath: suite,
      launchArgs: [
        copyExample(path.join(place, "suites", "breast-cancer"), python),
        `--user-data-dir=${data}`,
        `--extensions-dir=${path.join(data, "extensions")}`,
      ],
      extensionTestsEnv: hostEnvironment({
        LOAM_COUNTS: counts,
        LOAM_REPORTER: path.join(root, "test", "tooling", "reporter.cjs"),
        LOAM_NODE: node,
      }),
    });
  } catch (error) {
    ending = error.message ?? String(error);
  }
  const told = readCounts(counts);
  const whole = told.passed + told.failed.length > 0 && (ending === "" || told.failed.length > 0);
  if (!whole) told.failed.push(`the suites came to their end: ${ending}`);
  return told;
}

/** Runs the stories in plain mocha; each opens an editor of its own. */
async function runStories(files, { place, python }) {
  console.log("\n── stories in the editor");
  const staged = path.join(place, "staged");
  const vsix = await packageExtension(staged);
  const counts = path.join(place, "stories.json");
  const mocha = path.join(root, "node_modules", "mocha", "bin", "mocha.js");
  const code = await run(
    node,
    [mocha, "--timeout", "180000", ...files.map((file) => path.join(tests, file))],
    {
      env: hostEnvironment({
        LOAM_COUNTS: counts,
        LOAM_VSIX: vsix,
        LOAM_NODE: node,
        LOAM_EXAMPLE: copyExample(path.join(place, "stories", "breast-cancer"), python),
        LOAM_PLACE: place,
        LOAM_EXTENSION: staged,
      }),
    },
  );
  const told = readCounts(counts);
  const whole = told.passed + told.failed.length > 0 && (code === 0 || told.failed.length > 0);
  if (!whole) told.failed.push(`the stories came to their end: mocha ended with ${code}`);
  return told;
}

/** No MLflow settings of the caller, no proxy on the way to this machine. */
function hostEnvironment(more) {
  const env = toolEnvironment({ NO_PROXY: "127.0.0.1,localhost", no_proxy: "127.0.0.1,localhost", ...more });
  for (const name of Object.keys(env)) if (/^(MLFLOW|DATABRICKS)_/.test(name)) delete env[name];
  return env;
}

/** A copy of the example below the folder, as a git work tree with a virtual environment. Gives its path. */
function copyExample(folder, python) {
  const source = path.join(root, "examples", "breast-cancer");
  const own = [".loam", ".venv", "mlruns", "mlflow.db", "__pycache__"];
  fs.cpSync(source, folder, { recursive: true, filter: (file) => !own.includes(path.basename(file)) });
  fs.symlinkSync(path.dirname(path.dirname(python)), path.join(folder, ".venv"), "junction");
  fs.appendFileSync(path.join(folder, ".gitignore"), ".venv\n"); // a link is no folder
  const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];
  for (const args of [
    ["init", "-q", "-b", "main"],
    ["add", "."],
    [...author, "commit", "-q", "-m", "Begin"],
  ])
    execFileSync("git", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return fs.realpathSync(folder);
}

/**
 * Runs suites and stories on what was built before. Resolves with { passed, failed: [name …] }.
 */
export async function checkEditor(parts = []) {
  const suites = filesOf(".host.ts", parts);
  const stories = desktop ? [] : filesOf(".story.ts", parts);
  if (!desktop) {
    findBrowser();
    await installServer();
  }
  // The client environment of the peer checks has all that the example needs.
  const python = await virtualEnvironment(
    path.join(cache, "peers", "mlflow3"),
    path.join(root, "test", "peers", "clients", "mlflow3.txt"),
  );
  const place = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "loam-host-")));
  const all = { passed: 0, failed: [] };
  const add = ({ passed, failed }) => {
    all.passed += passed;
    all.failed.push(...failed.map((name) => `editor: ${name}`));
  };
  if (suites.length > 0) add(await runSuites(suites, { place, python }));
  if (stories.length > 0) add(await runStories(stories, { place, python }));
  if (all.failed.length > 0) console.log(`What the editors wrote is in ${place}`);
  else fs.rmSync(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  return all;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--bundle")) await bundleSuites(filesOf(".host.ts", []));
  else
    await asCommand(async () => {
      await build();
      process.env["LOAM_PICTURES"] ??= "1";
      return checkEditor(process.argv.slice(2));
    });
}

// `npm test`: from a fresh clone to one last line `N passed, N failed`. Nothing has to be installed before but Node 20,
// npm, git and Python; what else is missing is installed below the project.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { checkEditor } from "./host.mjs";
import { findBrowser, installServer } from "./editor.mjs";
import { checkPeers, installClients } from "./peers.mjs";
import {
  build,
  findPython,
  installPackages,
  loam,
  Missing,
  node,
  npm,
  requireGit,
  root,
  run,
  toolEnvironment,
} from "./prepare.mjs";

const failures = [];
let passed = 0;

function failedWith(name, error) {
  failures.push(name);
  console.log(error instanceof Missing ? error.message : (error?.stack ?? error));
}

const secondsSince = (started) => `${Math.round((Date.now() - started) / 1000)} s`;

/** One check: it passes unless it throws or gives an exit code other than 0. Says whether it passed. */
async function step(name, work, started = Date.now()) {
  console.log(`\n── ${name}`);
  try {
    const code = await work();
    if (typeof code === "number" && code !== 0) throw `${name}: exit code ${code}`;
    passed++;
    console.log(`── ${name}: passed in ${secondsSince(started)}`);
    return true;
  } catch (error) {
    failedWith(name, error);
    return false;
  }
}

/** Checks that only read the sources, two at a time; each shows what it printed when it is done. */
async function readSources() {
  const lane = async (scripts) => {
    for (const script of scripts) {
      const started = Date.now();
      const said = [];
      const code = await npm(["run", "-s", script], { hear: (text) => said.push(text) });
      const show = () => {
        process.stdout.write(said.join(""));
        return code;
      };
      await step(script, show, started);
    }
  };
  await Promise.all([lane(["lint"]), lane(["types", "direction", "unused"])]);
}

/** What the last checks need from a registry comes while the first ones run. What fails here is told there. */
async function fetchAhead() {
  await Promise.allSettled([installClients(), process.platform === "linux" ? installServer() : undefined]);
}

/** The rooms of test/ that hold mocha tests, with their files: "architecture" for those at the top, "core", "run" … */
function suites() {
  const found = new Map();
  const files = fs
    .readdirSync(path.join(root, "test"), { recursive: true })
    .map((file) => file.replaceAll("\\", "/"));
  for (const file of files.sort()) {
    if (!file.endsWith(".test.ts") || file.startsWith("fixtures/")) continue;
    const room = file.includes("/") ? file.slice(0, file.indexOf("/")) : "house";
    found.set(room, [...(found.get(room) ?? []), `test/${file}`]);
  }
  return found;
}

/**
 * Runs mocha on the files, which find what was built, and counts their tests one by one. What it prints stands together,
 * also beside another.
 */
async function suite(room, files) {
  const started = Date.now();
  const said = [];
  const counts = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "loam-test-")), "counts.json");
  const mocha = path.join(root, "node_modules", "mocha", "bin", "mocha.js");
  const code = await run(node, [mocha, ...files], {
    env: toolEnvironment({ LOAM_COUNTS: counts, LOAM_BUILT: path.dirname(loam) }),
    hear: (text) => said.push(text),
  });
  console.log(`\n── tests of ${room}`);
  process.stdout.write(said.join(""));
  const told = fs.existsSync(counts)
    ? JSON.parse(fs.readFileSync(counts, "utf8"))
    : { passed: 0, failed: [], skipped: 0 };
  fs.rmSync(path.dirname(counts), { recursive: true });
  passed += told.passed;
  failures.push(...told.failed.map((name) => `${room}: ${name}`));
  if (told.skipped > 0) console.log(`${room}: ${told.skipped} tests are not for this system`);
  console.log(`── tests of ${room}: ${secondsSince(started)}`);
  const whole = told.passed + told.failed.length > 0 && (code === 0 || told.failed.length > 0);
  if (!whole) failures.push(`${room}: mocha ended with exit code ${code}`);
}

/** Seconds that tests of pages take on a quiet machine; those that are not named take a few. */
const secondsOfPages = {
  "every-page": 70,
  dataset: 25,
  "run-page": 25,
  runs: 25,
  german: 20,
  models: 20,
  "lineage-page": 15,
  "runs-list": 12,
  "runs-query": 12,
  console: 10,
  "compare-page": 8,
};

/** Files in parts that take about as long: each file, the longest first, goes to the part that is shortest. */
function inParts(files, count) {
  const secondsOf = (file) => secondsOfPages[path.basename(file, ".test.ts")] ?? 3;
  const found = Array.from({ length: count }, () => ({ files: [], seconds: 0 }));
  for (const file of [...files].sort((a, b) => secondsOf(b) - secondsOf(a))) {
    const [part] = [...found].sort((a, b) => a.seconds - b.seconds);
    part.files.push(file);
    part.seconds += secondsOf(file);
  }
  return found.map((part) => part.files);
}

/** Work in its order, two pieces at a time: most of it waits for processes, pages or answers. */
async function inTwoLanes(work) {
  const rest = [...work];
  const lane = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await next();
  };
  await Promise.all([lane(), lane()]);
}

/** Checks that count for themselves. */
async function counted(name, check) {
  const started = Date.now();
  console.log(`\n── ${name}`);
  try {
    const told = await check();
    passed += told.passed;
    failures.push(...told.failed);
  } catch (error) {
    failedWith(name, error);
  }
  console.log(`── ${name}: ${secondsSince(started)}`);
}

/** Shows what a check says when it is done: what another says meanwhile would stand between. */
async function together(check) {
  const said = [];
  try {
    return await check((line) => said.push(line));
  } finally {
    console.log(said.join("\n"));
  }
}

async function everything() {
  await step("git", requireGit);
  const python = await step("python", findPython);
  if (!(await step("packages", installPackages))) return;
  const built = await step("build", build);
  await step("browser", () => {
    process.env["LOAM_CHROMIUM"] = findBrowser(); // the tests of pages look for it there
  });
  const ahead = python ? fetchAhead() : undefined;
  await readSources();
  const all = [...suites()];
  const pages = inParts(
    all.flatMap(([room, files]) => (room === "webview" ? files : [])),
    4,
  );
  const fetched = (name, check) => async () => {
    if (!built || !python) failures.push(`${name}: not run without a build and Python`);
    else await ahead.then(() => counted(name, check));
  };
  // The longest stand before parts that are short, so that both lanes end at about the same time.
  await inTwoLanes([
    ...all
      .filter(([room]) => room !== "webview")
      .map(
        ([room, files]) =>
          () =>
            suite(room, files),
      ),
    fetched("real MLflow clients", () => together((say) => checkPeers([], say))),
    fetched("in the editor", () => checkEditor()),
    ...pages.map((files, n) => () => suite(`pages, part ${n + 1}`, files)),
  ]);
}

try {
  await everything();
} catch (error) {
  failedWith("npm test", error);
}
console.log(failures.map((name) => `\nfailed: ${name}`).join(""));
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0;

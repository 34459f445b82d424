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

/** Rooms whose tests mostly wait for processes: they go beside those that compute. */
const waiting = ["run", "api", "kill"];

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

/** Files in two halves that take about as long: each file, the longest first, goes to the half that is shorter. */
function halves(files) {
  const secondsOf = (file) => secondsOfPages[path.basename(file, ".test.ts")] ?? 3;
  const found = [
    { files: [], seconds: 0 },
    { files: [], seconds: 0 },
  ];
  for (const file of [...files].sort((a, b) => secondsOf(b) - secondsOf(a))) {
    const [half] = [...found].sort((a, b) => a.seconds - b.seconds);
    half.files.push(file);
    half.seconds += secondsOf(file);
  }
  return found.map((half) => half.files);
}

/** All suites in two lanes, then those of pages in two: each lane of these has a browser of its own. */
async function allSuites() {
  const all = [...suites()];
  const lane = async (chosen) => {
    for (const [room, files] of chosen) await suite(room, files);
  };
  const inPages = ([room]) => room === "webview";
  const waits = ([room]) => waiting.includes(room);
  await Promise.all([lane(all.filter(waits)), lane(all.filter((one) => !waits(one) && !inPages(one)))]);
  const [one, other] = halves(all.filter(inPages).flatMap(([, files]) => files));
  await Promise.all([suite("pages, one half", one), suite("pages, the other half", other)]);
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
  await allSuites();
  await ahead;
  // Both wait most of their time: for a page to draw, for a client's answer.
  await Promise.all(
    [
      ["in the editor", () => checkEditor()],
      ["real MLflow clients", () => together((say) => checkPeers([], say))],
    ].map(async ([name, check]) => {
      if (built && python) await counted(name, check);
      else failures.push(`${name}: not run without a build and Python`);
    }),
  );
}

try {
  await everything();
} catch (error) {
  failedWith("npm test", error);
}
console.log(failures.map((name) => `\nfailed: ${name}`).join(""));
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0;

import * as fs from "node:fs";
import * as path from "node:path";
import type { RunTab, Subject } from "../../src/protocol/pages.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { newFolder } from "../run/loam.js";
import { closeBrowser, openStage, type StageOptions } from "./harness.js";
import { themes } from "./themes.js";
import { newest, projectFolder, startSlow, track } from "./tracked-folder.js";

// Takes pictures of the run page and the metrics view, to be looked at: pictures.ts FOLDER [PART OF A NAME] [de].

const [into = "pictures", wanted = "", language] = process.argv.slice(2);
const tabs: readonly RunTab[] = ["charts", "overview", "console", "artifacts", "code", "data", "system"];

async function picture(
  name: string,
  options: StageOptions,
  before?: (page: Stage) => Promise<void>,
): Promise<void> {
  if (!name.includes(wanted)) return;
  const stage = await openStage({ ...options, language: language === "de" ? "de" : "en" });
  try {
    await stage.page.locator("main").waitFor({ timeout: 5000 });
    await stage.page.waitForLoadState("networkidle");
    await stage.page.waitForTimeout(700); // a picture is of what stands still
    await before?.(stage.page);
    await stage.page.screenshot({ path: path.join(into, `${name}.png`), fullPage: false });
  } catch (error) {
    console.log(`${name}: ${String(error)}`);
  } finally {
    for (const fault of stage.faults) console.log(`${name}: ${fault}`);
    await stage.close();
  }
}

type Stage = Awaited<ReturnType<typeof openStage>>["page"];

fs.mkdirSync(into, { recursive: true });
const folder = projectFolder();
const done = await track(folder, "python3", "train.py", "--steps", "300");
const failed = await track(folder, "python3", "broken.py");
const of = (run: string, tab?: RunTab): Subject => ({ page: "run", run, ...(tab ? { tab } : {}) });
for (const tab of tabs) await picture(`run-${tab}-dark`, { folder, subject: of(done, tab) });
for (const theme of themes) {
  await picture(`run-charts-${theme}`, { folder, subject: of(done), theme });
  await picture(`run-overview-${theme}`, { folder, subject: of(done, "overview"), theme });
  await picture(`run-failed-${theme}`, { folder, subject: of(failed), theme });
}
for (const tab of tabs)
  await picture(`run-${tab}-narrow`, {
    folder,
    subject: of(done, tab),
    width: 320,
    height: 700,
    theme: "light",
  });
await picture("run-crosshair", { folder, subject: of(done) }, async (page) => {
  await page
    .locator(".chart-plot")
    .first()
    .hover({ position: { x: 150, y: 60 } });
});
await picture("run-smooth", { folder, subject: of(done), theme: "light" }, async (page) => {
  await page.locator("input[type=range]").fill("0.9");
  await page.waitForTimeout(300);
});
await picture("run-zoom", { folder, subject: of(done) }, async (page) => {
  await page.locator(".chart-plot").first().focus();
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  await page.waitForTimeout(500);
});
await picture("run-table", { folder, subject: of(done) }, async (page) => {
  await page.locator(".chart-plot").first().focus();
  await page.keyboard.press("t");
  await page.waitForTimeout(200);
});
await picture("run-csv", { folder, subject: of(done, "artifacts") }, async (page) => {
  await page.getByText("predictions.csv").click();
  await page.waitForTimeout(400);
});
await picture("run-gone", { folder, subject: of("no-such-run") });
const plain = newFolder();
const bench = newWorkbench(plain);
const bare = bench.tracking.runs.create({
  experiment: "0",
  name: "bare",
  user: "anna",
  start: Date.now(),
}).id;
bench.dispose();
for (const tab of tabs) await picture(`run-${tab}-empty`, { folder: plain, subject: of(bare, tab) });
const file = path.join(folder, "train.py");
for (const theme of themes)
  await picture(`metrics-${theme}`, { folder, subject: { page: "metrics", file }, theme, height: 300 });
await picture("metrics-narrow", { folder, subject: { page: "metrics", file }, width: 320, height: 500 });
await picture("metrics-none", {
  folder,
  subject: { page: "metrics", file: path.join(folder, "rest.py") },
  height: 300,
});
const live = startSlow(folder);
await live.until("step 20");
await picture("run-live", { folder, subject: of(newest(folder)) });
await picture("run-live-console", { folder, subject: of(newest(folder), "console") });
live.kill("SIGTERM");
await live.ended;
await closeBrowser();
process.exit(0);

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { RunTab, Subject } from "../../src/protocol/pages.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { newFolder, stopAll } from "../run/loam.js";
import { closeBrowser, hasBrowser, openStage, type Stage, type StageOptions } from "./harness.js";
import { becomes, eventually } from "../waiting.js";
import { newest, projectFolder, startSlow, track } from "./tracked-folder.js";

const tabs: readonly RunTab[] = ["charts", "overview", "console", "artifacts", "code", "data", "system"];
const of = (run: string, tab?: RunTab): Subject => ({ page: "run", run, ...(tab ? { tab } : {}) });

describe("the run page", function () {
  this.timeout(120_000);
  let folder = "";
  let done = "";
  let failed = "";

  before(async function () {
    if (!hasBrowser()) this.skip();
    folder = projectFolder();
    done = await track(folder, "python3", "train.py", "--steps", "300");
    failed = await track(folder, "python3", "broken.py");
  });
  after(async () => {
    await closeBrowser();
    stopAll();
  });

  async function on(options: Partial<StageOptions>, work: (stage: Stage) => Promise<void>): Promise<void> {
    const stage = await openStage({ folder, subject: of(done), ...options });
    try {
      await stage.page.locator("main").waitFor();
      await work(stage);
      assert.deepEqual(stage.faults, []);
    } finally {
      await stage.close();
    }
  }

  it("shows of each part what was recorded", async () => {
    await on({}, async ({ page, asked }) => {
      const head = page.locator(".run-head");
      await head.getByRole("heading", { name: "wide-forest" }).waitFor();
      await head.getByText("Finished").waitFor();
      await head.getByText("0.9871").waitFor();
      await head.locator(".fact.code", { hasText: /^[0-9a-f]{7} \+ 3 files$/ }).waitFor();
      await page.locator(".chart canvas").nth(3).waitFor();
      await becomes(() => page.locator(".value").count(), 3); // what was logged once is no chart
      const open = async (name: string): Promise<void> => {
        await page.getByRole("tab", { name }).click();
        await page.getByRole("tabpanel", { name }).waitFor();
      };
      await open("Overview");
      await page.getByRole("heading", { name: "Wider trees" }).waitFor();
      assert.equal(
        await page.getByRole("link", { name: "the plan" }).getAttribute("href"),
        "https://example.org/plan",
      );
      await page.locator(".fact-row", { hasText: "depth" }).getByText("12").waitFor();
      await page.getByRole("row", { name: /^val\/loss/ }).waitFor();
      await open("Console");
      await page.getByText("Training").waitFor();
      await page.getByText("Done").waitFor();
      assert.equal(await page.getByText("\u001b").count(), 0);
      await open("Artifacts");
      await page.getByRole("treeitem", { name: /importance\.svg/ }).click();
      const image = page.getByRole("img", { name: "plots/importance.svg" });
      await image.waitFor();
      assert.match((await image.getAttribute("src")) ?? "", /^data:image\/svg\+xml;base64,/);
      await page.getByRole("treeitem", { name: /predictions\.csv/ }).click();
      await page.getByRole("cell", { name: "case, 7", exact: true }).waitFor();
      await page.getByRole("treeitem", { name: /weights\.bin/ }).click();
      await page.getByText("This file has no preview here.").waitFor();
      await page.getByRole("button", { name: "Open in the editor" }).click();
      await open("Code");
      const changed = page.getByRole("row", { name: /train\.py/ });
      await changed.getByRole("button", { name: "Compare with the commit" }).click();
      await changed.getByRole("button", { name: "Compare with now" }).click();
      await changed.getByRole("button", { name: "As it was" }).click();
      await page.getByRole("button", { name: "Open code as it was" }).click();
      await page.getByRole("button", { name: "Compare with another run" }).click();
      await open("Data");
      await page.getByRole("button", { name: "data/rows.csv" }).click();
      await page.getByRole("button", { name: "Run again" }).click();
      await page.getByRole("button", { name: "Rename" }).click();
      await becomes(
        () => asked,
        [
          { method: "host/openArtifact", params: { run: done, path: "model/weights.bin" } },
          { method: "host/diffCode", params: { run: done, path: "train.py", against: "head" } },
          { method: "host/diffCode", params: { run: done, path: "train.py", against: "now" } },
          { method: "host/openCode", params: { run: done, path: "train.py" } },
          { method: "host/command", params: { command: "loam.runs.openCode", runs: [done] } },
          { method: "host/command", params: { command: "loam.runs.diffCode", runs: [done] } },
          { method: "host/openFile", params: { path: "data/rows.csv" } },
          { method: "host/command", params: { command: "loam.runs.rerun", runs: [done] } },
          { method: "host/command", params: { command: "loam.runs.rename", runs: [done] } },
        ],
      );
    });
  });

  it("opens a failed run on its error, with links to the lines", async () => {
    await on({ subject: of(failed) }, async ({ page, asked }) => {
      await page.getByRole("tab", { name: "Console", selected: true }).waitFor();
      await page.locator(".run-error").getByText("ValueError: could not convert").waitFor();
      await page.getByRole("button", { name: "broken.py:5" }).click();
      await page.getByRole("button", { name: /File .*broken\.py", line 9/ }).click();
      await becomes(
        () => asked,
        [
          { method: "host/openFile", params: { path: "broken.py", line: 5 } },
          { method: "host/openFile", params: { path: path.join(folder, "broken.py"), line: 9 } },
        ],
      );
    });
  });

  it("follows a run while it lasts and keeps the zoom", async () => {
    const live = startSlow(folder);
    await live.until("step 5\n");
    const run = newest(folder);
    await on({ subject: of(run) }, async ({ page }) => {
      const chart = page.locator(".chart", { hasText: "loss" }).locator(".chart-plot");
      const points = async (): Promise<number> =>
        Number(/(\d+) points?/.exec((await chart.getAttribute("aria-label")) ?? "")?.[1] ?? 0);
      await chart.waitFor();
      const before = await points();
      await eventually("new points", async () => (await points()) > before + 5);
      await chart.focus();
      await page.keyboard.press("Home");
      await page.keyboard.press("+");
      const reset = page.getByRole("button", { name: "Reset zoom" });
      await reset.waitFor();
      const zoomed = await points();
      await live.until("step 40\n");
      assert.ok((await points()) >= Math.min(zoomed, 1));
      assert.ok(await reset.isVisible(), "what is zoomed stays zoomed");
      await page.getByRole("tab", { name: "Console" }).click();
      await page.getByText("step 40", { exact: true }).waitFor();
      await page.getByText("Follows the end").waitFor();
      live.kill("SIGTERM");
      await live.ended;
      await page.locator(".run-head").getByText("Stopped").waitFor();
      await page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached" });
    });
  });

  it("walks the points of a chart by keyboard and speaks them", async () => {
    await on({}, async ({ page }) => {
      const chart = page
        .locator(".chart")
        .filter({ has: page.getByRole("heading", { name: "f1", exact: true }) });
      await chart.getByLabel("300 points").focus();
      await page.keyboard.press("ArrowRight");
      const spoken = chart.locator("[aria-live]");
      await spoken.getByText("step 0: 0.57").waitFor({ state: "attached" });
      await page.keyboard.press("ArrowRight");
      await spoken.getByText(/^step 1: /).waitFor({ state: "attached" });
      await page.keyboard.press("End");
      await spoken.getByText(/^step 299: /).waitFor({ state: "attached" });
      await page.keyboard.press("t");
      await chart.getByRole("table").waitFor();
      await page.keyboard.press("t");
      await chart.locator("canvas").waitFor();
      await page.keyboard.press("+");
      await chart.getByRole("button", { name: "Reset zoom" }).waitFor();
      await page.keyboard.press("0");
      await chart.getByRole("button", { name: "Reset zoom" }).waitFor({ state: "detached" });
    });
  });

  it("asks the engine anew for what is zoomed to", async () => {
    const ranges: unknown[] = [];
    const between: StageOptions["between"] = (method, params, ask) => {
      if (method === "runs/curves") ranges.push((params as { range?: unknown }).range);
      return ask();
    };
    await on({ between }, async ({ page }) => {
      const plot = page.locator(".chart-plot").first();
      await plot.locator("canvas").waitFor();
      const box = await plot.boundingBox();
      assert.ok(box);
      await page.mouse.move(box.x + 100, box.y + 50);
      await page.mouse.down();
      await page.mouse.move(box.x + 200, box.y + 80, { steps: 4 });
      await page.mouse.up();
      await page.getByRole("button", { name: "Reset zoom" }).waitFor();
      const { from, to } = await eventually(
        "the question for what is zoomed to",
        () => ranges.find((range) => range !== undefined) as { from: number; to: number } | undefined,
      );
      assert.ok(from > 10 && to < 200 && from < to, `${from} to ${to}`);
    });
  });

  it("is walked by keyboard: tabs and the tree of files", async () => {
    await on({}, async ({ page }) => {
      await page.getByRole("tab", { name: "Charts" }).focus();
      for (const name of ["Overview", "Console", "Artifacts"]) {
        await page.keyboard.press("ArrowRight");
        await page.getByRole("tabpanel", { name }).waitFor();
      }
      await page.getByRole("treeitem", { name: "model", exact: true }).focus();
      await page.keyboard.press("ArrowLeft");
      const inFolder = page.getByRole("treeitem", { name: /MLmodel/ });
      await inFolder.waitFor({ state: "detached" });
      await page.keyboard.press("ArrowRight");
      await inFolder.waitFor();
      await page.keyboard.press("ArrowDown");
      await page.locator(".tree-row:focus", { hasText: "MLmodel" }).waitFor();
      await page.keyboard.press("Enter");
      await page.getByText("python_function").waitFor();
    });
  });

  it("offers nothing in Restricted Mode that would run something", async () => {
    await on({}, async ({ page }) => page.getByRole("button", { name: "Run again" }).waitFor());
    await on({ trusted: false }, async ({ page }) => {
      await page.locator(".run-head").getByText("Finished").waitFor();
      assert.equal(await page.getByRole("button", { name: "Run again" }).count(), 0);
    });
  });

  it("comes back on the tab where it was left", async () => {
    await on({}, async (stage) => {
      const { page } = stage;
      await page.getByRole("tab", { name: "Code" }).click();
      await page.getByRole("tabpanel", { name: "Code" }).waitFor();
      await stage.reload();
      await page.getByRole("tabpanel", { name: "Code" }).waitFor();
    });
  });

  it("says what failed in its place and what to do, and lives on", async () => {
    let broken = true;
    const between: StageOptions["between"] = (method, _, ask) => {
      if (method === "runs/curves" && broken) throw new Error("The disk is gone.");
      return ask();
    };
    await on({ between }, async (stage) => {
      const { page } = stage;
      await page.getByText("The curve could not be read. The disk is gone.").first().waitFor();
      await page.getByRole("tab", { name: "Overview" }).click();
      await page.getByText("400", { exact: true }).waitFor();
      await page.getByRole("tab", { name: "Charts" }).click();
      const again = page.getByRole("button", { name: "Try again" });
      await again.first().waitFor();
      await stage.settled(); // all charts have failed
      broken = false;
      const before = await again.count();
      await again.first().click();
      await eventually("one chart to be drawn", async () => (await again.count()) < before);
    });
    await on({ subject: of("01a00000000000000000000000000000") }, async ({ page }) => {
      await page.getByText("This run could not be read.").waitFor();
      await page.getByRole("button", { name: "Try again" }).waitFor();
    });
  });

  it("says of each part that is empty what will stand there", async () => {
    const plain = newFolder();
    const bench = newWorkbench(plain);
    const { id } = bench.tracking.runs.create({
      experiment: "0",
      name: "bare",
      user: "anna",
      start: Date.now(),
    });
    bench.dispose();
    await on({ folder: plain, subject: of(id) }, async ({ page }) => {
      for (const tab of tabs) {
        await page.locator(`#tab-${tab}`).click();
        await page.locator(`#panel-${tab} .muted`).first().waitFor();
      }
    });
  });

  it("reads of a huge console what is looked at", async () => {
    const big = newFolder();
    const bench = newWorkbench(big);
    const { id } = bench.tracking.runs.create({
      experiment: "0",
      name: "loud",
      user: "anna",
      start: Date.now(),
    });
    const place = bench.store.layout.entity({ room: "runs", id });
    bench.dispose();
    const lines = Array.from({ length: 1_000_000 }, (_, at) => `line ${at} of a console that is long`);
    fs.writeFileSync(path.join(place, "console.log"), `${lines.join("\n")}\n`);
    let bytes = 0;
    const between: StageOptions["between"] = async (method, _, ask) => {
      const answer = await ask();
      if (method === "runs/console") bytes += (answer as { text: string }).text.length;
      return answer;
    };
    await on({ folder: big, subject: of(id, "console"), between }, async ({ page }) => {
      await page.getByText("line 999999 of").waitFor();
      const box = page.locator(".console");
      await box.focus();
      await page.keyboard.press("Home");
      await page.getByText("line 0 of").waitFor();
      await page.keyboard.press("PageDown");
      await page
        .getByText(/^line \d\d of/)
        .first()
        .waitFor();
      await page.getByRole("button", { name: "Go to the end" }).click();
      await page.getByText("line 999999 of").waitFor();
    });
    assert.ok(bytes < 4_000_000, `${bytes} bytes were read`);
  });

  it("is as wide as its column, from 320 pixels on", async () => {
    await on({ width: 320 }, async ({ page }) => {
      for (const tab of tabs) {
        await page.locator(`#tab-${tab}`).click();
        await page.locator(`#panel-${tab}`).waitFor();
        await becomes(
          async () => ({ tab, wide: await page.evaluate("document.documentElement.scrollWidth") }),
          { tab, wide: 320 },
        );
      }
    });
  });
});

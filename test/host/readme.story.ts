// README's first steps, walked by a new user in the real editor. LOAM_README_PICTURES=docs/pictures keeps README's pictures.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { eventually } from "../waiting.js";
import { exampleCopy, given, runsOf } from "./example.js";
import { Editor } from "./workbench.js";

const cli = path.join(given("LOAM_EXTENSION"), "dist", "cli.js");
const root = path.resolve(import.meta.dirname, "..", "..");
const kept = process.env["LOAM_README_PICTURES"];
/** What README shows must not make a clone heavy. */
const mostBytes = 80_000;
/** A palette makes a picture of an editor a third as large, and looks the same; matplotlib brought Pillow. */
const palette = `import sys
from PIL import Image
file = sys.argv[1]
Image.open(file).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, optimize=True)
`;

describe("README's first steps", () => {
  let editor: Editor;
  let folder: string;
  before(async () => {
    folder = exampleCopy();
    for (const [key, value] of [
      ["user.name", "Ada"],
      ["user.email", "ada@example.org"],
    ] as const)
      execFileSync("git", ["config", key, value], { cwd: folder });
    // As large as README shows it; a question that comes once would stand in the pictures.
    editor = await Editor.open({
      folder,
      settings: { "loam.terminals.track": "off", "editor.minimap.enabled": false },
    });
    await editor.page.setViewportSize({ width: 1140, height: 740 });
  });
  after(() => editor.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await editor.picture("readme-failed");
  });

  const picture = async (name: string): Promise<void> => {
    await editor.page.mouse.move(600, 1);
    await editor.page.locator(".workbench-hover").waitFor({ state: "detached" });
    await editor.picture(`readme-${name}`);
    if (kept === undefined) return;
    const file = path.resolve(root, kept, `${name}.png`);
    await editor.page.screenshot({ path: file });
    execFileSync(path.join(folder, ".venv", "bin", "python"), ["-c", palette, file]);
    const { size } = fs.statSync(file);
    assert.ok(size < mostBytes, `${name}.png has ${size} bytes`);
  };
  /** Takes away the messages in the corner: they would stand in a picture. */
  const clear = async (): Promise<void> => {
    await editor.command("Notifications: Clear All Notifications");
    await editor.notifications().first().waitFor({ state: "detached" });
  };
  /** Goes to the end of the file, above whose last lines Run stands, and presses it. */
  const pressRun = async (): Promise<void> => {
    await editor.page.keyboard.press("Control+End");
    const lens = editor.page.locator(".codelens-decoration a", { hasText: /Run$/ });
    await lens.first().click();
    await editor.rows("running").first().waitFor();
  };
  const ended = (count: number) =>
    eventually(`${count} finished runs`, async () => {
      const runs = await runsOf(cli, folder);
      return runs.filter(({ state }) => state === "finished").length === count ? runs : undefined;
    });

  it("presses Run on train.py and watches its metrics draw themselves beside the code", async () => {
    await editor.sideBar("Loam");
    await editor.openFile("train.py");
    await pressRun();
    await editor.command("Focus on Metrics View");
    const metrics = editor.webview();
    await metrics.getByRole("heading", { name: "test_loss" }).waitFor();
    await metrics.locator(".chart canvas").first().waitFor();
    const [run] = await ended(1);
    assert.ok((run?.metrics["accuracy"] ?? 0) > 0.9);
  });

  it("changes a number and runs again", async () => {
    const file = path.join(folder, "train.py");
    const lines = fs.readFileSync(file, "utf8").split("\n");
    const line = lines.findIndex((text) => text.includes('"--max-depth"'));
    const column = (lines[line] ?? "").indexOf("default=6") + "default=".length;
    assert.ok(line > 0 && column > 10);
    await editor.openFile("train.py");
    await editor.goTo(`:${line + 1}:${column + 1}`);
    await editor.page.keyboard.press("Delete");
    await editor.page.keyboard.type("2");
    await editor.page.keyboard.press("Control+S");
    await eventually("the change to be saved", () =>
      fs.readFileSync(file, "utf8").includes('"--max-depth", type=int, default=2') ? true : undefined,
    );
    await editor.page.locator('.editor-actions a[aria-label^="Run Python file"]').first().click();
    await editor.rows("running").first().waitFor();
    const [second] = await ended(2);
    assert.equal(second?.params["max_depth"], "2");
    await editor.command("Focus on Metrics View"); // a run shows its console first
    await editor.webview().getByText("2 runs").waitFor();
    await editor.webview().locator(".chart canvas").first().waitFor();
    await editor.rows("accuracy").nth(1).waitFor();
    await picture("code");
  });

  it("opens the run", async () => {
    const tab = editor.page.locator(".tabs-container .tab", { hasText: "rf seed 0" }).first();
    await editor.press(editor.rows("rf seed 0").first(), tab);
    // The panel gives its room to the page.
    await editor.page.locator('.part.panel a[aria-label^="Hide Panel"]').first().click();
    await editor.page.locator(".part.panel").waitFor({ state: "hidden" });
    const page = editor.webview();
    await page.locator(".run-head h1").waitFor();
    await page.locator(".chart canvas").nth(1).waitFor();
    await picture("run");
  });

  it("sees both runs together, and what differs", async () => {
    const rows = editor.rows("rf seed 0");
    await editor.select(rows.first(), rows.nth(1));
    await editor.menu(rows.first(), "Compare runs");
    const sentence = editor.webview().locator(".compare-head h1");
    await sentence.getByText(/1 param, 1 file/).waitFor();
    await picture("compare");
    await editor.command("Loam: Show all runs");
    const grid = editor.webview();
    await grid.locator(".runs-count", { hasText: "2 runs" }).waitFor();
    await grid.locator(".runs-charts .value-bars, .runs-charts canvas:not(.chart-unseen)").first().waitFor();
    await picture("runs");
  });

  it("tracks the data, deletes a row, and sees on its page which one went", async () => {
    const read = editor.page.locator(".pane-body .monaco-list-row", { hasText: "data/breast_cancer.csv" });
    await read.first().hover();
    await read.first().locator('.actions a[aria-label^="Track with Loam"]').click();
    const row = editor.rows("data/breast_cancer.csv, v1").first();
    await row.waitFor();
    await editor.openFile("breast_cancer.csv");
    await editor.goTo(":3");
    await editor.page.keyboard.press("Control+Shift+K");
    await editor.page.keyboard.press("Control+S");
    await editor.rows("data/breast_cancer.csv, v1, changed").first().hover();
    await row.locator('.actions a[aria-label^="Make new version"]').click();
    await editor.answer("Without the second patient");
    await editor
      .notifications()
      .filter({ hasText: "is kept as v2" })
      .getByRole("button", { name: "Show changes" })
      .click();
    const page = editor.webview();
    await page.locator(".diff-counts", { hasText: "−1 row" }).waitFor();
    await page.locator(".diff-grid .grid-text").first().waitFor();
    await clear();
    await picture("data");
  });

  it("registers a model, has it approved, and makes it the champion", async () => {
    const runs = editor.rows("rf seed 0");
    await editor.menu(runs.nth(1), "Register model…");
    await editor.pick("model");
    await editor.nameModel("tumour");
    const page = editor.webview();
    await page.getByRole("heading", { name: "tumour v1" }).waitFor();
    await page.getByRole("button", { name: "Request approval" }).click();
    await editor.answer("The first one that we try.");
    await page.getByRole("button", { name: "Approve…" }).click();
    await editor.answer("Good enough to begin with.");
    await page.getByRole("button", { name: "Set as champion" }).click();
    await page.getByText("This is the champion.").waitFor();
  });

  it("registers the next run, and sees it beside the champion with all that it was made of", async () => {
    await editor.menu(editor.rows("rf seed 0").first(), "Register model…");
    await editor.pick("model");
    await editor.pick("tumour");
    const page = editor.webview();
    await page.getByRole("heading", { name: "tumour v2" }).waitFor();
    await page
      .getByText(/than champion v1|as in champion v1/)
      .first()
      .waitFor();
    await page.getByRole("region", { name: "Lineage" }).getByText("breast_cancer").first().waitFor();
    await page.getByRole("button", { name: "Request approval" }).click();
    await editor.answer("Shallower trees: simpler to explain.");
    await page.getByText("Ada asked for approval").first().waitFor();
    await clear();
    await picture("model");
    await page.getByRole("button", { name: "Show lineage" }).click();
    const graph = editor.webview();
    const box = (text: string) => graph.locator(".lineage-box", { hasText: text }).first();
    await box("tumour v2").waitFor();
    await box("breast_cancer").focus();
    await editor.page.keyboard.press("f");
    await box("tumour v1").waitFor();
    await graph.getByRole("heading", { name: "Lineage of data/breast_cancer.csv v1" }).waitFor();
    await picture("lineage");
  });
});

// README's first steps, walked by a new user in the real editor. LOAM_PICTURES=docs/pictures keeps README's pictures.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { eventually, exampleCopy, given, runsOf } from "./example.js";
import { Editor } from "./workbench.js";

const cli = path.join(given("LOAM_EXTENSION"), "dist", "cli.js");
const root = path.resolve(import.meta.dirname, "..", "..");
const kept = process.env["LOAM_PICTURES"];
/** What README shows must not make a clone heavy. */
const mostBytes = 150_000;

describe("README's first steps", () => {
  let editor: Editor;
  let folder: string;
  before(async () => {
    folder = exampleCopy();
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
    const { size } = fs.statSync(file);
    assert.ok(size < mostBytes, `${name}.png has ${size} bytes`);
  };
  /** Goes to the end of the file, above whose last lines Run stands, and presses it. */
  const pressRun = async (): Promise<void> => {
    await editor.page.locator(".monaco-editor.focused").waitFor();
    await editor.page.keyboard.press("Control+End");
    const lens = editor.page.locator(".codelens-decoration a", { hasText: /Run$/ });
    await lens.first().click();
    await editor.rows("running").first().waitFor();
  };
  const ended = (count: number) =>
    eventually(
      `${count} finished runs`,
      async () => {
        const runs = await runsOf(cli, folder);
        return runs.filter(({ state }) => state === "finished").length === count ? runs : undefined;
      },
      60,
    );

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
    await editor.page.keyboard.press("Control+G");
    await editor.page.locator(".quick-input-widget input").fill(`:${line + 1}:${column + 1}`);
    await editor.page.keyboard.press("Enter");
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
    await editor.rows("rf seed 0").first().click();
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
    await rows.first().click();
    await rows.nth(1).click({ modifiers: ["Control"] });
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
});

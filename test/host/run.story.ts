import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { eventually } from "../waiting.js";
import { exampleCopy, given, runsOf } from "./example.js";
import { Editor } from "./workbench.js";

const cli = path.join(given("LOAM_EXTENSION"), "dist", "cli.js");

describe("a person with the example", () => {
  let editor: Editor;
  let folder: string;
  before(async () => {
    folder = exampleCopy();
    const long = path.join(folder, "train_long.py"); // it must last until it is stopped, also on a slow machine
    fs.writeFileSync(long, fs.readFileSync(long, "utf8").replace("default=60)", "default=300)"));
    editor = await Editor.open({ folder });
  });
  after(() => editor.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await editor.picture("run-failed");
  });

  it("reads in the Runs view what will stand there, and can begin with one press", async () => {
    const bar = await editor.sideBar("Loam");
    await bar.getByText("Each time you run your training").waitFor();
    await bar.getByRole("button", { name: "Run Python file" }).waitFor();
    await editor.pictures("runs-empty");
  });

  it("presses Run above train.py and sees the run in the tree, first running, then with its result", async () => {
    await editor.openFile("train.py");
    await editor.page.locator('.editor-actions a[aria-label^="Run Python file"]').first().click();
    await editor.rows("running").first().waitFor();
    await editor.picture("run-running");
    await editor.rows("running").first().waitFor({ state: "detached", timeout: 60_000 });
    await editor.rows("accuracy").first().waitFor();
    await editor.pictures("run-finished");
    const [run] = await runsOf(cli, folder);
    assert.equal(run?.state, "finished");
    assert.ok((run.metrics["accuracy"] ?? 0) > 0.9);
  });

  it("closes the window in the middle of a training, comes back, finds it running and stops it", async () => {
    await editor.openFile("train_long.py");
    await editor.page.locator('.editor-actions a[aria-label^="Run Python file"]').first().click();
    await editor.rows("running").first().waitFor();
    const running = async () => (await runsOf(cli, folder)).find(({ state }) => state === "running");
    const { id } = await eventually("the run in the store", running);
    await editor.rows("running").filter({ hasText: "accuracy" }).first().waitFor();
    await editor.leave();
    await editor.reload();
    await editor.sideBar("Loam");
    // by then the list has caught up with what the run did meanwhile: no row moves any more
    const row = editor.rows("running").filter({ hasText: "accuracy" }).first();
    await row.waitFor();
    assert.equal((await running())?.id, id);
    // its console is back, alone or beside a shell that the editor may have opened by itself
    await editor.page
      .locator(".single-terminal-tab, .part.panel .monaco-list-row")
      .filter({ hasText: "long" })
      .first()
      .waitFor();
    await row.hover();
    await row.locator('a[aria-label^="Stop run"]').click();
    const stopped = await eventually("the end of the run", async () =>
      (await runsOf(cli, folder)).find((run) => run.id === id && run.state !== "running"),
    );
    assert.equal(stopped.state, "killed");
    await editor.rows("running").first().waitFor({ state: "detached" });
    await editor.picture("run-stopped");
  });
});

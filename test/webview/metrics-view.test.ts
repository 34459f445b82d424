import assert from "node:assert/strict";
import * as path from "node:path";
import { newFolder, stopAll } from "../run/loam.js";
import { becomes } from "../waiting.js";
import { assertAccessibleInThemes } from "./axe.js";
import { closeBrowser, hasBrowser, openStage } from "./harness.js";
import { projectFolder, track } from "./tracked-folder.js";

describe("the metrics view", function () {
  this.timeout(120_000);
  let folder = "";

  before(async function () {
    if (!hasBrowser()) this.skip();
    folder = projectFolder();
    await track(folder, "python3", "train.py", "--steps", "40");
  });
  after(async () => {
    await closeBrowser();
    stopAll();
  });

  it("shows the runs of the file, takes in a new one, and follows the editor", async () => {
    const file = path.join(folder, "train.py");
    const stage = await openStage({ folder, subject: { page: "metrics", file }, height: 300 });
    const { page, asked } = stage;
    await page.getByText("1 run", { exact: true }).waitFor();
    await page.getByRole("button", { name: "wide-forest" }).click();
    await becomes(() => asked[0]?.method, "host/command");
    await page.locator(".chart canvas").first().waitFor();
    await page.getByRole("cell", { name: "0.9871" }).waitFor();
    assert.equal(await page.getByRole("heading", { name: "test/auc" }).count(), 0, "one point is no course");
    await track(folder, "python3", "train.py", "--steps", "50");
    await page.getByText("2 runs", { exact: true }).waitFor();
    stage.tell("subject/changed", { page: "metrics", file: path.join(folder, "rest.py") });
    await page.getByText("rest.py has no runs yet.").waitFor();
    stage.tell("subject/changed", { page: "metrics", file: null });
    await page.getByText("Open a file to see the metrics of its runs.").waitFor();
    assert.deepEqual(stage.faults, []);
    await stage.close();
  });

  it("says in a folder without a store what will stand there", async () => {
    const empty = newFolder();
    const stage = await openStage({
      folder: empty,
      subject: { page: "metrics", file: path.join(empty, "a.py") },
    });
    await stage.page.getByText("a.py has no runs yet.").waitFor();
    await stage.page.getByRole("button", { name: "Run Python file" }).click();
    await becomes(
      () => stage.asked,
      [{ method: "host/runFile", params: { file: path.join(empty, "a.py") } }],
    );
    assert.deepEqual(stage.faults, []);
    await stage.close();
  });

  it("axe finds nothing in any theme, and 320 pixels are enough", async () => {
    const file = path.join(folder, "train.py");
    const stage = await openStage({ folder, subject: { page: "metrics", file }, width: 320 });
    await stage.page.locator(".chart canvas").first().waitFor();
    await becomes(() => stage.page.evaluate("document.documentElement.scrollWidth"), 320);
    await assertAccessibleInThemes(stage, "320 pixels");
    await stage.close();
  });
});

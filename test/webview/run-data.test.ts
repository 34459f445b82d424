import assert from "node:assert/strict";
import { assertAccessibleInThemes } from "./axe.js";
import { closeBrowser, hasBrowser, openStage, type Stage } from "./harness.js";
import { lineageFolder, type LineageFolder } from "./lineage-folder.js";
import { becomes } from "../waiting.js";

describe("the data of a run's page", function () {
  let world: LineageFolder;
  let stage: Stage;

  before(async function () {
    if (!hasBrowser()) this.skip();
    world = await lineageFolder();
    const run = world.run.kind === "run" ? world.run.run : "";
    stage = await openStage({ folder: world.folder, subject: { page: "run", run, tab: "data" } });
    await stage.page.locator(".data-version").first().waitFor();
  });
  after(async () => {
    assert.deepEqual(stage.faults, []);
    await stage.close();
    await closeBrowser();
  });

  it("names for each file its data set and version, and what a person should mind", async () => {
    const cells = async (): Promise<readonly string[][]> =>
      (await stage.page.locator("tbody tr").allInnerTexts()).map((row) =>
        row
          .split("\t")
          .slice(0, 2)
          .map((text) => text.replace(/\s+/g, " ").trim()),
      );
    await becomes(cells, [
      ["data/customers.csv", "data/customers.csv v1 changed while read"],
      ["data/lookup/zip-codes-of-all-regions.csv", "not versioned Track"],
      ["data/train.csv", "data/train.csv v1 v2 is newer"],
    ]);
  });

  it("opens a version, offers to track what is in none, and leads to the lineage", async () => {
    const { page, asked } = stage;
    await page.getByRole("button", { name: "data/train.csv v1" }).click();
    await page.getByRole("button", { name: "Track" }).click();
    await page.locator("vscode-button", { hasText: "Show lineage" }).click();
    await becomes(() => asked.length, 3);
    const [opened, tracked, lineage] = asked.map(({ params }) => params) as Record<string, unknown>[];
    assert.equal(opened?.["command"], "loam.data.open");
    assert.match(String(opened["version"]), /^[0-9A-Z]{26}$/);
    assert.deepEqual(tracked, {
      command: "loam.data.track",
      dataset: null,
      file: "data/lookup/zip-codes-of-all-regions.csv",
    });
    assert.deepEqual(lineage, { focus: world.run });
  });

  it("has nothing that axe finds", async () => {
    await stage.page.mouse.move(0, 0);
    await assertAccessibleInThemes(stage, "the tab");
  });
});

import assert from "node:assert/strict";
import { makeStore } from "../bench/make-store.js";
import { newFolder } from "../run/loam.js";
import { assertAccessibleInThemes } from "./axe.js";
import { closeBrowser, hasBrowser, openStage, type Stage } from "./harness.js";

(hasBrowser() ? describe : describe.skip)("page that compares runs", function () {
  this.timeout(120_000);
  let folder = "";
  let runs: string[] = [];
  let stage: Stage;

  before(() => {
    folder = newFolder("loam-compare-page-");
    runs = makeStore(folder, { runs: 3, metrics: 3, params: 4, points: 3 });
  });
  afterEach(() => stage.close());
  after(closeBrowser);

  it("answers in one sentence, then in rows, and swaps", async () => {
    stage = await openStage({ folder, subject: { page: "compare", runs: runs.slice(0, 2) } });
    const { page } = stage;
    const sentence = page.getByRole("heading", {
      name: /^f1 [+−][\d.]+ \([\d.]+ → [\d.]+\)\. \d params differ\.$/,
    });
    await sentence.waitFor();
    const before = await sentence.innerText();
    await page.getByText("The code of some run is not known here.").waitFor();
    await page.getByRole("button", { name: "Swap" }).click();
    await page.getByRole("heading", { name: before.includes("+") ? /^f1 −/ : /^f1 \+/ }).waitFor();
  });

  it("says that a run is gone", async () => {
    const gone = "0".repeat(32);
    stage = await openStage({ folder, subject: { page: "compare", runs: [runs[0] ?? "", gone] } });
    await stage.page.getByText("One of these runs is no longer in the folder.").waitFor();
    assert.equal(await stage.page.getByRole("button", { name: "Try again" }).count(), 0);
  });

  it("has nothing that axe finds, in any theme", async () => {
    stage = await openStage({ folder, subject: { page: "compare", runs }, reducedMotion: true });
    await stage.page.getByRole("heading", { name: /^f1 from/ }).waitFor();
    await assertAccessibleInThemes(stage, "three runs");
  });
});

import assert from "node:assert/strict";
import { nodePorts } from "../../src/core/base/ports.js";
import { tagModel } from "../../src/core/registry/models.js";
import { openWorkbench } from "../../src/core/workbench.js";
import { makeRegistry } from "../bench/make-registry.js";
import { newFolder } from "../run/loam.js";
import { assertAccessible } from "./axe.js";
import { closeBrowser, hasBrowser, openStage, type Stage, type StageOptions } from "./harness.js";
import { eventually } from "../waiting.js";

/** For each version a registration, two tags and a stage; besides the model itself and its champion. */
const [versions, facts] = [300, 1202];

(hasBrowser() ? describe : describe.skip)("the audit page of many facts", function () {
  this.timeout(120_000);
  let folder: string;
  let stage: Stage;

  beforeEach(() => {
    folder = newFolder("loam-audit-");
    makeRegistry(folder, { models: 1, versions, called: "big" });
  });
  afterEach(async () => {
    assert.deepEqual(stage.faults, []);
    await stage.close();
  });
  after(closeBrowser);

  const open = async (more: Partial<StageOptions> = {}): Promise<Stage> =>
    (stage = await openStage({ folder, subject: { page: "audit", model: null }, ...more }));

  it("shows them before they are checked, says so, and then what the check came to", async () => {
    let release: (value?: unknown) => void = () => undefined;
    const held = new Promise((resolve) => (release = resolve));
    const { page } = await open({
      between: async (method, _, ask) => {
        if (method === "models/audit") await held;
        return ask();
      },
    });
    const cells = page.locator(".audit-grid");
    await cells.getByText("gave the alias champion to version 299").waitFor();
    await cells.getByText("not checked yet").first().waitFor();
    await page.getByRole("progressbar", { name: /^Checking every fact/ }).waitFor();
    await assertAccessible(page, "an audit under way");
    const filter = page.getByRole("textbox").first();
    await filter.fill("moved version 29");
    await page.getByText("11 facts").waitFor(); // 29 and 290 to 299
    release();
    await page.getByText("All 1,202 facts are what was written.").waitFor();
    await cells.getByText("declared").first().waitFor();
    assert.equal(await cells.getByText("not checked yet").count(), 0);
    await page.getByText("11 facts").waitFor(); // it stays filtered
  });

  it("reads what comes into view, up to the last, and writes all of them", async () => {
    const { page, asked } = await open();
    await page.getByText("All 1,202 facts are what was written.").waitFor();
    const grid = page.getByRole("grid", { name: "Facts, newest first" });
    assert.equal(await grid.getAttribute("aria-rowcount"), String(facts + 1));
    assert.ok((await page.locator(".grid-row").count()) < 200);
    await grid.getByRole("rowheader").first().click();
    await page.keyboard.press("Control+End");
    await page.locator(".audit-grid").getByText("made the model big-0").waitFor();
    await page.getByRole("button", { name: "Export as CSV…" }).click();
    await eventually("the export", async () => asked.some(({ method }) => method === "host/saveText"));
    const saved = asked.find(({ method }) => method === "host/saveText")?.params as { text: string };
    assert.equal(saved.text.trim().split("\r\n").length, facts + 1);
    await page.getByText("What of each version is here").click();
    const held = page.getByRole("grid", { name: "What of each version is here" });
    await held.getByRole("rowheader", { name: "big-0 v300" }).click();
    await page.keyboard.press("End");
    await page.keyboard.press("Control+End");
    await held.getByRole("rowheader", { name: /^big-0 v1$/ }).waitFor();
  });

  it("keeps what a person reads in its place while facts come", async () => {
    const { page } = await open();
    await page.getByText("All 1,202 facts are what was written.").waitFor();
    const scroller = page.locator(".audit-grid .grid");
    await scroller.evaluate((element) => {
      element.scrollTop = 2200;
    });
    const row = page.locator(".audit-grid").getByText("moved version 270 to Staging");
    await row.waitFor();
    const before = (await row.boundingBox())?.y;
    const bench = openWorkbench(folder, nodePorts, {});
    for (const model of bench.registry.all())
      for (const key of ["one", "two", "three"]) tagModel(bench.registry, model, key, "risk");
    bench.dispose();
    await page.getByText("All 1,205 facts are what was written.").waitFor();
    await eventually("the rows", async () => (await page.getByRole("status").innerText()) === "1,205 facts");
    await eventually("the place", async () => (await row.boundingBox())?.y === before);
  });
});

import assert from "node:assert/strict";
import { closeBrowser, hasBrowser, openStage, type Stage, type StageOptions } from "./harness.js";
import { becomes, eventually } from "../waiting.js";
import { assertAccessible } from "./axe.js";
import { lineageFolder, type LineageFolder } from "./lineage-folder.js";

describe("the page of lineage", function () {
  let world: LineageFolder;

  before(async function () {
    if (!hasBrowser()) this.skip();
    world = await lineageFolder();
  });
  after(closeBrowser);

  async function on(
    focus: keyof Omit<LineageFolder, "folder">,
    work: (stage: Stage) => Promise<void>,
    more: Partial<StageOptions> = {},
  ): Promise<void> {
    const subject = { page: "lineage", focus: world[focus] } as const;
    const stage = await openStage({ folder: world.folder, subject, reducedMotion: true, ...more });
    try {
      await stage.page.locator(".lineage-box, [role=alert]").first().waitFor();
      await work(stage);
      assert.deepEqual(stage.faults, []);
    } finally {
      await stage.close();
    }
  }
  const named = (stage: Stage): Promise<string[]> =>
    stage.page
      .locator(".lineage-name")
      .evaluateAll((all) => all.map((one) => (one as { innerText: string }).innerText));
  /** Waits until what has the focus says so. */
  const focusIsOn = async (stage: Stage, words: RegExp): Promise<string> =>
    eventually(`the focus on ${String(words)}`, async () => {
      const text = await stage.page.evaluate<string>(
        "document.activeElement.textContent.replace(/\\s+/g, ' ').trim()",
      );
      return words.test(text) ? text : undefined;
    });

  it("answers first, then draws what a model came from, with what a person should mind in words", async () => {
    await on("model", async (stage) => {
      const { page } = stage;
      assert.equal(await page.locator("h1").innerText(), "Lineage of churn v2");
      assert.equal(
        await page.locator(".lineage-answer").innerText(),
        "It came from 2 data versions, 1 unversioned file, 1 run. Of 1 data set there is newer data. 1 input was changed while it was read.",
      );
      const notes = await page.locator(".lineage-note").allTextContents();
      assert.deepEqual(notes.map((note) => note.trim()).sort(), [
        "champion, the graph starts here",
        "changed while read",
        "f1 0.954, Finished",
        "not versioned",
        "v2 is newer",
      ]);
      assert.equal(await page.locator(".lineage-changed").count(), 1);
      assert.equal(
        await page.locator("[aria-current=true]").textContent(),
        "model churn v2champion, the graph starts here",
      );
    });
  });

  it("stands in columns, from data to run to model", async () => {
    await on("run", async ({ page }) => {
      const lefts = await page
        .locator(".lineage-node")
        .evaluateAll((all) =>
          all.map(
            (one) =>
              [
                /lineage-(data|file|run|version)/.exec(String(one.className))?.[1],
                one.getBoundingClientRect().left,
              ] as const,
          ),
        );
      const at = (kind: string): number[] => lefts.filter(([one]) => one === kind).map(([, left]) => left);
      assert.equal(new Set([...at("data"), ...at("file")]).size, 1);
      assert.ok(
        Math.max(...at("data")) < Math.min(...at("run")) &&
          Math.max(...at("run")) < Math.min(...at("version")),
      );
    });
  });

  it("is walked along its lines by keys, and says where one went", async () => {
    await on("model", async (stage) => {
      const { page } = stage;
      await page.locator("[aria-current=true]").focus();
      await page.keyboard.press("ArrowLeft");
      await focusIsOn(stage, /^run .*f1 0\.954, Finished$/);
      await eventually("the step to be spoken", async () =>
        (await page.locator("[aria-live]").innerText()).startsWith("registered: run "),
      );
      await page.keyboard.press("ArrowLeft");
      await focusIsOn(stage, /^(data set|file) /);
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowRight");
      await focusIsOn(stage, /^run /);
      await page.keyboard.press("ArrowRight");
      await focusIsOn(stage, /^model churn v2/);
      await page.keyboard.press("ArrowRight");
      await focusIsOn(stage, /^model churn v2/);
    });
  });

  it("opens what is pressed: data, run, model and file", async () => {
    await on("model", async ({ page, asked }) => {
      for (const kind of ["data", "run", "version", "file"])
        await page.locator(`.lineage-${kind} .lineage-box`).first().click();
      await becomes(
        () => asked.map(({ method, params }) => [method, (params as { command?: string } | null)?.command]),
        [
          ["host/dataCommand", "loam.data.open"],
          ["host/command", "loam.runs.open"],
          ["host/modelCommand", "loam.models.open"],
          ["host/openFile", undefined],
        ],
      );
    });
  });

  it("starts anew from what is chosen, goes back, and is so after a reload", async () => {
    await on("model", async (stage) => {
      const { page } = stage;
      await page.locator("[aria-current=true]").focus();
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("f");
      const isOfRun = async (): Promise<boolean> =>
        /^Lineage of \w+-\w+-\d+$/.test(await page.locator("h1").innerText());
      await eventually("the run to be the focus", isOfRun);
      await stage.reload();
      await eventually("the run to be the focus again", isOfRun);
      await page.getByRole("button", { name: "Back" }).click();
      await eventually(
        "the model to be back",
        async () => (await page.locator("h1").innerText()) === "Lineage of churn v2",
      );
      await page.locator(".lineage-data .lineage-refocus").first().click();
      await eventually("data to be the focus", async () =>
        (await page.locator("h1").innerText()).includes(".csv v1"),
      );
    });
  });

  it("zooms by keys, and fits again", async () => {
    await on("data", async ({ page }) => {
      const width = (): Promise<number> =>
        page
          .locator(".lineage-box")
          .first()
          .evaluate((one) => one.getBoundingClientRect().width);
      const whole = await width();
      await page.locator("[aria-current=true]").focus();
      await page.keyboard.press("-");
      await eventually("a smaller graph", async () => (await width()) < whole);
      await page.keyboard.press("0");
      await becomes(width, whole);
    });
  });

  it("says the same as a list", async () => {
    await on("run", async (stage) => {
      const { page } = stage;
      const names = await named(stage);
      await page.getByRole("button", { name: "Show as a list" }).click();
      await becomes(() => page.locator("tbody tr").count(), names.length);
      const rows = await page.locator("tbody tr").allInnerTexts();
      assert.ok(rows.some((row) => row.includes("customers.csv v1") && row.includes("changed while read")));
      assert.ok(rows.some((row) => row.includes("churn v2") && row.includes("(registered)")));
      await assertAccessible(page, "the list");
    });
  });

  it("has nothing that axe finds where there is one thing alone, and fits into 320 px", async () => {
    for (const focus of ["model", "alone"] as const)
      await on(
        focus,
        async ({ page }) => {
          await assertAccessible(page, focus);
          await becomes(() => page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
        },
        { width: 320 },
      );
  });

  it("says what is wrong where it cannot be read, and is read again", async () => {
    let fails = true;
    await on(
      "model",
      async ({ page }) => {
        assert.match(await page.locator("[role=alert]").innerText(), /^The lineage could not be read\. EIO/);
        fails = false;
        await page.getByRole("button", { name: "Try again" }).click();
        await page.locator(".lineage-box").first().waitFor();
      },
      {
        between: (method, _, ask) =>
          fails && method === "lineage/graph" ? Promise.reject(new Error("EIO: i/o error, read")) : ask(),
      },
    );
  });

  it("draws many things that are joined alike as one, takes some out, and gathers them again", async () => {
    const many = await lineageFolder(600);
    const stage = await openStage({ folder: many.folder, subject: { page: "lineage", focus: many.data } });
    try {
      const { page } = stage;
      const boxes = page.locator(".lineage-box");
      const gathered = page.locator(".lineage-gathered .lineage-box");
      await boxes.first().waitFor();
      await becomes(() => boxes.count(), 6);
      assert.match(await gathered.innerText(), /^495 runs\s+Running/);
      assert.equal(
        await page.locator(".lineage-answer").innerText(),
        "It led to 497 runs, 2 model versions. 105 more are left out.",
      );
      assert.equal(await page.locator(".lineage-version").count(), 2); // what became a model comes first
      await assertAccessible(page, "many as one");
      await gathered.focus();
      await page.keyboard.press("Enter");
      await becomes(() => boxes.count(), 26); // twenty came out
      assert.match(await gathered.innerText(), /^475 runs/);
      await focusIsOn(stage, /^run .*Running$/); // the keyboard is at the first that came out
      await page.locator(".lineage-version").first().hover();
      await becomes(() => page.locator(".lineage-near").count(), 2); // the way to it is marked
      await page.getByRole("button", { name: "Gather what is alike again" }).click();
      await becomes(() => boxes.count(), 6);
    } finally {
      await stage.close();
    }
  });
});

import assert from "node:assert/strict";
import { makeStore } from "../bench/make-store.js";
import { newFolder } from "../run/loam.js";
import { becomes, eventually } from "../waiting.js";
import { assertAccessible, assertAccessibleInThemes } from "./axe.js";
import { closeBrowser, hasBrowser, openStage, type Stage, type StageOptions } from "./harness.js";

(hasBrowser() ? describe : describe.skip)("page of all runs", function () {
  this.timeout(120_000);
  let folder = "";
  let stage: Stage;

  const open = async (options: Partial<StageOptions> = {}): Promise<Stage> => {
    stage = await openStage({ folder, subject: { page: "runs", filter: "" }, ...options });
    return stage;
  };
  const firstCell = () => stage.page.locator(".grid-row .grid-text").first();
  const counted = (text: string | RegExp) =>
    becomes(async () => {
      const told = await stage.page.locator(".runs-count").innerText();
      return typeof text === "string" ? told : text.test(told) ? text : told;
    }, text);
  /** The cell that has the focus: its line in the grid and its column. */
  const focus = () =>
    stage.page.evaluate<[number, number]>(
      "(() => { const at = document.activeElement; return [Number(at?.closest('[data-line]')?.dataset.line), Number(at?.getAttribute('aria-colindex'))]; })()",
    );
  const names = (many: number) =>
    stage.page.evaluate<string[]>(
      `[...document.querySelectorAll(".grid-row")].sort((a, b) => a.offsetTop - b.offsetTop).slice(0, ${many}).map((row) => row.querySelector(".grid-text")?.textContent)`,
    );

  const hasColumn = (id: string) =>
    stage.page.locator(`[data-column="${id}"]`).waitFor({ state: "attached" });

  before(() => {
    folder = newFolder("loam-runs-page-");
    makeStore(folder, { runs: 10_000, metrics: 3, params: 4, points: 3, experiments: 2 });
  });
  afterEach(async () => {
    const { faults } = stage;
    await stage.close();
    assert.deepEqual(
      faults.filter((fault) => fault.startsWith("error")),
      [],
    );
  });
  after(closeBrowser);

  it("shows ten thousand runs, of which it draws those in view", async () => {
    await open();
    await firstCell().waitFor();
    await counted("10,000 runs");
    await becomes(() => stage.page.getByRole("grid").getAttribute("aria-rowcount"), "10001");
    await becomes(() => names(2), ["run-9999", "run-9998"]);
    assert.ok((await stage.page.locator(".grid-row").count()) < 80);
    await stage.page.evaluate("document.querySelector('.grid').scrollTop = 22 * 5000");
    await stage.page.getByText("run-4990", { exact: true }).waitFor();
  });

  it("is walked, sorted, selected and opened by keys alone", async () => {
    const { page } = await open();
    await firstCell().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("params.model = 'svm'");
    await page.keyboard.press("Enter");
    await counted(/^(?!10,000)\d/);
    await becomes(focus, [0, 1]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await page.keyboard.press("Home");
    await page.keyboard.press("PageDown");
    await eventually("a row further down", async () => (await focus())[0] > 5);
    await page.keyboard.press("Control+End");
    const columns = Number(await page.getByRole("grid").getAttribute("aria-colcount"));
    await eventually("the last column", async () => (await focus())[1] === columns);
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await counted(/2 selected/);
    await page.keyboard.press("c");
    await page.keyboard.press("Enter");
    await page.keyboard.press(".");
    await page.getByRole("menuitem", { name: "Copy id" }).waitFor();
    // Clients logged these runs: nobody knows a command to repeat.
    assert.equal(await page.getByRole("menuitem", { name: "Run again…" }).count(), 0);
    await page.keyboard.press("Escape");
    await becomes(focus, [1, 1]); // the menu gives it back
    await becomes(
      () => stage.asked.map(({ params }) => (params as { command: string }).command),
      ["loam.runs.compare", "loam.runs.open"],
    );
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await eventually("the order in the query", async () =>
      (await page.locator(".query input").inputValue()).endsWith("order by name"),
    );
  });

  it("completes a query, and shows the place of a mistake while the rows stay", async () => {
    const { page } = await open();
    await firstCell().waitFor();
    await hasColumn("metric:f1");
    await page.keyboard.press("/");
    await page.keyboard.type("metrics.f");
    await page.getByRole("option", { name: "metrics.f1" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type(">> 2");
    await page.keyboard.press("Escape");
    const mistake = page.locator(".query-mistake");
    await eventually("the place of the mistake", async () =>
      /metrics\.f1 >> 2\n +\^/.test(await mistake.innerText()),
    );
    await counted(/10,000 runs/);
    await page.getByRole("button", { name: "Clear filter" }).click();
    await mistake.waitFor({ state: "detached" });
    await page.keyboard.type("params.model = ");
    await page.getByRole("option", { name: "'svm'" }).waitFor();
  });

  it("shows what every run has where columns are long in coming, and them once they come", async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { page } = await open({
      between: async (method, _, ask) => {
        if (method === "runs/columns") await answered;
        return ask();
      },
    });
    await page.getByText("run-9999", { exact: true }).waitFor();
    assert.equal(await page.locator("[data-column='metric:f1']").count(), 0);
    answer();
    await page
      .locator(".grid-line .numeric")
      .filter({ hasText: /0[.]\d+/ })
      .first()
      .waitFor();
    await hasColumn("metric:f1");
  });

  it("keeps its place while nothing fits what is typed, and says so there", async () => {
    const { page } = await open();
    await firstCell().waitFor();
    await page.locator(".chart canvas").first().waitFor();
    await page.evaluate(`{
      globalThis.seen = [];
      const kept = [".grid", ".grid-header", ".runs-charts", ".splitter"].map((of) => document.querySelector(of));
      new MutationObserver(() => {
        if (kept.some((one) => !one.isConnected)) seen.push("something went");
        if (/First 0/.test(document.querySelector(".runs-charts").textContent)) seen.push("no runs are called first");
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    }`);
    await page.keyboard.press("/");
    await page.keyboard.type("name = 'none'");
    await page.getByText("No run matches the filter.").waitFor();
    await counted("0 runs");
    for (let key = 0; key < 5; key++) await page.keyboard.press("Backspace");
    await page.keyboard.type("run-77'");
    await counted("1 run");
    await page.getByText("No run matches the filter.").waitFor({ state: "detached" });
    assert.deepEqual(await page.evaluate("seen"), []);
  });

  it("shows from the first what another filter finds, and stays where it is while runs change", async () => {
    let finds = 0;
    const { page } = await open({
      between: (method, _, ask) => {
        if (method === "runs/find") finds++;
        return ask();
      },
    });
    await counted("10,000 runs");
    const top = () => page.evaluate<number>("document.querySelector('.grid').scrollTop");
    await page.evaluate("document.querySelector('.grid').scrollTop = 2200");
    await page.getByText("run-9890", { exact: true }).waitFor();
    await stage.settled();
    const before = finds;
    stage.tell("runs/changed", { runs: [] });
    await eventually("another look at the runs", () => finds > before);
    await stage.settled();
    assert.equal(await top(), 2200);
    await page.keyboard.press("/");
    await page.keyboard.type("metrics.f1 > 0.5");
    await counted("5,098 runs");
    await becomes(top, 0);
    await becomes(() => page.locator(".grid-row[data-line='0']").count(), 1);
  });

  it("selects by its boxes: one run, and all or none by that of the titles", async () => {
    const { page } = await open();
    await firstCell().waitFor();
    await counted("10,000 runs");
    const boxes = page.locator(".grid-check");
    await boxes.nth(1).click();
    await boxes.nth(2).click();
    await counted(/· 2 selected/);
    await boxes.first().click();
    await counted(/· 10,000 selected/);
    assert.equal(await page.locator(".grid-title[aria-sort]").count(), 0);
    await boxes.first().click();
    await counted("10,000 runs");
  });

  it("groups by a param with counts, and folds a group", async () => {
    const { page } = await open();
    await firstCell().waitFor();
    await hasColumn("metric:f1");
    await page.locator(".grid [tabindex='0']").focus();
    await page.keyboard.press("g");
    await page.getByRole("menuitemcheckbox", { name: "model" }).click();
    const group = page.locator(".grid-group").first();
    await eventually("the first group", async () => /boosting\s+[\d,]+ rows/.test(await group.innerText()));
    await group.click();
    await page.locator(".grid-group").nth(1).waitFor();
    assert.equal(await group.locator(".grid-group-cell").getAttribute("aria-expanded"), "false");
  });

  it("lets new runs wait while a person reads further down", async () => {
    let hidden = true;
    const { page } = await open({
      between: async (method, _, ask) => {
        const answer = await ask();
        if (method !== "runs/find" || !hidden) return answer;
        const found = answer as { ids: string[]; total: number };
        return { ...found, ids: found.ids.slice(3), total: found.total - 3 };
      },
    });
    await counted("9,997 runs");
    await page.evaluate("document.querySelector('.grid').scrollTop = 2200");
    await page.getByText("run-9890", { exact: true }).waitFor();
    hidden = false;
    stage.tell("runs/changed", { runs: [] });
    await page.getByRole("button", { name: "3 new" }).waitFor();
    assert.equal(await page.evaluate("document.querySelector('.grid').scrollTop"), 2200);
    assert.ok(await page.getByText("run-9890", { exact: true }).isVisible());
    await page.getByRole("button", { name: "3 new" }).click();
    await page.getByText("run-9999", { exact: true }).waitFor();
  });

  it("draws in the rows a metric that has curves, not the first where that was logged but once", async () => {
    const single = new Set<string>();
    const { page } = await open({
      between: async (method, params, ask) => {
        const { metric } = (params ?? {}) as { metric?: string };
        if (method !== "runs/curves" || metric === undefined) return ask();
        if (single.size === 0) single.add(metric);
        const curves = (await ask()) as { x: Float64Array; y: Float64Array; points: number }[];
        if (!single.has(metric)) return curves;
        return curves.map((curve) => ({ ...curve, x: curve.x.slice(-1), y: curve.y.slice(-1), points: 1 }));
      },
    });
    const title = page.locator('[data-column="trend"]');
    await eventually("another metric's curve", async () => {
      const [first] = single;
      return first !== undefined && !(await title.innerText()).includes(first);
    });
    await page.locator(".spark").first().waitFor();
  });

  it("comes back after a reload as it was", async () => {
    const { page } = await open();
    await firstCell().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("metrics.f1 > 0.5 order by metrics.f1 desc");
    await page.keyboard.press("Enter");
    // The list follows while the filter is typed, so that other counts are seen on the way.
    await counted("5,098 runs");
    await stage.settled();
    await stage.reload();
    await counted("5,098 runs");
    await becomes(
      () => page.locator(".query input").inputValue(),
      "metrics.f1 > 0.5 order by metrics.f1 desc",
    );
  });

  it("says in one sentence that there is nothing yet, that nothing matches, and what failed", async () => {
    const { page } = await open({ folder: newFolder("loam-runs-none-") });
    await page.getByRole("button", { name: "Run Python file" }).click();
    await becomes(() => stage.asked.at(-1)?.method, "host/runFile");
    await page.getByRole("button", { name: "Copy the command" }).click();
    await becomes(() => stage.asked.at(-1)?.method, "host/copy");
    await stage.close();
    await open({ subject: { page: "runs", filter: "metrics.f1 > 99" } });
    await stage.page.getByText("No run matches the filter.").waitFor();
    await stage.page.locator(".runs-notice").getByText("Clear filter").click();
    await firstCell().waitFor();
    await stage.close();
    await open({
      between: (method, _, ask) => {
        if (method === "runs/find") throw new Error("The index is gone.");
        return ask();
      },
    });
    await stage.page.getByText("The runs could not be read. The index is gone.").waitFor();
  });

  it("has nothing that axe finds while rows are awaited", async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { page } = await open({
      between: async (method, _, ask) => {
        if (method === "runs/rows") await answered;
        return ask();
      },
    });
    await page.locator(".grid.slow .grid-skeleton").first().waitFor();
    await assertAccessible(page, "while rows are awaited");
    answer();
    await firstCell().waitFor();
  });

  it("has nothing that axe finds, in any theme, wide and narrow", async () => {
    const { page } = await open({ reducedMotion: true });
    await firstCell().waitFor();
    await page.locator(".grid [tabindex='0']").focus();
    await page.keyboard.press("Space");
    await page.locator(".chart canvas").first().waitFor();
    for (const width of [1200, 320]) {
      await page.setViewportSize({ width, height: 800 });
      await assertAccessibleInThemes(stage, `${width} pixels`);
    }
  });
});

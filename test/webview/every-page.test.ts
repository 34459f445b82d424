import assert from "node:assert/strict";
import type { DatasetTab, RunTab, Subject } from "../../src/protocol/pages.js";
import { newFolder, stopAll } from "../run/loam.js";
import { assertAccessible } from "./axe.js";
import { dataFolder, type DataFolder } from "./data-folder.js";
import { closeBrowser, hasBrowser, openStage, type Stage, type StageOptions } from "./harness.js";
import { lineageFolder } from "./lineage-folder.js";
import { modelsFolder, type ModelsFolder } from "./models-folder.js";
import { themes } from "./themes.js";
import { projectFolder, track } from "./tracked-folder.js";

/** What has the focus after a press of Tab, and what of it is seen. */
interface Stop {
  readonly at: number;
  readonly what: string;
  readonly isMarked: boolean;
}

/** In the page: all that takes the focus by Tab, in the order of the document, shadow roots taken as their hosts. */
const controls = `const controls = [...document.querySelectorAll(
  "button, input, a[href], summary, [tabindex], vscode-button, vscode-checkbox, vscode-dropdown, vscode-text-field"
)].filter((one) => (one.tabIndex >= 0 || one.localName.startsWith("vscode-")) && !one.disabled && one.checkVisibility() && one.getClientRects().length > 0);`;

const focused = `(() => {
  ${controls}
  let deep = document.activeElement;
  const host = deep;
  if (!host || host === document.body) return null;
  while (deep.shadowRoot?.activeElement) deep = deep.shadowRoot.activeElement;
  const focus = getComputedStyle(document.body).getPropertyValue("--vscode-focusBorder").trim();
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = focus;
  const color = getComputedStyle(probe).color;
  probe.remove();
  const around = [deep, deep.parentElement, host, ...(host.shadowRoot?.querySelectorAll("[part]") ?? [])].filter(Boolean);
  const isMarked = around.some((one) => {
    const style = getComputedStyle(one);
    const lines = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return lines || style.borderTopColor === color || style.boxShadow.includes(color);
  });
  return { at: controls.indexOf(host), what: host.outerHTML.slice(0, 120), isMarked };
})()`;

interface ShownPage {
  readonly name: string;
  readonly subject: Subject;
  readonly seen: string;
  /** Default: that of the runs. */
  readonly folder?: string;
}

/** The pages about models: all versions, one that waits for approval, two beside each other, the audit. */
function modelPages({ folder, model, versions }: ModelsFolder): readonly ShownPage[] {
  const [, second = "", , fourth = ""] = versions.map(({ id }) => id);
  return [
    { name: "model", folder, subject: { page: "model", model }, seen: ".grid-row .grid-text" },
    { name: "version", folder, subject: { page: "model", model, version: fourth }, seen: ".proof-declared" },
    {
      name: "versions compared",
      folder,
      subject: {
        page: "compareVersions",
        versions: [
          { model, version: second },
          { model, version: fourth },
        ],
      },
      seen: ".grid-row .grid-text",
    },
    { name: "audit", folder, subject: { page: "audit", model }, seen: ".grid-row .grid-text" },
  ];
}

describe("every page", function () {
  this.timeout(180_000);
  let folder = "";
  let data: DataFolder;
  let pages: readonly ShownPage[] = [];
  let models: ModelsFolder;

  before(async function () {
    if (!hasBrowser()) this.skip();
    folder = projectFolder();
    const first = await track(folder, "python3", "train.py", "--steps", "40");
    const second = await track(folder, "python3", "train.py", "--steps", "50");
    const failed = await track(folder, "python3", "broken.py");
    const tab = (name: RunTab, seen: string) => ({
      name: `run: ${name}`,
      subject: { page: "run", run: second, tab: name } as const,
      seen,
    });
    data = await dataFolder();
    const ofData = (name: DatasetTab, seen: string, dataset = data.table, version = data.versions[2]) => ({
      name: `data set: ${name}`,
      subject: {
        page: "dataset",
        dataset,
        tab: name,
        ...(dataset === data.table && version !== undefined ? { version } : {}),
      } as const,
      seen,
      folder: data.folder,
    });
    models = await modelsFolder();
    const lineage = await lineageFolder();
    pages = [
      ofData("profile", ".sample-grid .grid-text"),
      ofData("diff", ".diff-grid .grid-text"),
      ofData("files", ".diff-grid .grid-text", data.pictures),
      ofData("rules", "#panel-rules .toolbar"),
      ofData("overlap", ".sample-grid .grid-text"),
      tab("charts", ".chart canvas"),
      tab("overview", ".markdown"),
      tab("console", ".console-line"),
      tab("artifacts", ".artifact-image"),
      tab("code", ".change-modified"),
      tab("data", ".plain-table"),
      tab("system", "#panel-system"),
      { name: "failed run", subject: { page: "run", run: failed }, seen: ".run-error" },
      { name: "compare", subject: { page: "compare", runs: [first, second] }, seen: ".grid-row .grid-text" },
      { name: "runs", subject: { page: "runs", filter: "" }, seen: ".grid-row .grid-text" },
      { name: "metrics", subject: { page: "metrics", file: `${folder}/train.py` }, seen: ".chart canvas" },
      ...modelPages(models),
      {
        name: "lineage",
        folder: lineage.folder,
        subject: { page: "lineage", focus: lineage.model },
        seen: ".lineage-box",
      },
    ];
  });
  after(async () => {
    await closeBrowser();
    stopAll();
  });

  async function on(
    options: Partial<StageOptions>,
    work: (stage: Stage, name: string) => Promise<void>,
  ): Promise<void> {
    for (const { name, subject, seen, folder: own = folder } of pages) {
      const stage = await openStage({ folder: own, subject, reducedMotion: true, ...options });
      try {
        await stage.page.locator(seen).first().waitFor();
        await stage.page.waitForLoadState("networkidle");
        await work(stage, name);
        assert.deepEqual(stage.faults, [], name);
      } finally {
        await stage.close();
      }
    }
  }

  it("is walked by Tab in reading order, with the focus seen, past every control, and left", async () => {
    await on({}, async ({ page }, name) => {
      const stops: Stop[] = [];
      for (;;) {
        await page.keyboard.press("Tab");
        const stop = await page.evaluate<Stop | null>(focused);
        if (!stop) break;
        stops.push(stop);
        assert.ok(stops.length < 200, `${name}: the focus is held at ${stop.what}`);
      }
      const unmarked = stops.filter(({ isMarked }) => !isMarked).map(({ what }) => what);
      assert.deepEqual(unmarked, [], `${name}: the focus is not seen`);
      const order = stops.map(({ at }) => at);
      const all = await page.evaluate<string[]>(
        `(() => { ${controls} return controls.map((one) => one.outerHTML.slice(0, 120)); })()`,
      );
      assert.deepEqual(
        all.filter((_, at) => !order.includes(at)),
        [],
        `${name}: not reached by Tab`,
      );
      assert.deepEqual(
        order,
        [...order].sort((a, b) => a - b),
        `${name}: not in reading order`,
      );
    });
  });

  it("has nothing that axe finds, in any theme", async () => {
    await on({}, async (stage, name) => {
      for (const theme of themes) {
        await stage.setTheme(theme);
        await assertAccessible(stage.page, `${name} in ${theme}`);
      }
    });
  });

  it("has nothing that axe finds while it waits, where it is empty and where it fails", async () => {
    const run = pages.find(({ name }) => name === "run: charts")?.subject;
    const compare = pages.find(({ name }) => name === "compare")?.subject;
    assert.ok(run && compare);
    const file = `${folder}/train.py`;
    const asked = /^(?!page)/;
    const waits: StageOptions["between"] = (method, _, ask) =>
      asked.test(method) ? new Promise(() => undefined) : ask();
    const fails: StageOptions["between"] = (method, _, ask) =>
      asked.test(method) ? Promise.reject(new Error("EIO: i/o error, read")) : ask();
    const empty = newFolder();
    const states: readonly (readonly [StageOptions, seen: string])[] = [
      ...[run, compare, { page: "metrics", file } as const].flatMap((subject) => [
        [{ folder, subject, between: waits }, ".skeleton, .grid-skeleton"] as const,
        [{ folder, subject, between: fails }, "[role=alert]"] as const,
      ]),
      [{ folder, subject: { page: "runs", filter: "" }, between: fails }, "[role=alert]"],
      ...(
        [
          [waits, ".skeleton"],
          [fails, "[role=alert]"],
        ] as const
      ).map(
        ([between, seen]) =>
          [
            { folder: data.folder, subject: { page: "dataset", dataset: data.table } as const, between },
            seen,
          ] as const,
      ),
      [{ folder: empty, subject: { page: "runs", filter: "" } }, "main .runs-notice"],
      [{ folder: empty, subject: { page: "metrics", file: null } }, ".notice"],
      [{ folder: empty, subject: { page: "metrics", file } }, ".notice vscode-button"],
      [{ folder, subject: { page: "run", run: "0".repeat(32) } }, "[role=alert]"],
      [{ folder, subject: { page: "compare", runs: [] } }, ".compare-notice"],
      ...modelPages(models).flatMap(({ subject, folder: own = "" }) => [
        [{ folder: own, subject, between: waits }, ".skeleton, .grid-skeleton"] as const,
        [{ folder: own, subject, between: fails }, "[role=alert]"] as const,
      ]),
      [{ folder: empty, subject: { page: "audit", model: null } }, "[role=alert], main .lead"],
    ];
    for (const [options, seen] of states) {
      const stage = await openStage({ reducedMotion: true, ...options });
      try {
        await stage.page.locator(seen).first().waitFor({ state: "attached" });
        for (const theme of themes) {
          await stage.setTheme(theme);
          await assertAccessible(stage.page, `${JSON.stringify(options.subject)} at ${seen} in ${theme}`);
        }
      } finally {
        await stage.close();
      }
    }
  });

  it("loses nothing at twice its size", async () => {
    await on({ width: 640, height: 400 }, async ({ page }, name) => {
      const lost = await page.evaluate<string[]>(`(() => {
        ${controls}
        const scrolls = (one) => one && (/auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
        const out = controls.filter((one) => {
          const { left, right } = one.getBoundingClientRect();
          return (left < 0 || right > innerWidth + 1) && !scrolls(one.parentElement);
        });
        return [
          ...(document.documentElement.scrollWidth > innerWidth ? ["the page is wider than its window"] : []),
          ...out.map((one) => one.outerHTML.slice(0, 120)),
        ];
      })()`);
      assert.deepEqual(lost, [], name);
    });
  });
});

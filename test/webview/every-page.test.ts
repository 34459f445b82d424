import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { DatasetTab, RunTab, Subject } from "../../src/protocol/pages.js";
import { newFolder, stopAll } from "../run/loam.js";
import { becomes } from "../waiting.js";
import { assertAccessibleInThemes } from "./axe.js";
import { dataFolder, type DataFolder } from "./data-folder.js";
import { closeBrowser, hasBrowser, openStage, type Stage, type StageOptions } from "./harness.js";
import { lineageFolder, type LineageFolder } from "./lineage-folder.js";
import { modelsFolder, type ModelsFolder } from "./models-folder.js";
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

/** What pages are shown of. */
interface Folders {
  readonly runs: string;
  readonly first: string;
  readonly second: string;
  readonly failed: string;
  readonly data: DataFolder;
  readonly models: ModelsFolder;
  readonly lineage: LineageFolder;
  /** Has no store. */
  readonly empty: string;
}

async function makeFolders(): Promise<Folders> {
  const runs = projectFolder();
  return {
    runs,
    first: await track(runs, "python3", "train.py", "--steps", "40"),
    second: await track(runs, "python3", "train.py", "--steps", "50"),
    failed: await track(runs, "python3", "broken.py"),
    data: await dataFolder(),
    models: await modelsFolder(),
    lineage: await lineageFolder(),
    empty: newFolder(),
  };
}

interface ShownPage {
  readonly name: string;
  readonly of: (folders: Folders) => { readonly folder: string; readonly subject: Subject };
  readonly seen: string;
}

const runTab = (tab: RunTab, seen: string): ShownPage => ({
  name: `run: ${tab}`,
  of: ({ runs: folder, second: run }) => ({ folder, subject: { page: "run", run, tab } }),
  seen,
});

/** A tab of the table's third version. */
const dataTab = (tab: DatasetTab, seen: string): ShownPage => ({
  name: `data set: ${tab}`,
  of: ({ data: { folder, table: dataset, versions } }) => ({
    folder,
    subject: { page: "dataset", dataset, tab, version: versions[2] ?? "" },
  }),
  seen,
});

const folderTab = (tab: DatasetTab, seen: string): ShownPage => ({
  name: `data set of a folder: ${tab}`,
  of: ({ data: { folder, pictures: dataset } }) => ({ folder, subject: { page: "dataset", dataset, tab } }),
  seen,
});

/** A page about models: of all versions, one that waits for approval, two beside each other, the audit. */
const modelPage = (
  name: string,
  seen: string,
  subject: (model: string, ids: readonly string[]) => Subject,
): ShownPage => ({
  name,
  of: ({ models: { folder, model, versions } }) => ({
    folder,
    subject: subject(
      model,
      versions.map(({ id }) => id),
    ),
  }),
  seen,
});

const modelPages: readonly ShownPage[] = [
  modelPage("model", ".grid-row .grid-text", (model) => ({ page: "model", model })),
  modelPage("version", ".proof-declared", (model, [, , , fourth = ""]) => ({
    page: "model",
    model,
    version: fourth,
  })),
  modelPage("versions compared", ".grid-row .grid-text", (model, [, second = "", , fourth = ""]) => ({
    page: "compareVersions",
    versions: [
      { model, version: second },
      { model, version: fourth },
    ],
  })),
  modelPage("audit", ".grid-row .grid-text", (model) => ({ page: "audit", model })),
];

const pages: readonly ShownPage[] = [
  dataTab("profile", ".sample-grid .grid-text"),
  dataTab("diff", ".diff-grid .grid-text"),
  dataTab("files", ".diff-grid .grid-text"),
  dataTab("rules", "#panel-rules .toolbar"),
  dataTab("overlap", ".sample-grid .grid-text"),
  dataTab("runs", "#panel-runs .notice"),
  folderTab("diff", ".diff-grid .grid-text"),
  folderTab("files", ".diff-grid .grid-text"),
  runTab("charts", ".chart canvas"),
  runTab("overview", ".markdown"),
  runTab("console", ".console-line"),
  runTab("artifacts", ".artifact-image"),
  runTab("code", ".change-modified"),
  runTab("data", ".plain-table"),
  runTab("system", "#panel-system"),
  {
    name: "failed run",
    of: ({ runs: folder, failed: run }) => ({ folder, subject: { page: "run", run } }),
    seen: ".run-error",
  },
  {
    name: "compare",
    of: ({ runs: folder, first, second }) => ({
      folder,
      subject: { page: "compare", runs: [first, second] },
    }),
    seen: ".grid-row .grid-text",
  },
  {
    name: "runs",
    of: ({ runs: folder }) => ({ folder, subject: { page: "runs", filter: "" } }),
    seen: ".grid-row .grid-text",
  },
  {
    name: "metrics",
    of: ({ runs: folder }) => ({ folder, subject: { page: "metrics", file: `${folder}/train.py` } }),
    seen: ".chart canvas",
  },
  ...modelPages,
  {
    name: "lineage",
    of: ({ lineage: { folder, model: focus } }) => ({ folder, subject: { page: "lineage", focus } }),
    seen: ".lineage-box",
  },
];

/** A page in a state in which it has nothing to show yet, or never will. */
interface PageState extends ShownPage {
  readonly between?: NonNullable<StageOptions["between"]>;
}

const ofEngine = (method: string): boolean => !method.startsWith("page");
const waits: StageOptions["between"] = (method, _, ask) =>
  ofEngine(method) ? new Promise(() => undefined) : ask();
const fails: StageOptions["between"] = (method, _, ask) =>
  ofEngine(method) ? Promise.reject(new Error("EIO: i/o error, read")) : ask();

const waitAndFail = ["run: charts", "compare", "metrics", "runs", "data set: profile", "lineage"].flatMap(
  (wanted) => pages.filter(({ name }) => name === wanted),
);

const bare = (name: string, subject: Subject, seen: string): PageState => ({
  name,
  of: ({ empty: folder }) => ({ folder, subject }),
  seen,
});
const ofRuns = (name: string, subject: Subject, seen: string): PageState => ({
  name,
  of: ({ runs: folder }) => ({ folder, subject }),
  seen,
});

const states: readonly PageState[] = [
  ...[...waitAndFail, ...modelPages].flatMap(({ name, of }) => [
    { name: `${name}, waiting`, of, seen: ".skeleton, .grid-skeleton", between: waits },
    { name: `${name}, failing`, of, seen: "[role=alert]", between: fails },
  ]),
  bare("runs, none", { page: "runs", filter: "" }, "main .runs-notice"),
  bare("metrics of no file", { page: "metrics", file: null }, ".notice"),
  bare("metrics of a file without runs", { page: "metrics", file: "/a/train.py" }, ".notice vscode-button"),
  bare("audit of nothing", { page: "audit", model: null }, "[role=alert], main .lead"),
  ofRuns("a run that is gone", { page: "run", run: "0".repeat(32) }, "[role=alert]"),
  ofRuns("a comparison of none", { page: "compare", runs: [] }, ".compare-notice"),
];

/** Walks a page by Tab: in reading order, with the focus seen, past every control, and out of it. */
async function walk(page: Page): Promise<void> {
  const stops: Stop[] = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate<Stop | null>(focused);
    if (!stop) break;
    stops.push(stop);
    assert.ok(stops.length < 200, `the focus is held at ${stop.what}`);
  }
  const unmarked = stops.filter(({ isMarked }) => !isMarked).map(({ what }) => what);
  assert.deepEqual(unmarked, [], "the focus is not seen");
  const order = stops.map(({ at }) => at);
  const all = await page.evaluate<string[]>(
    `(() => { ${controls} return controls.map((one) => one.outerHTML.slice(0, 120)); })()`,
  );
  assert.deepEqual(
    all.filter((_, at) => !order.includes(at)),
    [],
    "not reached by Tab",
  );
  assert.deepEqual(
    order,
    [...order].sort((a, b) => a - b),
    "not in reading order",
  );
}

/** What is lost of a page at the size that it has. */
const lostParts = `(() => {
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
})()`;

(hasBrowser() ? describe : describe.skip)("every page", function () {
  this.timeout(180_000);
  let folders: Folders;

  before(async () => {
    folders = await makeFolders();
  });
  after(async () => {
    await closeBrowser();
    stopAll();
  });

  for (const { name, of, seen } of pages)
    describe(name, () => {
      let stage: Stage;

      before(async () => {
        stage = await openStage({ ...of(folders), reducedMotion: true });
        await stage.page.locator(seen).first().waitFor();
        await stage.settled();
      });
      after(async () => {
        await stage.close();
        assert.deepEqual(stage.faults, []);
      });

      it("is walked by Tab in reading order, with the focus seen, past every control, and left", () =>
        walk(stage.page));

      it("has nothing that axe finds, in any theme", () => assertAccessibleInThemes(stage, name));

      it("loses nothing at twice its size", async () => {
        await stage.page.setViewportSize({ width: 640, height: 400 });
        await becomes(() => stage.page.evaluate<string[]>(lostParts), []); // charts take the size of their boxes later
      });
    });

  describe("has nothing that axe finds", () => {
    for (const { name, of, seen, between } of states)
      it(name, async () => {
        const stage = await openStage({
          ...of(folders),
          ...(between ? { between } : {}),
          reducedMotion: true,
        });
        try {
          await stage.page.locator(seen).first().waitFor({ state: "attached" });
          await assertAccessibleInThemes(stage, name);
        } finally {
          await stage.close();
        }
      });
  });
});

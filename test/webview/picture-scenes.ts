import * as path from "node:path";
import type { Page } from "playwright-core";
import type { RunTab, Subject } from "../../src/protocol/pages.js";
import type { RunRecorder } from "../../src/core/tracking/recorder.js";
import { makeStore, type StoreShape } from "../bench/make-store.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { newFolder } from "../run/loam.js";
import { dataFolder } from "./data-folder.js";
import type { StageOptions } from "./harness.js";
import { givenUpFolder } from "./given-up-folder.js";
import { lineageFolder } from "./lineage-folder.js";
import { fullVersion, manyVersions, modelsFolder } from "./models-folder.js";
import { newest, projectFolder, startSlow, track } from "./tracked-folder.js";

/** What a picture is taken of: a page in one of its states. */
export interface Scene {
  readonly name: string;
  readonly folder: string;
  readonly subject: Subject;
  /** What a person does there before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>;
  readonly between?: StageOptions["between"];
  /** For pages that stand low in the editor. */
  readonly height?: number;
}

export const tabs: readonly RunTab[] = [
  "charts",
  "overview",
  "console",
  "artifacts",
  "code",
  "data",
  "system",
];

const never = (what: RegExp): StageOptions["between"] => {
  return (method, _, ask) => (what.test(method) ? new Promise(() => undefined) : ask());
};
const fails = (what: RegExp): StageOptions["between"] => {
  return (method, _, ask) => (what.test(method) ? Promise.reject(new Error("EIO: i/o error, read")) : ask());
};
const press =
  (...keys: readonly string[]) =>
  async (page: Page): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
/** Presses keys in the grid, which has the focus first. */
const inGrid =
  (...keys: readonly string[]) =>
  async (page: Page): Promise<void> => {
    await page.locator(".grid-row .grid-text").first().click();
    await press(...keys)(page);
  };
const query =
  (text: string) =>
  async (page: Page): Promise<void> => {
    await page.locator(".query-field input").fill(text);
  };

/** A run that logged nothing but what `fill` does. */
function bareRun(folder: string, fill: (run: RunRecorder) => void): string {
  const bench = newWorkbench(folder);
  const run = bench.tracking.runs.create({ experiment: "0", name: "bare", user: "anna", start: Date.now() });
  fill(run);
  bench.dispose();
  return run.id;
}

const storeOf = (
  shape: Partial<StoreShape>,
): { readonly folder: string; readonly runs: readonly string[] } => {
  const folder = newFolder("loam-pictures-");
  return { folder, runs: makeStore(folder, shape) };
};

/** Everything that there is to see; `isWanted` spares the work for the rest. The folders go with the process. */
export async function* scenes(isWanted: (name: string) => boolean): AsyncGenerator<Scene> {
  const any = (...names: readonly string[]): boolean => names.some(isWanted);
  const folder = projectFolder();
  const first = await track(folder, "python3", "train.py", "--steps", "200");
  const done = await track(folder, "python3", "train.py", "--steps", "300");
  const failed = await track(folder, "python3", "broken.py");
  const run = (id: string, tab?: RunTab): Subject => ({ page: "run", run: id, ...(tab ? { tab } : {}) });
  const runs = (filter = ""): Subject => ({ page: "runs", filter });
  const file = path.join(folder, "train.py");

  for (const tab of tabs) yield { name: `run-${tab}`, folder, subject: run(done, tab) };
  for (const tab of tabs) yield { name: `run-failed-${tab}`, folder, subject: run(failed, tab) };
  yield { name: "run-failed", folder, subject: run(failed) };
  yield { name: "run-gone", folder, subject: run("0123456789abcdef0123456789abcdef") };
  for (const tab of tabs)
    yield {
      name: `run-waiting-${tab}`,
      folder,
      subject: run(done, tab),
      between: never(/^(?!page|runs\/detail$)/),
    };
  yield { name: "run-waiting", folder, subject: run(done), between: never(/^(?!page)/) };
  for (const tab of tabs)
    yield {
      name: `run-fault-${tab}`,
      folder,
      subject: run(done, tab),
      between: fails(/^(?!page|host|runs\/detail$)/),
    };
  yield {
    name: "run-crosshair",
    folder,
    subject: run(done),
    act: (page) =>
      page
        .locator(".chart-plot")
        .first()
        .hover({ position: { x: 150, y: 60 } }),
  };
  yield {
    name: "run-smooth",
    folder,
    subject: run(done),
    act: (page) => page.locator("input[type=range]").fill("0.9"),
  };
  const inChart =
    (...keys: readonly string[]) =>
    async (page: Page): Promise<void> => {
      await page.locator(".chart-plot").first().focus();
      await press(...keys)(page);
    };
  yield { name: "run-zoom", folder, subject: run(done), act: inChart("+", "+") };
  yield { name: "run-table", folder, subject: run(done), act: inChart("t") };
  for (const name of ["predictions.csv", "report.json", "weights.bin", "dot.png"])
    yield {
      name: `run-artifact-${path.extname(name).slice(1)}`,
      folder,
      subject: run(done, "artifacts"),
      act: (page) => page.getByText(name).first().click(),
    };
  yield {
    name: "run-console-find",
    folder,
    subject: run(done, "console"),
    act: async (page) => {
      await page.locator(".console").focus();
      await page.keyboard.press("Control+F");
      await page.keyboard.type("f1");
    },
  };

  const empty = newFolder();
  const bare = bareRun(empty, () => undefined);
  for (const tab of tabs) yield { name: `run-bare-${tab}`, folder: empty, subject: run(bare, tab) };
  const point = newFolder();
  const single = bareRun(point, (recorder) => {
    const time = Date.now();
    recorder.log({
      metrics: [
        { key: "val/loss", value: 0.1234, step: 7, time },
        { key: "accuracy", value: 0.5, step: 1, time },
      ],
    });
  });
  yield { name: "run-single-point", folder: point, subject: run(single) };

  yield { name: "compare-two", folder, subject: { page: "compare", runs: [first, done] } };
  yield { name: "compare-failed", folder, subject: { page: "compare", runs: [done, failed] } };
  yield { name: "compare-one", folder, subject: { page: "compare", runs: [done] } };
  yield { name: "compare-gone", folder, subject: { page: "compare", runs: [done, "0".repeat(32)] } };
  yield {
    name: "compare-waiting",
    folder,
    subject: { page: "compare", runs: [first, done] },
    between: never(/^(?!page)/),
  };
  yield {
    name: "compare-fault",
    folder,
    subject: { page: "compare", runs: [first, done] },
    between: fails(/^(?!page)/),
  };
  if (any("compare-many", "runs-few")) {
    const eight = storeOf({ runs: 8, metrics: 12, params: 20, points: 40, missing: 0.2, longNames: true });
    yield { name: "compare-many", folder: eight.folder, subject: { page: "compare", runs: eight.runs } };
    yield { name: "runs-few", folder: eight.folder, subject: runs() };
  }

  yield { name: "runs-real", folder, subject: runs() };
  yield { name: "runs-empty", folder: newFolder(), subject: runs() };
  yield { name: "runs-one", folder: empty, subject: runs() };
  yield { name: "runs-waiting", folder, subject: runs(), between: never(/^(?!page)/) };
  yield { name: "runs-fault", folder, subject: runs(), between: fails(/^(?!page)/) };
  if (any("runs-many")) {
    const many = storeOf({
      runs: 10_000,
      metrics: 12,
      params: 12,
      points: 20,
      experiments: 3,
      longNames: true,
    });
    const of = (name: string, more: Partial<Scene> = {}): Scene => ({
      name: `runs-many${name}`,
      folder: many.folder,
      subject: runs(),
      ...more,
    });
    yield of("");
    yield of("-selected", { act: inGrid("Space", "ArrowDown", "Space", "ArrowDown", "Space") });
    yield of("-menu", { act: inGrid(".") });
    yield of("-group", { act: inGrid("g") });
    yield of("-keys", { act: inGrid("?") });
    yield of("-sorted", { subject: runs("metrics.f1 > 0.5 order by metrics.f1 desc") });
    yield of("-none", { subject: runs("metrics.f1 > 7") });
    yield of("-mistake", { subject: runs("metrics.f1 >> 7") });
    yield of("-completion", { act: query("met") });
    yield of("-columns", {
      act: (page) => page.getByRole("button", { name: "Columns" }).first().click(),
    });
  }

  yield { name: "metrics", folder, subject: { page: "metrics", file }, height: 300 };
  yield { name: "metrics-none", folder, subject: { page: "metrics", file: null }, height: 300 };
  yield {
    name: "metrics-empty",
    folder,
    subject: { page: "metrics", file: path.join(folder, "rest.py") },
    height: 300,
  };
  yield {
    name: "metrics-failed",
    folder,
    subject: { page: "metrics", file: path.join(folder, "broken.py") },
    height: 300,
  };
  yield {
    name: "metrics-fault",
    folder,
    subject: { page: "metrics", file },
    height: 300,
    between: fails(/^(?!page)/),
  };

  if (any("data-")) {
    const data = await dataFolder();
    const of = (name: string, more: Partial<Extract<Subject, { page: "dataset" }>>, rest = {}): Scene => ({
      name: `data-${name}`,
      folder: data.folder,
      subject: { page: "dataset", dataset: data.table, ...more },
      ...rest,
    });
    const changes = { tab: "diff", version: data.versions[2] ?? "" } as const;
    const pressed = (name: string) => ({
      act: (page: Page) => page.getByRole("rowheader", { name }).click(),
    });
    yield of("profile", {});
    yield of("column", {}, pressed("income"));
    yield of("changes", changes);
    yield of("changes-working", { tab: "diff", version: null });
    yield of("changes-none", { dataset: data.half, tab: "diff" });
    for (const tab of ["files", "rules", "overlap", "runs"] as const) yield of(tab, { tab });
    yield of("folder-files", { dataset: data.pictures, tab: "files" });
    yield of("folder-changes", { dataset: data.pictures, tab: "diff" });
    yield of("folder-image", { dataset: data.pictures, tab: "diff" }, pressed("b.svg"));
    yield of("statistics", changes, {
      act: (page: Page) => page.getByText("Statistics side by side").click(),
    });
    yield of("half", { dataset: data.half });
    yield of("missing", { dataset: data.missing });
    yield of("gone", { dataset: "0".repeat(16) });
    yield of("waiting", {}, { between: never(/^(?!page)/) });
    yield of("long", {}, { between: never(/profile$/) });
    yield of("fault", {}, { between: fails(/^(?!page|host|datasets\/detail$)/) });
  }

  if (any("lineage")) {
    const few = await lineageFolder();
    const many = await lineageFolder(600);
    for (const name of ["model", "run", "data", "alone"] as const)
      yield {
        name: `lineage-${name}`,
        folder: few.folder,
        subject: { page: "lineage", focus: few[name] },
      };
    yield {
      name: "lineage-list",
      folder: few.folder,
      subject: { page: "lineage", focus: few.model },
      act: (page) => page.locator(".lineage-title .icon-button").last().click(),
    };
    yield { name: "lineage-many", folder: many.folder, subject: { page: "lineage", focus: many.data } };
    yield {
      name: "lineage-fault",
      folder: few.folder,
      subject: { page: "lineage", focus: few.model },
      between: fails(/^lineage/),
    };
    if (few.run.kind === "run")
      yield { name: "lineage-run-tab", folder: few.folder, subject: run(few.run.run, "data") };
  }

  if (any("given-up")) {
    const { folder: given, model, version } = await givenUpFolder();
    const subjects: Readonly<Record<string, Subject>> = {
      version: { page: "model", model, version },
      lineage: { page: "lineage", focus: { kind: "version", version } },
      audit: { page: "audit", model },
    };
    for (const [name, subject] of Object.entries(subjects))
      yield { name: `given-up-${name}`, folder: given, subject };
  }

  if (any("model", "version", "audit")) {
    const { folder: registry, model, versions } = await modelsFolder();
    const version = (number: number): string => versions[number - 1]?.id ?? "";
    const refs = (...numbers: readonly number[]) => numbers.map((at) => ({ model, version: version(at) }));
    const of = (name: string, subject: Subject, more: Partial<Scene> = {}): Scene => ({
      ...{ name, folder: registry, subject },
      ...more,
    });
    yield of("model", { page: "model", model });
    yield of("model-waiting", { page: "model", model }, { between: never(/^(?!page)/) });
    yield of("model-fault", { page: "model", model }, { between: fails(/^(?!page)/) });
    for (const at of [1, 2, 3, 4]) yield of(`version-${at}`, { page: "model", model, version: version(at) });
    yield of(
      "version-edited",
      { page: "model", model, version: version(4) },
      { act: (page) => page.getByRole("button", { name: "Edit card" }).click() },
    );
    yield of(
      "version-parts-fault",
      { page: "model", model, version: version(4) },
      { between: fails(/^models\/(proofs|files)$/) },
    );
    yield of("versions-two", { page: "compareVersions", versions: refs(2, 4) });
    yield of("versions-four", { page: "compareVersions", versions: refs(2, 1, 3, 4) });
    yield of("audit", { page: "audit", model });
    yield of("audit-waiting", { page: "audit", model }, { between: never(/^(?!page)/) });
    yield of("audit-checking", { page: "audit", model }, { between: never(/^models\/audit$/) });
    yield of("audit-fault", { page: "audit", model }, { between: fails(/^models\/audit$/) });
    yield of(
      "audit-held",
      { page: "audit", model },
      { act: (page) => page.locator("summary").first().click() },
    );
    const full = newFolder("loam-pictures-");
    const much = { page: "model", ...fullVersion(full) } as const;
    yield { name: "version-full", folder: full, subject: much };
    yield { name: "model-full", folder: full, subject: { page: "model", model: much.model } };
    yield { name: "audit-full", folder: full, subject: { page: "audit", model: null } };
    const bare = newFolder("loam-pictures-");
    yield { name: "model-bare", folder: bare, subject: { page: "model", model: manyVersions(bare, 0) } };
  }

  if (any("run-live", "run-live-console", "run-live-system", "runs-live", "metrics-live")) {
    const live = startSlow(folder);
    await live.until("step 20");
    const slow = newest(folder);
    yield { name: "run-live", folder, subject: run(slow) };
    yield { name: "run-live-console", folder, subject: run(slow, "console") };
    yield { name: "run-live-system", folder, subject: run(slow, "system") };
    yield { name: "runs-live", folder, subject: runs() };
    yield {
      name: "metrics-live",
      folder,
      subject: { page: "metrics", file: path.join(folder, "slow.py") },
      height: 300,
    };
    live.kill("SIGTERM");
    await live.ended;
    yield { name: "run-stopped", folder, subject: run(slow) };
  }
}

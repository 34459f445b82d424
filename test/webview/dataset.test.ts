import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Subject } from "../../src/protocol/pages.js";
import { makeVersion, trackData } from "../../src/core/datasets/version.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { newFolder, write } from "../run/loam.js";
import { closeBrowser, hasBrowser, openStage, type Stage, type StageOptions } from "./harness.js";
import { becomes, eventually } from "../waiting.js";
import { dataFolder, type DataFolder } from "./data-folder.js";

type DatasetSubject = Extract<Subject, { readonly page: "dataset" }>;

const never = new AbortController().signal;

/** A data set of so many small files in ten folders: in its second version half of them differ and ten are gone. */
async function folderOfMany(files: number): Promise<{ readonly folder: string; readonly dataset: string }> {
  const folder = newFolder("loam-many-");
  const names = Array.from(
    { length: files },
    (_, at) => `many/part-${at % 10}/${String(at).padStart(4, "0")}.txt`,
  );
  write(folder, Object.fromEntries(names.map((name) => [name, name])));
  const bench = newWorkbench(folder);
  const { dataset } = await trackData(bench.datasets, { path: "many", name: "many" }, never);
  write(folder, Object.fromEntries(names.filter((_, at) => at % 2 === 0).map((name) => [name, "newer"])));
  for (const name of names.slice(-20).filter((_, at) => at % 2 === 1)) fs.rmSync(path.join(folder, name));
  await makeVersion(bench.datasets, dataset, { message: "" }, never);
  bench.dispose();
  return { folder, dataset };
}

/** A data set of one table with so many columns beside its key, of which all changed in the second version. */
async function wideTable(columns: number): Promise<{ readonly folder: string; readonly dataset: string }> {
  const folder = newFolder("loam-wide-");
  const text = (by: number): string =>
    [
      ["id", ...Array.from({ length: columns }, (_, at) => `c${at}`)],
      ...Array.from({ length: 9 }, (_, id) => [
        id,
        ...Array.from({ length: columns }, (_one, at) => at + by),
      ]),
    ]
      .map((row) => `${row.join(",")}\n`)
      .join("");
  write(folder, { "wide.csv": text(0) });
  const bench = newWorkbench(folder);
  const { dataset } = await trackData(bench.datasets, { path: "wide.csv", name: "wide" }, never);
  write(folder, { "wide.csv": text(1) });
  await makeVersion(bench.datasets, dataset, { message: "" }, never);
  bench.dispose();
  return { folder, dataset };
}

(hasBrowser() ? describe : describe.skip)("the page of a data set", function () {
  this.timeout(120_000);
  let data: DataFolder;
  let stage: Stage;

  before(async () => {
    data = await dataFolder();
  });
  afterEach(async () => {
    assert.deepEqual(stage.faults, []);
    await stage.close();
  });
  after(closeBrowser);

  const open = async (
    subject: Partial<DatasetSubject> = {},
    more: Partial<StageOptions> = {},
  ): Promise<Stage> =>
    (stage = await openStage({
      folder: data.folder,
      subject: { page: "dataset", dataset: data.table, ...subject },
      ...more,
    }));
  const rail = () => stage.page.getByRole("listbox", { name: "Versions" });

  it("opens on what is in the newest version, and on a column's detail where one is pressed", async () => {
    const { page } = await open();
    await page.getByText("516 rows, 8 columns").waitFor();
    await rail()
      .getByRole("option", { name: /^v3 ?Duplicates out.*train ?reviewed$/ })
      .waitFor();
    await rail().getByRole("option").nth(4).waitFor(); // the working copy differs from all four
    assert.equal(await rail().getByRole("option").count(), 5);
    await page.getByRole("rowheader", { name: "income" }).click();
    const detail = page.getByRole("region", { name: "income" });
    await detail.getByRole("application", { name: /^Distribution of income, \d+ bins\.$/ }).focus();
    await page.keyboard.press("Home");
    await detail.getByText(/^[\d,.]+ – [\d,.]+: \d+ rows?, [\d.]+ %$/).waitFor();
    await page.keyboard.press("t");
    await detail.getByRole("columnheader", { name: "Rows" }).waitFor();
    await page.locator(".sample-grid").getByText("business").first().waitFor();
  });

  it("says of two versions what changed, and marks the cells", async () => {
    const { page } = await open({ version: data.versions[2] ?? "", tab: "diff" });
    await page.locator(".diff-counts", { hasText: /^\+69, −3, ~26 rows/ }).waitFor();
    const grid = page.getByRole("grid", { name: "Changed rows" });
    await page
      .getByRole("gridcell", { name: /^\d+ → 1$/ })
      .first()
      .waitFor();
    await page.getByText("Removed 3").click();
    await page.getByText("Changed 26").click();
    await eventually("only added rows", async () => {
      const kinds = await grid.getByRole("rowheader").allInnerTexts();
      return kinds.length > 0 && kinds.every((kind) => kind.trim() === "Added");
    });
    await page.getByRole("button", { name: "id (guessed)" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("id", { exact: true }).click();
    await dialog.getByText("No columns: match rows by content").click();
    await page.getByRole("button", { name: "their content" }).waitFor();
    await page.locator(".diff-counts", { hasText: /^\+\d+, −\d+, ~\d+ rows/ }).waitFor();
  });

  it("compares with the working copy, and again when it changes", async () => {
    const file = path.join(data.folder, "data", "customers.csv");
    const before = fs.readFileSync(file, "utf8");
    const { page } = await open({ version: null, against: data.versions[3] ?? "", tab: "diff" });
    await page.locator(".diff-counts", { hasText: /−16, ~1 row/ }).waitFor();
    fs.writeFileSync(file, before.split("\n").slice(0, 301).join("\n"));
    try {
      stage.tell("datasets/changed", { datasets: [data.table] });
      await page.locator(".diff-counts", { hasText: /−216, ~1 row/ }).waitFor();
    } finally {
      fs.writeFileSync(file, before); // as the tests after this one have it
    }
  });

  it("offers what comes next: a version of what changed, and a version back where it is missing", async () => {
    await open();
    await stage.page.locator("header").getByText("Changed since v4", { exact: true }).waitFor();
    await stage.page.getByRole("button", { name: "New version…" }).click();
    await becomes(
      () => stage.asked,
      [
        {
          method: "host/dataCommand",
          params: { command: "loam.data.version", dataset: data.table },
        },
      ],
    );
    await stage.close();
    await open({ dataset: data.missing });
    await stage.page.getByRole("button", { name: "Restore v1…" }).waitFor();
  });

  it("opens the files of a folder that differ as what they are", async () => {
    const { page } = await open({ dataset: data.pictures, tab: "diff" });
    await page.getByText("4 files differ").waitFor();
    await page.getByRole("rowheader", { name: "b.svg" }).click();
    await page.getByRole("img", { name: "b.svg · Before" }).waitFor();
    await page.getByRole("img", { name: "b.svg · After" }).waitFor();
    await page.getByRole("button", { name: "All files" }).click();
    await page.getByRole("rowheader", { name: "labels.csv" }).click();
    await page.getByRole("gridcell", { name: "dot → green dot" }).waitFor();
    await page.getByRole("button", { name: "All files" }).click();
    await page.locator(".grid-cell:focus", { hasText: "labels.csv" }).waitFor(); // as it was left
    await page.getByRole("rowheader", { name: "notes/readme.txt" }).click();
    await eventually("the question for a diff", async () => stage.asked.length > 0);
    assert.equal(stage.asked.at(-1)?.method, "host/diffDataFile");
  });

  it("lists the files of a folder and their changes to the last, by path and by kind", async () => {
    const { folder, dataset } = await folderOfMany(600);
    stage = await openStage({ folder, subject: { page: "dataset", dataset, tab: "diff" } });
    const { page } = stage;
    await page.getByText("310 files differ").waitFor();
    const grid = page.getByRole("grid", { name: "Changed files" });
    await grid.getByRole("rowheader", { name: "part-0/0000.txt" }).focus();
    await page.keyboard.press("Control+End");
    await grid.getByRole("rowheader", { name: "part-9/0599.txt" }).waitFor();
    await page.getByText("removed 10").click();
    await page.getByText("300 shown").waitFor();
    await page.locator(".files-filter input").fill("part-9/*8.TXT");
    await page.getByText("No file to show with this choice.").waitFor(); // they all are even
    await page.locator(".files-filter input").fill("05 part-8/05");
    await page.getByText("10 shown").waitFor();
    await becomes(
      async () => (await grid.getByRole("rowheader").allInnerTexts()).map((text) => text.trim()),
      Array.from({ length: 10 }, (_, at) => `part-8/05${at}8.txt`),
    );
    await page.getByRole("tab", { name: "Files" }).click();
    await page.getByText("590 files", { exact: true }).waitFor();
    await page.locator(".files-filter input").fill("0599");
    await page.getByText("No path has these words.").waitFor();
  });

  it("reads of a wide table the columns in view alone, and others as they come into it", async () => {
    const { folder, dataset } = await wideTable(150);
    const widths: number[] = [];
    stage = await openStage({
      folder,
      subject: { page: "dataset", dataset, tab: "diff" },
      between: (method, params, ask) => {
        if (method === "datasets/diffRows")
          widths.push((params as { readonly columns: readonly number[] }).columns.length);
        return ask();
      },
    });
    const { page } = stage;
    const grid = page.getByRole("grid", { name: "Changed rows" });
    await page.getByRole("gridcell", { name: "1 → 2", exact: true }).first().waitFor();
    await grid.getByRole("rowheader").first().focus();
    await page.keyboard.press("End");
    await page.getByRole("gridcell", { name: "149 → 150", exact: true }).first().waitFor();
    assert.ok(Math.max(...widths) < 100, `${Math.max(...widths)} of 150 columns were asked for at once`);
    await page.keyboard.press(".");
    await page.getByRole("menuitem", { name: "Copy row" }).click();
    await eventually("the copied row", async () => stage.asked.length > 0);
    const copied = stage.asked.at(-1)?.params as { readonly text: string };
    assert.equal(copied.text.split("\t").length, 151);
  });

  it("finds columns of many by their names and by what stands out, and rules among those that it suggests", async () => {
    const folder = newFolder("loam-columns-");
    const kinds = [(at: number) => at * 7, () => "", () => 3, (at: number) => (at % 2 === 0 ? "" : "x")];
    const rows = Array.from({ length: 20 }, (_, at) =>
      Array.from({ length: 40 }, (_one, column) => kinds[column % kinds.length]?.(at)).join(","),
    );
    const names = Array.from({ length: 40 }, (_, column) => `column_${column}`);
    write(folder, { "t.csv": `${names.join(",")}\n${rows.join("\n")}\n` });
    const bench = newWorkbench(folder);
    const { dataset } = await trackData(bench.datasets, { path: "t.csv", name: "t" }, never);
    bench.dispose();
    stage = await openStage({ folder, subject: { page: "dataset", dataset, tab: "profile" } });
    const { page } = stage;
    const grid = page.getByRole("grid", { name: "Columns" });
    const shown = async (): Promise<readonly number[]> =>
      (await grid.getByRole("rowheader").allTextContents())
        .map((name) => Number(name.replace("column_", "")))
        .sort((a, b) => a - b); // rows are drawn in any order
    const choose = (name: string) => page.getByRole("checkbox", { name }).click();
    await choose("No values 10");
    await page.getByRole("status").filter({ hasText: "10 shown" }).waitFor();
    await becomes(async () => (await shown()).slice(0, 2), [1, 5]);
    await choose("One value 20");
    await page.getByRole("status").filter({ hasText: "30 shown" }).waitFor();
    await choose("No values 10");
    await choose("Missing values 10");
    await page.locator(".profile-columns vscode-text-field input").fill("_1");
    await page.getByRole("status").filter({ hasText: "6 shown" }).waitFor();
    await becomes(shown, [10, 11, 14, 15, 18, 19]);
    await page.locator(".profile-columns vscode-text-field input").fill("none such");
    await page.getByText("No column fits.").waitFor();

    await page.getByRole("tab", { name: "Rules" }).click();
    await page.getByRole("button", { name: "Propose from v1" }).click();
    await page.getByRole("button", { name: "Choose none" }).click();
    await page.getByRole("button", { name: "Take 0 rules" }).waitFor();
    await page.locator(".proposed vscode-text-field input").fill("column_12 ");
    const suggested = await eventually("the column's rules alone", async () => {
      const texts = await page.locator(".proposed-rules vscode-checkbox").allTextContents();
      return texts.length > 0 && texts.every((text) => text.startsWith("column_12 ")) ? texts : undefined;
    });
    await page.getByRole("button", { name: "Choose all" }).click();
    await page.getByRole("button", { name: new RegExp(`^Take ${suggested.length} rules?$`) }).click();
    await becomes(() => page.getByRole("rowheader").allTextContents(), suggested);
  });

  it("shows of many rules how many hold, and those alone that do not", async () => {
    const folder = newFolder("loam-rules-");
    const rules = Array.from({ length: 20 }, (_, at) => `      - column: x\n        range: [0, ${at}]\n`);
    write(folder, {
      "t.csv": "x\n5\n17\n",
      "loam.yaml": `data:\n  t:\n    rules:\n${rules.join("")}`,
    });
    const bench = newWorkbench(folder);
    const { dataset } = await trackData(bench.datasets, { path: "t.csv", name: "t" }, never);
    bench.dispose();
    stage = await openStage({ folder, subject: { page: "dataset", dataset, tab: "rules" } });
    const { page } = stage;
    await page.getByRole("button", { name: "Check v1" }).click();
    await page.getByText("3 of 20 rules hold").first().waitFor();
    await becomes(() => page.getByRole("rowheader").count(), 20);
    await page.getByRole("checkbox", { name: "Only rules that do not hold" }).click();
    await becomes(() => page.getByRole("rowheader").count(), 17);
    await page.getByRole("button", { name: "Remove: x is between 0 and 16" }).click();
    await eventually("the rule that was meant to be gone", async () => {
      const text = fs.readFileSync(path.join(folder, "loam.yaml"), "utf8");
      return !text.includes("[0, 16]") && text.includes("[0, 15]") && text.includes("[0, 17]");
    });
  });

  it("proposes rules, writes them to loam.yaml with what stood there, and checks them", async () => {
    const { page } = await open({ tab: "rules", version: data.versions[1] ?? "" });
    await page.getByRole("button", { name: "Propose from v2" }).click();
    await page.getByRole("button", { name: /^Take \d+ rules$/ }).click();
    await page.getByRole("button", { name: "Check v2" }).click();
    await page.locator(".state-finished", { hasText: "holds" }).first().waitFor();
    const text = fs.readFileSync(path.join(data.folder, "loam.yaml"), "utf8");
    assert.match(
      text,
      /^# What must hold of the data\ndata:\n {2}customers-test:\n.*\n {2}customers:\n {4}rules:\n/s,
    );
    await page.getByRole("button", { name: "Add rule" }).click();
    const form = page.getByRole("form", { name: "New rule" });
    await form.locator("vscode-text-field input").first().fill("age");
    await form.locator("vscode-text-field input").nth(1).fill("2.5");
    await form.getByRole("button", { name: "Save rule" }).click();
    await page.getByRole("rowheader", { name: "age has at most 2.5 % missing" }).waitFor();
    await eventually("the rule in loam.yaml", () =>
      fs.readFileSync(path.join(data.folder, "loam.yaml"), "utf8").includes("missing: 0.025"),
    );
  });

  it("says which rows of the other half of a split stand here too", async () => {
    const { page } = await open({ tab: "overlap", version: data.versions[1] ?? "" });
    await page.getByText("15 of 100 rows of customers-test also stand in this (15 %).").waitFor();
    await page.getByText(/^10 exactly · 5 more/).waitFor();
    await page.getByRole("button", { name: /^all \d+ columns that both have$/ }).click();
    const dialog = page.getByRole("dialog", { name: "Columns by which rows are compared" });
    await dialog.getByRole("checkbox").first().waitFor();
    for (const box of await dialog.getByRole("checkbox").all())
      if ((await box.innerText()) !== "id") await box.click();
    await dialog.getByRole("button", { name: "Use these" }).click();
    await page.getByRole("button", { name: "id", exact: true }).waitFor();
    await page.getByRole("columnheader", { name: "id", exact: true }).waitFor();
  });

  it("walks versions by keys, shows the one that is chosen, and comes back to it after a reload", async () => {
    const { page } = await open();
    await rail().getByRole("option", { name: /^v4/ }).focus();
    for (const number of ["v3", "v2"]) {
      await page.keyboard.press("ArrowDown");
      await rail().locator(".rail-item:focus", { hasText: number }).waitFor();
    }
    await page.keyboard.press("Enter");
    await page.getByText("450 rows, 7 columns").waitFor();
    await page.getByRole("tab", { name: "Files" }).click();
    await page.getByRole("grid", { name: "Files" }).waitFor();
    await stage.reload();
    await page.getByRole("grid", { name: "Files" }).waitFor();
    await rail().locator("[aria-selected=true]", { hasText: "v2" }).waitFor();
  });

  it("draws of thousands of versions only those in view, and reaches the last by a key", async () => {
    const many = (method: string, _: unknown, ask: () => Promise<unknown>): unknown =>
      method === "datasets/detail"
        ? ask().then((given) => {
            const detail = given as { readonly history: readonly object[] };
            const [first] = detail.history;
            const history = Array.from({ length: 3000 }, (_one, at) =>
              at === 0 ? first : { ...first, id: `v${3000 - at}`, number: 3000 - at, aliases: [] },
            );
            return { ...detail, history };
          })
        : ask();
    const { page } = await open({ tab: "runs" }, { between: many });
    await page.locator(".rail-item").first().waitFor();
    assert.ok((await page.locator(".rail-item").count()) < 60);
    await page.locator(".rail-item[tabindex='0']").focus();
    await page.keyboard.press("End");
    await page.locator(".rail-item:focus[aria-posinset='3001']").waitFor();
  });

  it("tells what is done while it takes long, and cancels it when asked to", async () => {
    const slow = (method: string, _: unknown, ask: () => Promise<unknown>): unknown =>
      method === "datasets/profile" ? new Promise(() => undefined) : ask();
    const { page } = await open({}, { between: slow });
    await page.getByRole("progressbar", { name: "Reading the table" }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled.").waitFor();
    await page.getByRole("button", { name: "Try again" }).waitFor();
  });

  it("says in its place what could not be read, and lives on", async () => {
    const broken = (method: string, _: unknown, ask: () => Promise<unknown>): unknown =>
      method === "datasets/profile" ? Promise.reject(new Error("EIO: i/o error, read")) : ask();
    const { page } = await open({}, { between: broken });
    await page.getByRole("alert").getByText("The profile could not be made.").waitFor();
    await page.getByRole("tab", { name: "Files" }).click();
    await page.getByRole("grid", { name: "Files" }).waitFor();
  });
});

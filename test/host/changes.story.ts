import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { eventually } from "../waiting.js";
import { exampleCopy, given, loam, runsOf, track, type ListedRun } from "./example.js";
import { OtherProcess } from "./rest-client.js";
import { Editor } from "./workbench.js";

const cli = path.join(given("LOAM_EXTENSION"), "dist", "cli.js");

const fit = `import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
args = parser.parse_args()
rows = open("data/breast_cancer.csv").read().splitlines()
for step in range(5):
    print(f"step={step} accuracy={1 - args.lr / (step + 1):.4f}")
`;

const broken = `import json


def load():
    return json.loads("{")


load()
`;

/** What of `loam runs show --json` is looked at. */
interface ToldRun {
  readonly launch: { readonly command: readonly string[] };
}

describe("what a person does with runs", () => {
  let editor: Editor;
  let folder: string;
  const named = async (name: string): Promise<ListedRun> => {
    const run = (await runsOf(cli, folder)).find((one) => one.name === name);
    assert.ok(run, name);
    return run;
  };
  /** The run that comes after those that are there, once it has ended. */
  const next = async (work: () => Promise<void>): Promise<ListedRun> => {
    const before = new Set((await runsOf(cli, folder)).map(({ id }) => id));
    await work();
    return eventually("the end of the next run", async () =>
      (await runsOf(cli, folder)).find(({ id, state }) => !before.has(id) && state !== "running"),
    );
  };

  before(async () => {
    folder = exampleCopy();
    fs.writeFileSync(path.join(folder, "fit.py"), fit);
    fs.writeFileSync(path.join(folder, "broken.py"), broken);
    fs.appendFileSync(path.join(folder, "make_data.py"), "# an idea\n");
    await track(cli, folder, ["--name", "first", "--", "python3", "fit.py", "--lr", "0.2"]);
    fs.appendFileSync(path.join(folder, "fit.py"), "# since then\n");
    editor = await Editor.open({ folder, probe: true });
    await editor.sideBar("Loam");
    await editor.rows("first").first().waitFor();
  });
  after(() => editor.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await editor.picture("changes-failed");
  });

  it("repeats a run", async () => {
    const run = await next(async () => {
      await editor.menu(editor.rows("first").first(), "Run again…");
      await editor.pick("With the code as it is now");
    });
    assert.equal(run.state, "finished");
    assert.equal(run.params["lr"], "0.2");
    const shown = await loam(cli, folder, ["runs", "show", run.id]);
    assert.match(JSON.stringify(shown), new RegExp(`"rerunOf":"${(await named("first")).id}"`));
    await loam(cli, folder, ["runs", "tag", run.id, "mlflow.runName=again"]);
    await editor.rows("again, finished").first().waitFor();
  });

  it("repeats a run with another param", async () => {
    const run = await next(async () => {
      await editor.menu(editor.rows("first").first(), "Run again with changed params…");
      await editor.pick("With the code as it was in first");
      await editor.page.locator(".quick-input-list .monaco-list-row", { hasText: "lr" }).first().click();
      await editor.page.keyboard.press("Enter");
      await editor.answer("0.5");
    });
    assert.equal(run.state, "finished");
    assert.equal(run.params["lr"], "0.5");
    assert.equal(run.metrics["accuracy"], 0.9);
    await loam(cli, folder, ["runs", "tag", run.id, "mlflow.runName=bolder"]);
    await editor.rows("bolder, finished").first().waitFor();
  });

  it("runs a typed line with what only a shell knows, and refuses a quote that is left open", async () => {
    const { page } = editor;
    await editor.command("Loam: Run command");
    const input = page.locator(".quick-input-widget input").first();
    await input.fill("python3 fit.py --lr '0.3");
    await page.locator(".quick-input-message", { hasText: "A quote is opened and never closed." }).waitFor();
    const run = await next(() => editor.answer("LEVEL=3 python3 fit.py --lr '0.3' | tee said-$USER.txt"));
    assert.equal(run.state, "finished");
    assert.equal(run.params["lr"], "0.3");
    const { command } = ((await loam(cli, folder, ["runs", "show", run.id])) as ToldRun).launch;
    assert.equal(command.at(-2), "-c");
    const said = fs.readdirSync(folder).find((file) => file.startsWith("said-"));
    assert.match(fs.readFileSync(path.join(folder, said ?? ""), "utf8"), /step=4 accuracy=0\.94/);
    fs.rmSync(path.join(folder, said ?? ""));
  });

  it("compares two runs, and reads in a sentence how they differ", async () => {
    await editor.select(editor.rows("first, finished").first(), editor.rows("bolder, finished").first());
    await editor.menu(editor.rows("bolder, finished").first(), "Compare runs");
    const sentence = editor.webview().locator(".compare-head h1");
    await sentence.getByText("1 param").waitFor();
    assert.equal(await sentence.innerText(), "accuracy −0.060 (0.960 → 0.900). 1 param differs.");
    await editor.picture("compare-two");
  });

  it("opens the code as it was", async () => {
    await editor.menu(editor.rows("first, finished").first(), "Open code as it was…");
    await editor.pick("make_data.py");
    const sides = await eventually("the diff editor", () =>
      editor
        .inside(async ({ vscode }) => {
          const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
          if (!(input instanceof vscode.TabInputTextDiff)) return undefined;
          const [head, run] = await Promise.all(
            [input.original, input.modified].map(async (uri) =>
              (await vscode.workspace.openTextDocument(uri)).getText(),
            ),
          );
          return { head, run };
        }, null)
        .then((found) => found ?? undefined),
    );
    const now = fs.readFileSync(path.join(folder, "make_data.py"), "utf8");
    assert.equal(sides.run, now);
    assert.equal(sides.head, now.replace("# an idea\n", ""));
  });

  it("renames, tags and writes a note", async () => {
    await editor.menu(editor.rows("again, finished").first(), "Rename run…");
    await editor.answer("twin");
    await editor.rows("twin, finished").first().waitFor();
    await editor.menu(editor.rows("twin, finished").first(), "Tag run…");
    await editor.answer("team=risk");
    await eventually("the tag", async () => (await named("twin")).tags["team"] === "risk" || undefined);
    await editor.menu(editor.rows("twin, finished").first(), "Write note on run…");
    await editor.answer("the same as *first*");
    await eventually(
      "the note",
      async () => (await named("twin")).tags["mlflow.note.content"] === "the same as *first*" || undefined,
    );
  });

  it("filters the view, and is told of a mistake where it is typed", async () => {
    await editor.command("Loam: Filter runs");
    const box = editor.page.locator(".quick-input-widget");
    await box.getByText("Filter runs").waitFor();
    await box.locator("input").fill("name >> 'twin'");
    await box.getByText(/column 7/i).waitFor();
    await editor.picture("filter-mistake");
    await editor.page.keyboard.press("Enter");
    await box.getByText(/column 7/i).waitFor();
    await box.locator("input").fill("name = 'twin'");
    await editor.page.keyboard.press("Enter");
    await editor.rows("first, finished").first().waitFor({ state: "detached" });
    await editor.rows("twin, finished").first().waitFor();
    await editor.command("Loam: Show runs without filter");
    await editor.rows("first, finished").first().waitFor();
  });

  it("archives a run, takes it back, and deletes one, with undo", async () => {
    const undo = editor.notifications().getByRole("button", { name: "Undo" }).first();
    await editor.menu(editor.rows("twin, finished").first(), "Archive run");
    await editor.rows("Archived").first().waitFor();
    await undo.click();
    await editor.rows("Archived").first().waitFor({ state: "detached" });
    await editor.rows("twin, finished").first().waitFor();
    await editor.menu(editor.rows("twin, finished").first(), "Delete run");
    await editor.rows("Trash").first().waitFor();
    await undo.click();
    await editor.rows("Trash").first().waitFor({ state: "detached" });
    assert.equal((await named("twin")).state, "finished");
  });

  it("restores a run from the trash, and empties the trash after it was told what goes", async () => {
    await editor.select(editor.rows("twin, finished").first()); // else what was selected to be compared goes, too
    for (const name of ["twin", "bolder"]) {
      await editor.menu(editor.rows(`${name}, finished`).first(), "Delete run");
      await editor.rows(`${name}, finished`).first().waitFor({ state: "detached" });
    }
    await editor.rows("Trash").first().click();
    await editor.menu(editor.rows("twin, finished").first(), "Restore run");
    await eventually("the restored run", async () => (await named("twin")).name);
    await editor.menu(editor.rows("Trash").first(), "Empty trash…");
    const dialog = editor.page.locator(".monaco-dialog-box");
    await dialog.getByText("Delete 1 run for ever, with all artifacts?").waitFor();
    await editor.picture("trash-asks");
    await dialog.getByRole("button", { name: "Delete for ever" }).click();
    await editor.rows("Trash").first().waitFor({ state: "detached" });
    const months = path.join(folder, ".loam", "runs");
    const kept = fs.readdirSync(months).flatMap((month) => fs.readdirSync(path.join(months, month)));
    assert.equal(kept.length, 3);
  });

  it("reads of a run that failed its error first, and goes to the line", async () => {
    await editor.openFile("broken.py");
    const { id, state } = await next(() =>
      editor.page.locator('.editor-actions a[aria-label^="Run Python file"]').first().click(),
    );
    assert.equal(state, "failed");
    const error = editor.webview().locator(".run-error");
    await editor.press(editor.rows(", failed").first(), error.getByText("JSONDecodeError"));
    await editor.picture("run-failed-page");
    await error.getByText("broken.py:5").click();
    const at = await eventually("the line", () =>
      editor
        .inside(({ vscode }) => {
          const shown = vscode.window.activeTextEditor;
          return shown && { file: shown.document.fileName, line: shown.selection.active.line + 1 };
        }, null)
        .then((found) => found ?? undefined),
    );
    assert.deepEqual(at, { file: path.join(folder, "broken.py"), line: 5 }, id);
  });

  it("sees a point that another process logs within a second, in the tree and on the open page", async function () {
    const other = await OtherProcess.start(cli, folder);
    try {
      const run = await other.createRun("watched");
      await other.logMetric(run, "accuracy", 0.5, 0);
      const row = editor.rows("watched, running").first();
      await editor.press(row, editor.webview().getByRole("heading", { name: "watched" }));
      const took: { row: number; page: number }[] = [];
      for (let step = 1; step <= 5; step++) {
        await other.logMetric(run, "accuracy", 0.5 + step / 100, step);
        const began = performance.now();
        const value = (0.5 + step / 100).toString();
        const seen = async (wait: Promise<void>): Promise<number> => {
          await wait;
          return performance.now() - began;
        };
        const [inRow, onPage] = await Promise.all([
          seen(editor.rows(`${value} accuracy`).first().waitFor()),
          seen(editor.webview().locator(".run-facts", { hasText: value }).waitFor()),
        ]);
        took.push({ row: Math.round(inRow), page: Math.round(onPage) });
      }
      console.log(
        `      seen after: ${took.map(({ row: r, page }) => `row ${r}, page ${page}`).join("; ")} ms`,
      );
      for (const { row: inRow, page } of took) assert.ok(Math.max(inRow, page) < 5000, JSON.stringify(took));
      // A press that meets a row just as it is drawn anew finds what it was for.
      for (let press = 0; press < 25; press++) {
        await other.logMetric(run, "accuracy", 0.6 + press / 100, 10 + press);
        await row.click();
      }
      assert.equal(await editor.notifications().filter({ hasText: "not found" }).count(), 0);
      await other.finish(run);
      await editor.rows("watched, finished").first().waitFor();
    } finally {
      await other.stop();
    }
  });
});

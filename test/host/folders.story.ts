import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import type { CompletionList } from "vscode";
import type { Locator } from "playwright-core";
import { eventually } from "../waiting.js";
import { given, loam, runsOf, track } from "./example.js";
import { Editor } from "./workbench.js";

const cli = path.join(given("LOAM_EXTENSION"), "dist", "cli.js");

const fit = `for step in range(3):
    print(f"step={step} accuracy=0.9{step}")
`;

/** Mounts with these words; says why where the system refuses, as it does in most containers. */
function mount(...words: readonly string[]): boolean {
  try {
    execFileSync("mount", words, { stdio: "pipe" });
    return true;
  } catch (error) {
    const { stderr } = error as { readonly stderr?: Buffer };
    console.log(`      not shown here: mount ${words.join(" ")}: ${String(stderr ?? error).trim()}`);
    return false;
  }
}

describe("a window of several folders", () => {
  let editor: Editor;
  let place: string;
  let untouched: string[];
  const mounted: string[] = [];
  const at = (name: string, ...rest: readonly string[]): string => path.join(place, name, ...rest);
  const row = (label: string): Locator => editor.rows(label).first();
  const filesOf = (folder: string): string[] =>
    fs
      .readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((file) => `${file} ${fs.statSync(path.join(folder, file)).mtimeMs}`)
      .sort();
  const run = (folder: string): Promise<unknown> =>
    editor.inside(
      ({ vscode }, file) => vscode.commands.executeCommand("loam.runs.run", vscode.Uri.file(file)),
      at(folder, "fit.py"),
    );
  /** Waits until the terminal that is shown says so. */
  const told = (words: RegExp): Promise<void> =>
    editor.page.locator(".terminal-wrapper.active .xterm-rows").getByText(words).first().waitFor();

  before(async () => {
    place = fs.realpathSync(fs.mkdtempSync(path.join(given("LOAM_PLACE"), "several-")));
    const names = ["first", "second", "newer", "locked", "small"];
    for (const name of names) {
      fs.mkdirSync(at(name));
      if (name === "small" && mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", at(name)))
        mounted.push(at(name));
      fs.writeFileSync(at(name, "fit.py"), fit);
      await track(cli, at(name), ["--name", `of ${name}`, "--", "python3", "fit.py"]);
    }
    fs.writeFileSync(at("newer", ".loam", "format.json"), '{"format":1,"needs":["braids"]}\n');
    untouched = filesOf(at("newer"));
    if (mount("--bind", at("locked"), at("locked"))) {
      mounted.push(at("locked"));
      mount("-o", "remount,bind,ro", at("locked"));
    }
    execFileSync("python3", ["-m", "venv", at("second", "chosen")]);
    fs.mkdirSync(at("second", ".vscode"));
    fs.writeFileSync(
      at("second", ".vscode", "settings.json"),
      JSON.stringify({ "python.defaultInterpreterPath": at("second", "chosen") }),
    );
    const workspace = at("all.code-workspace");
    fs.writeFileSync(workspace, JSON.stringify({ folders: names.map((name) => ({ path: name })) }));
    const settings = {
      "terminal.integrated.gpuAcceleration": "off", // so that its text stands in the page
      "loam.terminals.track": "on",
    };
    editor = await Editor.open({ workspace, settings, probe: true, pythonExtension: true });
    await editor.sideBar("Loam");
  });
  after(async () => {
    for (const folder of mounted) execFileSync("umount", ["--lazy", folder]); // first: the place is removed later
    await editor.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await editor.picture("folders-failed");
  });

  it("shows the runs of each folder below it, and runs a file in the folder that it is in", async () => {
    for (const name of ["first", "second"]) await row(`of ${name}, finished`).waitFor();
    await run("second");
    const made = await eventually("the run in the second folder", async () => {
      const runs = await runsOf(cli, at("second"));
      return runs.length === 2 && runs.every(({ state }) => state === "finished") ? runs[0] : undefined;
    });
    await row(`${made.name}, finished`).waitFor();
    assert.equal((await runsOf(cli, at("first"))).length, 1);
    await editor.picture("folders");
  });

  it("helps in loam.yaml with what is in the folder that it is in", async () => {
    await loam(cli, at("second"), ["data", "add", "fit.py"]);
    const offered = (name: string): Promise<string[]> =>
      editor.inside(
        async ({ vscode }, file) => {
          const uri = vscode.Uri.file(file);
          await vscode.workspace.openTextDocument(uri);
          const found = await vscode.commands.executeCommand<CompletionList>(
            "vscode.executeCompletionItemProvider",
            uri,
            new vscode.Position(1, 2),
          );
          return found.items.map(({ label }) => (typeof label === "string" ? label : label.label));
        },
        at(name, "loam.yaml"),
      );
    for (const name of ["first", "second"]) fs.writeFileSync(at(name, "loam.yaml"), "data:\n  \n");
    await eventually("the data set of the second", async () => (await offered("second")).includes("fit.py"));
    assert.ok(!(await offered("first")).includes("fit.py"));
  });

  it("runs with the interpreter that the Python extension has chosen for the folder", async () => {
    const [made] = await runsOf(cli, at("second"));
    const told = (await loam(cli, at("second"), ["runs", "show", made?.id ?? ""])) as {
      launch: { command: readonly string[] };
    };
    assert.deepEqual(told.launch.command, [at("second", "chosen", "bin", "python"), "fit.py"]);
  });

  it("offers to install the module that a run lacks, and to run again with it", async () => {
    fs.writeFileSync(at("second", "needs.py"), "import six\n");
    await editor.inside(
      ({ vscode }, file) => vscode.commands.executeCommand("loam.runs.run", vscode.Uri.file(file)),
      at("second", "needs.py"),
    );
    const asked = editor
      .notifications()
      .filter({ hasText: "Python has no module 'six' (used by needs.py:1). Install six in chosen?" });
    await asked.getByRole("button", { name: "Choose interpreter" }).waitFor();
    await editor.picture("module-missing");
    await asked.getByRole("button", { name: "Install" }).click();
    const done = editor.notifications().filter({ hasText: "six is installed in chosen." });
    await done.getByRole("button", { name: "Run again" }).click();
    await eventually("the run that has what it needs", async () => {
      const [run] = await runsOf(cli, at("second"));
      return run?.state === "finished" ? run : undefined;
    });
  });

  it("leaves the port for its terminals out of those that the editor forwards", async () => {
    const kept = at("first", ".loam", "local", "endpoint.json");
    const { port } = await eventually("the endpoint", () =>
      fs.existsSync(kept) ? (JSON.parse(fs.readFileSync(kept, "utf8")) as { port: number }) : undefined,
    );
    const stranger = net.createServer();
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    try {
      await editor.command("Ports: Focus on Ports View");
      const rows = editor.page.locator(".part.panel .monaco-list-row");
      const { port: other } = stranger.address() as net.AddressInfo;
      await rows
        .filter({ hasText: String(other) })
        .first()
        .waitFor();
      assert.equal(await rows.filter({ hasText: String(port) }).count(), 0);
    } finally {
      stranger.close();
    }
  });

  it("says of a store of a newer Loam what it needs, and touches nothing of it", async () => {
    await row("braids").waitFor();
    assert.match(
      (await row("braids").getAttribute("aria-label")) ?? "",
      /this version of Loam cannot read\. Update Loam\. Nothing in the store was touched\./,
    );
    await run("newer");
    await told(/braids/);
    assert.deepEqual(filesOf(at("newer")), untouched);
  });

  it("shows the runs of a folder without rights, and says why it runs nothing there", async function () {
    if (!mounted.includes(at("locked"))) return;
    await row("of locked, finished").click();
    await editor.webview().getByRole("heading", { name: "of locked" }).waitFor();
    await run("locked");
    await told(/read-only/i);
    await editor.menu(row("of locked, finished"), "Archive run");
    await editor
      .notifications()
      .getByText(/This folder can be read, but not written/)
      .first()
      .waitFor();
    await editor.picture("folders-locked");
    assert.equal((await runsOf(cli, at("locked"))).length, 1);
  });

  it("says that a disk is full, and reads what it has", async function () {
    if (!mounted.includes(at("small"))) return;
    const filler = fs.openSync(at("small", "filler"), "w");
    try {
      for (;;) fs.writeSync(filler, Buffer.alloc(4096));
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
    } finally {
      fs.closeSync(filler);
    }
    await editor.menu(row("of small, finished"), "Archive run");
    await editor
      .notifications()
      .getByText(/disk is full/)
      .first()
      .waitFor();
    await run("small");
    await told(/full|no space/i);
    await editor.picture("folders-full");
    fs.rmSync(at("small", "filler"));
    await editor.menu(row("of small, finished"), "Archive run");
    await row("Archived").waitFor();
    const [kept] = (await runsOf(cli, at("small"))).filter(({ name }) => name === "of small");
    assert.equal(kept?.metrics["accuracy"], 0.92);
  });
});

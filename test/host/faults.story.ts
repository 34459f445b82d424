import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { FrameLocator } from "playwright-core";
import { becomes, eventually } from "../waiting.js";
import { exampleCopy, given, runsOf, track, type ListedRun } from "./example.js";
import { OtherProcess } from "./rest-client.js";
import { Editor } from "./workbench.js";

const cli = path.join(given("LOAM_EXTENSION"), "dist", "cli.js");

const tiny = `import sys
for step in range(3):
    print(f"step={step} accuracy={float(sys.argv[1]):.4f}")
`;

/** Says its process, then prints and goes on until it is ended. */
const slow = `import os, time
print("process", os.getpid(), flush=True)
for second in range(600):
    print(f"second={second} accuracy={0.9 + second / 10000:.4f}", flush=True)
    time.sleep(0.5)
`;

/** Packs the extension anew under another version: what a marketplace would bring as an update. */
function newerPackage(version: string): string {
  const into = path.join(given("LOAM_PLACE"), `loam-${version}.vsix`);
  const code = `import sys, zipfile
old, new, before, after = sys.argv[1:]
with zipfile.ZipFile(old) as source, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as target:
    for entry in source.infolist():
        content = source.read(entry)
        if entry.filename == "extension/package.json":
            content = content.replace(f'"version": "{before}"'.encode(), f'"version": "{after}"'.encode())
        if entry.filename == "extension.vsixmanifest":
            content = content.replace(f'Version="{before}"'.encode(), f'Version="{after}"'.encode())
        target.writestr(entry, content)
`;
  const manifest = fs.readFileSync(path.join(given("LOAM_EXTENSION"), "package.json"), "utf8");
  const { version: before } = JSON.parse(manifest) as { version: string };
  execFileSync("python3", ["-c", code, given("LOAM_VSIX"), into, before, version]);
  return into;
}

describe("what goes wrong around a person's runs", () => {
  let editor: Editor;
  let folder: string;
  let other: OtherProcess;
  const started: ChildProcess[] = [];
  const named = async (name: string): Promise<ListedRun> => {
    const run = (await runsOf(cli, folder)).find((one) => one.name === name);
    assert.ok(run, name);
    return run;
  };
  const page = (): FrameLocator => editor.webview();
  const tabs = (): Promise<string[]> =>
    editor.inside(
      ({ vscode }) => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label)),
      null,
    );
  /** Starts a tracked command that is left alone. */
  const start = (...words: readonly string[]): ChildProcess => {
    const child = spawn(given("LOAM_NODE"), [cli, "run", "--quiet", ...words], {
      cwd: folder,
      stdio: "ignore",
    });
    started.push(child);
    return child;
  };
  /** The process of a run's command, as the command itself says. */
  const processOf = async (name: string): Promise<number> => {
    const { id } = await eventually(`the run ${name}`, async () =>
      (await runsOf(cli, folder)).find((run) => run.name === name),
    );
    const months = path.join(folder, ".loam", "runs");
    const month = fs.readdirSync(months).find((one) => fs.existsSync(path.join(months, one, id)));
    const file = path.join(months, month ?? "", id, "console.log");
    return eventually(`the process of ${name}`, () => {
      const said = fs.existsSync(file) ? /process (\d+)/.exec(fs.readFileSync(file, "utf8")) : null;
      return said ? Number(said[1]) : undefined;
    });
  };

  before(async () => {
    folder = exampleCopy();
    fs.writeFileSync(path.join(folder, "tiny.py"), tiny);
    fs.writeFileSync(path.join(folder, "slow.py"), slow);
    for (const [name, value] of [
      ["one", "0.91"],
      ["two", "0.92"],
    ] as const)
      await track(cli, folder, ["--name", name, "--", "python3", "tiny.py", value]);
    other = await OtherProcess.start(cli, folder);
    editor = await Editor.open({ folder, probe: true });
    await editor.sideBar("Loam");
    await editor.rows("two, finished").first().waitFor();
  });
  after(async () => {
    for (const child of started) child.kill("SIGKILL");
    await other.stop();
    await editor.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await editor.picture("faults-failed");
  });

  it("goes on showing a live run in tree and page when the engine ends, without a person's doing", async () => {
    const run = await other.createRun("live");
    await other.logMetric(run, "accuracy", 0.61, 0);
    await editor.press(
      editor.rows("live, running").first(),
      page().locator(".run-facts", { hasText: "0.61" }),
    );
    assert.equal(await editor.inside(({ crashEngines }) => crashEngines(), null), 1);
    const began = performance.now();
    await other.logMetric(run, "accuracy", 0.62, 1);
    await Promise.all([
      editor.rows("0.62 accuracy").first().waitFor(),
      page().locator(".run-facts", { hasText: "0.62" }).waitFor(),
    ]);
    console.log(`      shown again ${Math.round(performance.now() - began)} ms after the engine ended`);
    await other.finish(run);
    await editor.rows("live, finished").first().waitFor();
    for (const name of ["one", "two"]) await editor.rows(`${name}, finished`).first().waitFor();
  });

  it("brings pages back when the window is loaded anew, as they were, and opens none twice", async () => {
    await editor.command("Loam: Show all runs");
    const query = page().locator(".query input");
    await query.fill("metrics.accuracy > 0.915");
    await query.press("Enter");
    await page().locator(".grid").getByText("two", { exact: true }).first().waitFor();
    const consoleTab = page().getByRole("tab", { name: "Console" });
    await editor.press(editor.rows("one, finished").first(), consoleTab);
    await consoleTab.click();
    await page().getByText("step=2 accuracy=0.9100").waitFor();
    await editor.select(editor.rows("one, finished").first(), editor.rows("two, finished").first());
    await editor.menu(editor.rows("two, finished").first(), "Compare runs");
    await page().locator(".compare-head h1").getByText("accuracy").waitFor();
    const before = await tabs();
    await editor.reloadWindow();
    assert.deepEqual(
      await eventually("the tabs", async () => {
        const now = await tabs();
        return now.length === before.length ? now : undefined;
      }),
      before,
    );
    await page().locator(".compare-head h1").getByText("accuracy").waitFor();
    const tab = (label: string) => editor.page.locator(".tabs-container .tab", { hasText: label }).first();
    await tab("one").click();
    await page().getByText("step=2 accuracy=0.9100").waitFor(); // still on its console
    await tab("Runs").click();
    await becomes(() => page().locator(".query input").inputValue(), "metrics.accuracy > 0.915");
    await editor.sideBar("Loam");
    await editor.press(
      editor.rows("one, finished").first(),
      page().getByText("step=2 accuracy=0.9100").first(),
    );
    assert.deepEqual(await tabs(), before);
  });

  it("goes on with a run whose supervisor was killed, and says lost when its command is gone, too", async () => {
    const supervisor = start("--name", "orphan", "--", "python3", "slow.py");
    const child = await processOf("orphan");
    const consoleTab = page().getByRole("tab", { name: "Console" });
    await editor.press(editor.rows("orphan, running").first(), consoleTab);
    await consoleTab.click();
    await page().getByText("second=1 ").waitFor();
    supervisor.kill("SIGKILL");
    await page().getByText("second=6 ").waitFor();
    await editor.rows("orphan, running").first().waitFor();
    process.kill(child, "SIGKILL");
    const began = performance.now();
    await editor.rows("orphan, lost").first().waitFor();
    await page().locator(".run-facts", { hasText: "Lost" }).waitFor();
    console.log(`      said to be lost ${Math.round(performance.now() - began)} ms after its command ended`);
    await page().getByText("second=6 ").waitFor();
    assert.ok(((await named("orphan")).metrics["accuracy"] ?? 0) >= 0.9);
  });

  it("says lost of a run that was killed with its supervisor", async () => {
    const supervisor = start("--name", "cut", "--", "python3", "slow.py");
    const child = await processOf("cut");
    await editor.rows("cut, running, 0.9").first().waitFor();
    supervisor.kill("SIGKILL");
    process.kill(child, "SIGKILL");
    const began = performance.now();
    await editor.rows("cut, lost, 0.9").first().waitFor();
    console.log(`      said to be lost ${Math.round(performance.now() - began)} ms after it was killed`);
  });

  it("shows fifty runs that start at once, and the host never stands still", async function () {
    this.timeout(180_000);
    await editor.inside(({ longestPause }) => longestPause(), null);
    const began = performance.now();
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    const codes = await Promise.all(
      numbers.map((n) => {
        const child = start("--name", `many ${n}`, "--", "python3", "tiny.py", String(n / 100));
        return new Promise<number | null>((resolve) => child.once("exit", resolve));
      }),
    );
    assert.deepEqual(
      codes,
      numbers.map(() => 0),
    );
    const took = performance.now() - began;
    const all = await runsOf(cli, folder);
    const many = all.filter(({ name }) => name.startsWith("many "));
    assert.equal(many.length, 50);
    assert.ok(many.every(({ state, metrics }) => state === "finished" && metrics["accuracy"] !== undefined));
    await editor.page.locator(`.pane-body .monaco-list-row[aria-setsize="${all.length}"]`).first().waitFor();
    const pause = await editor.inside(({ longestPause }) => longestPause(), null);
    console.log(`      ${Math.round(took)} ms for all; longest pause of the host ${told(pause)}`);
    assert.ok(pause.busy < 250, told(pause));
  });

  it("shows a run that logs 100 metrics 1,000 times a second, and the host never stands still", async function () {
    this.timeout(180_000);
    const run = await other.createRun("fast");
    await other.logMetric(run, "accuracy", 0.1, 0);
    await editor.press(
      editor.rows("fast, running").first(),
      page().locator(".run-facts", { hasText: "0.1" }),
    );
    await editor.inside(({ longestPause }) => longestPause(), null);
    const began = performance.now();
    const seconds = 5;
    // 1,000 times a second are 10 at each hundredth of a second: a call takes 1,000 points.
    let late = 0;
    for (let call = 0; call < seconds * 100; call++) {
      const due = began + call * 10;
      const wait = due - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      late = Math.max(late, -wait);
      const timestamp = Date.now();
      const metrics = Array.from({ length: 1000 }, (_, n) => ({
        key: n % 100 === 0 ? "accuracy" : `metric_${n % 100}`,
        value: call / 1000,
        step: call * 10 + Math.floor(n / 100),
        timestamp,
      }));
      await other.call("runs/log-batch", { run_id: run, metrics });
    }
    const rate = (seconds * 100_000) / (performance.now() - began);
    await page().locator(".run-facts", { hasText: "0.499" }).waitFor();
    await editor.rows("0.499 accuracy").first().waitFor();
    const pause = await editor.inside(({ longestPause }) => longestPause(), null);
    console.log(
      `      ${Math.round(rate)} points a ms logged, latest ${Math.round(late)} ms behind; longest pause of the host ${told(pause)}`,
    );
    assert.ok(pause.busy < 250, told(pause));
    await other.finish(run);
    await editor.rows("fast, finished").first().waitFor();
  });

  it("finds and stops a live run after Loam was updated beneath it", async function () {
    this.timeout(180_000);
    await editor.openFile("slow.py");
    await editor.page.locator('.editor-actions a[aria-label^="Run Python file"]').first().click();
    const live = editor.rows(", running").first();
    await live.waitFor();
    const { id, name } = await eventually("the run in the store", async () =>
      (await runsOf(cli, folder)).find(({ state }) => state === "running"),
    );
    const child = await processOf(name);
    const parent = Number(/^PPid:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${child}/status`, "utf8"))?.[1]);
    const [, program = ""] = fs.readFileSync(`/proc/${parent}/cmdline`, "utf8").split("\0");
    assert.match(program, /globalStorage\/loam\.loam\/runtime\//);
    const at = await editor.inside(
      ({ vscode }) => vscode.extensions.getExtension("loam.loam")?.extensionPath ?? "",
      null,
    );
    await editor.install(newerPackage("9.9.9"));
    await editor.leave();
    fs.rmSync(at, { recursive: true, force: true }); // as the editor does with the old version when it starts anew
    await editor.reload();
    await editor.sideBar("Loam");
    const version = await editor.inside(
      ({ vscode }) =>
        (vscode.extensions.getExtension("loam.loam")?.packageJSON as { version: string }).version,
      null,
    );
    assert.equal(version, "9.9.9");
    const consoleTab = page().getByRole("tab", { name: "Console" });
    await editor.press(live, consoleTab);
    await consoleTab.click();
    const last = page().locator(".console-line").last();
    const line = await last.innerText();
    await eventually("the console to go on", async () => (await last.innerText()) !== line || undefined);
    await editor.menu(live, "Stop run");
    const stopped = await eventually("the end of the run", async () =>
      (await runsOf(cli, folder)).find((run) => run.id === id && run.state !== "running"),
    );
    assert.equal(stopped.state, "killed");
  });
});

const told = ({ wall, busy }: { readonly wall: number; readonly busy: number }): string =>
  `${Math.round(wall)} ms, of which it worked at most ${Math.round(busy)} ms at a time`;

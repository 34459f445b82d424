import { spawn, type ChildProcessByStdio } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { makeVersion } from "../core/datasets/version.js";
import type { DatasetDetail } from "../core/datasets/view.js";
import { workingPath } from "../core/datasets/working-copy.js";
import { discoverStore } from "../core/store/discover.js";
import type { Workbench } from "../core/workbench.js";

const mostOutput = 16 * 1024 * 1024;
/** How long the end of a run waits for rules that are still asked; they go on being asked without it. */
const patienceMs = 20_000;

/** The versions of data that are made for one run, and what the rules of `loam.yaml` say of them. */
export class RunVersions {
  readonly #workbench: Workbench;
  readonly #run: string;
  readonly #made = new Map<string, string[]>();
  readonly #asking = new Set<Promise<void>>();
  readonly #processes = new Set<ChildProcessByStdio<null, Readable, null>>();

  constructor(workbench: Workbench, run: string) {
    this.#workbench = workbench;
    this.#run = run;
  }

  /**
   * Makes a version of a data set, in a process of its own: what that takes of memory would stay with the supervisor for
   * as long as the run goes. Id of the version. The process then goes on with asking its rules, which nothing here waits
   * for. Fails as `makeVersion` does.
   */
  async make(dataset: DatasetDetail, signal: AbortSignal): Promise<string> {
    const { store, datasets, tables, folder } = this.#workbench;
    const program = commandLine();
    const isFound = discoverStore(store.ports.files, folder).root === store.layout.root;
    let version: string;
    if (program !== undefined && isFound) version = await this.#apart(program, dataset, signal);
    else {
      const how = { message: "", run: this.#run };
      ({ version } = await makeVersion(datasets, dataset.id, how, signal));
      this.#ask(tables.checkNew(dataset.id, version, signal));
    }
    this.#made.set(dataset.id, [...(this.#made.get(dataset.id) ?? []), version]);
    return version;
  }

  #apart(program: string, dataset: DatasetDetail, signal: AbortSignal): Promise<string> {
    const { store, folder } = this.#workbench;
    const place = workingPath(store, dataset);
    const words = [program, "data", "add", place, "--run", this.#run, "--dir", folder, "--json", "--quiet"];
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, words, {
        signal,
        stdio: ["ignore", "pipe", "ignore"],
        windowsHide: true,
      });
      let out = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        if (out.length < mostOutput) out += text;
        const version = versionIn(out);
        if (version !== undefined) resolve(version);
      });
      const ended = new Promise<void>((done) => {
        child.once("error", (error) => {
          reject(error);
          done();
        });
        child.once("close", (code) => {
          reject(new Error(failureIn(out) ?? `It ended with ${code ?? "a signal"}.`)); // nothing where it was told
          done();
        });
      });
      this.#processes.add(child);
      void ended.then(() => this.#processes.delete(child));
      this.#ask(ended);
    });
  }

  #ask(asked: Promise<unknown>): void {
    const done: Promise<void> = asked.then(
      () => undefined,
      () => undefined,
    );
    this.#asking.add(done);
    void done.then(() => this.#asking.delete(done));
  }

  /** Waits for the rules that are being asked, for some seconds; a line for each version that they do not hold for. */
  async remarks(hurry: AbortSignal): Promise<readonly string[]> {
    const enough = new AbortController();
    const patience = sleep(patienceMs, undefined, { signal: AbortSignal.any([hurry, enough.signal]) });
    await Promise.race([Promise.all(this.#asking), patience.catch(() => undefined)]);
    enough.abort();
    for (const process of this.#processes) {
      process.unref(); // it writes what it finds without us
      process.stdout.destroy();
    }
    const { datasets } = this.#workbench;
    return [...this.#made].flatMap(([dataset, versions]) => {
      const { name, history } = datasets.get(dataset);
      return history.flatMap(({ id, number, checks: asked }) => {
        const checks = asked ?? [];
        const failed = versions.includes(id) ? checks.filter(({ outcome }) => outcome !== "passed") : [];
        const [first] = failed;
        if (!first) return [];
        const found = `${first.rule}${first.found === "" ? "" : ` (${first.found})`}`;
        const named = failed.length === 1 ? found : `${found} and ${failed.length - 1} more`;
        const data = `${name}@${number}`;
        return [
          `${data}: ${failed.length} of ${checks.length} rules did not pass: ${named}. loam data check ${data}`,
        ];
      });
    });
  }
}

/** The bundle of the command line that this process runs; undefined where it is run by something else. */
function commandLine(): string | undefined {
  try {
    const file = fs.realpathSync(process.argv[1] ?? "");
    return path.basename(file) === "cli.js" ? file : undefined;
  } catch {
    return undefined;
  }
}

function versionIn(out: string): string | undefined {
  const { version } = lastLine(out) as { readonly version?: { readonly id?: unknown } };
  return typeof version?.id === "string" ? version.id : undefined;
}

function failureIn(out: string): string | undefined {
  const { error } = lastLine(out) as { readonly error?: { readonly message?: unknown } };
  return typeof error?.message === "string" ? error.message : undefined;
}

/** What the last whole line says. */
function lastLine(out: string): object {
  const line =
    out
      .slice(0, out.lastIndexOf("\n") + 1)
      .trimEnd()
      .split("\n")
      .at(-1) ?? "";
  try {
    return (JSON.parse(line) as object | null) ?? {};
  } catch {
    return {};
  }
}

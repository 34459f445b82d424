import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { DatasetDetail } from "../core/datasets/view.js";
import { makeVersion } from "../core/datasets/version.js";
import { workingPath } from "../core/datasets/working-copy.js";
import { discoverStore } from "../core/store/discover.js";
import type { Workbench } from "../core/workbench.js";

const mostOutput = 16 * 1024 * 1024;

/**
 * Makes a version of a data set for a run, in a process of its own: what that takes of memory would stay with the
 * supervisor for as long as the run goes. Quality rules are asked as for any other. Id of the version. Fails as
 * `makeVersion` does.
 */
export async function makeVersionApart(
  workbench: Workbench,
  dataset: DatasetDetail,
  run: string,
  signal: AbortSignal,
): Promise<string> {
  const { store, datasets, folder } = workbench;
  const program = commandLine();
  const isFound = discoverStore(store.ports.files, folder).root === store.layout.root;
  if (program === undefined || !isFound)
    return (await makeVersion(datasets, dataset.id, { message: "", run }, signal)).version;
  const place = workingPath(store, dataset);
  const words = [program, "data", "add", place, "--run", run, "--dir", folder, "--json", "--quiet"];
  const out = await new Promise<string>((resolve, reject) => {
    const options = { signal, maxBuffer: mostOutput, windowsHide: true };
    execFile(process.execPath, words, options, (error, stdout) => {
      if (error) reject(new Error(failureIn(stdout) ?? error.message));
      else resolve(stdout);
    });
  });
  const { version } = JSON.parse(lastLine(out)) as { readonly version: { readonly id: string } };
  return version.id;
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

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";

function failureIn(out: string): string | undefined {
  try {
    const { error } = JSON.parse(lastLine(out)) as { readonly error?: { readonly message?: unknown } };
    return typeof error?.message === "string" ? error.message : undefined;
  } catch {
    return undefined;
  }
}

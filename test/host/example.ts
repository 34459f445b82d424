// The example workspace as a suite sees it: through the files that the extension writes, and the command line as another
// process that reads them.
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

/** The fields of `loam runs list --json` that tests look at. */
export interface ListedRun {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly start: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** An environment variable that the harness sets. */
export function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start the tests with npm run test:host.`);
  return value;
}

/** A copy of the example of its own, for a story: a git work tree with a virtual environment. Gives its path. */
export function exampleCopy(): string {
  const folder = path.join(fs.mkdtempSync(path.join(given("LOAM_PLACE"), "story-")), "breast-cancer");
  fs.cpSync(given("LOAM_EXAMPLE"), folder, { recursive: true, verbatimSymlinks: true });
  return folder;
}

/** What `loam` prints with these arguments, told with --json, in the folder. `cli` is the file dist/cli.js. */
export async function loam(cli: string, folder: string, args: readonly string[]): Promise<unknown> {
  const done = await promisify(execFile)(given("LOAM_NODE"), [cli, ...args, "--json", "--dir", folder], {
    cwd: folder,
    maxBuffer: 50_000_000,
  });
  return JSON.parse(done.stdout);
}

/** Tracks a command to its end with these words of `loam run`, as a terminal does. */
export async function track(cli: string, folder: string, words: readonly string[]): Promise<void> {
  await promisify(execFile)(given("LOAM_NODE"), [cli, "run", "--quiet", ...words], { cwd: folder });
}

/** The runs of the folder, newest first; none where there is no store yet. */
export async function runsOf(cli: string, folder: string): Promise<readonly ListedRun[]> {
  if (!fs.existsSync(path.join(folder, ".loam", "format.json"))) return [];
  const told = (await loam(cli, folder, ["runs", "list", "--limit", "1000"])) as {
    runs: readonly ListedRun[];
  };
  return told.runs;
}

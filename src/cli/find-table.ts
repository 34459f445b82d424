import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Failure, systemCode, toFailure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { DataTables } from "../core/datasets/data-tables.js";
import { findDataset, findVersion, splitName } from "../core/datasets/find.js";
import { tableFormatOf } from "../core/datasets/table-format.js";
import { looseTable, type PlacedTable } from "../core/datasets/table-places.js";
import type { TellProgress } from "../core/datasets/tabular.js";
import type { DatasetDetail } from "../core/datasets/view.js";
import { openWorkbench, type Workbench } from "../core/workbench.js";
import { TabularProcess } from "../workers/tabular-client.js";
import type { CommandContext } from "./command.js";
import { inFolder } from "./open-folder.js";

/** Opens the folder's store for work on tables; where there is none, tables that nobody tracks can be read all the same. */
export async function withTables<T>(
  context: CommandContext,
  work: (bench: Workbench) => Promise<T>,
): Promise<T> {
  try {
    return await inFolder(context, work);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "store.none") throw error;
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-tables-"));
  const bench = openWorkbench(folder, context.ports, {
    create: true,
    root: path.join(folder, ".loam"),
    author: "",
    tabular: (spill) => new TabularProcess(spill, context.folder),
  });
  try {
    return await work(bench);
  } finally {
    bench.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** What a word means: a version or the working copy of a data set, or a file that nobody tracks. */
export type MeantTable =
  | {
      readonly kind: "data";
      readonly detail: DatasetDetail;
      readonly version: string | null;
      readonly name: string;
    }
  | { readonly kind: "file"; readonly path: string; readonly name: string };

/** `NAME@VERSION`, `NAME`, or a path. `otherwise`: what a name alone means, its newest version or its working copy. */
export function meantTable(
  bench: Workbench,
  word: string,
  { folder }: CommandContext,
  otherwise: "latest" | "working",
): MeantTable {
  const { name, version } = splitName(word);
  const file = path.resolve(folder, word);
  const isKnown = bench.datasets
    .all()
    .some((one) => one.stage === "active" && (one.name === name || one.id === name));
  const there = isKnown ? "nothing" : whatIsAt(file, word);
  if (there === "file") return { kind: "file", path: file, name: word };
  const isPath = word.includes("/") || (!isKnown && tableFormatOf(word) !== undefined);
  const isTracked = bench.datasets.all().some((one) => one.path === word.replace(/^[.][/]/, ""));
  if (there !== "nothing" && isPath && !isTracked)
    throw new Failure(
      "path.invalid",
      there === "folder"
        ? said`${word} is a folder that nobody tracks.`
        : said`${word} is no file with content of its own.`,
      {
        next:
          there === "folder"
            ? said`Name a file in it, or track it: \`loam data add ${word}\``
            : said`Pipes and devices cannot be read as tables: write what they give into a file.`,
      },
    );
  if (isPath && !isKnown && !isTracked)
    throw new Failure("path.invalid", said`There is no file ${word}, and no data set of that name.`, {
      next: said`Look with \`loam data list\` for what is tracked.`,
    });
  const detail = findDataset(bench.datasets, name);
  if (version === undefined && otherwise === "working")
    return { kind: "data", detail, version: null, name: detail.name };
  const found = findVersion(detail, version);
  return { kind: "data", detail, version: found.id, name: `${detail.name}@${found.number}` };
}

/** What stands at a path; links lead on. */
function whatIsAt(file: string, word: string): "file" | "folder" | "nothing" | "special" {
  try {
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (!stat) return "nothing";
    return stat.isFile() ? "file" : stat.isDirectory() ? "folder" : "special";
  } catch (error) {
    if (systemCode(error) === "ELOOP")
      throw new Failure("path.invalid", said`${word} is a link that leads back to itself.`, {
        next: said`Name what it should lead to.`,
        cause: error,
      });
    if (systemCode(error) === "ENAMETOOLONG" || systemCode(error) === "ENOTDIR") return "nothing";
    throw toFailure(error, said`Reading ${word}`);
  }
}

/** The table on disk. `file`: which one of a folder. */
export function placed(
  tables: DataTables,
  meant: MeantTable,
  file: string | undefined,
  signal: AbortSignal,
): PlacedTable | Promise<PlacedTable> {
  if (meant.kind === "file") return looseTable(meant.path, meant.name);
  return tables.place({ dataset: meant.detail.id, version: meant.version, file }, signal);
}

const apartMs = 100;

/** Shows on a terminal's last line how far work on a table is, and wipes it at the end. */
export async function tellingTables<T>(
  context: CommandContext,
  work: (tell: TellProgress) => Promise<T>,
): Promise<T> {
  const live = process.stderr.isTTY && !context.quiet;
  let shown = 0;
  try {
    return await work(({ text, done }) => {
      const now = performance.now();
      if (!live || now - shown < apartMs) return;
      shown = now;
      process.stderr.write(`\r\u001b[K${text.text}, ${Math.round(done * 100)} % …`);
    });
  } finally {
    if (shown > 0) process.stderr.write("\r\u001b[K");
  }
}

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { tableFormatOf } from "../../src/core/datasets/table-format.js";
import type { TableFile } from "../../src/core/datasets/tabular.js";
import { TabularProcess } from "../../src/workers/tabular-client.js";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-tabular-"));
process.once("exit", () => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** One process that reads tables for all tests: to start it takes longer than most of what is asked of it. */
export const tabular = new TabularProcess(() => path.join(folder, "spill"), folder);

export const never = new AbortController().signal;

let last = 0;

/** A table in a file of its own. */
export function tableFile(name: string, content: string | Uint8Array): TableFile {
  const file = path.join(folder, `${++last}`, name);
  fs.mkdirSync(path.dirname(file));
  fs.writeFileSync(file, content);
  return { path: file, name, format: tableFormatOf(name) ?? "csv" };
}

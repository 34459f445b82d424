import { Failure } from "../../core/base/failure.js";
import { said, type Said } from "../../core/base/said.js";
import type { TableFile } from "../../core/datasets/tabular.js";
import { asUtf8 } from "./as-utf8.js";
import { countOf } from "./columns.js";
import { checkPacked, readHead } from "./csv-head.js";
import { literal, type Database, type Session } from "./database.js";
import { takeInFields } from "./take-in-fields.js";
import { timesAmongText } from "./times-among-text.js";
import type { Untold } from "./taken-table.js";

/** One record may be so large. */
const largestRecord = 64 * 1024 * 1024;

/**
 * Takes in records of JSON, one a line or in an array. Types that the first records do not show are found by reading
 * all; lines that are no JSON are rows without values.
 */
export async function takeInJson(
  database: Database,
  session: Session,
  file: TableFile,
  far: (part: number) => void,
): Promise<Untold> {
  const head = readHead(file.path);
  if (head.text.trim() === "" && head.whole) {
    const table = database.freshName("table");
    await session.run(`CREATE TABLE ${table} (nothing BOOLEAN)`);
    return { table, format: file.format, columns: [], notes: [said`The file is empty.`] };
  }
  if (head.compressed) await checkPacked(file.path, session.signal);
  const lent =
    head.encoding === "utf-8" && !head.marked
      ? database.lend(file.path, head.compressed ? ".json.gz" : ".json")
      : await asUtf8(database, file.path, head, ".json", session.signal);
  const lines = !head.text.trimStart().startsWith("[");
  const options = [
    `format = ${literal(lines ? "newline_delimited" : "array")}`,
    `maximum_object_size = ${largestRecord}`,
  ];
  try {
    const tries = lines
      ? ["", ", sample_size = -1", ", sample_size = -1, ignore_errors = true"]
      : ["", ", sample_size = -1"];
    for (const [at, more] of tries.entries()) {
      try {
        const from = `read_json(${literal(lent.path)}, ${options.join(", ")}${more})`;
        const read = await takeInFields(session, database.freshName("table"), from, file.format, far);
        const taken = { ...read, columns: await timesAmongText(session, read.table, read.columns) };
        return more.includes("ignore")
          ? { ...taken, notes: await brokenLines(session, lent.path, options) }
          : taken;
      } catch (error) {
        if (error instanceof Failure || at === tries.length - 1) throw error;
      }
    }
    throw new Error("JSON was read in no way.");
  } finally {
    lent.done();
  }
}

async function brokenLines(session: Session, file: string, options: readonly string[]): Promise<Said[]> {
  const [broken] = await session.row(
    `SELECT count(*) FROM read_json_objects(${literal(file)}, ${options.join(", ")}, ignore_errors = true) ` +
      "WHERE json IS NULL",
  );
  const count = countOf(broken);
  return count === 0
    ? []
    : [said`Lines that are no JSON, read as rows without values: ${count.toLocaleString("en-US")}.`];
}

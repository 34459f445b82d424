import type { Asker } from "../../src/protocol/channel.js";
import type { PageRequests } from "../../src/protocol/pages.js";
import type { RunQuery, ListedRun } from "../../src/protocol/tracking.js";
import type { GridColumn } from "../grid/columns.js";
import { queryParts, quotedText } from "./query-text.js";
import { keyOfColumn } from "./column-keys.js";
import { fieldOf } from "./runs-columns.js";

type Value = string | number | undefined;

function valueOf(run: ListedRun, id: string): Value {
  const key = keyOfColumn(id);
  if (!key) return undefined;
  return { metric: run.metrics, param: run.params, tag: run.tags }[key.kind][key.name];
}

/** Columns in which some of the rows have another value than the first one, or none. */
function differing(rows: readonly ListedRun[], ids: readonly string[]): ReadonlySet<string> {
  const [first] = rows;
  if (!first) return new Set();
  return new Set(ids.filter((id) => rows.some((row) => valueOf(row, id) !== valueOf(first, id))));
}

/**
 * Metrics, params and tags that are the same in all runs of a query. What differs in some rows, read whole, is known
 * at once; of each other column the index is asked whether any run has something else.
 */
export async function sameColumns(
  ask: Asker<PageRequests>,
  query: { readonly text: string; readonly stage: RunQuery["stage"] },
  columns: readonly GridColumn[],
  rows: readonly ListedRun[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const ids = columns.map(({ id }) => id).filter((id) => keyOfColumn(id) !== undefined);
  const differ = differing(rows, ids);
  const [first] = rows;
  if (!first) return [];
  const { filter } = queryParts(query.text);
  const same: string[] = [];
  for (const id of ids) {
    if (differ.has(id)) continue;
    const [field, value] = [fieldOf(id) ?? "", valueOf(first, id)];
    if (id.startsWith("metric:") && typeof value === "string") continue; // not finite: no query finds it by its value
    const other =
      value === undefined
        ? `${field} is not null`
        : `not ${field} = ${typeof value === "number" ? String(value) : quotedText(value)}`;
    const text = filter === "" ? other : `(${filter}) and ${other}`;
    const { total } = await ask.request("runs/find", { filter: text, stage: query.stage, most: 1 }, signal);
    if (total === 0) same.push(id);
  }
  return same;
}

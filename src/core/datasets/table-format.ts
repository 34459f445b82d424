import type { TableFormat } from "./tabular.js";

const byEnding: readonly (readonly [RegExp, TableFormat])[] = [
  [/[.]csv(?:[.]gz)?$/i, "csv"],
  [/[.](?:tsv|tab)(?:[.]gz)?$/i, "tsv"],
  [/[.](?:parquet|pq)$/i, "parquet"],
  [/[.](?:jsonl|ndjson)(?:[.]gz)?$/i, "jsonl"],
  [/[.]json(?:[.]gz)?$/i, "json"],
  [/[.](?:arrows?|feather|ipc)$/i, "arrow"],
];

/** What a file of this name is read as; undefined where it is no table. */
export const tableFormatOf = (name: string): TableFormat | undefined =>
  byEnding.find(([ending]) => ending.test(name))?.[1];

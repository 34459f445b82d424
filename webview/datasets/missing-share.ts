import type { TableProfile } from "../../src/protocol/datasets.js";

type Column = TableProfile["columns"][number];

/** How many rows the column's table has. */
export const rowsOf = ({ count, missing }: Column): number => count + missing;

/** Of these the part that has no value, from 0 to 1. */
export const missingShare = (column: Column): number => column.missing / Math.max(1, rowsOf(column));

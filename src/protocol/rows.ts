import type { ListedRun, RowsText } from "./tracking.js";

export const packRows = (rows: readonly ListedRun[]): RowsText => ({ rows: JSON.stringify(rows) });

export const unpackRows = ({ rows }: RowsText): readonly ListedRun[] => JSON.parse(rows) as ListedRun[];

import type { RunQuery } from "../../src/protocol/tracking.js";
import { readLayout, usualLayout, type ColumnLayout } from "../grid/columns.js";

/** What the page of all runs keeps of itself. */
export interface SavedRuns {
  readonly query: string;
  readonly stage: RunQuery["stage"];
  readonly layout: ColumnLayout;
  /** Id of the column by which the runs are grouped. */
  readonly group: string | null;
  readonly differences: boolean;
  /** The share of the page that the curves have. */
  readonly share: number;
  readonly metric: string | null;
}

export const firstRuns: SavedRuns = {
  query: "",
  stage: "active",
  layout: usualLayout,
  group: null,
  differences: false,
  share: 0.4,
  metric: null,
};

/** What an earlier page kept; the parts that cannot be read are as on a first visit. */
export function readSaved(saved: unknown): SavedRuns | undefined {
  if (typeof saved !== "object" || saved === null) return undefined;
  const { query, stage, layout, group, differences, share, metric } = saved as Record<string, unknown>;
  if (typeof query !== "string") return undefined;
  const isStage = stage === "active" || stage === "archived" || stage === "deleted";
  return {
    query,
    stage: isStage ? stage : firstRuns.stage,
    layout: readLayout(layout),
    group: typeof group === "string" ? group : null,
    differences: differences === true,
    share: typeof share === "number" && share > 0 && share < 1 ? share : firstRuns.share,
    metric: typeof metric === "string" ? metric : null,
  };
}

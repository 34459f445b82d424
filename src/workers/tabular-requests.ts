import type {
  DiffPage,
  RowsOfDiff,
  RuleFinding,
  TableComparison,
  TableFile,
  TableOverlap,
} from "../core/datasets/tabular.js";
import type { Overlap, QualityRule, TableDiff, TableProfile } from "../core/datasets/view.js";
import type { Told } from "../protocol/told.js";

/** What the tabular process answers. `work` names a request in what it tells of its progress. */
export interface TabularProcessRequests {
  profile: { params: { readonly work: number; readonly table: TableFile }; result: TableProfile };
  diff: {
    params: { readonly work: number; readonly comparison: TableComparison };
    result: { readonly diff: TableDiff; readonly handle: string };
  };
  /** Answered when what was cancelled has stopped. */
  stopped: { params: null; result: null };
  diffRows: { params: DiffPage; result: RowsOfDiff };
  overlap: { params: { readonly work: number; readonly question: TableOverlap }; result: Overlap };
  check: {
    params: {
      readonly work: number;
      readonly table: TableFile;
      readonly rules: readonly QualityRule[];
      readonly now: number;
    };
    result: readonly RuleFinding[];
  };
}

export interface TabularProcessEvents {
  progressed: {
    readonly work: number;
    readonly text: Told & { readonly text: string };
    readonly done: number;
  };
}

import type { CheckResult } from "../core/datasets/view.js";
import { counted } from "./numbers.js";
import { ownScreen } from "./screen.js";
import { tableLines, type Cell } from "./table.js";

const rank = { failed: 0, error: 1, passed: 2 };
const marks: Record<CheckResult["outcome"], Cell> = {
  passed: { text: "passed", tone: "green" },
  failed: { text: "failed", tone: "red" },
  error: { text: "cannot say", tone: "yellow" },
};

export const hasNotPassed = ({ outcome }: CheckResult): boolean => outcome !== "passed";

/** What rules said, the failed ones first. `all`: how many were asked. */
export function checkLines(name: string, results: readonly CheckResult[], all = results.length): string[] {
  const failed = results.filter(hasNotPassed).length;
  if (failed === 0 && results.length < all) return [`${name}: ${counted(all, "rule")} passed.`];
  const rows = [...results]
    .sort((a, b) => rank[a.outcome] - rank[b.outcome])
    .map((one): Cell[] => [marks[one.outcome], one.rule, one.found]);
  const columns = [
    { title: "", align: "left" },
    { title: "rule", align: "left" },
    { title: "found", align: "left", shrinksTo: 20 },
  ] as const;
  const head =
    failed === 0 ? `${counted(all, "rule")} passed` : `${failed} of ${counted(all, "rule")} did not pass`;
  return [`${name}: ${head}.`, "", ...tableLines(columns, rows, ownScreen())];
}

import type { PlacedColumn } from "../grid/columns.js";
import type { MenuItem } from "../grid/menu.js";
import type { Selection } from "../grid/selection.js";
import { conditions, orderTerms, withOrder, withoutCondition } from "./query-text.js";
import type { Chip } from "./runs-chips.js";
import { groupingOf } from "./runs-grouping.js";
import type { SavedRuns } from "./runs-saved.js";
import { runsWords } from "./runs-words.js";

/** Selected runs as the list has them, so that the first of a comparison is the upper one. */
export const inOrder = ({ keys }: Selection, ids: readonly string[]): string[] =>
  ids.filter((id) => keys.has(id));

/** What is on, as chips. */
export function chipsOf(own: SavedRuns, change: (part: Partial<SavedRuns>) => void): readonly Chip[] {
  const terms = orderTerms(own.query);
  return [
    ...(own.stage === "active"
      ? []
      : [
          {
            icon: "archive",
            text: runsWords.stages[own.stage],
            remove: () => void change({ stage: "active" }),
          },
        ]),
    ...conditions(own.query).map((text, at) => ({
      icon: "filter",
      text,
      remove: () => void change({ query: withoutCondition(own.query, at) }),
    })),
    ...terms.map(({ field, direction }, at) => ({
      icon: "list-ordered",
      text: runsWords.ordered(field, direction === "desc"),
      remove: () =>
        void change({
          query: withOrder(
            own.query,
            terms.filter((_, index) => index !== at),
          ),
        }),
    })),
    ...(own.group === null
      ? []
      : [
          {
            icon: "group-by-ref-type",
            text: runsWords.grouped(groupingOf(own.group)?.name ?? ""),
            remove: () => void change({ group: null }),
          },
        ]),
    ...(own.differences
      ? [{ icon: "diff", text: runsWords.differences, remove: () => void change({ differences: false }) }]
      : []),
  ];
}

/** What the page adds to the menu of a column. */
export function columnItemsOf(
  { id, kind, title }: PlacedColumn,
  own: SavedRuns,
  change: (part: Partial<SavedRuns>) => void,
): readonly MenuItem[] {
  if (kind === "metric")
    return [
      "line",
      { label: runsWords.trend(title), icon: "graph-line", run: () => void change({ metric: title }) },
    ];
  const grouping = groupingOf(id);
  if (!grouping) return [];
  const label = own.group === id ? runsWords.noGroup : runsWords.groupBy(grouping.name);
  return [
    "line",
    { label, icon: "group-by-ref-type", run: () => void change({ group: own.group === id ? null : id }) },
  ];
}

/** The lists that there are: of active runs, archived ones, and the trash. */
export const stageItems = (
  now: SavedRuns["stage"],
  choose: (stage: SavedRuns["stage"]) => void,
): readonly MenuItem[] =>
  (["active", "archived", "deleted"] as const).map((stage) => ({
    label: runsWords.stages[stage],
    checked: now === stage,
    run: () => {
      choose(stage);
    },
  }));

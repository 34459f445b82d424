import type { GridColumn } from "../grid/columns.js";
import type { MenuItem } from "../grid/menu.js";
import { words } from "../words.js";
import { keyOfColumn } from "./column-keys.js";
import { fieldOf } from "./runs-columns.js";
import type { ListQuery, RunGrouping } from "./runs-list.js";
import type { SavedRuns } from "./runs-saved.js";
import { runsWords } from "./runs-words.js";

/** Columns by which any folder can be grouped. */
const ownGroups = ["experiment", "state", "user"];
const mostOffered = 60;

/** How runs are grouped by a column of the grid; null where they cannot be. */
export function groupingOf(id: string): RunGrouping | null {
  const field = fieldOf(id);
  if (field === undefined) return null;
  const { kind, name = "" } = keyOfColumn(id) ?? {};
  const column = id;
  if (kind === "param") return { column, field, name, value: ({ params }) => params[name] ?? null };
  if (kind === "tag") return { column, field, name, value: ({ tags }) => tags[name] ?? null };
  switch (id) {
    case "experiment":
      return { column, field, name: runsWords.experiment, value: ({ experiment }) => experiment.name };
    case "state":
      return { column, field, name: runsWords.state, value: ({ state }) => words.states[state] };
    case "user":
      return { column, field, name: runsWords.user, value: ({ user }) => (user === "" ? null : user) };
    default:
      return null;
  }
}

/** What the list is asked for by what a person chose. */
export const listQueryOf = ({ query, stage, group }: SavedRuns): ListQuery => ({
  text: query,
  stage,
  grouping: group === null ? null : groupingOf(group),
});

/** The menu that groups: none, what every run has, then params and tags. */
export function groupItems(
  columns: readonly GridColumn[],
  now: string | null,
  choose: (id: string | null) => void,
): readonly MenuItem[] {
  const item = (id: string | null, label: string): MenuItem => ({
    label,
    checked: now === id,
    run: () => {
      choose(id);
    },
  });
  const keyed = columns.filter(
    ({ kind, title }) => (kind === "param" || kind === "tag") && !title.startsWith("mlflow."),
  );
  return [
    item(null, runsWords.noGroup),
    "line",
    ...ownGroups.map((id) => item(id, groupingOf(id)?.name ?? id)),
    ...(keyed.length === 0 ? [] : ["line" as const]),
    ...keyed.slice(0, mostOffered).map(({ id, title }) => item(id, title)),
  ];
}

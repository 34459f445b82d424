import type { ComponentChildren } from "preact";
import { useCallback } from "preact/hooks";
import type { RunCommand } from "../../src/protocol/pages.js";
import type { Cell } from "../grid/cell.js";
import type { GridColumn, PlacedColumn } from "../grid/columns.js";
import { Grid } from "../grid/grid.js";
import type { Selection } from "../grid/selection.js";
import { orderTerms, withTerm } from "./query-text.js";
import type { ReadRun } from "./read-runs.js";
import { columnItemsOf } from "./runs-choices.js";
import { columnOf, fieldOf, runCell } from "./runs-columns.js";
import { runItems } from "./runs-menu.js";
import type { RunsFacts, RunsModel } from "./runs-model.js";
import type { SavedRuns } from "./runs-saved.js";
import { runsWords } from "./runs-words.js";

interface Props {
  readonly model: RunsModel;
  readonly facts: RunsFacts;
  readonly own: SavedRuns;
  readonly change: (part: Partial<SavedRuns>) => void;
  readonly columns: readonly GridColumn[];
  /** The metric whose curve stands in the rows. */
  readonly trend: string | undefined;
  readonly closed: ReadonlySet<string>;
  readonly onClosed: (closed: ReadonlySet<string>) => void;
  readonly selection: Selection;
  readonly onSelection: (selection: Selection) => void;
  readonly onScrolled: (scrolled: boolean) => void;
  /** Stands in the place of the rows where there are none. */
  readonly nothing: ComponentChildren;
  readonly command: (name: RunCommand, runs: readonly string[]) => void;
}

/** The list of runs as a grid. */
export function RunsGrid({ model, facts, own, change, columns, trend, nothing, command, ...rest }: Props) {
  const { list, version } = facts;
  // told to the model alone: a scroll draws nothing but rows
  const onView = useCallback(
    (from: number, to: number): void => {
      model.curves.want(model.facts.list.ids.slice(from, to));
    },
    [model],
  );
  const onColumns = useCallback(
    (ids: readonly string[]): void => {
      model.show(ids);
    },
    [model],
  );
  const cell = useCallback(
    (run: ReadRun, column: PlacedColumn): Cell | undefined =>
      runCell(run, column, { numbers: model.numbers, curves: model.curves, trend, now: Date.now() }),
    [model, trend, version],
  );
  return (
    <div class="runs-grid">
      <Grid<ReadRun>
        {...rest}
        label={runsWords.grid}
        columns={columns}
        layout={own.layout}
        onLayout={(layout) => {
          change({ layout });
        }}
        of={`${list.stage} ${list.text}`}
        source={facts.columnsKnown ? list.source : undefined}
        store={model.rows}
        cell={cell}
        groups={list.groups}
        sorted={orderTerms(own.query).flatMap(({ field, direction }) => {
          const column = columnOf(field, columns);
          return column === undefined ? [] : [{ column, direction }];
        })}
        onSort={(id, direction, add) => {
          const field = fieldOf(id);
          if (field !== undefined) change({ query: withTerm(own.query, field, direction, add) });
        }}
        onOpen={(id) => {
          command("loam.runs.open", [id]);
        }}
        rowMenu={(runs) =>
          runItems({
            runs,
            rows: runs.flatMap((id) => model.rows.byKey(id) ?? []),
            stage: own.stage,
            command,
          })
        }
        columnMenu={(column) => columnItemsOf(column, own, change)}
        onColumns={onColumns}
        onView={onView}
      />
      {nothing}
    </div>
  );
}

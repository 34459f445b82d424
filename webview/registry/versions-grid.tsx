import type { VNode } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { VersionLine } from "../../src/protocol/model-lines.js";
import { missing, type Cell } from "../grid/cell.js";
import { usualLayout, type ColumnLayout, type GridColumn, type PlacedColumn } from "../grid/columns.js";
import { Grid } from "../grid/grid.js";
import type { Sorted } from "../grid/grid-props.js";
import type { MenuItem } from "../grid/menu.js";
import { RowStore, type RowSource } from "../grid/row-store.js";
import type { Selection } from "../grid/selection.js";
import { bytesText, countText, dateText, whenText } from "../numbers.js";
import { modelWords } from "./model-words.js";
import { formatName, personName, versionName } from "./names.js";
import { Aliases, approvalIcons } from "./state-mark.js";
import {
  columnOfMetric,
  metricNames,
  metricOfColumn,
  metricTexts,
  sortedVersions,
} from "./versions-order.js";

const { columns: titles, missing: lacks } = modelWords.model;

interface VersionsGridProps {
  /** All of the model: the columns are theirs, whatever is found. */
  readonly versions: readonly VersionLine[];
  readonly found: readonly VersionLine[];
  /** Where it is another, the rows are shown from the first. */
  readonly of: string;
  readonly selection: Selection;
  readonly onSelection: (selection: Selection) => void;
  readonly onOpen: (version: string) => void;
  readonly rowMenu: (versions: readonly VersionLine[]) => readonly MenuItem[];
}

/** All versions of a model, any number of them, in the order that a person asks for. */
export function VersionsGrid(props: VersionsGridProps): VNode {
  const { versions, found, of, selection, onSelection, onOpen, rowMenu } = props;
  const [layout, setLayout] = useState<ColumnLayout>(usualLayout);
  const [sorted, setSorted] = useState<readonly Sorted[]>([]);
  const store = useMemo(() => new RowStore<VersionLine>(), []);
  const names = useMemo(() => metricNames(versions), [versions]);
  const columns = useMemo(
    () =>
      columnsOf(names, {
        tags: versions.some(({ tags }) => Object.keys(tags).length > 0),
        stage: versions.some(({ stage }) => stage !== "None"),
      }),
    [names, versions],
  );
  const rows = useMemo(() => sortedVersions(found, sorted), [found, sorted]);
  const source = useMemo((): RowSource<VersionLine> => sourceOf(rows), [rows]);
  useEffect(() => {
    store.refresh([]);
  }, [store, source]);
  const texts = useMemo(
    () => new Map(names.map((name) => [name, metricTexts(versions, name)])),
    [versions, names],
  );
  const cell = useCallback(
    (version: VersionLine, { id }: PlacedColumn): Cell => {
      const metric = metricOfColumn(id);
      if (metric === undefined) return plainCell(version, id);
      const value = version.metrics[metric];
      if (value === undefined) return missing(lacks(metric));
      return { text: texts.get(metric)?.(value) ?? "", title: String(value) };
    },
    [texts],
  );
  return (
    <Grid<VersionLine>
      label={modelWords.model.versions}
      columns={columns}
      layout={layout}
      onLayout={setLayout}
      of={of}
      source={source}
      store={store}
      cell={cell}
      sorted={sorted}
      onSort={(column, direction, add) => {
        const others = add ? sorted.filter((one) => one.column !== column) : [];
        setSorted(direction === null ? others : [...others, { column, direction }]);
      }}
      selection={selection}
      onSelection={onSelection}
      onOpen={onOpen}
      rowMenu={(keys) => rowMenu(versions.filter(({ id }) => keys.includes(id)))}
    />
  );
}

const sourceOf = (rows: readonly VersionLine[]): RowSource<VersionLine> => ({
  count: rows.length,
  keyAt: (index) => rows[index]?.id ?? "",
  rows: async (from, to) => rows.slice(from, to),
});

/** Room for most names of metrics; a long one is cut off. */
const widthFor = (name: string): number => Math.min(150, Math.max(96, name.length * 8 + 20));

/** `has`: what some version has; of the rest there is no column. */
const columnsOf = (
  metrics: readonly string[],
  has: { readonly tags: boolean; readonly stage: boolean },
): readonly GridColumn[] => [
  { id: "version", title: titles.version, width: 108, fixed: true, sortable: true },
  { id: "state", title: titles.state, width: 172, sortable: true },
  { id: "aliases", title: titles.aliases, width: 176, sortable: true },
  ...metrics.map((name) => ({
    id: columnOfMetric(name),
    title: name,
    kind: "metric" as const,
    numeric: true,
    width: widthFor(name),
    sortable: true,
  })),
  { id: "at", title: titles.at, width: 120, sortable: true },
  { id: "author", title: titles.author, width: 120, sortable: true },
  { id: "run", title: titles.run, width: 140, sortable: true },
  { id: "format", title: titles.format, width: 90, sortable: true },
  { id: "size", title: titles.size, numeric: true, width: 80, sortable: true },
  ...(has.stage ? [{ id: "stage", title: titles.stage, width: 100, sortable: true }] : []),
  ...(has.tags ? [{ id: "tags", title: titles.tags, width: 180 }] : []),
  { id: "description", title: titles.description, width: 240 },
];

function plainCell(version: VersionLine, column: string): Cell {
  const { approval, aliases, flavor, size, author, at, runName, description } = version;
  switch (column) {
    case "version":
      return { text: versionName(version.number) };
    case "state":
      return { text: modelWords.approval[approval], icon: approvalIcons[approval], tone: tones[approval] };
    case "aliases":
      return aliasesCell(aliases);
    case "at":
      return { text: whenText(at, Date.now()), title: dateText(at) };
    case "author":
      return { text: personName(author), title: author };
    case "run":
      return runName === null ? missing(modelWords.lineage.noRun) : { text: runName, title: runName };
    case "format":
      return { text: formatName(flavor) };
    case "size":
      return size === null ? missing(lacks(titles.size)) : { text: bytesText(size) };
    case "stage":
      return { text: version.stage === "None" ? "" : version.stage };
    case "tags": {
      const tags = Object.entries(version.tags).map(([key, value]) => `${key}=${value}`);
      return { text: inShort(tags.join(", ")), title: inShort(tags.join("\n")) };
    }
    default:
      return { text: inShort(description), title: inShort(description) };
  }
}

/** A cell shows a line, and its hover some: a text may have a million characters. */
const inShort = (text: string): string => (text.length > 500 ? `${text.slice(0, 499)}…` : text);

/** So many aliases have room in a cell; of more the first is named and the rest counted. */
const mostAliases = 2;

function aliasesCell(aliases: readonly string[]): Cell {
  if (aliases.length === 0) return { text: "" };
  const text = aliases.join(", ");
  if (aliases.length <= mostAliases) return { text, drawn: <Aliases names={aliases} /> };
  const first = aliases.includes("champion") ? "champion" : (aliases[0] ?? "");
  const drawn = (
    <span class="few-aliases">
      <Aliases names={[first]} /> <span class="muted">{`+${countText(aliases.length - 1)}`}</span>
    </span>
  );
  return { text, title: text, drawn };
}

const tones = { none: "quiet", asked: "warn", approved: "good", rejected: "bad" } as const;

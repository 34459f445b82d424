import type { VNode } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { failureText } from "../answer.js";
import { Failed } from "../notice.js";
import { usualLayout, type ColumnLayout } from "./columns.js";
import type { GridProps } from "./grid-props.js";
import { gridWords } from "./grid-words.js";
import { Grid } from "./grid.js";
import type { MenuItem } from "./menu.js";
import { RowStore, type RowParts, type RowSource } from "./row-store.js";

type OfGrid<R> = Pick<GridProps<R>, "label" | "columns" | "cell">;

interface WindowGridProps<R> extends OfGrid<R> {
  /** What the rows are: where they are others, they are shown from the first. */
  readonly of: string;
  /** Names what the rows are read from: where it is another, they are read anew and the old ones stay until then. */
  readonly handle: string;
  readonly count: number;
  /** The rows from `from` up to but without `to`. */
  readonly read: (from: number, to: number, signal: AbortSignal) => Promise<readonly R[]>;
  /** Rows that came. */
  readonly onCame?: (rows: readonly R[]) => void;
  /** What is said where they could not be read, and what makes another `handle`. */
  readonly failed: string;
  readonly onAgain: () => void;
  /** A row was opened, with the focus in that column. */
  readonly onOpen?: (row: R, column: string) => void;
  /** Whether a press opens it, too. */
  readonly isPressed?: boolean;
  readonly menu?: (row: R, index: number) => readonly MenuItem[];
  /** New rows come at the top: those that are there keep their names, and stay under the eyes of whoever reads on. */
  readonly isNewestFirst?: boolean;
  /** For rows that are read in parts; the same object each time. */
  readonly parts?: RowParts<R> & {
    /** Ids of the columns that rows are to be read for from now on. */
    readonly onColumns: (columns: readonly string[]) => void;
  };
}

/** More rows than a browser can lay below each other are not listed, and that is said. */
const mostRows = 1_500_000;

/** A grid over any number of rows, of which those that come into view are read by a window at a time. */
export function WindowGrid<R>(props: WindowGridProps<R>): VNode {
  const { of, handle, count, read, onCame, failed, onAgain, onOpen, isPressed, menu, parts, ...rest } = props;
  const { isNewestFirst = false, ...grid } = rest;
  const [layout, setLayout] = useState<ColumnLayout>(usualLayout);
  const [, drawAgain] = useState(0);
  const store = useMemo(() => new RowStore<R>(parts), [parts]);
  useEffect(() => {
    const unheard = store.listen((came) => {
      if (came.length > 0) onCame?.(came);
      else drawAgain((times) => times + 1); // it may have failed
    });
    return () => {
      unheard();
      store.dispose();
    };
  }, [store]);
  const named = (index: number): number => (isNewestFirst ? count - 1 - index : index);
  const source = useMemo(
    (): RowSource<R> => ({
      count: Math.min(count, mostRows),
      keyAt: (index) => `${of} ${named(index)}`,
      rows: read,
    }),
    [of, handle, count],
  );
  useEffect(() => {
    store.from(source);
    store.refresh([]);
    drawAgain((times) => times + 1); // where it had failed, the grid comes back
  }, [store, source]);
  const onColumns = useCallback(
    (columns: readonly string[]) => {
      parts?.onColumns(columns);
      store.wantMore();
    },
    [parts, store],
  );
  if (store.failure) return <Failed what={failed} failure={failureText(store.failure)} onAgain={onAgain} />;
  const open = (key: string, column = ""): void => {
    const row = store.byKey(key);
    if (row !== undefined) onOpen?.(row, column);
  };
  return (
    <>
      <Grid<R>
        {...grid}
        layout={layout}
        onLayout={setLayout}
        of={of}
        source={source}
        store={store}
        sorted={[]}
        growsAtTop={isNewestFirst}
        {...(parts ? { onColumns } : {})}
        {...(onOpen ? { onOpen: open } : {})}
        {...(isPressed === true ? { onPick: open } : {})}
        {...(menu
          ? {
              rowMenu: ([key]: readonly string[]) => {
                const row = key === undefined ? undefined : store.byKey(key);
                return row === undefined || key === undefined
                  ? []
                  : menu(row, named(Number(key.slice(of.length))));
              },
            }
          : {})}
      />
      {count > mostRows && <p class="muted">{gridWords.leftOut(mostRows, count)}</p>}
    </>
  );
}

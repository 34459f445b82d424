import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { arraySource } from "./array-source.js";
import { usualLayout, type ColumnLayout } from "./columns.js";
import type { GridProps } from "./grid-props.js";
import { Grid } from "./grid.js";
import { RowStore } from "./row-store.js";

type RowsGridProps<R> = Omit<GridProps<R>, "layout" | "onLayout" | "source" | "store" | "sorted"> & {
  /** undefined until they are known. */
  readonly rows: readonly R[] | undefined;
  readonly rowKey?: (row: R, index: number) => string;
  readonly sorted?: GridProps<R>["sorted"];
};

/** A grid of rows that are all here. What a person makes of its columns stays while the page does. */
export function RowsGrid<R>({ rows, rowKey, sorted = [], ...rest }: RowsGridProps<R>): VNode {
  const [layout, setLayout] = useState<ColumnLayout>(usualLayout);
  const store = useMemo(() => new RowStore<R>(), []);
  const source = useMemo(() => rows && arraySource(rows, rowKey), [rows]);
  useEffect(() => {
    store.refresh([]);
  }, [store, source]);
  return (
    <Grid<R> {...rest} layout={layout} onLayout={setLayout} source={source} store={store} sorted={sorted} />
  );
}

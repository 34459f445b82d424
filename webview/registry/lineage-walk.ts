import type { Layout } from "./lineage-layout.js";
import type { LineageEdge } from "./lineage-names.js";

export interface Stepped {
  readonly key: string;
  /** The line that was followed, where one was. */
  readonly edge?: LineageEdge;
}

const middle = (layout: Layout, key: string): { readonly x: number; readonly y: number } => {
  const found = layout.placed.find(({ node }) => node.key === key);
  return { x: found?.x ?? 0, y: found?.y ?? 0 };
};

/**
 * Where an arrow key leads from a node: left and right along a line to the nearest of those it joins, up and down to the
 * neighbour in the column; undefined where there is nothing that way.
 */
export function stepFrom(layout: Layout, key: string, arrow: string): Stepped | undefined {
  const at = middle(layout, key);
  if (arrow === "ArrowLeft" || arrow === "ArrowRight") {
    const isBack = arrow === "ArrowLeft";
    const joined = layout.lines
      .map(({ edge }) => edge)
      .filter((edge) => (isBack ? edge.to : edge.from) === key)
      .map((edge) => ({ edge, key: isBack ? edge.from : edge.to }))
      .sort((a, b) => distance(at, middle(layout, a.key)) - distance(at, middle(layout, b.key)));
    return joined[0];
  }
  const isUp = arrow === "ArrowUp";
  const column = layout.placed
    .filter(({ node, x }) => node.key !== key && Math.abs(x - at.x) < 1)
    .filter(({ y }) => (isUp ? y < at.y : y > at.y))
    .sort((a, b) => Math.abs(a.y - at.y) - Math.abs(b.y - at.y));
  const next = column[0];
  if (next) return { key: next.node.key };
  // beyond the end of a column: the nearest of any that stands further up or down
  const others = layout.placed
    .filter(({ node, y }) => node.key !== key && (isUp ? y < at.y : y > at.y))
    .sort((a, b) => distance(at, a) - distance(at, b));
  return others[0] && { key: others[0].node.key };
}

const distance = (
  a: { readonly x: number; readonly y: number },
  b: { readonly x: number; readonly y: number },
): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Around one node more lines than these say nothing by standing out. */
const mostMarked = 16;

/** The lines that stand out: all that lead to where the pointer rests and on from there, else those of the chosen node. */
export function markedLines(
  { lines }: Layout,
  chosen: string,
  pointed: string | undefined,
): ReadonlySet<LineageEdge> {
  const edges = lines.map(({ edge }) => edge);
  if (pointed === undefined) {
    const own = edges.filter(({ from, to }) => from === chosen || to === chosen);
    return new Set(own.length > mostMarked ? [] : own);
  }
  return new Set([...pathFrom(edges, pointed, "from", "to"), ...pathFrom(edges, pointed, "to", "from")]);
}

function pathFrom(
  edges: readonly LineageEdge[],
  start: string,
  here: "from" | "to",
  there: "from" | "to",
): ReadonlySet<LineageEdge> {
  const found = new Set<LineageEdge>();
  const seen = new Set([start]);
  for (const key of seen)
    for (const edge of edges) {
      if (edge[here] !== key) continue;
      found.add(edge);
      seen.add(edge[there]);
    }
  return found;
}

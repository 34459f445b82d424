import dagre from "@dagrejs/dagre";
import type { DrawnNode } from "./lineage-gather.js";
import type { LineageEdge } from "./lineage-names.js";

export interface Placed {
  readonly node: DrawnNode;
  /** Of its upper left corner. */
  readonly x: number;
  readonly y: number;
}

export interface Line {
  readonly edge: LineageEdge;
  /** An SVG path. */
  readonly path: string;
  /** Where its word stands. */
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly placed: readonly Placed[];
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

export const nodeSize = { width: 220, height: 46 } as const;
const margin = 16;
/** The words of lines need room between the columns. */
const lineWord = { width: 76, height: 18 } as const;

/** Places nodes in columns from left to right, or from top to bottom where there is no room for that. */
export function layOut(
  nodes: readonly DrawnNode[],
  edges: readonly LineageEdge[],
  direction: "LR" | "TB",
): Layout {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: direction, nodesep: 14, ranksep: 24, marginx: margin, marginy: margin });
  for (const { key } of nodes) graph.setNode(key, { ...nodeSize });
  for (const { from, to } of edges) graph.setEdge(from, to, { ...lineWord, labelpos: "c" });
  dagre.layout(graph);
  const centers = new Map(nodes.map(({ key }) => [key, graph.node(key) as Point]));
  const placed = nodes.map((node) => {
    const { x, y } = centers.get(node.key) ?? nowhere;
    return { node, x: x - nodeSize.width / 2, y: y - nodeSize.height / 2 };
  });
  const lines = edges.map((edge) => {
    const { points, x, y } = graph.edge(edge.from, edge.to) as Route;
    const start = sideOf(centers.get(edge.from) ?? nowhere, direction, 1);
    const end = sideOf(centers.get(edge.to) ?? nowhere, direction, -1);
    return { edge, path: curve([start, ...points.slice(1, -1), end], direction), x, y };
  });
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  return { placed, lines, width, height };
}

interface Point {
  readonly x: number;
  readonly y: number;
}
interface Route extends Point {
  readonly points: readonly Point[];
}

const nowhere: Point = { x: 0, y: 0 };

/** The middle of the side of a node where lines leave it, or reach it. */
const sideOf = ({ x, y }: Point, direction: "LR" | "TB", way: 1 | -1): Point =>
  direction === "LR" ? { x: x + (way * nodeSize.width) / 2, y } : { x, y: y + (way * nodeSize.height) / 2 };

/** Through the points, leaving and reaching each along the direction of the graph. */
function curve(points: readonly Point[], direction: "LR" | "TB"): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first.x},${first.y}`;
  let before = first;
  for (const point of rest) {
    const half = direction === "LR" ? (point.x - before.x) / 2 : (point.y - before.y) / 2;
    const [a, b] =
      direction === "LR"
        ? [`${before.x + half},${before.y}`, `${point.x - half},${point.y}`]
        : [`${before.x},${before.y + half}`, `${point.x},${point.y - half}`];
    path += `C${a} ${b} ${point.x},${point.y}`;
    before = point;
  }
  return path;
}

import type { LineageGraph } from "../../src/protocol/registry.js";
import type { LineageEdge, LineageNode } from "./lineage-names.js";

/** Things of one kind that are joined alike, drawn as one. */
export interface GatheredNode {
  readonly kind: "gathered";
  readonly key: string;
  readonly of: LineageNode["kind"];
  /** In the order of the graph. */
  readonly members: readonly LineageNode[];
}
export type DrawnNode = LineageNode | GatheredNode;

export interface DrawnGraph {
  /** The focus first. */
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly LineageEdge[];
}

/** Graphs of no more nodes are drawn as they are. */
const fewNodes = 30;
/** So many things that are joined alike are still drawn one by one. */
const mostAlike = 8;
/** So many of a gathered node come out when it is opened. */
export const openedAtOnce = 20;

/**
 * A graph as it is drawn: where many things of one kind have alike neighbours they stand as one node with their count.
 * `opened`: keys of those that a person took out.
 */
export function gather({ nodes, edges }: LineageGraph, opened: ReadonlySet<string>): DrawnGraph {
  if (nodes.length <= fewNodes) return { nodes, edges };
  const groups = groupsOf(nodes, edges, opened);
  const drawnAs = new Map<string, string>();
  const drawn = new Map<string, DrawnNode>();
  for (const members of groups) {
    const [first] = members;
    if (!first) continue;
    // named by its last member: those that come out are its first, and it stays the same node for the keyboard
    const key = members.length === 1 ? first.key : `gathered:${members.at(-1)?.key ?? ""}`;
    for (const member of members) drawnAs.set(member.key, key);
    drawn.set(key, members.length === 1 ? first : { kind: "gathered", key, of: first.kind, members });
  }
  return { nodes: [...drawn.values()], edges: joined(edges, drawnAs) };
}

function joined(edges: readonly LineageEdge[], drawnAs: ReadonlyMap<string, string>): LineageEdge[] {
  const found = new Map<string, LineageEdge>();
  for (const edge of edges) {
    const [from, to] = [drawnAs.get(edge.from) ?? edge.from, drawnAs.get(edge.to) ?? edge.to];
    const known = found.get(`${from} ${to}`);
    found.set(`${from} ${to}`, { ...edge, from, to, changed: edge.changed || known?.changed === true });
  }
  return [...found.values()];
}

/** The nodes, each alone or with those that are joined as it is: nothing is said of one that is not so of all. */
function groupsOf(
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[],
  opened: ReadonlySet<string>,
): LineageNode[][] {
  const alone = new Set([...nodes.slice(0, 1).map(({ key }) => key), ...opened]);
  for (;;) {
    const classes = classesOf(nodes, edges, alone);
    const few = classes.filter((members) => members.length > 1 && members.length <= mostAlike);
    if (few.length === 0) return classes;
    // drawn one by one they tell their neighbours apart: look anew who is joined alike
    for (const { key } of few.flat()) alone.add(key);
  }
}

/** Refines classes of nodes until all of a class are joined to the same classes by the same kinds of lines. */
function classesOf(
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[],
  alone: ReadonlySet<string>,
): LineageNode[][] {
  let classOf = numbered(nodes, (node) => (alone.has(node.key) ? node.key : lookOf(node)));
  for (;;) {
    const lines = new Map<string, string[]>(nodes.map(({ key }) => [key, []]));
    for (const { from, to, kind, changed } of edges) {
      const line = `${kind}${changed ? "!" : ""}`;
      lines.get(from)?.push(`>${line} ${classOf.get(to) ?? ""}`);
      lines.get(to)?.push(`<${line} ${classOf.get(from) ?? ""}`);
    }
    const before = classOf;
    classOf = numbered(nodes, ({ key }) =>
      [String(before.get(key)), ...new Set((lines.get(key) ?? []).sort())].join("\n"),
    );
    if (new Set(classOf.values()).size === new Set(before.values()).size) break;
  }
  const classes = new Map<number, LineageNode[]>();
  for (const node of nodes) {
    const at = classOf.get(node.key) ?? 0;
    classes.set(at, [...(classes.get(at) ?? []), node]);
  }
  return [...classes.values()];
}

function numbered(
  nodes: readonly LineageNode[],
  told: (node: LineageNode) => string,
): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  return new Map(
    nodes.map((node) => {
      const text = told(node);
      const number = numbers.get(text) ?? numbers.size;
      numbers.set(text, number);
      return [node.key, number];
    }),
  );
}

/** What sets nodes apart at first sight: versions of other models, versions that somebody named, outdated data. */
function lookOf(node: LineageNode): string {
  if (node.kind === "data") return `data ${node.newest > node.number ? "outdated" : ""}`;
  if (node.kind !== "version") return node.kind;
  return node.aliases.length > 0 ? node.key : `version ${node.model}`;
}

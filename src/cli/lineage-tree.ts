import { byWhom } from "../core/registry/given-up.js";
import { lineageOf } from "../core/registry/lineage.js";
import type { LineageFocus, LineageGraph, LineageNode } from "../core/registry/view.js";
import type { Workbench } from "../core/workbench.js";
import type { CommandContext } from "./command.js";
import { bytesText, counted, numberText } from "./numbers.js";
import { ownScreen, toned } from "./screen.js";
import { printable } from "./text-width.js";

const most = 200;

/** Says what a thing came from and what came of it, as a tree or as JSON. */
export async function tellLineage(
  bench: Workbench,
  focus: LineageFocus,
  context: CommandContext,
): Promise<number> {
  const graph = await lineageOf(bench, focus, most, context.signal);
  context.out(context.json ? JSON.stringify(graph) : treeLines(graph).join("\n"));
  return 0;
}

function treeLines(graph: LineageGraph): string[] {
  const [focus] = graph.nodes;
  if (!focus) return [];
  const screen = ownScreen();
  const lines = [toned(lineOf(focus, false), "bold", screen)];
  for (const [title, way] of [
    ["came from", "from"],
    ["led to", "to"],
  ] as const) {
    const below = branches(graph, focus.key, way, new Set([focus.key]));
    lines.push(toned(title, "dim", screen), ...(below.length === 0 ? ["└─ nothing that is known"] : below));
  }
  if (graph.leftOut > 0) lines.push(`… and ${graph.leftOut} more`);
  return lines;
}

/** The lines of all that stands before or behind a node; what stood above is not told once more. */
function branches(
  graph: LineageGraph,
  key: string,
  way: "from" | "to",
  above: ReadonlySet<string>,
): string[] {
  const back = way === "from" ? "to" : "from";
  const edges = graph.edges.filter((edge) => edge[back] === key && !above.has(edge[way]));
  return edges.flatMap((edge, at) => {
    const node = graph.nodes.find((one) => one.key === edge[way]);
    if (!node) return [];
    const isLast = at === edges.length - 1;
    const inner = branches(graph, node.key, way, new Set([...above, node.key]));
    return [
      `${isLast ? "└─" : "├─"} ${lineOf(node, edge.changed)}`,
      ...inner.map((line) => `${isLast ? "  " : "│ "} ${line}`),
    ];
  });
}

function lineOf(node: LineageNode, changed: boolean): string {
  const parts = [...wordsOf(node), ...(changed ? ["changed while read"] : [])];
  return parts.map(printable).join("  ");
}

function wordsOf(node: LineageNode): readonly string[] {
  switch (node.kind) {
    case "data":
      return [
        `${node.name}@${node.number}`,
        node.givenUp ? byWhom(node.givenUp).text : bytesText(node.size),
        ...(node.newest > node.number ? [`${node.newest} is newer`] : []),
      ];
    case "file":
      return [
        node.files === 1 ? node.path : `${counted(node.files, "file")} in ${node.path || "the folder"}`,
        "not versioned",
      ];
    case "run":
      return [
        node.name === "" ? node.run.slice(0, 12) : node.name,
        node.state === "elsewhere" ? "not in this store" : node.state,
        ...(node.headline ? [`${node.headline.name} ${numberText(Number(node.headline.value))}`] : []),
      ];
    case "version":
      return [
        `${node.name}/${node.number}`,
        ...(node.aliases.length > 0 ? [node.aliases.join(", ")] : []),
        ...(node.approval === "none"
          ? []
          : [node.approval === "asked" ? "approval requested" : node.approval]),
      ];
  }
}

import { bytesText, countText } from "../numbers.js";
import { openedAtOnce, type DrawnNode, type GatheredNode } from "./lineage-gather.js";
import { filesOf, nameOf, noteOf, spokenOf, type LineageNode } from "./lineage-names.js";
import { lineageWords as said } from "./lineage-words.js";
import { versionName } from "./names.js";

/** What many things are called that are drawn as one: `197 runs`, `59 versions of churn`. */
export function nameOfGathered({ of, members }: GatheredNode): string {
  const [first] = members;
  switch (of) {
    case "data":
      return said.chain.data(members.length);
    case "file":
      return said.chain.files(filesOf(members));
    case "run":
      return said.chain.runs(members.length);
    case "version":
      return said.versionsOf(members.length, first?.kind === "version" ? first.name : "");
  }
}

/** What matters of them all. */
export function noteOfGathered({ of, members }: GatheredNode): {
  readonly text: string;
  readonly warns: boolean;
} {
  const warns = members.some((node) => noteOf(node).warns);
  switch (of) {
    case "data":
      return { text: warns ? said.newerThere : bytesText(sizeOf(members)), warns };
    case "file":
      return { text: said.notVersioned, warns };
    case "run":
      return { text: statesOf(members), warns };
    case "version":
      return { text: rangeOf(members), warns };
  }
}

const sizeOf = (nodes: readonly LineageNode[]): number =>
  nodes.reduce((sum, node) => sum + ("size" in node ? node.size : 0), 0);

/** `Finished 190 · Failed 12` */
function statesOf(nodes: readonly LineageNode[]): string {
  const counts = new Map<string, number>();
  for (const node of nodes)
    if (node.kind === "run")
      counts.set(said.states[node.state], (counts.get(said.states[node.state]) ?? 0) + 1);
  const told = [...counts].sort(([, a], [, b]) => b - a);
  return told
    .map(([state, count]) => (told.length === 1 ? state : `${state} ${countText(count)}`))
    .join(" · ");
}

/** `v3 … v59` */
function rangeOf(nodes: readonly LineageNode[]): string {
  const numbers = nodes
    .flatMap((node) => (node.kind === "version" ? [node.number] : []))
    .sort((a, b) => a - b);
  return [numbers[0] ?? 0, numbers.at(-1) ?? 0].map(versionName).join(" … ");
}

/** So many are named where a pointer rests on many that stand as one. */
const mostNamed = 12;

export function titleOfGathered({ members }: GatheredNode): string {
  const named = members.slice(0, mostNamed).map(nameOf);
  return [...named, ...(members.length > mostNamed ? ["…"] : [])].join("\n");
}

/** What opening it does. */
export const takeOutOf = ({ members }: GatheredNode): string =>
  said.takeOut(Math.min(openedAtOnce, members.length));

/** A node as a screen reader says it. */
export function spokenOfDrawn(node: DrawnNode, isFocus: boolean, changed: boolean): string {
  if (node.kind !== "gathered") return spokenOf(node, isFocus, changed);
  const note = changed ? said.changed : noteOfGathered(node).text;
  return `${nameOfGathered(node)}, ${note}, ${takeOutOf(node)}`;
}

import type { LineageGraph } from "../../src/protocol/registry.js";
import { bytesText, countText, dateText, numberText } from "../numbers.js";
import * as l10n from "../l10n.js";
import { lineageWords as said } from "./lineage-words.js";
import { personName, versionName } from "./names.js";

export type LineageNode = LineageGraph["nodes"][number];
export type LineageEdge = LineageGraph["edges"][number];

/** What a person calls it: `train v4`, `calm-otter`, `churn v3`, `labels.csv`. */
export function nameOf(node: LineageNode): string {
  switch (node.kind) {
    case "data":
    case "version":
      return `${node.name} ${versionName(node.number)}`;
    case "run":
      return node.name === "" ? node.run.slice(0, 8) : node.name;
    case "file":
      return node.files === 1 ? (node.path.split("/").at(-1) ?? node.path) : said.files(node.files);
  }
}

/** What a box has room for: of a path the last part, and beside it what may not be cut off. */
export function shortNameOf(node: LineageNode): readonly [name: string, version: string] {
  if (node.kind !== "data" && node.kind !== "version") return [nameOf(node), ""];
  return [node.name.split("/").at(-1) ?? node.name, versionName(node.number)];
}

/** All of a name where `nameOf` shows a part, and who gave up what nobody has any more. */
export function titleOf(node: LineageNode): string {
  if (node.kind === "data" && node.givenUp) {
    const { at, author, fact } = node.givenUp;
    return said.whoGaveUp(nameOf(node), dateText(at), personName(author), fact);
  }
  return node.kind === "file" && node.path !== "" ? node.path : nameOf(node);
}

/** The one number or word that matters, and whether a person should mind it. */
export function noteOf(node: LineageNode): { readonly text: string; readonly warns: boolean } {
  switch (node.kind) {
    case "data":
      if (node.givenUp) return { text: said.givenUp, warns: true };
      return node.newest > node.number
        ? { text: said.newer(versionName(node.newest)), warns: true }
        : { text: bytesText(node.size), warns: false };
    case "file":
      return { text: said.notVersioned, warns: true };
    case "run":
      if (node.headline)
        return { text: `${node.headline.name} ${numberText(node.headline.value as number)}`, warns: false };
      return { text: said.states[node.state], warns: false };
    case "version":
      return {
        text: node.aliases.length > 0 ? node.aliases.join(", ") : said.approval[node.approval],
        warns: false,
      };
  }
}

const runIcons = {
  scheduled: "clock",
  running: "sync",
  finished: "pass",
  failed: "error",
  killed: "circle-slash",
  lost: "question",
  elsewhere: "circle-large-outline",
} as const satisfies Readonly<Record<Extract<LineageNode, { kind: "run" }>["state"], string>>;

export function iconOf(node: LineageNode): string {
  if (node.kind === "run") return runIcons[node.state];
  return {
    data: "database",
    file: node.kind === "file" && node.files > 1 ? "files" : "file",
    version: "package",
  }[node.kind];
}

/** What only a screen reader says of a node, before and behind what is shown. */
export function spokenAround(node: LineageNode, isFocus: boolean): readonly [before: string, behind: string] {
  const state = node.kind === "run" && node.headline ? [said.states[node.state]] : [];
  const behind = [...state, ...(isFocus ? [said.spoken.focus] : [])];
  return [`${said.spoken[node.kind]} `, behind.map((text) => `, ${text}`).join("")];
}

/** A node as a screen reader says it. */
export function spokenOf(node: LineageNode, isFocus: boolean, changed: boolean): string {
  const [before, behind] = spokenAround(node, isFocus);
  return `${before}${nameOf(node)}, ${changed ? said.changed : noteOf(node).text}${behind}`;
}

export const filesOf = (nodes: readonly LineageNode[]): number =>
  nodes.reduce((sum, node) => sum + (node.kind === "file" ? node.files : 0), 0);

/** What a page that starts at the first node answers: what that came from, and what it led to. */
export function sentenceOf(graph: LineageGraph): string {
  const [focus] = graph.nodes;
  if (!focus || graph.edges.length === 0) return said.alone;
  const before = reached(graph, focus.key, "from");
  const after = reached(graph, focus.key, "to");
  const sentences = [
    ...(before.length > 0 ? [said.cameFrom(countedOf(before))] : []),
    ...(after.length > 0 ? [said.ledTo(countedOf(after))] : []),
  ];
  const outdated = before.filter((node) => node.kind === "data" && node.newest > node.number).length;
  const gone = before.filter((node) => node.kind === "data" && node.givenUp !== null).length;
  const keys = new Set([focus.key, ...before.map(({ key }) => key)]);
  const changed = new Set(
    graph.edges.flatMap(({ changed: is, from, to }) => (is && keys.has(to) ? [from] : [])),
  );
  return [
    ...sentences,
    ...(gone > 0 ? [said.gone(gone)] : []),
    ...(outdated > 0 ? [said.outdated(outdated)] : []),
    ...(changed.size > 0 ? [said.changedData(changed.size)] : []),
  ].join(" ");
}

/** Nodes before or behind a node, as far as the graph goes. */
function reached({ nodes, edges }: LineageGraph, start: string, way: "from" | "to"): LineageNode[] {
  const found = new Set<string>();
  let last = [start];
  const back = way === "from" ? "to" : "from";
  while (last.length > 0) {
    const next = edges.filter((edge) => last.includes(edge[back])).map((edge) => edge[way]);
    last = [...new Set(next)].filter((key) => !found.has(key) && key !== start);
    for (const key of last) found.add(key);
  }
  return nodes.filter(({ key }) => found.has(key));
}

function countedOf(nodes: readonly LineageNode[]): string {
  const of = (kind: LineageNode["kind"]): number => nodes.filter((node) => node.kind === kind).length;
  const files = filesOf(nodes);
  const parts = [
    ...(of("data") > 0 ? [said.chain.data(of("data"))] : []),
    ...(files > 0 ? [said.chain.files(files)] : []),
    ...(of("run") > 0 ? [said.chain.runs(of("run"))] : []),
    ...(of("version") > 0 ? [said.chain.versions(of("version"))] : []),
  ];
  return parts.length === 0 ? countText(0) : l10n.listed(parts);
}

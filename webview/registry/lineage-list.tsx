import type { VNode } from "preact";
import type { LineageGraph } from "../../src/protocol/registry.js";
import type { Page } from "../bridge.js";
import { Icon, IconButton } from "../controls.js";
import { Part } from "../parts.js";
import { words } from "../words.js";
import { iconOf, nameOf, noteOf, titleOf, type LineageNode } from "./lineage-names.js";
import { canOpen, focusAt, openNode } from "./lineage-open.js";
import { lineageWords as said } from "./lineage-words.js";

interface ListProps {
  readonly page: Page;
  readonly graph: LineageGraph;
  readonly onFocus: (node: LineageNode) => void;
}

const order: readonly LineageNode["kind"][] = ["data", "file", "run", "version"];
const mostNamed = 8;

/** The graph in words: each thing with what it came from and what it led to. */
export function LineageList({ page, graph, onFocus }: ListProps): VNode {
  const names = new Map(graph.nodes.map((node) => [node.key, nameOf(node)]));
  const [first] = graph.nodes;
  return (
    <div class="lineage-list">
      {order.map((kind) => {
        const nodes = graph.nodes.filter((node) => node.kind === kind);
        if (nodes.length === 0) return null;
        return (
          <Part key={kind} title={said.kinds[kind]} count={nodes.length}>
            <div class="scroll-x" tabIndex={0} role="group" aria-label={said.kinds[kind]}>
              <table class="plain-table">
                <thead>
                  <tr>
                    <th scope="col">{said.columns.what}</th>
                    <th scope="col">{said.columns.from}</th>
                    <th scope="col">{said.columns.to}</th>
                  </tr>
                </thead>
                <tbody>
                  {nodes.map((node) => (
                    <tr key={node.key}>
                      <th scope="row">
                        <Thing page={page} node={node} isFocus={node === first} onFocus={onFocus} />
                      </th>
                      <td>
                        {joined(
                          graph.edges
                            .filter(({ to }) => to === node.key)
                            .map((edge) => [names.get(edge.from) ?? "", edge] as const),
                        )}
                      </td>
                      <td>
                        {joined(
                          graph.edges
                            .filter(({ from }) => from === node.key)
                            .map((edge) => [names.get(edge.to) ?? "", edge] as const),
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Part>
        );
      })}
    </div>
  );
}

interface ThingProps {
  readonly page: Page;
  readonly node: LineageNode;
  readonly isFocus: boolean;
  readonly onFocus: (node: LineageNode) => void;
}

function Thing({ page, node, isFocus, onFocus }: ThingProps): VNode {
  const { text, warns } = noteOf(node);
  return (
    <span class="lineage-thing">
      <Icon name={iconOf(node)} />
      {canOpen(node) ? (
        <button
          type="button"
          class="link"
          title={titleOf(node)}
          aria-current={isFocus || undefined}
          onClick={() => {
            openNode(page, node);
          }}
        >
          {nameOf(node)}
        </button>
      ) : (
        <span title={titleOf(node)}>{nameOf(node)}</span>
      )}
      <span class={warns ? "warning-line" : "muted"}>
        {warns && <Icon name="warning" />}
        {text}
      </span>
      {!isFocus && focusAt(node) && (
        <IconButton
          icon="target"
          label={`${said.focus}: ${nameOf(node)}`}
          onClick={() => {
            onFocus(node);
          }}
        />
      )}
    </span>
  );
}

type Joined = readonly (readonly [name: string, edge: LineageGraph["edges"][number]])[];

function joined(all: Joined): VNode {
  if (all.length === 0) return <span class="muted">{said.none}</span>;
  return (
    <>
      {all.slice(0, mostNamed).map(([name, edge], at) => (
        <span key={`${edge.from} ${edge.to}`}>
          {at > 0 && ", "}
          {name} <span class="muted">({edge.changed ? said.changed : said.lines[edge.kind]})</span>
        </span>
      ))}
      {all.length > mostNamed && <span class="muted"> {words.more(all.length - mostNamed)}</span>}
    </>
  );
}

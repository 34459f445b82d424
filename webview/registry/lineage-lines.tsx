import type { VNode } from "preact";
import type { Layout } from "./lineage-layout.js";
import type { LineageEdge } from "./lineage-names.js";
import { lineageWords as said } from "./lineage-words.js";

/** Among more lines than this, words stand only at those of the chosen node. */
const mostWords = 30;

interface LinesProps {
  readonly layout: Layout;
  /** The lines that stand out. */
  readonly marked: ReadonlySet<LineageEdge>;
}

/** The lines of the graph with what they stand for. What they say is said by the nodes too. */
export function LineageLines({ layout: { lines, width, height }, marked }: LinesProps): VNode {
  const inOrder = [...lines].sort((a, b) => Number(marked.has(a.edge)) - Number(marked.has(b.edge))); // on top
  return (
    <svg
      class={lines.length > mostWords ? "lineage-lines lineage-many" : "lineage-lines"}
      width={width}
      height={height}
      aria-hidden="true"
    >
      <defs>
        <marker
          id="lineage-tip"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
        >
          <path d="M0,0.5 L7,4 L0,7.5 Z" class="lineage-tip" />
        </marker>
      </defs>
      {inOrder.map(({ edge, path }) => {
        const kinds = [
          ...(marked.has(edge) ? ["lineage-near"] : []),
          ...(edge.changed ? ["lineage-changed"] : []),
        ];
        return <path key={`${edge.from} ${edge.to}`} class={`lineage-line ${kinds.join(" ")}`} d={path} />;
      })}
      {lines.map(({ edge, x, y }) => {
        if (lines.length > mostWords && !marked.has(edge)) return null;
        return (
          <text key={`${edge.from} ${edge.to}`} class="lineage-word" x={x} y={y}>
            {said.lines[edge.kind]}
          </text>
        );
      })}
    </svg>
  );
}

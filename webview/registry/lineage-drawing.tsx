import type { VNode } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LineageGraph } from "../../src/protocol/registry.js";
import type { Page } from "../bridge.js";
import { IconButton } from "../controls.js";
import { useNarrow } from "../page-width.js";
import { layOut, nodeSize, type Layout } from "./lineage-layout.js";
import { LineageLines } from "./lineage-lines.js";
import { NodeBox } from "./lineage-node.js";
import { spokenOf, type LineageNode } from "./lineage-names.js";
import { openNode } from "./lineage-open.js";
import { stepFrom } from "./lineage-walk.js";
import { lineageWords as said } from "./lineage-words.js";

interface DrawingProps {
  readonly page: Page;
  readonly graph: LineageGraph;
  readonly onFocus: (node: LineageNode) => void;
}

/** From this width on the graph goes from left to right. */
const roomForColumns = 520;
const [least, most, step] = [0.25, 2, 1.25];
/** Below this scale names cannot be read: the graph is not fitted whole, but begins at its focus. */
const readable = 0.6;

/** The graph, to be walked, dragged and zoomed. */
export function LineageDrawing({ page, graph, onFocus }: DrawingProps): VNode {
  const direction = useNarrow(roomForColumns) ? "TB" : "LR";
  const layout = useMemo(() => layOut(graph.nodes, graph.edges, direction), [graph, direction]);
  const room = useRef<HTMLDivElement>(null);
  const [scale, setScale] = useState(1);
  const focus = graph.nodes[0]?.key ?? "";
  const [chosen, setChosen] = useState(focus);
  const [told, setTold] = useState("");
  const current = graph.nodes.some(({ key }) => key === chosen) ? chosen : focus;
  const changed = useMemo(
    () => new Set(graph.edges.flatMap((edge) => (edge.changed ? [edge.from] : []))),
    [graph],
  );

  const fit = (): void => {
    if (!room.current) return;
    const { clientWidth, clientHeight } = room.current;
    const whole = Math.min(clientWidth / layout.width, clientHeight / layout.height, 1);
    setScale(whole >= readable ? whole : 1);
    if (whole < readable) center(room.current, layout, focus, 1);
  };
  useLayoutEffect(fit, [direction]);
  const zoom = (factor: number): void => {
    setScale((before) => Math.min(most, Math.max(least, before * factor)));
  };
  const goTo = (key: string, line: string): void => {
    setChosen(key);
    setTold(line);
    const box = [...(room.current?.querySelectorAll<HTMLElement>("[data-key]") ?? [])].find(
      (one) => one.dataset["key"] === key,
    );
    box?.focus();
    box?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = graph.nodes.find(({ key }) => key === current);
    if (event.key.startsWith("Arrow")) {
      const next = stepFrom(layout, current, turned(event.key, direction));
      if (next) goTo(next.key, next.edge ? said.lines[next.edge.kind] : "");
    } else if (event.key === "Home") goTo(focus, "");
    else if (event.key === "f" && node) onFocus(node);
    else if (event.key === "+" || event.key === "=") zoom(step);
    else if (event.key === "-") zoom(1 / step);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  };
  const drag = useDrag(room);
  return (
    <section class="lineage-room" aria-label={said.page}>
      <div class="lineage-tools">
        <IconButton
          icon="zoom-in"
          label={said.zoomIn}
          onClick={() => {
            zoom(step);
          }}
        />
        <IconButton
          icon="zoom-out"
          label={said.zoomOut}
          onClick={() => {
            zoom(1 / step);
          }}
        />
        <IconButton icon="screen-full" label={said.fit} onClick={fit} />
      </div>
      <div
        class="lineage-scroll"
        ref={room}
        onKeyDown={press}
        onWheel={(event) => {
          if (!event.ctrlKey && !event.metaKey) return;
          event.preventDefault();
          zoom(event.deltaY < 0 ? step : 1 / step);
        }}
        {...drag}
      >
        <div
          class="lineage-size"
          style={{ width: `${layout.width * scale}px`, height: `${layout.height * scale}px` }}
        >
          <div
            class="lineage-layer"
            role="group"
            aria-label={said.page}
            style={{ width: `${layout.width}px`, height: `${layout.height}px`, transform: `scale(${scale})` }}
          >
            <LineageLines layout={layout} chosen={current} />
            {layout.placed.map(({ node, x, y }) => (
              <NodeBox
                key={node.key}
                node={node}
                x={x}
                y={y}
                isFocus={node.key === focus}
                isCurrent={node.key === current}
                isChanged={changed.has(node.key)}
                onChoose={() => {
                  setChosen(node.key);
                }}
                onOpen={() => {
                  openNode(page, node);
                }}
                onFocus={() => {
                  onFocus(node);
                }}
              />
            ))}
          </div>
        </div>
      </div>
      <p class="lineage-keys muted">{said.keys}</p>
      <div class="spoken" aria-live="polite">
        {told === "" ? "" : spokenStep(graph, current, told, focus, changed)}
      </div>
    </section>
  );
}

function spokenStep(
  { nodes }: LineageGraph,
  key: string,
  line: string,
  focus: string,
  changed: ReadonlySet<string>,
): string {
  const node = nodes.find((one) => one.key === key);
  return node ? said.spoken.over(line, spokenOf(node, key === focus, changed.has(key))) : "";
}

/** Where the graph goes from top to bottom, its lines are followed by the keys up and down. */
function turned(key: string, direction: "LR" | "TB"): string {
  if (direction === "LR") return key;
  return (
    { ArrowUp: "ArrowLeft", ArrowDown: "ArrowRight", ArrowLeft: "ArrowUp", ArrowRight: "ArrowDown" }[key] ??
    key
  );
}

function center(room: HTMLElement, { placed }: Layout, key: string, scale: number): void {
  const found = placed.find(({ node }) => node.key === key);
  if (!found) return;
  requestAnimationFrame(() => {
    room.scrollTo({
      left: (found.x + nodeSize.width / 2) * scale - room.clientWidth / 2,
      top: (found.y + nodeSize.height / 2) * scale - room.clientHeight / 2,
    });
  });
}

/** Moves the graph under the pointer that takes it where nothing stands. */
function useDrag(room: { readonly current: HTMLElement | null }): {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: () => void;
} {
  const from = useRef<{ readonly x: number; readonly y: number } | undefined>(undefined);
  return {
    onPointerDown: (event) => {
      const isFree = event.target instanceof Element && !event.target.closest("[data-key], button");
      if (!isFree || event.button !== 0 || event.pointerType !== "mouse") return;
      from.current = { x: event.clientX, y: event.clientY };
      room.current?.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event) => {
      if (!from.current) return;
      room.current?.scrollBy(from.current.x - event.clientX, from.current.y - event.clientY);
      from.current = { x: event.clientX, y: event.clientY };
    },
    onPointerUp: () => {
      from.current = undefined;
    },
  };
}

import type { VNode } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LineageGraph } from "../../src/protocol/registry.js";
import type { Page } from "../bridge.js";
import { IconButton } from "../controls.js";
import { useNarrow } from "../page-width.js";
import { gather, openedAtOnce, type DrawnGraph, type GatheredNode } from "./lineage-gather.js";
import { spokenOfDrawn } from "./lineage-gathered-names.js";
import { layOut, nodeSize, type Layout } from "./lineage-layout.js";
import { LineageLines } from "./lineage-lines.js";
import { GatheredBox, NodeBox } from "./lineage-node.js";
import type { LineageNode } from "./lineage-names.js";
import { openNode } from "./lineage-open.js";
import { markedLines, stepFrom } from "./lineage-walk.js";
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
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const drawn = useMemo(() => gather(graph, opened), [graph, opened]);
  const layout = useMemo(() => layOut(drawn.nodes, drawn.edges, direction), [drawn, direction]);
  const room = useRef<HTMLDivElement>(null);
  const [scale, setScale] = useState(1);
  const focus = graph.nodes[0]?.key ?? "";
  const [chosen, setChosen] = useState(focus);
  const [pointed, setPointed] = useState<string>();
  const [told, setTold] = useState("");
  const current = drawn.nodes.some(({ key }) => key === chosen) ? chosen : focus;
  const changed = useMemo(
    () => new Set(drawn.edges.flatMap((edge) => (edge.changed ? [edge.from] : []))),
    [drawn],
  );
  const marked = useMemo(() => markedLines(layout, current, pointed), [layout, current, pointed]);

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
    focusOn(room.current, key);
  };
  const takenOut = useRef<string | undefined>(undefined);
  const takeOut = ({ members }: GatheredNode): void => {
    const keys = members.slice(0, openedAtOnce).map(({ key }) => key);
    takenOut.current = keys[0];
    setOpened((before) => new Set([...before, ...keys]));
  };
  useLayoutEffect(() => {
    const key = takenOut.current;
    takenOut.current = undefined;
    if (key !== undefined) goTo(key, "");
  }, [opened]);
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = drawn.nodes.find(({ key }) => key === current);
    if (event.key.startsWith("Arrow")) {
      const next = stepFrom(layout, current, turned(event.key, direction));
      if (next) goTo(next.key, next.edge ? said.lines[next.edge.kind] : "");
    } else if (event.key === "Home") goTo(focus, "");
    else if (event.key === "f" && node && node.kind !== "gathered") onFocus(node);
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
        {opened.size > 0 && (
          <IconButton
            icon="layers"
            label={said.gather}
            onClick={() => {
              setOpened(new Set());
              setChosen(focus);
            }}
          />
        )}
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
            <LineageLines layout={layout} marked={marked} />
            {layout.placed.map(({ node, x, y }) => {
              const box = {
                x,
                y,
                isCurrent: node.key === current,
                isChanged: changed.has(node.key),
                onChoose: () => {
                  setChosen(node.key);
                },
                onPoint: (isOn: boolean) => {
                  setPointed(isOn ? node.key : undefined);
                },
              };
              return node.kind === "gathered" ? (
                <GatheredBox
                  key={node.key}
                  {...box}
                  node={node}
                  onOpen={() => {
                    takeOut(node);
                  }}
                />
              ) : (
                <NodeBox
                  key={node.key}
                  {...box}
                  node={node}
                  isFocus={node.key === focus}
                  onOpen={() => {
                    openNode(page, node);
                  }}
                  onFocus={() => {
                    onFocus(node);
                  }}
                />
              );
            })}
          </div>
        </div>
      </div>
      <p class="lineage-keys muted">{said.keys}</p>
      <div class="spoken" aria-live="polite">
        {told === "" ? "" : spokenStep(drawn, current, told, focus, changed)}
      </div>
    </section>
  );
}

function spokenStep(
  { nodes }: DrawnGraph,
  key: string,
  line: string,
  focus: string,
  changed: ReadonlySet<string>,
): string {
  const node = nodes.find((one) => one.key === key);
  return node ? said.spoken.over(line, spokenOfDrawn(node, key === focus, changed.has(key))) : "";
}

function focusOn(room: HTMLElement | null, key: string): void {
  const boxes = [...(room?.querySelectorAll<HTMLElement>("[data-key]") ?? [])];
  const box = boxes.find((one) => one.dataset["key"] === key);
  box?.focus();
  box?.scrollIntoView({ block: "nearest", inline: "nearest" });
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

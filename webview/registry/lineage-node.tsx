import type { VNode } from "preact";
import { Icon } from "../controls.js";
import type { GatheredNode } from "./lineage-gather.js";
import { nameOfGathered, noteOfGathered, takeOutOf, titleOfGathered } from "./lineage-gathered-names.js";
import { iconOf, noteOf, shortNameOf, spokenAround, titleOf, type LineageNode } from "./lineage-names.js";
import { canOpen, focusAt } from "./lineage-open.js";
import { lineageWords as said } from "./lineage-words.js";

interface NodeBoxProps {
  readonly node: LineageNode;
  readonly x: number;
  readonly y: number;
  /** The graph starts at it. */
  readonly isFocus: boolean;
  /** It is where the keyboard is. */
  readonly isCurrent: boolean;
  /** A run read it while it was changed. */
  readonly isChanged: boolean;
  readonly onChoose: () => void;
  /** The pointer is on it: false once it has left. */
  readonly onPoint: (isOn: boolean) => void;
  readonly onOpen: () => void;
  readonly onFocus: () => void;
}

/** A thing in the graph: icon, name and one number. It opens; beside its name it becomes what the graph starts from. */
export function NodeBox({
  node,
  x,
  y,
  isFocus,
  isCurrent,
  isChanged,
  onChoose,
  onPoint,
  onOpen,
  onFocus,
}: NodeBoxProps): VNode {
  const { text, warns } = noteOf(node);
  const [name, version] = shortNameOf(node);
  const [before, behind] = spokenAround(node, isFocus);
  const kinds = [
    `lineage-${node.kind}`,
    ...(isFocus ? ["lineage-start"] : []),
    ...(warns || isChanged ? ["lineage-warns"] : []),
    ...(node.kind === "run" ? [`lineage-is-${node.state}`] : []),
  ];
  return (
    <div class={`lineage-node ${kinds.join(" ")}`} {...placedAt(x, y, onPoint)}>
      <button
        type="button"
        class="lineage-box"
        data-key={node.key}
        title={titleOf(node)}
        aria-current={isFocus || undefined}
        aria-disabled={canOpen(node) ? undefined : true}
        tabIndex={isCurrent ? 0 : -1}
        onFocus={onChoose}
        onClick={onOpen}
      >
        <Icon name={iconOf(node)} spin={node.kind === "run" && node.state === "running"} />
        <span class="lineage-name">
          <span class="spoken">{before}</span>
          <span class="lineage-short" dir="auto">
            {name}
          </span>{" "}
          {version}
        </span>
        <span class="lineage-note">
          {(warns || isChanged) && <Icon name="warning" />}
          {isChanged ? said.changed : text}
          <span class="spoken">{behind}</span>
        </span>
      </button>
      {!isFocus && focusAt(node) && (
        <button
          type="button"
          class="icon-button lineage-refocus"
          title={said.focus}
          aria-label={said.focus}
          tabIndex={-1}
          onClick={onFocus}
        >
          <Icon name="target" />
        </button>
      )}
    </div>
  );
}

/** Where a node stands, and who is told that the pointer rests on it. */
const placedAt = (x: number, y: number, onPoint: (isOn: boolean) => void) => ({
  style: { left: `${x}px`, top: `${y}px` },
  onPointerEnter: () => {
    onPoint(true);
  },
  onPointerLeave: () => {
    onPoint(false);
  },
});

interface GatheredBoxProps extends Omit<NodeBoxProps, "node" | "isFocus" | "onFocus"> {
  readonly node: GatheredNode;
}

/** Many things that are joined alike: their count, and what matters of them all. Opened, some of them come out. */
export function GatheredBox({
  node,
  x,
  y,
  isCurrent,
  isChanged,
  onChoose,
  onPoint,
  onOpen,
}: GatheredBoxProps): VNode {
  const { text, warns } = noteOfGathered(node);
  const kinds = [`lineage-${node.of}`, ...(warns || isChanged ? ["lineage-warns"] : [])];
  const takeOut = takeOutOf(node);
  return (
    <div class={`lineage-node lineage-gathered ${kinds.join(" ")}`} {...placedAt(x, y, onPoint)}>
      <button
        type="button"
        class="lineage-box"
        data-key={node.key}
        title={`${titleOfGathered(node)}\n\n${takeOut}`}
        tabIndex={isCurrent ? 0 : -1}
        onFocus={onChoose}
        onClick={onOpen}
      >
        <Icon name="layers" />
        <span class="lineage-name">
          <span class="lineage-short">{nameOfGathered(node)}</span>
        </span>
        <span class="lineage-note">
          {(warns || isChanged) && <Icon name="warning" />}
          {isChanged ? said.changed : text}
          <span class="spoken">, {takeOut}</span>
        </span>
      </button>
    </div>
  );
}

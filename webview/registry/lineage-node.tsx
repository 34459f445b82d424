import type { VNode } from "preact";
import { Icon } from "../controls.js";
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
    <div class={`lineage-node ${kinds.join(" ")}`} style={{ left: `${x}px`, top: `${y}px` }}>
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
          <span class="lineage-short">{name}</span> {version}
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

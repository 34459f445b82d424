import "./badge.css";
import type { VNode } from "preact";
import { Icon } from "./controls.js";

export interface BadgeProps {
  readonly text: string;
  readonly icon?: string;
  /** More than the text says. */
  readonly title?: string;
  /** `name`: a name that somebody gave, such as an alias. It only colours what icon and text say. */
  readonly tone?: "name" | "good" | "bad" | "warn";
}

/** What is longer may be cut off: it is told where the pointer rests. */
const mostLetters = 24;

/** A short word about a thing: an alias, a state, where it comes from. */
export const Badge = ({ text, icon, title, tone }: BadgeProps): VNode => (
  <span
    class={tone === undefined ? "badge" : `badge badge-${tone}`}
    title={title ?? (text.length > mostLetters ? text : undefined)}
  >
    {icon !== undefined && <Icon name={icon} />}
    <span class="badge-text">{text}</span>
  </span>
);

import type { VNode } from "preact";
import type { RunSummary } from "../src/protocol/tracking.js";
import { Icon } from "./controls.js";
import { words } from "./words.js";

const icons: Readonly<Record<RunSummary["state"], string>> = {
  scheduled: "clock",
  running: "sync",
  finished: "pass",
  failed: "error",
  killed: "circle-slash",
  lost: "question",
};

/** How a run stands: icon and word, never colour alone. */
export const StateMark = ({ state }: { readonly state: RunSummary["state"] }): VNode => (
  <span class={`state state-${state}`}>
    <Icon name={icons[state]} spin={state === "running"} />
    {words.states[state]}
  </span>
);

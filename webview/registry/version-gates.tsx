import type { VNode } from "preact";
import type { GateResult } from "../../src/protocol/registry.js";
import { Icon } from "../controls.js";
import { Part } from "../parts.js";
import { modelWords } from "./model-words.js";

const said = modelWords.gates;
const icons = { passed: "pass", failed: "error", unknown: "question" } as const;

/** What a version must pass before it is approved, and whether it does. */
export const VersionGates = ({ gates }: { readonly gates: readonly GateResult[] }): VNode => (
  <Part title={said.title} count={gates.length}>
    {gates.length === 0 ? <p class="muted">{said.none}</p> : <GateList gates={gates} />}
  </Part>
);

export const GateList = ({ gates }: { readonly gates: readonly GateResult[] }): VNode => (
  <ul class="plain-list gates">
    {gates.map(({ name, outcome, found }) => (
      <li key={name} class={`gate gate-${outcome}`}>
        <Icon name={icons[outcome]} />
        <span class="gate-words">
          <span class="code">{name}</span> {said.outcomes[outcome]}{" "}
          {found !== "" && <span class="muted">{found}</span>}
        </span>
      </li>
    ))}
  </ul>
);

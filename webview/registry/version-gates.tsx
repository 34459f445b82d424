import type { VNode } from "preact";
import type { GateFinding, GateResult } from "../../src/protocol/registry.js";
import { Icon } from "../controls.js";
import * as l10n from "../l10n.js";
import { Part } from "../parts.js";
import { modelWords } from "./model-words.js";

const said = modelWords.gates;
/** A check as it stands now, or as a fact keeps it: that one was said in English. */
type ShownGate = GateResult & Partial<GateFinding>;

const icons = { passed: "pass", failed: "error", unknown: "question" } as const;

/** What a version must pass before it is approved, and whether it does. */
export const VersionGates = ({ gates }: { readonly gates: readonly GateFinding[] }): VNode => (
  <Part title={said.title} count={gates.length}>
    {gates.length === 0 ? <p class="muted">{said.none}</p> : <GateList gates={gates} />}
  </Part>
);

export const GateList = ({ gates }: { readonly gates: readonly ShownGate[] }): VNode => (
  <ul class="plain-list gates">
    {gates.map(({ name, outcome, found, said: now }) => (
      <li key={name} class={`gate gate-${outcome}`}>
        <Icon name={icons[outcome]} />
        <span class="gate-words">
          <span class="code">{name}</span> {said.outcomes[outcome]}{" "}
          {found !== "" && <span class="muted">{now ? l10n.told(now) : found}</span>}
        </span>
      </li>
    ))}
  </ul>
);

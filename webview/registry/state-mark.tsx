import type { VNode } from "preact";
import type { AuditEntry, ModelVersionSummary } from "../../src/protocol/registry.js";
import { Badge } from "../badge.js";
import { Icon } from "../controls.js";
import { useFew } from "../few.js";
import { modelWords } from "./model-words.js";

export const approvalIcons = {
  none: "circle-large-outline",
  asked: "comment-unresolved",
  approved: "pass",
  rejected: "circle-slash",
} as const satisfies Readonly<Record<ModelVersionSummary["approval"], string>>;

/** How a version stands with those who approve: icon and word, never colour alone. */
export const ApprovalMark = ({ state }: { readonly state: ModelVersionSummary["approval"] }): VNode => (
  <span class={`state approval-${state}`}>
    <Icon name={approvalIcons[state]} />
    {modelWords.approval[state]}
  </span>
);

const approvalTones = { none: undefined, asked: "warn", approved: "good", rejected: "bad" } as const;

interface BadgesProps {
  readonly aliases: readonly string[];
  readonly approval: ModelVersionSummary["approval"];
}

/** What tells a version from others in a list: its aliases, and how it stands where somebody was asked. */
export function VersionBadges({ aliases, approval }: BadgesProps): VNode {
  const tone = approvalTones[approval];
  return (
    <>
      <Aliases names={aliases} />{" "}
      {tone !== undefined && (
        <Badge text={modelWords.approval[approval]} icon={approvalIcons[approval]} tone={tone} />
      )}
    </>
  );
}

/** So many aliases of a version stand beside each other at first. */
const mostAliases = 6;

/** Aliases of a version, each a badge. */
export const Aliases = ({ names }: { readonly names: readonly string[] }): VNode => (
  <>
    {names.map((name) => (
      <Badge key={name} text={name} icon="bookmark" tone="name" />
    ))}
  </>
);

/** As `Aliases`, where there is room for few: the rest comes at a press. */
export function FewAliases({ names }: { readonly names: readonly string[] }): VNode {
  const { shown, more } = useFew(names, mostAliases);
  return (
    <>
      <Aliases names={shown} />
      {more}
    </>
  );
}

/** What a person must know, with a sign that it matters. */
export const Warning = ({ text }: { readonly text: string }): VNode => (
  <span class="warning-line">
    <Icon name="warning" />
    {text}
  </span>
);

export const proofIcons = {
  verified: "verified",
  declared: "account",
  altered: "warning",
  elsewhere: "git-branch",
} as const satisfies Readonly<Record<AuditEntry["proof"], string>>;

/** What is known of who wrote a fact. */
export const ProofMark = ({ proof }: { readonly proof: AuditEntry["proof"] }): VNode => (
  <span class={`state proof-${proof}`} title={modelWords.proof.titles[proof]}>
    <Icon name={proofIcons[proof]} />
    {modelWords.proof[proof]}
  </span>
);

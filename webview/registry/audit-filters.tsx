import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { AuditVerdict, FactFilter, FactList } from "../../src/protocol/registry.js";
import { Dropdown, TextField } from "../controls.js";
import { countText } from "../numbers.js";
import { auditWords } from "./audit-words.js";
import { modelWords } from "./model-words.js";
import { personName, versionName } from "./names.js";

interface FiltersProps {
  /** What can be picked; undefined until it is known. */
  readonly verdict: (FactList & AuditVerdict) | undefined;
  readonly filter: FactFilter;
  readonly onFilter: (filter: FactFilter) => void;
  /** undefined until it is known. */
  readonly shown: number | undefined;
}

interface Choice<V = string> {
  readonly value: V;
  readonly text: string;
}

const versionChoices = ({ versions, name: only }: FactList & AuditVerdict): readonly Choice[] =>
  versions.map(({ model, name, number }) => ({
    value: `${model} ${number}`,
    text: only === null ? `${name} ${versionName(number)}` : versionName(number),
  }));

/** How many facts are proved how, what a person should mind first. */
const proofChoices = (proofs: AuditVerdict["proofs"] | undefined): readonly Choice<FactFilter["proof"]>[] =>
  (["altered", "elsewhere", "declared", "verified"] as const).flatMap((value) => {
    const count = proofs?.[value] ?? 0;
    return count === 0 ? [] : [{ value, text: `${modelWords.proof[value]} (${countText(count)})` }];
  });

/** What narrows the facts down: words, a version, a person, how they are proved. */
export function AuditFilters({ verdict, filter, onFilter, shown }: FiltersProps): VNode {
  const versions = useMemo(() => (verdict ? versionChoices(verdict) : []), [verdict]);
  const persons = useMemo(
    () => (verdict?.persons ?? []).map((value) => ({ value, text: personName(value) })),
    [verdict],
  );
  const kinds = useMemo(() => proofChoices(verdict?.proofs), [verdict]);
  return (
    <div class="audit-filters">
      <TextField
        label={auditWords.filter}
        value={filter.text}
        onInput={(text) => {
          onFilter({ ...filter, text });
        }}
      />
      <Dropdown
        label={auditWords.version}
        value={filter.version}
        options={[{ value: "", text: auditWords.allVersions }, ...versions]}
        onChange={(version) => {
          onFilter({ ...filter, version });
        }}
      />
      <Dropdown
        label={auditWords.person}
        value={filter.person}
        options={[{ value: "", text: auditWords.allPersons }, ...persons]}
        onChange={(person) => {
          onFilter({ ...filter, person });
        }}
      />
      {kinds.length > 1 && (
        <Dropdown
          label={auditWords.columns.proof}
          value={filter.proof}
          options={[{ value: "", text: auditWords.allProofs }, ...kinds]}
          onChange={(proof) => {
            onFilter({ ...filter, proof });
          }}
        />
      )}
      <span class="muted" role="status">
        {shown === undefined ? "" : auditWords.facts(shown)}
      </span>
    </div>
  );
}

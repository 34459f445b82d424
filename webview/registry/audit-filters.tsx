import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { AuditReport } from "../../src/protocol/registry.js";
import { Dropdown, TextField } from "../controls.js";
import { countText } from "../numbers.js";
import { versionKey, type AuditFilter, type ModelNames } from "./audit-answer.js";
import { auditWords } from "./audit-words.js";
import { modelWords } from "./model-words.js";
import { personName, versionName } from "./names.js";

interface FiltersProps {
  readonly entries: AuditReport["entries"];
  readonly names: ModelNames;
  readonly filter: AuditFilter;
  readonly onFilter: (filter: AuditFilter) => void;
  readonly shown: number;
}

/** A list of more than these is not picked from: it is typed. */
const mostChoices = 200;

interface Choice {
  readonly value: string;
  readonly text: string;
}

function versionChoices(entries: AuditReport["entries"], names: ModelNames): readonly Choice[] {
  const models = new Set(entries.map(({ model }) => model));
  const versions = new Map(
    entries.flatMap((entry) =>
      entry.version === null
        ? []
        : [[versionKey(entry), { name: names(entry.model), number: entry.version }] as const],
    ),
  );
  const order = new Intl.Collator();
  return [...versions]
    .sort(([, a], [, b]) => order.compare(a.name, b.name) || b.number - a.number)
    .slice(0, mostChoices)
    .map(([value, { name, number }]) => ({
      value,
      text: models.size > 1 ? `${name} ${versionName(number)}` : versionName(number),
    }));
}

const personChoices = (entries: AuditReport["entries"]): readonly Choice[] =>
  [...new Set(entries.map(({ author }) => author))]
    .filter((author) => author !== "")
    .sort()
    .slice(0, mostChoices)
    .map((value) => ({ value, text: personName(value) }));

/** How many facts are proved how, what a person should mind first. */
function proofChoices(entries: AuditReport["entries"]): readonly Choice[] {
  const counts = new Map<string, number>();
  for (const { proof } of entries) counts.set(proof, (counts.get(proof) ?? 0) + 1);
  return (["altered", "elsewhere", "declared", "verified"] as const).flatMap((value) => {
    const count = counts.get(value) ?? 0;
    return count === 0 ? [] : [{ value, text: `${modelWords.proof[value]} (${countText(count)})` }];
  });
}

/** What narrows the facts down: words, a version, a person, how they are proved. */
export function AuditFilters({ entries, names, filter, onFilter, shown }: FiltersProps): VNode {
  const versions = useMemo(() => versionChoices(entries, names), [entries, names]);
  const persons = useMemo(() => personChoices(entries), [entries]);
  const proofs = useMemo(() => proofChoices(entries), [entries]);
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
      {proofs.length > 1 && (
        <Dropdown
          label={auditWords.columns.proof}
          value={filter.proof}
          options={[{ value: "", text: auditWords.allProofs }, ...proofs]}
          onChange={(proof) => {
            onFilter({ ...filter, proof });
          }}
        />
      )}
      <span class="muted" role="status">
        {auditWords.facts(shown)}
      </span>
    </div>
  );
}

import type { VNode } from "preact";
import type { Field, Signature, SignatureChange } from "../../src/protocol/registry.js";
import { Icon } from "../controls.js";
import { useFew } from "../few.js";
import { countText } from "../numbers.js";
import { Part } from "../parts.js";
import { modelWords } from "./model-words.js";
import { typeText } from "./names.js";

const said = modelWords.signature;
/** So many columns are shown at first; where some differ from the champion's these alone, at most so many. */
const [fewFields, fewChanged] = [60, 200];
/** More of them, where nothing changed, are opened first: what decides stands below. */
const mostOpen = 8;

interface SignatureProps {
  readonly signature: Signature | null;
  /** Against the champion's; null where there is none to compare with. */
  readonly changes: readonly SignatureChange[] | null;
}

/** What goes into a version and what comes out, with what whoever calls it would notice. */
export function SignaturePart({ signature, changes }: SignatureProps): VNode {
  if (!signature)
    return (
      <Part title={said.title}>
        <p class="muted">{said.none}</p>
      </Part>
    );
  return (
    <Part title={said.title}>
      {changes?.length === 0 && <p class="muted">{said.same}</p>}
      <Fields where="input" title={said.inputs} fields={signature.inputs} changes={changes} />
      <Fields where="output" title={said.outputs} fields={signature.outputs} changes={changes} />
      <Fields where="param" title={said.params} fields={signature.params} changes={changes} />
    </Part>
  );
}

interface FieldsProps {
  readonly where: SignatureChange["where"];
  readonly title: string;
  readonly fields: readonly Field[];
  readonly changes: readonly SignatureChange[] | null;
}

function Fields({ where, title, fields, changes }: FieldsProps): VNode | null {
  const own = changes?.filter((change) => change.where === where) ?? [];
  const removed = useFew(
    own.filter(({ change }) => change === "removed"),
    fewChanged,
  );
  const changesOf = groupedByName(own);
  // where not all is shown, what differs is what a person looks for
  const differs = ({ name }: Field): boolean => changesOf.has(name);
  const isLong = fields.length > fewFields && own.length > 0;
  const inOrder = isLong ? [...fields.filter(differs), ...fields.filter((field) => !differs(field))] : fields;
  const { shown, more } = useFew(inOrder, isLong ? Math.min(fewChanged, changesOf.size) : fewFields);
  if (fields.length + removed.shown.length === 0) return null;
  const table = (
    <div class="scroll-x" tabIndex={0} role="group" aria-label={title}>
      <table class="plain-table signature">
        <thead>
          <tr>
            <th scope="col">{title}</th>
            <th scope="col">{said.type}</th>
            {own.length > 0 && <th scope="col">{said.against}</th>}
          </tr>
        </thead>
        <tbody>
          {shown.map((field, at) => (
            <tr key={`${field.name} ${at}`}>
              <th scope="row" class="code">
                {field.name === "" ? <span class="muted">{said.unnamed}</span> : field.name}
              </th>
              <td class="code">
                {typeText(field)}
                {field.optional === true && <span class="muted"> {said.optional}</span>}
              </td>
              {own.length > 0 && (
                <td>
                  {changesOf
                    .get(field.name)
                    ?.filter(({ change }) => change !== "removed")
                    .map((change) => (
                      <ChangeMark key={change.change} change={change} />
                    ))}
                </td>
              )}
            </tr>
          ))}
          {removed.shown.map((change) => (
            <tr key={`removed ${change.name}`}>
              <th scope="row" class="code">
                <s>{change.name}</s>
              </th>
              <td class="code">{change.before}</td>
              <td>
                <ChangeMark change={change} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more} {removed.more}
    </div>
  );
  if (own.length > 0 || fields.length <= mostOpen) return table;
  return (
    <details>
      <summary>
        {title} <span class="muted">{countText(fields.length)}</span>
      </summary>
      {table}
    </details>
  );
}

function groupedByName(changes: readonly SignatureChange[]): ReadonlyMap<string, readonly SignatureChange[]> {
  const groups = new Map<string, SignatureChange[]>();
  for (const change of changes) groups.set(change.name, [...(groups.get(change.name) ?? []), change]);
  return groups;
}

/** One difference, with what it means for whoever calls. */
function ChangeMark({ change }: { readonly change: SignatureChange }): VNode {
  const before =
    change.before !== null && change.change !== "removed" && change.change !== "added"
      ? ` (${said.was(change.before)})`
      : "";
  return (
    <span class={change.breaks ? "signature-change breaks" : "signature-change"}>
      {change.breaks && <Icon name="warning" />}
      {`${said.changes[change.change]}${before}`}
      {change.breaks && <strong> {said.breaks}</strong>}
    </span>
  );
}

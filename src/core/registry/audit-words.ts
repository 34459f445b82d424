import { said, type Said } from "../base/said.js";
import type { Fact } from "../store/fact.js";
import type { Ulid } from "../store/ids.js";
import { registryKinds } from "./kinds.js";

/** What a fact of the registry says, in words. `number`: what a version is called; null where nobody knows. */
export function factInWords(fact: Fact, number: (version: unknown) => number | null): Said {
  const text = (field: string): string => {
    const value = fact[field];
    return typeof value === "string" ? value : String(value);
  };
  const of = said`version ${number(fact["version"]) ?? "?"}`;
  const isOfModel = fact["version"] === null;
  switch (fact.kind) {
    case "registry.created":
      return said`made the model ${text("name")}`;
    case "registry.renamed":
      return said`renamed the model to ${text("name")}`;
    case "registry.described":
      return said`described the model`;
    case "registry.tag":
      return fact["value"] === null
        ? said`removed the tag ${text("key")} of the model`
        : said`set the tag ${text("key")} of the model to ${text("value")}`;
    case "registry.deleted":
      return said`deleted the model`;
    case "card.written":
      return isOfModel ? said`wrote the card of the model` : said`wrote the card of ${of}`;
    case "version.registered":
      return said`registered version ${number(fact.id) ?? "?"} from ${text("source")}`;
    case "version.described":
      return said`described ${of}`;
    case "version.tag":
      return fact["value"] === null
        ? said`removed the tag ${text("key")} of ${of}`
        : said`set the tag ${text("key")} of ${of} to ${text("value")}`;
    case "version.stage":
      return said`moved ${of} to ${text("stage")}`;
    case "version.deleted":
      return said`deleted ${of}`;
    case "version.converted":
      return said`attached an ONNX file to ${of}`;
    case "alias.moved":
      return isOfModel
        ? said`took the alias ${text("alias")} away`
        : said`gave the alias ${text("alias")} to ${of}`;
    case "approval.asked":
      return said`asked for approval of ${of}`;
    case "approval.given":
      return fact["verdict"] === "approved" ? said`approved ${of}` : said`rejected ${of}`;
    default:
      return said`${fact.kind}`;
  }
}

/** The templates of whatever can be said of a fact, of the parts of it too. */
export function factTemplates(): readonly string[] {
  const templates = new Set<string>();
  const add = ({ template, pieces }: Said): void => {
    templates.add(template);
    for (const piece of pieces) if (typeof piece === "object") add(piece);
  };
  for (const kind of registryKinds) {
    const fact = { id: "" as Ulid, kind, at: 0, clock: 0 };
    add(factInWords({ ...fact, version: null, value: null, verdict: "rejected" }, () => null));
    add(factInWords({ ...fact, version: "", value: "", verdict: "approved" }, () => null));
  }
  return [...templates];
}

const reasons: readonly Said[] = [
  said`not a plain file`,
  said`not JSON`,
  said`its content is not what was written: altered or cut off`,
  said`it carries the name of another fact`,
];

/** Why a file of the ledger is no fact, as the store tells it. */
export const reasonInWords = (why: string): Said => reasons.find(({ text }) => text === why) ?? said`${why}`;

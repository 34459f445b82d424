import type { Fact } from "../store/fact.js";

/** What a fact of the registry says, in words. `number`: what a version is called; null where nobody knows. */
export function factInWords(fact: Fact, number: (version: unknown) => number | null): string {
  const text = (field: string): string => {
    const value = fact[field];
    return typeof value === "string" ? value : String(value);
  };
  const of = `version ${number(fact["version"]) ?? "?"}`;
  const tag =
    fact["value"] === null
      ? `removed the tag ${text("key")}`
      : `set the tag ${text("key")} to ${text("value")}`;
  switch (fact.kind) {
    case "registry.created":
      return `made the model ${text("name")}`;
    case "registry.renamed":
      return `renamed the model to ${text("name")}`;
    case "registry.described":
      return "described the model";
    case "registry.tag":
      return `${tag} of the model`;
    case "registry.deleted":
      return "deleted the model";
    case "card.written":
      return fact["version"] === null ? "wrote the card of the model" : `wrote the card of ${of}`;
    case "version.registered":
      return `registered version ${number(fact.id) ?? "?"} from ${text("source")}`;
    case "version.described":
      return `described ${of}`;
    case "version.tag":
      return `${tag} of ${of}`;
    case "version.stage":
      return `moved ${of} to ${text("stage")}`;
    case "version.deleted":
      return `deleted ${of}`;
    case "version.converted":
      return `attached an ONNX file to ${of}`;
    case "alias.moved":
      return fact["version"] === null
        ? `took the alias ${text("alias")} away`
        : `gave the alias ${text("alias")} to ${of}`;
    case "approval.asked":
      return `asked for approval of ${of}`;
    case "approval.given":
      return `${text("verdict")} ${of}`;
    default:
      return fact.kind;
  }
}

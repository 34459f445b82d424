import type { z } from "zod";
import { inRow, recognised, said, type Said } from "../base/said.js";

const some = "";

/** What the reader of YAML says of mistakes, as far as a person makes them. */
const ofYaml: readonly Said[] = [
  said`All mapping items must start at the same column.`,
  said`All sequence items must start at the same column.`,
  said`Map keys must be unique.`,
  said`Missing closing "quote.`,
  said`Missing closing 'quote.`,
  said`Implicit map keys need to be followed by map values.`,
  said`Implicit keys need to be on a single line.`,
  said`Implicit keys of flow sequence pairs need to be on a single line.`,
  said`Nested mappings are not allowed in compact mappings.`,
  said`A block sequence may not be used as an implicit map key.`,
  said`Block collections are not allowed within flow collections.`,
  said`Tabs are not allowed as indentation.`,
  said`Sequence item without - indicator.`,
  said`Comments must be separated from other tokens by white space characters.`,
  said`Flow map in block collection must be sufficiently indented and end with a ${some}.`,
  said`Flow sequence in block collection must be sufficiently indented and end with a ${some}.`,
  said`Flow map must end with a ${some}.`,
  said`Flow sequence must end with a ${some}.`,
  said`Missing , between flow map items.`,
  said`Missing , between flow sequence items.`,
  said`Missing , or : between flow map items.`,
  said`Missing , or : between flow sequence items.`,
  said`Plain value cannot start with ${some}.`,
  said`Invalid escape sequence ${some}.`,
  said`Unexpected ${some} at node end.`,
  said`Unexpected ${some} in ${some}.`,
  said`Unexpected ${some} token.`,
  said`Unresolved tag: ${some}.`,
  said`Unresolved alias (the anchor must be set before the alias): ${some}.`,
  said`Excessive alias count indicates a resource exhaustion attack.`,
];

/** What is wrong with the text as YAML, in the words of its reader. */
export function yamlMistake(message: string): Said {
  const [line = ""] = message.split("\n", 1);
  const sentence = line.replace(/(?: at line \d+, column \d+:?)?$/, ".");
  return recognised(sentence.replace(/\.\.$/, "."), ofYaml);
}

const kinds: Readonly<Record<string, Said>> = {
  string: said`a text`,
  number: said`a number`,
  int: said`a whole number`,
  boolean: said`true or false`,
  array: said`a list`,
  tuple: said`a list`,
  object: said`names with values, as in name: value`,
  record: said`names with values, as in name: value`,
};

/** What a value lacks, for an issue to which the schema gives no words of its own; undefined: nothing is known of it. */
function lacks(issue: z.core.$ZodRawIssue): Said | undefined {
  switch (issue.code) {
    case "invalid_type": {
      const kind = kinds[issue.expected];
      if (!kind) return undefined;
      return issue.input === undefined ? said`It is missing: ${kind}.` : said`It has to be ${kind}.`;
    }
    case "unrecognized_keys":
      return issue.keys.length === 1
        ? said`There is no key ${issue.keys[0] ?? ""} here.`
        : said`There are no keys ${inRow(issue.keys)} here.`;
    case "invalid_value":
      return said`It has to be one of ${inRow(issue.values.map(String))}.`;
    case "too_small":
      if (issue.origin === "string" || issue.origin === "array") return said`It must not be empty.`;
      return said`It has to be ${String(issue.minimum)} or more.`;
    case "too_big":
      if (issue.origin === "string") return said`It has more than ${String(issue.maximum)} characters.`;
      if (issue.origin === "array") return said`It has more than ${String(issue.maximum)} entries.`;
      return said`It has to be ${String(issue.maximum)} or less.`;
    case "invalid_union":
      return said`This value cannot stand here.`;
    default:
      return undefined;
  }
}

/** The words for the issues of one reading. */
export class SchemaWords {
  readonly #said = new Map<string, Said>();

  /** The English for an issue; undefined leaves it to the schema's library. */
  readonly error = (issue: z.core.$ZodRawIssue): string | undefined => {
    const what = lacks(issue);
    if (what) this.#said.set(what.text, what);
    return what?.text;
  };

  /** An issue as it can be said: a schema says its own words with `said`, those with pieces as its params. */
  of(issue: z.core.$ZodIssue): Said {
    const own: unknown = issue.code === "custom" ? issue.params?.["said"] : undefined;
    if (own) return own as Said;
    const { message } = issue;
    return this.#said.get(message) ?? { text: message, template: message, pieces: [] };
  }
}

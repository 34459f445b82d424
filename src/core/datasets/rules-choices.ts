import { said } from "../base/said.js";
import { nameChoice, valueChoice, wordChoices } from "../code/loam-choice.js";
import type { LoamPlace } from "../code/loam-place.js";
import type { LoamChoice } from "../code/view.js";
import { columnTypes } from "./rules-form.js";
import { ruleKeys, setKeys } from "./rules-keys.js";
import type { ColumnProfile } from "./view.js";

/** What is in the workspace that rules can name. */
export interface KnownData {
  /** The data sets that are not deleted; none where there is no store. */
  readonly sets: () => readonly { readonly name: string; readonly path: string }[];
  /** Tables of the newest version of a data set that is a folder. */
  readonly tables: (name: string) => Promise<readonly string[]>;
  /** Columns of the newest version, or of one of its tables; none where they are not known. */
  readonly columns: (name: string, table: string | undefined) => Promise<readonly Column[]>;
}
type Column = Pick<ColumnProfile, "name" | "type" | "top">;

/** What may stand at a place of the section `data` of `loam.yaml`. */
export async function rulesChoices(place: LoamPlace, known: KnownData): Promise<LoamChoice[]> {
  const { keys, role } = place;
  const [, name, word, at, ofRule] = keys;
  if (role === "key" && keys.length === 1)
    return known
      .sets()
      .filter((set) => !place.beside.includes(set.name))
      .map((set) => nameChoice(place, set.name, ":\n  rules:\n    - ", { detail: said`${set.path}` }));
  if (typeof name !== "string") return [];
  if (role === "key" && keys.length === 2) return wordChoices(place, setKeys);
  if (word === "file" && keys.length === 3)
    return (await known.tables(name)).map((table) => valueChoice(table));
  // a thing in the list of rules begins with its first key
  if (word !== "rules" || typeof at !== "number") return [];
  if (keys.length === 4) return wordChoices(role === "value" ? { ...place, beside: [] } : place, ruleKeys);
  return typeof ofRule === "string" ? ruleValues(place, ofRule, new RuleAt(place, name, at, known)) : [];
}

/** The rule around a place: its column and those of its data set. */
class RuleAt {
  readonly #place: LoamPlace;
  readonly #name: string;
  readonly #at: number;
  readonly #known: KnownData;

  constructor(place: LoamPlace, name: string, at: number, known: KnownData) {
    this.#place = place;
    this.#name = name;
    this.#at = at;
    this.#known = known;
  }

  /** The column that the rule is about, where it says so and the newest version has it. */
  async column(): Promise<Column | undefined> {
    const column = this.#place.valueAt(["data", this.#name, "rules", this.#at, "column"]);
    return (await this.columns()).find(({ name }) => name === column);
  }

  columns(): Promise<readonly Column[]> {
    const table = this.#place.valueAt(["data", this.#name, "file"]);
    return this.#known.columns(this.#name, typeof table === "string" ? table : undefined);
  }

  /** Columns that other rules of the data set name: for data that is not here. */
  named(): readonly string[] {
    const rules = this.#place.valueAt(["data", this.#name, "rules"]);
    const named = (Array.isArray(rules) ? (rules as readonly unknown[]) : []).flatMap((rule, at) => {
      if (at === this.#at || typeof rule !== "object" || rule === null) return [];
      const { column, columns } = rule as Readonly<Record<string, unknown>>;
      return [column, ...(Array.isArray(columns) ? (columns as readonly unknown[]) : [])];
    });
    return [...new Set(named)].filter((one) => typeof one === "string");
  }
}

async function ruleValues(place: LoamPlace, word: string, rule: RuleAt): Promise<LoamChoice[]> {
  const isListed = place.keys.length === 6;
  switch (isListed ? `${word}[]` : word) {
    case "column":
    case "columns[]": {
      const columns = await rule.columns();
      const taken = (name: string): boolean => isListed && place.beside.includes(name);
      return columns.length > 0
        ? columns
            .filter(({ name }) => !taken(name))
            .map(({ name, type }) => valueChoice(name, { detail: said`${type}` }))
        : rule
            .named()
            .filter((name) => !taken(name))
            .map((name) => valueChoice(name));
    }
    case "type": {
      const type = (await rule.column())?.type;
      return [...columnTypes]
        .sort((a, b) => Number(b === type) - Number(a === type))
        .map((one) => valueChoice(one, one === type ? { detail: said`as in the newest version` } : {}));
    }
    case "values[]": {
      const column = await rule.column();
      return (column?.top ?? [])
        .filter(({ value }) => !place.beside.includes(String(value)))
        .map(({ value }) => valueChoice(value, { detail: said`in the newest version` }));
    }
    case "unique":
      return [valueChoice(true)];
    default:
      return [];
  }
}

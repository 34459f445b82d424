import type { Said } from "../base/said.js";
import type { Comparator, Dialect, Direction } from "./tree.js";

export type SqlValue = string | number | null;

/** A piece of SQL with the values of its `?` in order. */
export interface Sql {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** `time` is a number of ms since the epoch; the dialect `loam` takes dates for it too. */
export type FieldType = "text" | "number" | "time";

/** What a field takes in each dialect; no comparators: that dialect's filters do not know the field. */
export interface Rules {
  readonly type: FieldType;
  readonly comparators: Readonly<Record<Dialect, readonly Comparator[]>>;
  /** The dialects that may order by the field. */
  readonly order: readonly Dialect[];
}

export interface Attribute extends Rules {
  /** SQL over the entity's row, such as `runs.start_time`, or over one of `rows`; NULL counts as missing. */
  readonly column: string;
  /** Where an entity has any number of values, the table of them: a condition holds where one of them meets it. */
  readonly rows?: string;
  readonly aliases: readonly string[];
  /** True where a value names at most one entity and has an index. */
  readonly unique: boolean;
}

/** Where the values behind a prefix stand. In tables of their own the entity's id is the column `Target.id`. */
export type Source =
  /** Columns of the entity's row. */
  | { readonly kind: "attributes"; readonly attributes: Readonly<Record<string, Attribute>> }
  /**
   * A table with the columns id, `key` and `value`, any key, and indexes on (key, id) and (key, value, id). In a
   * number table NULL stands for NaN, which compares as 0 and is ordered after the numbers.
   */
  | (Rules & {
      readonly kind: "keyed";
      readonly table: string;
      /** Only rows that meet this count, for example those of one dataset. */
      readonly only: Sql | undefined;
      /** Which of several rows of a key to order by, such as `time desc, step desc`; "" where a key has one row. */
      readonly latest: string;
      /** Values that missing keys are taken to have. Never for `is null`, nor for the order. */
      readonly absent: Readonly<Record<string, string>>;
    })
  /** Any number of rows an entity: a condition holds where one of them meets it; the first in order ranks it. */
  | {
      readonly kind: "rows";
      readonly table: string;
      readonly columns: Readonly<Record<string, Rules & { readonly column: string }>>;
    };

export interface Prefix {
  readonly name: string;
  readonly aliases: readonly string[];
  /** True where the key may stand alone: `status` for `attributes.status`. For attributes only. */
  readonly bare: boolean;
  readonly source: Source;
}

interface Tie {
  /** A name of the bare attributes, never NULL. */
  readonly attribute: string;
  readonly direction: Direction;
}

/** What the grammar can be asked about: data alone, made by each pillar's `tables.ts`. */
export interface Target {
  /** In the plural, for messages. */
  readonly name: Said;
  readonly table: string;
  /** The integer key of `table` and of the tables beside it: `rid`. */
  readonly id: string;
  readonly prefixes: readonly Prefix[];
  /** Ends every order, so that paging is stable; the last one must be unique. */
  readonly ties: readonly Tie[];
}

const likes = ["=", "!=", "like", "ilike"] as const;
const lists = ["in", "not in"] as const;
const presence = ["is null", "is not null"] as const;
const numeric = ["=", "!=", ">", ">=", "<", "<="] as const;
const both: readonly Dialect[] = ["loam", "mlflow"];
const loamOnly: readonly Dialect[] = ["loam"];

/** `mlflow`: the comparators that MLflow knows beyond `= != like ilike`, or `false` for a field of Loam alone. */
export function textRules(mlflow: readonly Comparator[] | false = []): Rules {
  const comparators = {
    loam: [...likes, ...lists, ...presence],
    mlflow: mlflow ? [...likes, ...mlflow] : [],
  };
  return { type: "text", comparators, order: mlflow ? both : loamOnly };
}

export function numberRules(type: "number" | "time", inMlflow = true): Rules {
  const comparators = { loam: [...numeric, ...lists, ...presence], mlflow: inMlflow ? numeric : [] };
  return { type, comparators, order: inMlflow ? both : loamOnly };
}

export const attribute = (
  column: string,
  rules: Rules,
  more: Partial<Omit<Attribute, keyof Rules | "column">> = {},
): Attribute => ({ column, aliases: [], unique: false, ...rules, ...more });

/** A table of keys and values, one row of a key an entity. */
export const keyedSource = (
  table: string,
  rules: Rules,
  absent: Readonly<Record<string, string>> = {},
): Source => ({ kind: "keyed", table, only: undefined, latest: "", absent, ...rules });

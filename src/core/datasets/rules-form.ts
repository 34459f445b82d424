import { Document } from "yaml";
import { z } from "zod";
import { said, type Said } from "../base/said.js";
import { boundOf, comparable, inYaml, wholeDigits } from "./bounds.js";
import type { Bound, QualityRule } from "./view.js";

export const columnTypes = ["number", "integer", "text", "boolean", "time", "date", "other"] as const;
const mostRules = 5000;

/** Whole numbers that are too large come as their digits. */
const bound = z.union(
  [z.number(), z.string().regex(wholeDigits).transform(boundOf)],
  said`Say a number.`.text,
);
const between = <T extends Bound>(one: z.ZodType<T>) =>
  z
    .tuple([one.nullable(), one.nullable()], said`Say two numbers, as in [0, 120]; null is no bound.`.text)
    .refine(([min, max]) => min !== null || max !== null, said`Say at least one of the two bounds.`.text)
    .refine(([min, max]) => !isAbove(min, max), said`The first is the smaller one.`.text);
const isAbove = (min: Bound | null | undefined, max: Bound | null | undefined): boolean =>
  min !== null && min !== undefined && max !== null && max !== undefined && comparable(min) > comparable(max);
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const sayPart = said`Say a part of the rows, as in 0.05 or 5%.`.text;
const part = z.union(
  [
    z.number().min(0, sayPart).max(1, sayPart),
    z
      .string()
      .regex(/^(\d{1,2}(\.\d+)?|100) ?%$/)
      .transform((text) => Number.parseFloat(text) / 100),
  ],
  sayPart,
);

const pattern = z.string().refine(
  (text) => {
    try {
      new RegExp(text, "u");
      return true;
    } catch {
      return false;
    }
  },
  said`This is no regular expression.`.text,
);

/** What may be said of a column, or of several together: each key is a rule. */
const entry = z
  .strictObject({
    column: z.string().min(1).optional(),
    columns: z.array(z.string().min(1)).min(1).max(20).optional(),
    type: z.enum(columnTypes).optional(),
    missing: part.optional(),
    range: between(bound).optional(),
    min: bound.optional(),
    max: bound.optional(),
    unique: z.literal(true, said`Say true, or leave it out.`.text).optional(),
    values: z.array(cell).min(1).max(1000).optional(),
    regex: pattern.optional(),
    freshness: z
      .string()
      .regex(/^\d{1,6}[mhdw]$/, said`Say a span of time, as in 90m, 12h, 7d or 2w.`.text)
      .optional(),
    rows: between(z.number()).optional(),
  })
  .superRefine((one, context) => {
    const says = ({ text }: Said): void => void context.addIssue({ code: "custom", message: text });
    const { column, columns, rows, unique, ...others } = one;
    const ofColumn = Object.values(others).some((value) => value !== undefined);
    if (column !== undefined && columns !== undefined) says(said`Say either column or columns.`);
    else if (columns !== undefined && ofColumn) says(said`Of several columns only unique can be asked.`);
    else if (column === undefined && (ofColumn || (unique && columns === undefined)))
      says(said`Say which column, as in column: age.`);
    else if (rows === undefined && unique === undefined && !ofColumn)
      says(said`Say a rule, such as missing: 0, range: [0, 120] or unique: true.`);
    else if (others.range && (others.min !== undefined || others.max !== undefined))
      says(said`Say either range, or min and max.`);
    else if (isAbove(others.min, others.max)) says(said`The least is above the most.`);
  });
/** One entry below `rules`: what is said of a column, or of several together. */
export type RulesEntry = z.infer<typeof entry>;

/** What `loam.yaml` says of a data set, below `data.NAME`. */
export const dataPart = z.strictObject({
  file: z.string().min(1).optional(),
  rules: z.array(entry).max(mostRules).optional(),
});
export type DataPart = z.infer<typeof dataPart>;

/** The section `data` of `loam.yaml`, by the names of data sets. */
export const dataSection = z.record(z.string(), dataPart);

/** The rules that an entry says. */
export function rulesOf(one: RulesEntry): QualityRule[] {
  const rules: QualityRule[] = [];
  if (one.rows) rules.push({ kind: "rows", min: one.rows[0], max: one.rows[1] });
  const columns = one.columns ?? (one.column === undefined ? [] : [one.column]);
  const [column] = columns;
  if (column === undefined) return rules;
  if (one.columns) return [...rules, { kind: "unique", columns }];
  if (one.type) rules.push({ kind: "type", column, type: one.type });
  if (one.missing !== undefined) rules.push({ kind: "missing", column, most: one.missing });
  if (one.unique) rules.push({ kind: "unique", columns });
  const [min, max] = one.range ?? [one.min ?? null, one.max ?? null];
  if (min !== null || max !== null) rules.push({ kind: "range", column, min, max });
  if (one.values) rules.push({ kind: "values", column, allowed: one.values });
  if (one.regex !== undefined) rules.push({ kind: "regex", column, pattern: one.regex });
  if (one.freshness !== undefined) rules.push({ kind: "freshness", column, within: one.freshness });
  return rules;
}

/** Rules as a person would write them: those of a column together, lists on one line. */
export function entriesOf(rules: readonly QualityRule[]): Readonly<Record<string, unknown>>[] {
  const line = (value: readonly unknown[]): unknown => new Document().createNode(value, { flow: true });
  const entries: Record<string, unknown>[] = [];
  const byColumn = new Map<string, Record<string, unknown>>();
  const entryFor = (column: string, key: string): Record<string, unknown> => {
    const known = byColumn.get(column);
    if (known && !(key in known)) return known;
    const fresh: Record<string, unknown> = { column };
    byColumn.set(column, fresh);
    entries.push(fresh);
    return fresh;
  };
  for (const rule of rules) {
    switch (rule.kind) {
      case "rows":
        entries.push({ rows: line([rule.min, rule.max]) });
        break;
      case "unique":
        if (rule.columns.length === 1) entryFor(rule.columns[0] ?? "", "unique")["unique"] = true;
        else entries.push({ columns: line(rule.columns), unique: true });
        break;
      case "missing":
        entryFor(rule.column, "missing")["missing"] = rule.most;
        break;
      case "range":
        entryFor(rule.column, "range")["range"] = line([inYaml(rule.min), inYaml(rule.max)]);
        break;
      case "type":
        entryFor(rule.column, "type")["type"] = rule.type;
        break;
      case "values":
        entryFor(rule.column, "values")["values"] = line(rule.allowed);
        break;
      case "regex":
        entryFor(rule.column, "regex")["regex"] = rule.pattern;
        break;
      case "freshness":
        entryFor(rule.column, "freshness")["freshness"] = rule.within;
    }
  }
  return entries;
}

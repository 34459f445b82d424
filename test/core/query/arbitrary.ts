import * as fc from "fast-check";
import type {
  Condition,
  Identifier,
  OrderItem,
  Query,
  Span,
  Tree,
  Value,
} from "../../../src/core/query/tree.js";
import type { RunRow } from "./runs.js";

export const nowhere: Span = { column: 0, length: 0, entry: 0 };

// Few letters, keys and numbers, so that conditions meet rows often.
const text = fc.string({ unit: fc.constantFrom(..."aAäÄжЖ%_*?[]^'😀\n"), maxLength: 2 });
const key = fc.constantFrom("f1", "val/loss", "a.b", "quo'te \"and` back");
const number = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 1, -1, 0.5) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0) },
);
const metric = fc.oneof(number, fc.constantFrom(NaN, Infinity, -Infinity, 0));
const time = fc.integer({ min: -5, max: 5 });

const dictionary = <T>(value: fc.Arbitrary<T>) => fc.dictionary(key, value, { maxKeys: 6 });

const row: fc.Arbitrary<Omit<RunRow, "runId">> = fc.record({
  name: fc.option(text),
  status: fc.constantFrom("FINISHED", "RUNNING"),
  startTime: time,
  endTime: fc.option(time),
  metrics: dictionary(metric),
  params: dictionary(text),
  tags: dictionary(text),
  datasets: fc.array(fc.record({ name: text, digest: text, context: fc.option(text) }), { maxLength: 2 }),
});

export const rows: fc.Arbitrary<readonly RunRow[]> = fc
  .array(row, { maxLength: 8 })
  .map((all) => all.map((one, index) => ({ ...one, runId: `r${String(index)}` })));

const identifier = (prefix: string, name: string): Identifier => ({ prefix, key: name, span: nowhere });
const numberValue = fc
  .oneof(number, time)
  .map((value): Value => ({ kind: "number", text: String(value), value, span: nowhere }));

function condition(
  field: fc.Arbitrary<Identifier>,
  value: fc.Arbitrary<Value>,
  relation: readonly Extract<Condition, { kind: "compare" }>["comparator"][],
): fc.Arbitrary<Condition> {
  const base = { at: nowhere } as const;
  return fc.oneof(
    fc.tuple(field, fc.constantFrom(...relation), value).map(([name, comparator, right]) => ({
      ...base,
      kind: "compare" as const,
      field: name,
      comparator,
      value: right,
    })),
    fc
      .tuple(
        field,
        fc.constantFrom("in" as const, "not in" as const),
        fc.array(value, { minLength: 1, maxLength: 20 }),
      )
      .map(([name, comparator, values]) => ({
        ...base,
        kind: "list" as const,
        field: name,
        comparator,
        values,
      })),
    fc
      .tuple(field, fc.constantFrom("is null" as const, "is not null" as const))
      .map(([name, comparator]) => ({ ...base, kind: "presence" as const, field: name, comparator })),
  );
}

function queriesOf(
  key: fc.Arbitrary<string>,
  text: fc.Arbitrary<string>,
  bare: (...known: readonly string[]) => fc.Arbitrary<string>,
): fc.Arbitrary<Query> {
  const textValue = text.map((value): Value => ({ kind: "text", text: value, span: nowhere }));
  const textField = fc.oneof(
    fc.tuple(fc.constantFrom("params", "tags"), key).map(([prefix, name]) => identifier(prefix, name)),
    bare("run_id", "run_name", "status").map((name) => identifier("", name)),
    fc.constantFrom("name", "digest", "context").map((name) => identifier("dataset", name)),
  );
  const numberField = fc.oneof(
    key.map((name) => identifier("metrics", name)),
    bare("start_time", "end_time").map((name) => identifier("", name)),
  );
  const sorted = fc.oneof(
    fc
      .tuple(fc.constantFrom("params", "tags", "metrics"), key)
      .map(([prefix, name]) => identifier(prefix, name)),
    bare("run_id", "run_name", "status", "start_time", "end_time").map((name) => identifier("", name)),
  );

  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthIdentifier: "tree" },
      fc.oneof(
        condition(textField, textValue, ["=", "!=", "like", "ilike"]),
        condition(numberField, numberValue, ["=", "!=", ">", ">=", "<", "<="]),
      ),
      fc
        .tuple(
          fc.constantFrom("and" as const, "or" as const),
          fc.array(tie("tree"), { minLength: 2, maxLength: 3, depthIdentifier: "tree" }),
        )
        .map(([kind, of]): Tree => ({ kind, of })),
      tie("tree").map((of): Tree => ({ kind: "not", of })),
    ),
  }));

  const order: fc.Arbitrary<readonly OrderItem[]> = fc.uniqueArray(
    fc.record({ field: sorted, direction: fc.constantFrom("asc" as const, "desc" as const) }),
    { maxLength: 3, selector: ({ field }) => `${field.prefix}.${field.key}` },
  );

  return fc.record({
    dialect: fc.constant("loam" as const),
    filter: fc.oneof(
      { weight: 1, arbitrary: fc.constant({ kind: "all" } as const) },
      { weight: 9, arbitrary: tree },
    ),
    order,
    limit: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  });
}

/** Queries about what `rows` makes. */
export const queries = queriesOf(key, text, fc.constantFrom);

const wild = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(..."a.-1`\"'\\ "), minLength: 1, maxLength: 4 }),
  fc.constantFrom("and", "NOT", "order", "limit", "in", "null"),
);

/** Queries with any names and texts at all. */
export const wildQueries = queriesOf(wild, wild, () => wild);

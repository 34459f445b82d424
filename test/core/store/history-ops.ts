import fc from "fast-check";
import type { Fault, PlannedFault } from "./faulty-files.js";

export type SideName = "a" | "b";

/** One thing that somebody does to one of two stores. Runs are named by when they were made. */
export type Op = { readonly side: SideName } & (
  | {
      readonly op: "experiment";
      readonly name: string;
      readonly then: "keep" | "rename" | "delete" | "restore";
    }
  | { readonly op: "run"; readonly experiment: string | null }
  | {
      readonly op: "log";
      readonly run: number;
      readonly params: readonly (readonly [string, string])[];
      readonly metrics: readonly (readonly [string, number])[];
      readonly tags: readonly (readonly [string, string])[];
    }
  | { readonly op: "untag"; readonly run: number; readonly key: string }
  | { readonly op: "end"; readonly run: number; readonly at: number }
  | { readonly op: "console"; readonly run: number; readonly text: string }
  | { readonly op: "put"; readonly run: number; readonly path: string; readonly content: string }
  | { readonly op: "unput"; readonly run: number; readonly path: string }
  | { readonly op: "object"; readonly content: string }
  | { readonly op: "model"; readonly params: readonly (readonly [string, string])[] }
  | { readonly op: "trace"; readonly id: string }
  | { readonly op: "trash"; readonly run: number }
  | { readonly op: "secret"; readonly run: number; readonly key: string; readonly what: "param" | "console" }
  | { readonly op: "join" }
  | { readonly op: "restart" }
  | { readonly op: "gc" }
  | { readonly op: "clock"; readonly hours: number }
);

const side = fc.constantFrom<SideName>("a", "b");
const run = fc.nat({ max: 5 });
const name = fc.constantFrom("lr", "depth", "größe", "a/b", "x y");
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom("\u0018", "a\nb", '"', "{}", "𝔭", "x".repeat(3000)) },
);
const experiment = fc.constantFrom("churn", "fraud", "risk");
const pairs = (most: number): fc.Arbitrary<[string, string][]> =>
  fc.array(fc.tuple(name, text), { maxLength: most });
const place = fc.constantFrom("a.txt", "dir/b.bin", "dir/c.txt", "con", "a:b", "dir");

const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("experiment" as const),
      side,
      name: experiment,
      then: fc.constantFrom("keep" as const, "rename" as const, "delete" as const, "restore" as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant("run" as const), side, experiment: fc.option(experiment) }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      op: fc.constant("log" as const),
      side,
      run,
      params: pairs(3),
      metrics: fc.array(fc.tuple(fc.constantFrom("f1", "loss", "größe"), fc.nat({ max: 9 })), {
        maxLength: 5,
      }),
      tags: pairs(3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("untag" as const), side, run, key: name }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("end" as const), side, run, at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("console" as const), side, run, text }) },
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant("put" as const), side, run, path: place, content: text }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("unput" as const), side, run, path: place }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("object" as const), side, content: text }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("model" as const), side, params: pairs(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant("trace" as const), side, id: fc.constantFrom("tr-1", "tr-2") }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("trash" as const), side, run }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("secret" as const),
      side,
      run,
      key: name,
      what: fc.constantFrom("param" as const, "param" as const, "console" as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("join" as const), side }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("restart" as const), side }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("gc" as const), side }) },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant("clock" as const), side, hours: fc.integer({ min: 0, max: 20 }) }),
  },
);

export const history = fc.array(op, { minLength: 1, maxLength: 25, size: "max" });

const part = fc.constantFrom(0, 0.1, 0.5, 0.9, 1);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("crash" as const),
      when: fc.constantFrom("before" as const, "after" as const, "torn" as const),
      part,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("short" as const), part }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("full" as const), lasts: fc.nat({ max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("io" as const) }) },
);

/** The first fault comes late enough, most of the time, for both stores to be there. */
export const plan: fc.Arbitrary<PlannedFault[]> = fc
  .tuple(
    fc.nat({ max: 200 }),
    fc.array(fc.record({ after: fc.oneof(fc.nat({ max: 6 }), fc.nat({ max: 60 })), fault }), {
      maxLength: 8,
    }),
  )
  .map(([before, [first, ...rest]]) => (first ? [{ ...first, after: first.after + before }, ...rest] : []));

import { said } from "../../../src/core/base/said.js";
import initSqlJs, { type Database, type SqlValue } from "sql.js";
import { compile } from "../../../src/core/query/compile.js";
import { parseOrderBy, parseQuery } from "../../../src/core/query/parser.js";
import { numberRules, textRules, type Attribute, type Target } from "../../../src/core/query/target.js";
import type { Dialect, Query } from "../../../src/core/query/tree.js";

/** A run as the tests write it: plain values, keyed by name. */
export interface RunRow {
  readonly runId: string;
  readonly name: string | null;
  readonly status: string;
  readonly startTime: number;
  readonly endTime: number | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly datasets: readonly {
    readonly name: string;
    readonly digest: string;
    readonly context: string | null;
  }[];
}

const attribute = (
  rules: ReturnType<typeof textRules>,
  column: string,
  aliases: readonly string[] = [],
  unique = false,
): Attribute => ({ ...rules, column, aliases, unique });

const nullness = ["is null", "is not null"] as const;
const keyed = { kind: "keyed", only: undefined, latest: "", absent: {} } as const;
const input = { ...textRules(["in", "not in"]), order: ["loam"] } as const;

/** The shape that the tables of tracking have, small. */
export const runs: Target = {
  name: said`runs`,
  table: "runs",
  id: "rid",
  prefixes: [
    {
      name: "attributes",
      aliases: ["attribute", "attr", "run"],
      bare: true,
      source: {
        kind: "attributes",
        attributes: {
          run_id: attribute(textRules(["in", "not in"]), "runs.run_id", [], true),
          run_name: attribute(textRules(), "runs.name", ["run name"]),
          status: attribute(textRules(), "runs.status"),
          start_time: attribute(numberRules("time"), "runs.start_time", ["created"]),
          end_time: attribute(numberRules("time"), "runs.end_time"),
          machine: attribute(textRules(false), "runs.status"),
        },
      },
    },
    {
      name: "metrics",
      aliases: ["metric"],
      bare: false,
      source: { ...keyed, ...numberRules("number"), table: "run_metrics" },
    },
    {
      name: "params",
      aliases: ["param", "parameter", "parameters"],
      bare: false,
      source: { ...keyed, ...textRules(nullness), table: "run_params" },
    },
    {
      name: "tags",
      aliases: ["tag"],
      bare: false,
      source: { ...keyed, ...textRules(nullness), table: "run_tags", absent: { prompt: "false" } },
    },
    {
      name: "dataset",
      aliases: ["datasets"],
      bare: false,
      source: {
        kind: "rows",
        table: "run_inputs",
        columns: {
          name: { ...input, column: "name" },
          digest: { ...input, column: "digest" },
          context: { ...input, column: "context" },
        },
      },
    },
  ],
  ties: [
    { attribute: "start_time", direction: "desc" },
    { attribute: "run_id", direction: "asc" },
  ],
};

const SQL = await initSqlJs();

const schema = `
  create table runs(rid integer primary key, run_id text, name text, status text, start_time, end_time);
  create table run_metrics(key text, rid integer, value real, primary key (key, rid)) without rowid;
  create table run_params(key text, rid integer, value text, primary key (key, rid)) without rowid;
  create table run_tags(key text, rid integer, value text, primary key (key, rid)) without rowid;
  create table run_inputs(rid integer, name text, digest text, context text);
  create index run_metrics_value on run_metrics(key, value, rid);
  create index run_params_value on run_params(key, value, rid);
  create index run_tags_value on run_tags(key, value, rid);
  create unique index runs_id on runs(run_id);
  create index runs_start on runs(start_time desc, run_id);`;

/** A database with these runs; the caller closes it. */
export function database(rows: readonly RunRow[]): Database {
  const db = new SQL.Database();
  db.exec(schema);
  rows.forEach((row, rid) => {
    db.run("insert into runs values (?, ?, ?, ?, ?, ?)", [
      rid,
      row.runId,
      row.name,
      row.status,
      row.startTime,
      row.endTime,
    ]);
    for (const [key, value] of Object.entries(row.metrics))
      db.run("insert into run_metrics values (?, ?, ?)", [key, rid, Number.isNaN(value) ? null : value]);
    for (const [key, value] of Object.entries(row.params))
      db.run("insert into run_params values (?, ?, ?)", [key, rid, value]);
    for (const [key, value] of Object.entries(row.tags))
      db.run("insert into run_tags values (?, ?, ?)", [key, rid, value]);
    for (const { name, digest, context } of row.datasets)
      db.run("insert into run_inputs values (?, ?, ?, ?)", [rid, name, digest, context]);
  });
  return db;
}

export function select(db: Database, query: Query, now = 0, target = runs): readonly string[] {
  const { where, orderBy, limit, params } = compile(query, target, now);
  const text = `select run_id from runs where status != ? and ${where} order by ${orderBy} limit ?`;
  const values: SqlValue[] = ["HIDDEN", ...params, limit ?? -1];
  return (db.exec(text, values)[0]?.values ?? []).map(([id]) => String(id));
}

/** The ids of the runs that a text finds, in order. */
export function find(
  rows: readonly RunRow[],
  text: string,
  more: { dialect?: Dialect; orderBy?: readonly string[]; now?: number; target?: Target } = {},
): readonly string[] {
  const query = parseQuery(text, more.dialect ?? "loam");
  const order = more.orderBy ? parseOrderBy(more.orderBy) : query.order;
  const db = database(rows);
  try {
    return select(db, { ...query, order }, more.now, more.target);
  } finally {
    db.close();
  }
}

/** A run with the given parts and nothing else. */
export const run = (runId: string, parts: Partial<RunRow> = {}): RunRow => ({
  runId,
  name: null,
  status: "FINISHED",
  startTime: 0,
  endTime: null,
  metrics: {},
  params: {},
  tags: {},
  datasets: [],
  ...parts,
});

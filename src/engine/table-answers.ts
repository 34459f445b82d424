import { tablesIn } from "../core/datasets/table-places.js";
import { rulesFor, setRules } from "../core/datasets/quality-rules.js";
import type { TellProgress } from "../core/datasets/tabular.js";
import type { Handlers } from "../protocol/channel.js";
import type { TableRequests } from "../protocol/datasets.js";
import type { LongWork } from "../protocol/work.js";
import type { OpenFolder } from "./open-folder.js";
import { tellingOf, type Tell } from "./told-progress.js";

/** The most rows of a diff that one answer holds. */
const mostRows = 1000;

/** What an engine answers about the tables of data sets. */
export function tableAnswers(open: OpenFolder, tell: Tell): Handlers<TableRequests> {
  const telling = (work: LongWork): TellProgress => {
    const told = tellingOf(tell, work);
    return ({ text, done }) => {
      told(text.text, done, 1);
    };
  };
  return {
    "datasets/tables": (place, signal) => tablesIn(open.bench.datasets, place, signal),
    "datasets/profile": async (place, signal) => {
      const { tables } = open.bench;
      return tables.profile(await tables.place(place, signal), signal, telling(place));
    },
    "datasets/diff": async (asked, signal) => {
      const { tables } = open.bench;
      const { keys, tolerance } = asked;
      const before = await tables.place(asked.before, signal);
      const after = await tables.place(asked.after, signal);
      return tables.compare({ before, after, keys, tolerance }, signal, telling(asked));
    },
    "datasets/diffRows": ({ most, ...page }, signal) =>
      open.bench.tables.rows({ ...page, most: Math.min(most, mostRows) }, signal),
    "datasets/overlap": async ({ a, b, columns, ...work }, signal) => {
      const { tables } = open.bench;
      const [first, second] = [await tables.place(a, signal), await tables.place(b, signal)];
      return tables.overlap({ a: first, b: second, columns: columns ?? null }, signal, telling(work));
    },
    "datasets/rules": ({ dataset }) => {
      const { datasets } = open.bench;
      const { rules, file, line } = rulesFor(datasets.store, datasets.get(dataset).name);
      return { rules, file, line };
    },
    "datasets/proposeRules": async (place, signal) => {
      const { tables } = open.bench;
      return tables.proposeRules(await tables.place(place, signal), signal, telling(place));
    },
    "datasets/setRules": ({ dataset, rules }) => {
      const { datasets } = open.bench;
      setRules(datasets.store, datasets.get(dataset).name, rules);
      return null;
    },
    "datasets/check": ({ dataset, version, ...work }, signal) =>
      open.bench.tables.check(dataset, version, signal, telling(work)),
  };
}

import { auditModels, proofsOfFacts } from "../core/registry/audit.js";
import type { AuditHolding, AuditReport, ListedFact } from "../core/registry/audit-view.js";
import { factTemplates } from "../core/registry/audit-words.js";
import { listAudited, listFacts, type FactInList } from "../core/registry/list-facts.js";
import { said } from "../core/base/said.js";
import { Pace } from "../core/store/pace.js";
import type { Handlers } from "../protocol/channel.js";
import type { AuditRequests, AuditVerdict, FactFilter } from "../protocol/registry.js";
import { FactTexts } from "./fact-texts.js";
import { KeptLists, windowOf, type Choice } from "./kept-lists.js";
import type { OpenFolder } from "./open-folder.js";
import { tellingOf, type Tell } from "./told-progress.js";

/** A list of more than these is not picked from: it is typed. */
const mostChoices = 200;
/** So many problems are told; `loam models audit` tells them all. */
const mostProblems = 500;

const paceOf = (signal: AbortSignal): Pace => new Pace(signal, said`the list of facts`);

const everything = { by: "", fits: () => true };

/** An entry of an audit has about a kilobyte: of the largest audits two are kept. */
const mostFacts = 100_000;

/** What an engine answers about who did what to models. */
export function auditAnswers(open: OpenFolder, tell: Tell): Handlers<AuditRequests> {
  const lists = new KeptLists<FactInList>(mostFacts);
  const held = new KeptLists<AuditHolding>();
  const texts = new FactTexts();
  const headOf = (model: string | null) => ({
    name: model === null ? null : open.bench.registry.known(model).name,
    templates: factTemplates(),
  });
  return {
    "models/facts": async ({ model }, signal) => {
      const make = async () => listFacts(open.bench.registry, model);
      const { handle, entries } = await lists.open(make, signal);
      return { handle, total: entries.length, ...headOf(model) };
    },
    "models/audit": async ({ model, ...work }, signal) => {
      const told = tellingOf(tell, work);
      await texts.prepared; // a person may type at once, and the audit takes longer anyway
      const report = await auditModels(open.bench, model, signal, (done, total) => {
        told("", done, total);
      });
      const facts = ({ entries }: AuditReport, asked: AbortSignal) =>
        listAudited(open.bench.registry, entries, paceOf(asked));
      const again = (asked: AbortSignal) => auditModels(open.bench, model, asked);
      const shown = lists.keep(await facts(report, signal), async (asked) =>
        facts(await again(asked), asked),
      );
      return {
        ...{ handle: shown.handle, total: shown.entries.length },
        ...headOf(model),
        ...choicesOf(shown.entries),
        proofs: proofsOf(report),
        problems: report.problems.slice(0, mostProblems),
        problemsTotal: report.problems.length,
        holdings: {
          handle: held.keep(report.holdings, async (asked) => (await again(asked)).holdings).handle,
          total: report.holdings.length,
        },
        unproven: report.unproven,
      };
    },
    "models/factRows": async ({ handle, filter, words, ...asked }, signal) => {
      const textOf = texts.of(words);
      const choice = { ...choiceOf(filter, words), fits: fitting(filter, textOf) };
      const { entries, total } = await lists.window(handle, windowOf(asked), choice, signal);
      texts.prepare(lists.known(handle), textOf);
      return { rows: entries.map(({ listed }) => listed), total };
    },
    "models/holdings": async ({ handle, ...asked }, signal) => ({
      rows: (await held.window(handle, windowOf(asked), everything, signal)).entries,
    }),
    "models/proofs": async ({ model, facts }, signal) =>
      Object.fromEntries(await proofsOfFacts(open.bench.registry, model, facts, signal)),
  };
}

const versionKey = ({ model, version }: ListedFact): string =>
  version === null ? "" : `${model} ${version}`;

function choicesOf(facts: readonly FactInList[]): Pick<AuditVerdict, "persons" | "versions"> {
  const versions = new Map<string, AuditVerdict["versions"][number]>();
  const persons = new Set<string>();
  for (const { listed } of facts) {
    const { author, model, version, name } = listed;
    if (author !== "") persons.add(author);
    const key = versionKey(listed);
    if (version !== null && !versions.has(key)) versions.set(key, { model, name, number: version });
  }
  const order = new Intl.Collator();
  return {
    versions: [...versions.values()]
      .sort((a, b) => order.compare(a.name, b.name) || b.number - a.number)
      .slice(0, mostChoices),
    persons: [...persons].sort().slice(0, mostChoices),
  };
}

function proofsOf({ entries }: AuditReport): AuditVerdict["proofs"] {
  const proofs = { verified: 0, declared: 0, altered: 0, elsewhere: 0 };
  for (const { proof } of entries) proofs[proof]++;
  return proofs;
}

const isAll = ({ text, version, person, proof }: FactFilter): boolean =>
  text.trim() + version + person + proof === "";

/** Names a choice of facts: the words count where it is looked for a text. */
function choiceOf(
  filter: FactFilter,
  words: Readonly<Record<string, string>>,
): Pick<Choice<FactInList>, "by" | "within"> {
  if (isAll(filter)) return { by: "" };
  const { version, person, proof } = filter;
  const text = textIn(filter);
  const named = `${JSON.stringify([version, person, proof, text === "" ? {} : words])}\n`;
  return {
    by: named + text,
    within: (by) => by.startsWith(named) && text.includes(by.slice(named.length)),
  };
}

const textIn = ({ text }: FactFilter): string => text.trim().toLowerCase();

function fitting(filter: FactFilter, textOf: (fact: ListedFact) => string): (fact: FactInList) => boolean {
  const { version, person, proof } = filter;
  const wanted = textIn(filter);
  return ({ listed: fact }) =>
    (version === "" || versionKey(fact) === version) &&
    (person === "" || fact.author === person) &&
    (proof === "" || fact.proof === proof) &&
    (wanted === "" || textOf(fact).includes(wanted));
}

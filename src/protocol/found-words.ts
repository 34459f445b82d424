import type { Words } from "./words.js";

type Say = (l10n: Words, ...parts: readonly string[]) => string;

/** A count as the English of a fact has it. */
const countOf = (text = ""): number => Number(text.replaceAll(",", ""));
const count = String.raw`(\d[\d,]*)`;
const form = (pattern: string, say: Say): readonly [RegExp, Say] => [new RegExp(`^${pattern}$`, "su"), say];

/** What rules find, as facts keep it in English; how each is said in other languages. */
const forms: readonly (readonly [RegExp, Say])[] = [
  form(`${count} rows?`, (l10n, rows) => l10n.plural(countOf(rows), "{0} row", "{0} rows")),
  form(`${count} of ${count} rows? \\(([\\d.e-]+) %\\)`, (l10n, some, all, percent = "") =>
    l10n.plural(
      countOf(all),
      "{1} of {0} row ({2} %)",
      "{1} of {0} rows ({2} %)",
      l10n.counted(countOf(some)),
      l10n.counted(Number(percent)),
    ),
  ),
  form(
    `${count} of ${count} rows? share ${count} values?, such as (.*)`,
    (l10n, some, all, values, such = "") =>
      l10n.t(
        "{0} share {1}, such as {2}",
        l10n.plural(countOf(all), "{1} of {0} row", "{1} of {0} rows", l10n.counted(countOf(some))),
        l10n.plural(countOf(values), "{0} value", "{0} values"),
        such,
      ),
  ),
  form(`${count} of ${count} rows?, such as (.*)`, (l10n, some, all, such = "") =>
    l10n.t(
      "{0}, such as {1}",
      l10n.plural(countOf(all), "{1} of {0} row", "{1} of {0} rows", l10n.counted(countOf(some))),
      such,
    ),
  ),
  form("it is (\\w+) \\((.*)\\)", (l10n, type = "", native = "") => l10n.t("it is {0} ({1})", type, native)),
  form("there is no column (.*)", (l10n, column = "") => l10n.t("there is no column {0}", column)),
  form("(.*) holds no numbers but (\\w+)", (l10n, column = "", type = "") =>
    l10n.t("{0} holds no numbers ({1})", column, type),
  ),
  form("(.*) holds no times but (\\w+)", (l10n, column = "", type = "") =>
    l10n.t("{0} holds no times ({1})", column, type),
  ),
  form("the pattern cannot be read: (.*)", (l10n, reason = "") =>
    l10n.t("the pattern cannot be read: {0}", reason),
  ),
  form("there is no time in it", (l10n) => l10n.t("there is no time in it")),
  form("the newest is (.*), which is yet to come", (l10n, time = "") =>
    l10n.t("the newest is {0}, which is yet to come", time),
  ),
  form("the newest is (.*)", (l10n, time = "") => l10n.t("the newest is {0}", time)),
  form("'(.*)' is no span of time such as 7d", (l10n, within = "") =>
    l10n.t("'{0}' is no span of time such as 7d", within),
  ),
];

/** What a rule found, in the person's language; what is said in no form that is known stays as it is. */
export function foundText(l10n: Words, found: string): string {
  for (const [pattern, say] of forms) {
    const parts = pattern.exec(found);
    if (parts) return say(l10n, ...parts.slice(1));
  }
  return found;
}

import * as vscode from "vscode";

export interface RuleKey {
  readonly name: string;
  readonly about: string;
  /** What is put in for it, in the editor's form of snippets. */
  readonly snippet: string;
}

const key = (name: string, snippet: string, about: string): RuleKey => ({ name, snippet, about });

const types = "number,integer,text,boolean,time,date";

/** What may be said of a data set in `loam.yaml`, below `data.NAME`. */
export const setKeys = (): readonly RuleKey[] => [
  key("rules", "rules:\n  - ", vscode.l10n.t("What must hold of the data. Each new version is checked.")),
  key("file", "file: ", vscode.l10n.t("Of a folder: the table that the rules are about.")),
];

/** What a rule may say. */
export const ruleKeys = (): readonly RuleKey[] => [
  key("column", "column: ", vscode.l10n.t("The column that the rule is about.")),
  key("columns", "columns: [$1]", vscode.l10n.t("Several columns, for a rule such as unique.")),
  key(
    "missing",
    "missing: ${1:0}",
    vscode.l10n.t("At most this part of the rows may lack a value: 0.05 or 5%."),
  ),
  key(
    "range",
    "range: [${1:0}, ${2:100}]",
    vscode.l10n.t("The least and the greatest value; null is no bound."),
  ),
  key("min", "min: ${1:0}", vscode.l10n.t("The least value.")),
  key("max", "max: ${1:100}", vscode.l10n.t("The greatest value.")),
  key("type", `type: \${1|${types}|}`, vscode.l10n.t("The type that the column must have.")),
  key("unique", "unique: true", vscode.l10n.t("No value, or no combination of the columns, stands twice.")),
  key("values", "values: [$1]", vscode.l10n.t("The only values that may stand there.")),
  key("regex", 'regex: "$1"', vscode.l10n.t("A regular expression that each value matches.")),
  key(
    "freshness",
    "freshness: ${1:7d}",
    vscode.l10n.t("The newest time is not older than this: 90m, 12h, 7d or 2w."),
  ),
  key("rows", "rows: [${1:1}, ${2:null}]", vscode.l10n.t("How many rows there may be; null is no bound.")),
];

/**
 * The keys of a YAML text above a line, by how far they are indented: `["data", "train", "rules"]`. `indent`: how far the
 * line is indented itself.
 */
export function keysAbove(lines: readonly string[], line: number, indent: number): readonly string[] {
  const keys: string[] = [];
  let least = indent;
  for (let at = line - 1; at >= 0 && least > 0; at--) {
    const found = /^(\s*)(?:-\s+)?(["']?)([^"'#:]+)\2\s*:/.exec(lines[at] ?? "");
    const own = found?.[1]?.length ?? 0;
    if (!found || own >= least) continue;
    keys.unshift(found[3]?.trim() ?? "");
    least = own;
  }
  return keys;
}

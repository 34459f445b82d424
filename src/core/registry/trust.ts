import type { Jobs } from "../base/ports.js";
import { said, type Said } from "../base/said.js";
import { Pace } from "../store/pace.js";
import { mlmodelOf, readMlModel } from "./mlmodel.js";
import type { ModelFile } from "./model-files.js";
import { TrustFindings } from "./trust-findings.js";
import { lookAtFile } from "./trust-files.js";
import type { TrustReport } from "./view.js";

/**
 * What loading a model's files would do, found by reading them: nothing is loaded or run, and whatever is wrong with
 * a file is told in the report. Throws `cancelled` alone.
 */
export async function readTrust(
  files: readonly ModelFile[],
  jobs: Jobs,
  signal: AbortSignal,
): Promise<TrustReport> {
  const findings = new TrustFindings(new Pace(signal, said`Read what a model does`), { jobs, signal });
  const mlmodel = mlmodelOf(files);
  if (mlmodel)
    await findings.look(() => {
      lookAtMlModel(mlmodel, findings);
    });
  for (const file of files) {
    await findings.pace.turn();
    await findings.look(() => lookAtFile(file, findings));
    if (/(^|\/)requirements[.]txt$/.test(file.path)) lookAtRequirements(file, findings);
  }
  return reportOf(findings);
}

/** MLflow imports what the description says, and puts code of the folder where Python finds it. */
function lookAtMlModel(file: ModelFile, findings: TrustFindings): void {
  const python = readMlModel(file).flavors["python_function"];
  const textAt = (key: string): string | undefined => {
    const value = python?.[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [loader, code, script] = [textAt("loader_module"), textAt("code"), textAt("model_code_path")];
  if (loader !== undefined && !/^mlflow[.]/.test(loader))
    findings.add(file.path, said`${loader}, which is imported as its loader`, "unusual");
  if (code !== undefined)
    findings.add(file.path, said`Python code in ${code}/, which is imported`, "unusual");
  if (script !== undefined) findings.add(file.path, said`${script}, a script that is run`, "unusual");
}

/** What is installed from elsewhere than the usual place. */
function lookAtRequirements(file: ModelFile, findings: TrustFindings): void {
  const lines = file
    .read(0, 1024 * 1024)
    .toString("utf8")
    .split("\n");
  for (const line of lines.map((one) => one.trim()))
    if (
      /^(-e|--editable|-i|--index-url|--extra-index-url|-f|--find-links)\b|:\/\//.test(line) &&
      !line.startsWith("#")
    )
      findings.add(file.path, said`installs from elsewhere: ${line}`, "unusual");
}

function reportOf(findings: TrustFindings): TrustReport {
  const { sorted, unread } = findings;
  const told = summaryOf(sorted, unread?.said.message ?? null, findings.more);
  return {
    verdict: sorted.length > 0 ? "code" : unread ? "unknown" : "data",
    summary: told.text,
    said: told,
    findings: sorted,
  };
}

function summaryOf(findings: TrustReport["findings"], unread: Said | null, more: number): Said {
  const [first] = findings;
  if (!first)
    return unread
      ? said`What loading it runs is not known: ${unread}`
      : said`Loading it runs nothing: it holds data alone.`;
  const found = foundWords(first, findings, more);
  return unread ? said`${found} Not all of it could be read: ${unread}` : found;
}

function foundWords(
  first: TrustReport["findings"][number],
  findings: TrustReport["findings"],
  more: number,
): Said {
  const alike = findings.filter(({ danger }) => danger === first.danger).length - 1;
  if (first.danger === "usual") return said`Loading it runs code of ${librariesOf(findings)}, as is usual.`;
  const firstWords = first.said ? { ...first.said, text: first.what } : first.what;
  const named = alike + more > 0 ? said`${firstWords} and ${alike + more} more` : said`${firstWords}`;
  if (first.danger === "dangerous")
    return said`Loading it may run anything: ${named}. Load it only if you trust who made it.`;
  return said`Loading it runs code that is unusual for a model: ${named}.`;
}

/** `numpy, sklearn`. */
function librariesOf(findings: TrustReport["findings"]): string {
  const modules = findings.map(({ what }) => what.split(".", 1)[0] ?? what);
  const python = /^(builtins|copyreg|collections|_codecs|__builtin__|copy_reg|datetime|decimal|array|uuid)$/;
  const libraries = [...new Set(modules.map((one) => (python.test(one) ? "Python" : one)))].sort();
  return libraries.slice(0, 5).join(", ");
}

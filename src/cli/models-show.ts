import { byWhom } from "../core/registry/given-up.js";
import { versionPage } from "../core/registry/version-page.js";
import type {
  ModelDetail,
  ModelVersionDetail,
  Signature,
  Verdict,
  VersionPage,
} from "../core/registry/view.js";
import { readWords, type Verb } from "./command.js";
import { inEnglish } from "./english.js";
import { findModel, oneModel } from "./find-model.js";
import { bytesText, numberText } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { ownScreen, toned, type Screen } from "./screen.js";
import { tableLines } from "./table.js";
import { dateText, whenText } from "./times.js";

const usage = "models show NAME[/N|@ALIAS] [--json]";

export const verb: Verb = {
  summary: "a model with its versions, or a version with what decides about it",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    const word = oneModel(positionals, usage);
    return inFolder(context, async (bench) => {
      const { model, version } = findModel(bench, word);
      const screen = ownScreen();
      if (!version) {
        if (context.json) context.out(JSON.stringify({ model }));
        else context.out(modelLines(model, context.ports.clock.now(), screen).join("\n"));
        return 0;
      }
      const page = await versionPage(bench, version.model, version.id, context.signal);
      if (context.json) context.out(JSON.stringify(page, inEnglish));
      else context.out(versionLines(page, screen).join("\n"));
      return 0;
    });
  },
};

const metricText = (value: number | string | null | undefined): string =>
  typeof value === "number" ? numberText(value) : (value ?? "");

function modelLines(model: ModelDetail, now: number, screen: Screen): string[] {
  const columns = [
    { title: "version", align: "right" },
    { title: "made", align: "left" },
    { title: "by", align: "left", shrinksTo: 12 },
    { title: "aliases", align: "left", shrinksTo: 10 },
    { title: "approval", align: "left" },
    { title: "stage", align: "left" },
    { title: "best metric", align: "left", shrinksTo: 12 },
    { title: "from", align: "left", shrinksTo: 12 },
  ] as const;
  const active = model.history.filter(({ deleted }) => !deleted);
  const rows = active.map((version) => [
    String(version.number),
    whenText(version.at, now),
    version.author,
    version.aliases.map((alias) => `@${alias}`).join(", "),
    version.approval === "none" ? "" : version.approval,
    version.stage === "None" ? "" : version.stage,
    version.headline === null ? "" : `${version.headline} ${metricText(version.metrics[version.headline])}`,
    version.runName ?? version.source,
  ]);
  return [
    toned(model.name, "bold", screen),
    ...(model.description === "" ? [] : [model.description]),
    ...Object.entries(model.tags).map(([key, value]) => `${key}=${value}`),
    "",
    ...tableLines(columns, rows, screen),
    ...active.flatMap(({ number, claimed }) =>
      number === claimed
        ? []
        : [`Version ${number} was registered as ${claimed}, a number that another clone gave too.`],
    ),
    ...active.flatMap(({ number, published }) =>
      published ? [] : [`Version ${number} is kept here, but is not on this branch.`],
    ),
  ];
}

function versionLines(page: VersionPage, screen: Screen): string[] {
  const { version, champion, gates, trust, newerData, givenUpData } = page;
  const facts: [string, string][] = [
    ["made", `${dateText(version.at)} by ${version.author === "" ? "nobody" : version.author}`],
    ["from", version.source],
    ["run", version.runName ?? version.run ?? ""],
    ["experiment", version.experiment ?? ""],
    [
      "files",
      version.artifact ? `${version.flavor}, ${bytesText(version.artifact.size)}` : "not in this store",
    ],
    ["hash", version.artifact?.content ?? ""],
    [
      "code",
      version.code
        ? `${version.code.commit.slice(0, 12)}${version.code.head === null ? "" : `, on ${version.code.head.slice(0, 12)}`}`
        : "",
    ],
    ["data", version.data.map(({ name, number }) => `${name}@${number}`).join(", ")],
    ["python", version.environment?.python ?? ""],
    ["aliases", version.aliases.map((alias) => `@${alias}`).join(", ")],
    ["stage", version.stage === "None" ? "" : version.stage],
    ["takes", version.signature ? fieldsText(version.signature.inputs) : "not known: it has no signature"],
    ["gives", version.signature ? fieldsText(version.signature.outputs) : ""],
    ["ONNX", version.converted ? convertedText(version.converted) : ""],
    ["loading", trust?.summary ?? ""],
  ];
  const metrics = page.metrics.map(({ name, value, champion: other }) => [
    name,
    metricText(value),
    metricText(other),
  ]);
  const metricColumns = [
    { title: "metric", align: "left", shrinksTo: 12 },
    { title: "value", align: "right" },
    ...(champion ? [{ title: `champion (${champion.number})`, align: "right" } as const] : []),
  ] as const;
  const params = Object.entries(version.params);
  return [
    toned(`${version.name}/${version.number}`, "bold", screen),
    ...(version.claimed === version.number
      ? []
      : [`Registered as ${version.claimed}, a number that another clone gave too.`]),
    ...(version.description === "" ? [] : [version.description]),
    "",
    ...facts.flatMap(([name, value]) => (value === "" ? [] : [`${name.padEnd(11)}${value}`])),
    ...(metrics.length === 0 ? [] : ["", ...tableLines(metricColumns, metrics, screen)]),
    ...(params.length === 0 ? [] : ["", ...params.map(([key, value]) => `${key} = ${value}`)]),
    ...(gates.length === 0
      ? []
      : ["", ...gates.map(({ outcome, name, found }) => gateLine(outcome, name, found))]),
    ...newerData.map(
      ({ name, seen, newest }) => `There is a newer ${name}: ${newest}; this version saw ${seen}.`,
    ),
    ...givenUpData.map((data) => `It came of ${data.name}@${data.number}, which was ${byWhom(data).text}.`),
    "",
    ...approvalLines(page),
  ];
}

/** The first fields of a signature, and how many more there are. */
function fieldsText(fields: Signature["inputs"]): string {
  const shown = fields.slice(0, 3).map(({ name, type }) => (name === "" ? type : `${name}: ${type}`));
  return [...shown, ...(fields.length > 3 ? [`${fields.length - 3} more`] : [])].join(", ");
}

const convertedText = ({ converter, compared }: NonNullable<ModelVersionDetail["converted"]>): string =>
  `by ${converter}; ${compared.equal ? "answers like the model" : "does not answer like the model"} on ${compared.rows} rows`;

const gateLine = (outcome: string, name: string, found: string): string =>
  `${outcome.padEnd(8)} ${name}${found === "" ? "" : ` (${found})`}`;

function approvalLines({ version }: VersionPage): string[] {
  const [request] = version.approvals;
  if (!request) return ["Nobody asked for approval."];
  const verdict = ({ verdict: said, author, at, comment, counts }: Verdict): string =>
    `${said} by ${author}, ${dateText(at)}${comment === "" ? "" : `: ${comment}`}${counts ? "" : " (does not count)"}`;
  return [
    `Approval: ${request.state}, ${request.policy.approvers} needed.`,
    `asked by ${request.author}, ${dateText(request.at)}${request.comment === "" ? "" : `: ${request.comment}`}`,
    ...request.verdicts.map(verdict),
  ];
}

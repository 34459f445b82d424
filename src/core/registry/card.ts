import type { ApprovalThread, Field, JsonNumber, ModelVersionDetail } from "./view.js";

/** What a model's card begins with. Comments tell what belongs there; they are not shown. */
export const cardTemplate = `# {{name}}, version {{version}}

{{description}}

## Intended use

<!-- Who uses it, for which decisions, and what it is not meant for. -->

## Performance

{{metrics}}

## Data

{{data}}

## Parameters

{{params}}

## Inputs and outputs

{{signature}}

## Limitations

<!-- Where it is wrong, for whom it is worse, what was not tested. -->

## Approvals

{{approvals}}

Made by {{author}} from run {{run}}, code {{code}}.
`;

/** The card that a version has: its own, else that of its model; "" where nobody wrote one. */
export const cardOf = (version: ModelVersionDetail, ofModel: string): string =>
  version.card === "" ? ofModel : version.card;

/** A card with the facts of a version in the places of `{{…}}`; what is unknown stays as it is written. */
export function fillCard(card: string, version: ModelVersionDetail): string {
  return card
    .replaceAll(/<!--[\s\S]*?-->\n?/g, "")
    .replaceAll(/\{\{\s*([^{}\n]{1,300}?)\s*\}\}/g, (whole, name: string) => factOf(name, version) ?? whole)
    .replaceAll(/\n{3,}/g, "\n\n");
}

function factOf(name: string, version: ModelVersionDetail): string | undefined {
  const dot = name.indexOf(".");
  const [kind, key] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot + 1)];
  const one = (values: Readonly<Record<string, unknown>>): string =>
    Object.hasOwn(values, key) ? plain(String(values[key])) : "–";
  if (dot >= 0) {
    if (kind === "metrics") return one(version.metrics);
    if (kind === "params") return one(version.params);
    return kind === "tags" ? one(version.tags) : undefined;
  }
  return Object.hasOwn(facts, kind) ? facts[kind]?.(version) : undefined;
}

const facts: Readonly<Record<string, (version: ModelVersionDetail) => string>> = {
  name: ({ name }) => plain(name),
  version: ({ number }) => String(number),
  description: ({ description }) => description,
  author: ({ author }) => orNone(author),
  date: ({ at }) => new Date(at).toISOString().slice(0, 10),
  aliases: ({ aliases }) => orNone(aliases.join(", ")),
  stage: ({ stage }) => stage,
  flavor: ({ flavor }) => flavor,
  size: ({ size }) => (size === null ? "–" : `${size} bytes`),
  source: ({ source }) => plain(source),
  run: ({ run, runName }) => (run === null ? "–" : plain(runName ?? run)),
  experiment: ({ experiment }) => orNone(experiment ?? ""),
  code: ({ code }) => (code === null ? "–" : `\`${(code.head ?? code.commit).slice(0, 10)}\``),
  environment: ({ environment }) =>
    orNone(
      [environment?.python, environment?.platform].filter((part) => typeof part === "string").join(", "),
    ),
  metrics: ({ metrics }) =>
    table(
      ["Metric", "Value"],
      Object.entries(metrics).map(([key, value]) => [key, shortNumber(value)]),
    ),
  params: ({ params }) => table(["Parameter", "Value"], Object.entries(params)),
  tags: ({ tags }) => table(["Tag", "Value"], Object.entries(tags)),
  data: ({ data }) =>
    table(
      ["Data set", "Version", "SHA-256"],
      data.map(({ name, number, content }) => [name, String(number), content.slice(0, 12)]),
    ),
  signature: ({ signature }) => {
    if (!signature) return "–";
    const rows = (kind: string, fields: readonly Field[]): string[][] =>
      fields.map(({ name, type, shape, optional }) => [
        kind,
        name,
        `${type}${shape ? ` [${shape.map((size) => size ?? "?").join(", ")}]` : ""}${optional === true ? ", optional" : ""}`,
      ]);
    return table(
      ["", "Name", "Type"],
      [
        ...rows("input", signature.inputs),
        ...rows("output", signature.outputs),
        ...rows("param", signature.params),
      ],
    );
  },
  approvals: ({ approvals }) => {
    const newest = approvals[0];
    return newest ? approvalTable(newest) : "–";
  },
};

const approvalTable = ({ author, at, comment, verdicts }: ApprovalThread): string =>
  table(
    ["", "Who", "When", "Comment"],
    [
      ["asked", author, day(at), comment],
      ...verdicts.map((one) => [one.verdict, one.author, day(one.at), one.comment]),
    ],
  );

/** Six digits tell two models apart; the version itself has them all. */
const shortNumber = (value: JsonNumber): string =>
  typeof value === "number" ? String(Number(value.toPrecision(6))) : value;

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const orNone = (text: string): string => (text === "" ? "–" : plain(text));

/** A text within Markdown: what it holds is neither markup nor HTML. */
const plain = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]<>|#!]/g, "\\$&").replaceAll(/\s*\n\s*/g, " ");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "–";
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map((cells) => line(cells.map(plain)))].join("\n");
}

/** Which of these headings have no text of a person's own below them. Comments and `{{…}}` are none. */
export function missingHeadings(card: string, headings: readonly string[]): readonly string[] {
  const texts = new Map<string, string>();
  const above: { readonly level: number; readonly name: string }[] = [];
  for (const line of card.replaceAll(/<!--[\s\S]*?-->/g, "").split(/\r?\n/)) {
    const [, marks, name = ""] = /^(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line) ?? [];
    if (marks !== undefined) {
      while ((above.at(-1)?.level ?? 0) >= marks.length) above.pop();
      above.push({ level: marks.length, name: name.toLowerCase() });
      continue;
    }
    const text = line.replaceAll(/\{\{[^{}]*\}\}/g, "").trim();
    for (const heading of above) texts.set(heading.name, (texts.get(heading.name) ?? "") + text);
  }
  return headings.filter((heading) => (texts.get(heading.toLowerCase()) ?? "") === "");
}

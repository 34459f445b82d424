import { inRow, said, type Piece, type Said } from "../base/said.js";
import type { ApprovalThread, Field, JsonNumber, ModelVersionDetail, Verdict } from "./view.js";

/** What a card says in the place of `{{name}}`, in Markdown; undefined where there is no such fact. */
export function cardFact(name: string, version: ModelVersionDetail): Piece | undefined {
  const dot = name.indexOf(".");
  const [kind, key] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot + 1)];
  const one = (values: Readonly<Record<string, string>>): string =>
    Object.hasOwn(values, key) ? plain(values[key] ?? "") : "–";
  if (dot >= 0) {
    const metric =
      kind === "metrics" && Object.hasOwn(version.metrics, key) ? version.metrics[key] : undefined;
    if (kind === "metrics") return metric === undefined ? "–" : shortNumber(metric);
    if (kind === "params") return one(version.params);
    return kind === "tags" ? one(version.tags) : undefined;
  }
  return Object.hasOwn(facts, kind) ? facts[kind]?.(version) : undefined;
}

const facts: Readonly<Record<string, (version: ModelVersionDetail) => Piece>> = {
  name: ({ name }) => plain(name),
  version: ({ number }) => String(number),
  description: ({ description }) => description,
  author: ({ author }) => orNone(author),
  date: ({ at }) => day(at),
  aliases: ({ aliases }) => orNone(aliases.join(", ")),
  stage: ({ stage }) => stage,
  flavor: ({ flavor }) => flavor,
  size: ({ size }) => (size === null ? "–" : said`${size} bytes`),
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
      [said`Metric`, said`Value`],
      Object.entries(metrics).map(([key, value]) => [key, shortNumber(value)]),
    ),
  params: ({ params }) => table([said`Parameter`, said`Value`], Object.entries(params)),
  tags: ({ tags }) => table([said`Tag`, said`Value`], Object.entries(tags)),
  data: ({ data }) =>
    table(
      [said`Data set`, said`Version`, "SHA-256"],
      data.map(({ name, number, content }) => [name, String(number), content.slice(0, 12)]),
    ),
  signature: ({ signature }) => {
    if (!signature) return "–";
    const rows = (kind: Said, fields: readonly Field[]): Piece[][] =>
      fields.map((field) => [kind, field.name, fieldType(field)]);
    return table(
      ["", said`Name`, said`Type`],
      [
        ...rows(said`input`, signature.inputs),
        ...rows(said`output`, signature.outputs),
        ...rows(said`param`, signature.params),
      ],
    );
  },
  approvals: ({ approvals: [newest] }) => (newest ? approvalTable(newest) : "–"),
};

function fieldType({ type, shape, optional }: Field): Piece {
  const text = `${type}${shape ? ` [${shape.map((size) => size ?? "?").join(", ")}]` : ""}`;
  return optional === true ? said`${plain(text)}, optional` : text;
}

const verdicts: Readonly<Record<Verdict["verdict"], Said>> = {
  approved: said`approved`,
  rejected: said`rejected`,
};

const approvalTable = ({ author, at, comment, verdicts: given }: ApprovalThread): Piece =>
  table(
    ["", said`Who`, said`When`, said`Comment`],
    [
      [said`asked`, author, day(at), comment],
      ...given.map((one) => [verdicts[one.verdict], one.author, day(one.at), one.comment]),
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

/** A table in Markdown; what is said in words stands in it as it is, what comes from facts as plain text. */
function table(head: readonly Piece[], rows: readonly (readonly Piece[])[]): Piece {
  if (rows.length === 0) return "–";
  const line = (cells: readonly Piece[]): Said => inRow(["|", ...cells.map((cell) => said` ${cell} |`)], "");
  const plainCells = (cells: readonly Piece[]): Piece[] =>
    cells.map((cell) => (typeof cell === "string" ? plain(cell) : cell));
  const lines = [line(head), line(head.map(() => "---")), ...rows.map((cells) => line(plainCells(cells)))];
  return inRow(lines, "\n");
}

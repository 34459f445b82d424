import { missing, type Cell } from "../grid/cell.js";
import { asNumber, changeText } from "../numbers.js";
import { modelWords } from "./model-words.js";
import type { VersionRow } from "./versions-rows.js";
import { versionsWords } from "./versions-words.js";

/** From this width of a column on, a change is told with the word for better or worse. */
const roomForWords = 190;

/** What a version has of something; numbers with their change from the first version. */
export function versionCell(row: VersionRow, at: number, width: number): Cell {
  switch (row.kind) {
    case "text": {
      const value = row.values[at] ?? null;
      if (value === null) return missing(versionsWords.missing(row.name));
      const drawn = <span class="grid-text compare-value">{value}</span>;
      return at > 0 && value === row.values[0]
        ? { text: value, title: value, drawn, tone: "quiet" }
        : { text: value, title: value, drawn };
    }
    case "unmeasured":
      return row.onnx[at] === "none"
        ? { text: versionsWords.noOnnx, title: versionsWords.noOnnxTitle, tone: "quiet" }
        : missing(versionsWords.notMeasured);
    case "signature":
      return signatureCell(row, at);
    case "number": {
      const [first, value] = [row.values[0] ?? null, row.values[at] ?? null];
      const text = row.texts[at] ?? "";
      if (value === null) return missing(versionsWords.missing(row.name));
      const isFirst = at === 0 || first === null || first === value;
      const change = isFirst ? "" : changeOf(asNumber(first), asNumber(value), row);
      const seen = width < roomForWords ? (/^\S+ \S+/.exec(change)?.[0] ?? change) : change;
      return {
        text: change === "" ? text : `${text} ${change}`,
        title: change === "" ? String(value) : `${String(value)} ${change}`,
        drawn: (
          <span class="grid-text compare-value">
            {text} {change === "" ? null : <span class="compare-change">{seen}</span>}
          </span>
        ),
      };
    }
  }
}

function signatureCell(row: Extract<VersionRow, { kind: "signature" }>, at: number): Cell {
  if (at === 0) return row.first === null ? missing(versionsWords.missing(row.name)) : { text: row.first };
  const changes = row.changes[at];
  if (changes === null || changes === undefined) return missing(versionsWords.noSignature);
  if (changes.length === 0) return { text: versionsWords.asFirst, tone: "quiet" };
  const breaks = changes.some((change) => change.breaks);
  const told = changes
    .map(({ change, after }) => {
      const word = modelWords.signature.changes[change];
      return after === null || change === "removed" ? word : `${after} (${word})`;
    })
    .join(", ");
  return breaks
    ? {
        text: `${told} · ${versionsWords.breaks}`,
        icon: "warning",
        tone: "warn",
        title: `${told} · ${versionsWords.breaks}`,
      }
    : { text: told, title: told };
}

/** The change of a number with its sign, an arrow and, where it is known which way is better, how it is. */
function changeOf(
  from: number,
  to: number,
  { better, key }: Extract<VersionRow, { kind: "number" }>,
): string {
  // sizes and times are told with units: how much of the first they are says more than a bare difference
  const isTold = key.startsWith("metrics ");
  const change = isTold ? changeText(from, to) : timesText(from, to);
  if (change === "" || from === to) return "";
  const arrow = to > from ? "↑" : "↓";
  if (better === null) return `${arrow} ${change}`;
  const told = to > from === (better === "more") ? versionsWords.better(change) : versionsWords.worse(change);
  return `${arrow} ${told}`;
}

/** `+12 %` */
function timesText(from: number, to: number): string {
  if (from === 0 || !Number.isFinite(from) || !Number.isFinite(to)) return "";
  return `${changeText(0, Math.round(((to - from) / from) * 100))} %`;
}

import type { ComponentChildren, VNode } from "preact";
import { shownColors } from "./ansi-colors.js";
import { ansiPieces, withoutAnsi, type AnsiLook } from "./ansi.js";
import { runWords } from "./run-words.js";

/** A place in code that a line names. */
export interface CodePlace {
  readonly path: string;
  readonly line: number;
}

const inTraceback = /File "([^"]+)", line (\d+)/;
const withColon = /((?:[A-Za-z]:)?[\w./\\~+@-]*[\w+@-]\.(?:py|pyx|ipynb|r|R|jl|mjs|cjs|js|ts|sh)):(\d+)/;

/** The place that a line names, and where in its text without colours. */
function codePlaceIn(text: string): (CodePlace & { readonly from: number; readonly to: number }) | undefined {
  const match = inTraceback.exec(text) ?? withColon.exec(text);
  if (!match) return undefined;
  const [whole, path = "", line = ""] = match;
  if (path.startsWith("<")) return undefined; // such as <frozen importlib>
  return { path, line: Number(line), from: match.index, to: match.index + whole.length };
}

/** What was found in a line: characters of its text without colours. */
export interface FoundText {
  readonly from: number;
  readonly to: number;
  /** Of all that was found, the one at which a person is. */
  readonly isCurrent: boolean;
}

interface ConsoleLineProps {
  /** A whole line with its colours, of which the characters between `from` and `to` are shown. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly found: readonly FoundText[];
  readonly onOpen: (place: CodePlace) => void;
}

/** A row of a console, with its colours, what was found in it, and a link to the code that it names. */
export function ConsoleLine({ text, from, to, found, onOpen }: ConsoleLineProps): VNode {
  const place = codePlaceIn(withoutAnsi(text));
  const edges = [from, to, ...found.flatMap((one) => [one.from, one.to])];
  if (place) edges.push(place.from, place.to);
  const parts: ComponentChildren[] = [];
  const linked: ComponentChildren[] = [];
  let at = 0;
  for (const { text: piece, look } of ansiPieces(text)) {
    const end = at + piece.length;
    const cuts = [...new Set([at, ...edges.filter((edge) => edge > at && edge < end), end])];
    cuts.sort((a, b) => a - b);
    for (const [index, begin] of cuts.slice(0, -1).entries()) {
      if (begin < from || begin >= to) continue;
      const shown = styled(piece.slice(begin - at, (cuts[index + 1] ?? end) - at), look);
      const match = found.find((one) => begin >= one.from && begin < one.to);
      const drawn = match ? <mark class={match.isCurrent ? "found-current" : "found"}>{shown}</mark> : shown;
      const isLinked = place !== undefined && begin >= place.from && begin < place.to;
      if (isLinked && linked.length === 0) parts.push(linked);
      (isLinked ? linked : parts).push(drawn);
    }
    at = end;
  }
  return (
    <>
      {parts.map((part) =>
        part === linked && place ? (
          <button
            type="button"
            class="link"
            title={runWords.console.open(place.path, place.line)}
            onClick={() => {
              onOpen(place);
            }}
          >
            {linked}
          </button>
        ) : (
          part
        ),
      )}
    </>
  );
}

function styled(text: string, look: AnsiLook): ComponentChildren {
  if (text === "" || Object.keys(look).length === 0) return text;
  const { color, background } = shownColors(look);
  const style = {
    ...(color === undefined ? {} : { color }),
    ...(background === undefined ? {} : { background }),
    ...(look.bold ? { fontWeight: "bold" } : {}),
    ...(look.italic ? { fontStyle: "italic" } : {}),
    ...(look.underline ? { textDecoration: "underline" } : {}),
  };
  return <span style={style}>{text}</span>;
}

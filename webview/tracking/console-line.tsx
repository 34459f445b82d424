import type { ComponentChildren, VNode } from "preact";
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

interface ConsoleLineProps {
  readonly text: string;
  readonly onOpen: (place: CodePlace) => void;
}

/** One line of a console, with its colours, and with a link to the code that it names. */
export function ConsoleLine({ text, onOpen }: ConsoleLineProps): VNode {
  const place = codePlaceIn(withoutAnsi(text));
  const parts: ComponentChildren[] = [];
  const linked: ComponentChildren[] = [];
  let at = 0;
  for (const { text: piece, look } of ansiPieces(text)) {
    const [from, to] = place ? [clamp(place.from - at, piece), clamp(place.to - at, piece)] : [0, 0];
    parts.push(styled(piece.slice(0, from), look));
    if (from < to) {
      if (linked.length === 0) parts.push(linked);
      linked.push(styled(piece.slice(from, to), look));
    }
    parts.push(styled(piece.slice(to), look));
    at += piece.length;
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

const clamp = (at: number, piece: string): number => Math.max(0, Math.min(piece.length, at));

function styled(text: string, look: AnsiLook): ComponentChildren {
  if (text === "") return null;
  if (Object.keys(look).length === 0) return text;
  const style = {
    ...(look.color === undefined ? {} : { color: look.color }),
    ...(look.background === undefined ? {} : { background: look.background }),
    ...(look.bold ? { fontWeight: "bold" } : {}),
    ...(look.faint ? { opacity: 0.7 } : {}),
    ...(look.italic ? { fontStyle: "italic" } : {}),
    ...(look.underline ? { textDecoration: "underline" } : {}),
  };
  return <span style={style}>{text}</span>;
}

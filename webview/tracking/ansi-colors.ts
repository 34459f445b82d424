import { onThemeChange } from "../chart/theme-colors.js";
import type { AnsiColor, AnsiLook, Rgb } from "./ansi.js";

/** What text needs against what is behind it; VS Code's own terminal moves its colours to the same. */
const enough = 4.5;
/** How far faint text goes towards what is behind it. */
const faintness = 0.35;

/** The colours of a piece of text, as CSS; undefined: as all around it. */
export interface ShownColors {
  readonly color: string | undefined;
  readonly background: string | undefined;
}

const plain: ShownColors = { color: undefined, background: undefined };
const known = new Map<string, ShownColors>();

/** The colours in which text of a look can be read in the theme: as far from what is behind it as text must be. */
export function shownColors({ color, background, faint }: AnsiLook): ShownColors {
  if (color === undefined && background === undefined && faint !== true) return plain;
  const key = `${String(color)}|${String(background)}|${String(faint)}`;
  const before = known.get(key);
  if (before) return before;
  const style = getComputedStyle(document.body);
  const read = (name: string): Rgb | undefined => parsed(style.getPropertyValue(`--vscode-${name}`).trim());
  const rgbOf = (one: AnsiColor): Rgb | undefined =>
    typeof one === "string" ? read(`terminal-${one}`) : one;
  const around = read("terminal-background") ?? read("panel-background") ?? read("editor-background");
  const behind = background === undefined ? around : (rgbOf(background) ?? around);
  const wanted =
    (color === undefined ? undefined : rgbOf(color)) ?? read("terminal-foreground") ?? read("foreground");
  const shown =
    behind && wanted
      ? {
          color: css(readable(faint === true ? mixed(wanted, behind, faintness) : wanted, behind)),
          background: background === undefined ? undefined : css(behind),
        }
      : plain;
  known.set(key, shown);
  return shown;
}

/** Calls the listener when the theme changed and colours are others, until the returned function is called. */
export const onAnsiColors = (listener: () => void): (() => void) =>
  onThemeChange(() => {
    known.clear();
    listener();
  });

/** The colour, moved away from what is behind it until it can be read. */
function readable(color: Rgb, behind: Rgb): Rgb {
  const away: Rgb = luminance(behind) < 0.18 ? [255, 255, 255] : [0, 0, 0];
  for (let part = 0; part < 1; part += 0.05) {
    const moved = mixed(color, away, part);
    if (contrast(moved, behind) >= enough) return moved;
  }
  return away;
}

const css = (color: Rgb): string => `rgb(${color.join(" ")})`;

const mixed = ([r, g, b]: Rgb, [r2, g2, b2]: Rgb, part: number): Rgb => [
  Math.round(r + (r2 - r) * part),
  Math.round(g + (g2 - g) * part),
  Math.round(b + (b2 - b) * part),
];

function parsed(text: string): Rgb | undefined {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(text);
  const parts = hex ?? /^rgba?\((\d+)[, ]+(\d+)[, ]+(\d+)/.exec(text);
  if (!parts) return undefined;
  const [red = 0, green = 0, blue = 0] = parts
    .slice(1, 4)
    .map((part) => Number.parseInt(part, hex ? 16 : 10));
  return [red, green, blue];
}

function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

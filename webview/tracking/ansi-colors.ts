import { onThemeChange } from "../chart/theme-colors.js";
import { ansiNames } from "./ansi.js";

/** What text needs against what is behind it; VS Code's own terminal moves its colours to the same. */
const enough = 4.5;

type Color = readonly [red: number, green: number, blue: number];

/** Sets `--loam-ansiRed` and the others: the theme's terminal colours, as far from the background as text must be. */
function setColors(): void {
  const style = getComputedStyle(document.body);
  const read = (name: string): Color | undefined => parsed(style.getPropertyValue(name).trim());
  const ground =
    read("--vscode-terminal-background") ??
    read("--vscode-panel-background") ??
    read("--vscode-editor-background");
  if (!ground) return;
  const away: Color = luminance(ground) < 0.18 ? [255, 255, 255] : [0, 0, 0];
  for (const name of ansiNames) {
    const color = read(`--vscode-terminal-ansi${name}`);
    if (color)
      document.body.style.setProperty(
        `--loam-ansi${name}`,
        `rgb(${readable(color, ground, away).join(" ")})`,
      );
  }
}

/** Holds the colours to the theme until the returned function is called. */
export function followAnsiColors(): () => void {
  setColors();
  return onThemeChange(setColors);
}

/** The colour, moved towards `away` until it can be read. */
function readable(color: Color, ground: Color, away: Color): Color {
  for (let part = 0; part < 1; part += 0.05) {
    const moved = mixed(color, away, part);
    if (contrast(moved, ground) >= enough) return moved;
  }
  return away;
}

const mixed = ([r, g, b]: Color, [r2, g2, b2]: Color, part: number): Color => [
  Math.round(r + (r2 - r) * part),
  Math.round(g + (g2 - g) * part),
  Math.round(b + (b2 - b) * part),
];

function parsed(text: string): Color | undefined {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(text)?.slice(1, 4);
  if (hex) return [hex[0], hex[1], hex[2]].map((part) => Number.parseInt(part ?? "", 16)) as unknown as Color;
  const parts = /^rgba?\((\d+)[, ]+(\d+)[, ]+(\d+)/.exec(text);
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : undefined;
}

function luminance(color: Color): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Color, other: Color): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

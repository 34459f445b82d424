import * as vscode from "vscode";
import type { RunBrief } from "../../protocol/tracking.js";
import { seriesColor, seriesHues } from "../../protocol/series-colors.js";

type State = RunBrief["state"];
type EndState = Exclude<State, "running" | "scheduled">;

/** What stands in the ring of a run that is over, on a field of 16 × 16. */
const signs: Readonly<Record<EndState, string>> = {
  finished: "M4.6 7.2l2 2 3.4-4",
  failed: "M5 4.8l4.4 4.4M9.4 4.8L5 9.2",
  killed: "M3.8 10.4l6.8-6.8",
  lost: "M5.7 5.4a1.5 1.5 0 1 1 2.2 1.3c-.6.3-.7.6-.7 1.1M7.2 9.6v.2",
};
const inks: Readonly<Record<"light" | "dark", Readonly<Record<EndState, string>>>> = {
  light: { finished: "#2f7d2b", failed: "#c72e2e", killed: "#8a6200", lost: "#8a6200" },
  dark: { finished: "#73c991", failed: "#f48771", killed: "#d7ba4a", lost: "#d7ba4a" },
};

const drawn = new Map<string, vscode.Uri>();

/** The state of a run as an icon; of one that is over with a dot in the colour that its curves have on pages. */
export function runIcon({ id, state }: RunBrief): NonNullable<vscode.TreeItem["iconPath"]> {
  switch (state) {
    case "running":
      return new vscode.ThemeIcon("sync~spin", new vscode.ThemeColor("charts.blue"));
    case "scheduled":
      return new vscode.ThemeIcon("clock");
    default:
      return { light: icon(state, id, "light"), dark: icon(state, id, "dark") };
  }
}

function icon(state: EndState, id: string, look: "light" | "dark"): vscode.Uri {
  const dot = seriesHues[look][seriesColor(id) - 1] ?? "";
  const key = `${state} ${dot}`;
  const known = drawn.get(key);
  if (known) return known;
  const ink = inks[look][state];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="${ink}" stroke-width="1.1" ` +
    `stroke-linecap="round" stroke-linejoin="round"><path d="M9.2 12.1a5.6 5.6 0 1 1 3.2-2.9"/><path d="${signs[state]}"/>` +
    `<circle cx="12.6" cy="12.6" r="2.9" fill="${dot}" stroke="none"/></svg>`;
  const uri = vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`);
  drawn.set(key, uri);
  return uri;
}

/** Colours of the editor's theme that a canvas needs: it knows no CSS variables. */
export interface ThemeColors {
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly focus: string;
  readonly background: string;
  readonly font: string;
  /** From the first to the eighth colour of series. */
  readonly series: readonly string[];
}

let current: ThemeColors | undefined;
const listeners = new Set<() => void>();

export function themeColors(): ThemeColors {
  if (current) return current;
  watch();
  const style = getComputedStyle(document.body);
  const color = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  const text = color("--vscode-foreground", "#808080");
  current = {
    text,
    muted: color("--vscode-descriptionForeground", text),
    grid: color("--loam-grid", "rgb(128 128 128 / 20%)"),
    focus: color("--vscode-focusBorder", text),
    background: color("--vscode-editor-background", "transparent"),
    font: style.fontFamily,
    series: Array.from({ length: 8 }, (_, at) => color(`--loam-series-${at + 1}`, text)),
  };
  return current;
}

/** Calls the listener when the theme changed, until the returned function is called. */
export function onThemeChange(listener: () => void): () => void {
  watch();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

let watching = false;

/** VS Code changes the style of the root and the class of the body. */
function watch(): void {
  if (watching) return;
  watching = true;
  const observer = new MutationObserver(() => {
    current = undefined;
    for (const listener of [...listeners]) listener();
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
}

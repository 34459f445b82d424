import * as fs from "node:fs";
import * as path from "node:path";

export type Theme = "light" | "dark" | "high-contrast" | "high-contrast-light";

export const themes: readonly Theme[] = ["light", "dark", "high-contrast", "high-contrast-light"];

/** The classes that VS Code puts on the body of a webview. */
export const bodyClasses: Readonly<Record<Theme, string>> = {
  light: "vscode-light",
  dark: "vscode-dark",
  "high-contrast": "vscode-high-contrast",
  "high-contrast-light": "vscode-high-contrast-light vscode-high-contrast",
};

/** Where the variables stand as a real window of VS Code 1.139 set them, read out of a webview. */
const tokensFile = path.join(import.meta.dirname, "theme-tokens.json");

type Variables = Readonly<Record<string, string>>;

/** VS Code's variables in its default themes (Light Modern, Dark Modern, the two of high contrast) that pages use. */
export const themeVariables = JSON.parse(fs.readFileSync(tokensFile, "utf8")) as Readonly<
  Record<Theme, Variables>
>;

/** The style sheet that VS Code lays under that of every webview, as far as it touches what pages have. */
export const underlyingStyles = `@layer vscode-default {
  html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
  body {
    overscroll-behavior-x: none;
    background-color: transparent;
    color: var(--vscode-editor-foreground);
    font-family: var(--vscode-font-family);
    font-weight: var(--vscode-font-weight);
    font-size: var(--vscode-font-size);
    margin: 0;
    padding: 0 20px;
  }
  img { max-width: 100%; max-height: 100%; }
  a, a code { color: var(--vscode-textLink-foreground); }
  a:hover { color: var(--vscode-textLink-activeForeground); }
  a:focus, input:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
  code {
    color: var(--vscode-textPreformat-foreground);
    background-color: var(--vscode-textPreformat-background);
    padding: 1px 3px;
    border-radius: 4px;
  }
  pre code { padding: 0; }
  blockquote { background: var(--vscode-textBlockQuote-background); border-color: var(--vscode-textBlockQuote-border); }
  kbd {
    background-color: var(--vscode-keybindingLabel-background);
    color: var(--vscode-keybindingLabel-foreground);
    border: 1px solid var(--vscode-keybindingLabel-border);
    border-radius: 3px;
    border-bottom-color: var(--vscode-keybindingLabel-bottomBorder);
    box-shadow: inset 0 -1px 0 var(--vscode-widget-shadow);
    vertical-align: middle;
    padding: 1px 3px;
  }
}`;

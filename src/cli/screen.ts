import { styleText } from "node:util";

/** What stdout can show. */
export interface Screen {
  /** Columns that a table may take to be read without wrapping. */
  readonly width: number;
  /** Whether a person looks at it: long cells are cut only then, since a program wants them whole. */
  readonly live: boolean;
  readonly colours: boolean;
}

const usualWidth = 80;

/** Stdout of this process. No colours where it is no terminal, or where `NO_COLOR` is set (no-color.org). */
export function ownScreen(
  stdout: { readonly isTTY?: boolean; readonly columns?: number } = process.stdout,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Screen {
  const live = stdout.isTTY === true;
  const asked = (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
  return { width: (live && stdout.columns) || usualWidth, live, colours: live && asked };
}

export type Tone = "bold" | "dim" | "red" | "green" | "yellow";

/** Marks text for the eye. Meaning never hangs on it: every state is a word too. */
export function toned(text: string, tone: Tone, screen: Screen): string {
  return screen.colours && text !== "" ? styleText(tone, text, { validateStream: false }) : text;
}

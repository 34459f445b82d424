import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Failure, type FailureCode } from "../core/base/failure.js";
import { said, type Piece, type Said } from "../core/base/said.js";
import type { RemoteFailure } from "../protocol/failure.js";
import type { Told } from "../protocol/told.js";

// What is alike of the processes that Loam starts for a library's program.

/**
 * The code of `tabular` or `inference`: beside the bundle, whose parts are a folder below; in a checkout its source,
 * `tabular-process.ts`.
 */
export function processEntry(name: string): { readonly entry: string; readonly execArgv: readonly string[] } {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const bundled = [here, path.dirname(here)]
    .flatMap((folder) => [path.join(folder, `${name}.js`), path.join(folder, `${name}.mjs`)])
    .find((file) => fs.existsSync(file));
  if (bundled !== undefined) return { entry: bundled, execArgv: [] };
  return {
    entry: path.join(here, `${name}-process.ts`),
    execArgv: ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href],
  };
}

/** Without what the editor and Node were told for this process alone. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env))
    if (!/^(ELECTRON|VSCODE)_/.test(name) && name !== "NODE_OPTIONS") kept[name] = value;
  return { ...kept, ...(process.versions["electron"] === undefined ? {} : { ELECTRON_RUN_AS_NODE: "1" }) };
}

/** A text that arrived: its pieces have their words, of which only templates are needed further on. */
export const arrived = (told: Told | undefined, text: string): Said =>
  told ? { text, template: told.template, pieces: told.pieces as readonly Piece[] } : said`${text}`;

/** What a process failed with, as if it had failed here; a code that it is not known to have is `internal`. */
export function arrivedFailure(error: RemoteFailure, codes: ReadonlySet<FailureCode>): Failure {
  const { code, message, next, told, toldNext } = error.wire;
  const known = [...codes].find((one) => one === code);
  return new Failure(known ?? "internal", arrived(told, message), {
    ...(next === undefined ? {} : { next: arrived(toldNext, next) }),
    cause: error,
  });
}

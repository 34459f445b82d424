import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { Document } from "yaml";
import { systemCode } from "../core/base/failure.js";
import { trackingName } from "./tracking-name.js";

export interface ConfigParam {
  readonly name: string;
  readonly value: string;
}

export interface ConfigReading {
  readonly params: readonly ConfigParam[];
  /** Absolute paths of the files that were there and could be read. */
  readonly files: readonly string[];
  /** One sentence for a person about each file that gave no params, or not all. */
  readonly notes: readonly string[];
}

const largest = 1_000_000;
const mostParams = 500;
const deepest = 20;

/**
 * Params from the YAML and JSON files that a command names. `given`: paths as in the command, taken from `folder`;
 * what is not there is passed over, since not every word that looks like a file is one. Nested keys are joined with
 * dots, lists kept as JSON text, at most 500 params in all, the first file's value where two files have one name.
 * A file that cannot be read gives a note; only an aborted signal is thrown.
 */
export async function readConfigParams(
  folder: string,
  given: readonly string[],
  signal: AbortSignal,
): Promise<ConfigReading> {
  const params = new Map<string, string>();
  const files: string[] = [];
  const notes: string[] = [];
  for (const name of given) {
    signal.throwIfAborted();
    const file = path.resolve(folder, name);
    try {
      const stat = await fs.stat(file);
      if (!stat.isFile()) continue;
      if (stat.size > largest) {
        notes.push(`${name} is larger than 1 MB, so its values are not among the params.`);
        continue;
      }
      const text = await fs.readFile(file, "utf8");
      files.push(file);
      const tree = /\.json$/i.test(file)
        ? (JSON.parse(text.replace(/^\uFEFF/, "")) as unknown)
        : await readYaml(text);
      if (!flatten(tree, params))
        notes.push(`${name} holds more values than fit: only the first ${mostParams} are params.`);
    } catch (error) {
      if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") continue;
      const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      notes.push(`${name} gave no params: ${reason.replace(/:$/, "")}`);
    }
  }
  return { params: [...params].map(([name, value]) => ({ name, value })), files, notes };
}

async function readYaml(text: string): Promise<unknown> {
  const { default: yaml } = await import("yaml"); // in the bundle it has no named exports
  const all = yaml.parseAllDocuments(text, {
    logLevel: "silent",
    uniqueKeys: false,
    merge: true,
    keepSourceTokens: false,
  });
  const first: Document | undefined = Array.isArray(all) ? all[0] : undefined;
  if (!first) return undefined;
  const [error] = first.errors;
  if (error) throw error;
  // a number stays as it is written: `1e-3` and `0.10` are what the person compares and filters by
  yaml.visit(first, {
    Scalar: (place, node) => {
      if (place !== "key" && typeof node.value === "number" && typeof node.source === "string")
        node.value = new Written(node.source);
    },
  });
  return first.toJS({ maxAliasCount: 100 }) as unknown;
}

/** A number as its file writes it. */
class Written {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toJSON(): unknown {
    const value = Number(this.text);
    return Number.isFinite(value) ? value : this.text;
  }
}

/** False where the params are full. */
function flatten(tree: unknown, params: Map<string, string>): boolean {
  if (!isSection(tree)) return true;
  const pending: { readonly name: string; readonly value: unknown; readonly depth: number }[] = [
    { name: "", value: tree, depth: 0 },
  ];
  for (let item = pending.pop(); item; item = pending.pop()) {
    const { name, value, depth } = item;
    if (isSection(value) && depth < deepest) {
      for (const [key, inner] of Object.entries(value).reverse())
        pending.push({
          name: name === "" ? key : `${name}.${key}`,
          value: inner,
          depth: depth + 1,
        });
      continue;
    }
    const accepted = trackingName(name);
    if (accepted === undefined || params.has(accepted)) continue;
    if (params.size >= mostParams) return false;
    params.set(accepted, valueText(value));
  }
  return true;
}

const isSection = (value: unknown): value is object =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Written) &&
  !(value instanceof Date);

function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Written) return value.text;
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value);
}

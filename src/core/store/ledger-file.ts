import type { FilePort } from "../base/ports.js";
import { sha256 } from "./canonical.js";
import { asFact, type Fact } from "./fact.js";
import { isUlid } from "./ids.js";

/** Facts that a fact of the ledger names as known to its writer: not more than these. */
export const mostHeads = 8;
/** No fact comes near it; a larger file is not read. */
const largestFact = 32 * 1024 * 1024;

/** `<ulid>-<16 hex>` of a file's name, or undefined for a foreign file. */
export function ledgerName(file: string): string | undefined {
  const match = /^([0-9A-Z]{26})-[0-9a-f]{16}\.json$/.exec(file);
  return match?.[1] !== undefined && isUlid(match[1]) ? file.slice(0, -5) : undefined;
}

export const isMonth = (name: string): boolean => /^\d{4}-\d{2}$/.test(name);

export interface LedgerFile {
  readonly bytes: Buffer;
  readonly fact: Fact;
  readonly heads: readonly string[];
}

/** The fact in a file of a ledger, or why there is none; undefined where the file is gone. */
export function readLedgerFile(files: FilePort, file: string, name: string): LedgerFile | string | undefined {
  const stat = files.stat(file);
  if (!stat) return undefined;
  if (stat.kind !== "file") return "not a plain file";
  if (stat.size > largestFact) return "larger than any fact";
  const bytes = files.readAll(file);
  if (!bytes) return undefined;
  if (sha256(bytes).slice(0, 16) !== name.slice(27))
    return "its content is not what was written: altered or cut off";
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    return "not JSON";
  }
  const fact = asFact(value);
  if (typeof fact === "string") return fact;
  if (fact.id !== name.slice(0, 26)) return "it carries the name of another fact";
  const named: unknown = fact["heads"];
  const heads = Array.isArray(named) ? named.map(String).slice(0, mostHeads) : [];
  return { bytes, fact, heads };
}

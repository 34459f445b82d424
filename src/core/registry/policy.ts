import { z } from "zod";
import { LoamFile, type LoamFileMistake } from "../code/loam-file.js";
import { Failure } from "../base/failure.js";
import { parseGate, type Gate } from "./gate.js";
import type { Registry } from "./registry.js";

/** What `loam.yaml` asks of the versions of a model before they are approved. */
export interface ModelPolicy {
  readonly approvers: number;
  readonly requesterCounts: boolean;
  /** Checks that a version must pass. */
  readonly checks: readonly Gate[];
  /** Aliases that only an approved version takes. */
  readonly protected: readonly string[];
  /** True: a version may be approved though a check does not pass; the checks stand in the fact. */
  readonly approveFailing: boolean;
  /** Headings of the card that must have text, for the check `card complete`. */
  readonly card: readonly string[];
}

/** Headings of the card that no fact can fill in. */
export const ownHeadings = ["Intended use", "Limitations"] as const;

const check = z.string().transform((text, context): Gate => {
  try {
    return parseGate(text);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    context.addIssue({ code: "custom", message: error.message, params: { said: error.said.message } });
    return z.NEVER;
  }
});

const part = z.strictObject({
  approvers: z.int().min(1).max(50).optional(),
  requester_counts: z.boolean().optional(),
  checks: z.array(check).max(100).optional(),
  protected: z.array(z.string().min(1).max(255)).max(100).optional(),
  approve_failing: z.boolean().optional(),
  card: z.array(z.string().min(1).max(255)).max(100).optional(),
});
type Part = z.infer<typeof part>;

/** The section `models` of `loam.yaml`: policies by the names of models, and `default` for all. */
const section = z.record(z.string(), part);
const defaultName = "default";

/** Mistakes in the section `models`, for whoever edits the file. */
export function mistakesInModels(file: LoamFile): readonly LoamFileMistake[] {
  const read = file.section<Record<string, Part>>(["models"], section, {});
  return "mistakes" in read ? read.mistakes : [];
}

/** The policy of a model of this name. Throws `value.invalid` where `loam.yaml` has a mistake there. */
export function policyOf(registry: Registry, name: string): ModelPolicy {
  const file = LoamFile.read(registry.store.ports, registry.folder);
  const parts = file.need<Record<string, Part>>(["models"], section, {});
  const of = (key: string): Part => (Object.hasOwn(parts, key) ? (parts[key] ?? {}) : {});
  const {
    approvers,
    requester_counts,
    checks,
    protected: kept,
    approve_failing,
    card,
  } = {
    ...of(defaultName),
    ...of(name),
  };
  return {
    approvers: approvers ?? 1,
    requesterCounts: requester_counts ?? true,
    checks: checks ?? [],
    protected: kept ?? [],
    approveFailing: approve_failing ?? false,
    card: card ?? ownHeadings,
  };
}

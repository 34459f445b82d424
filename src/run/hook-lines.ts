/** What the hook in a run's Python processes tells, a JSON line each. */
export type HookLine =
  | {
      readonly kind: "python";
      readonly pid: number;
      readonly executable: string;
      readonly version: string;
      readonly prefix: string;
      readonly path: readonly string[];
      readonly argv: readonly string[];
    }
  | { readonly kind: "read" | "write"; readonly pid: number; readonly path: string };

const longestPath = 8192;

const isText = (value: unknown): value is string => typeof value === "string" && value.length <= longestPath;
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter(isText).slice(0, 1000) : []);

/** One line; undefined for anything that the hook would not have written. */
export function parseHookLine(line: string): HookLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { k, pid, path, executable, version, prefix, argv } = value as Record<string, unknown>;
  if (typeof pid !== "number") return undefined;
  if (k === "read" || k === "write") return isText(path) && path !== "" ? { kind: k, pid, path } : undefined;
  if (k !== "python" || !isText(executable) || !isText(version) || !isText(prefix)) return undefined;
  return { kind: "python", pid, executable, version, prefix, path: texts(path), argv: texts(argv) };
}

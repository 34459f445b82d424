import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Ports } from "../base/ports.js";
import type { Layout } from "./layout.js";
import { createFile, readJson } from "./whole-file.js";

const formatVersion = 1;
/** Features of the format that this version reads. A store that needs another one is not touched. */
const known: ReadonlySet<string> = new Set<string>();

const gitignore = `# Written by Loam. What a team shares goes into git, the rest stays here.
*
!.gitignore
!.gitattributes
!format.json
!ledger/
!ledger/**
!manifests/
!manifests/**
.*.tmp
`;

const gitattributes = `# Written by Loam: its files are byte for byte what was recorded.
* -text
*.jsonl merge=binary -diff
*.bin merge=binary -diff
console* merge=binary -diff
`;

/** Creates what is missing of a store's frame. Existing files stay as they are. */
export function createStore(ports: Ports, layout: Layout): void {
  ports.files.makeFolder(layout.root);
  ports.files.makeFolder(layout.local, 0o700);
  const frame: [string, string][] = [
    [".gitignore", gitignore],
    [".gitattributes", gitattributes],
    ["format.json", `${JSON.stringify({ format: formatVersion, needs: [] })}\n`],
  ];
  for (const [name, text] of frame) {
    const file = layout.at(name);
    if (!ports.files.stat(file)) createFile(ports, file, Buffer.from(text));
  }
}

/** What tells what is so, and what is secret. Content may lie elsewhere, on a larger disk. */
const ownFolders = ["ledger", "local"] as const;

/**
 * Throws where the store was written by a version that uses something that this one would read wrongly, and where a
 * clone has a link in place of a folder: what is written there would go wherever it leads.
 */
export function checkFormat(ports: Ports, layout: Layout): void {
  for (const name of ownFolders)
    if (ports.files.stat(layout.at(name))?.kind === "link")
      throw new Failure(
        "store.damaged",
        said`${layout.at(name)} is a link, and not a folder of the store's own.`,
        {
          next: said`Look where it leads, then put a folder in its place. Nothing in the store was touched.`,
        },
      );
  const stat = ports.files.stat(layout.format);
  if (stat === undefined) return; // not yet created, or cut off while it was
  const readable = stat.kind === "file" && stat.size < 65_536;
  const value: unknown = readable ? readJson(ports.files, layout.format) : undefined;
  if (typeof value !== "object" || value === null) {
    throw new Failure("store.damaged", said`${layout.format} is not JSON.`, {
      next: said`Put back {"format": ${formatVersion}, "needs": []}, or restore the file from git.`,
    });
  }
  const { format, needs: named } = value as { format?: unknown; needs?: unknown };
  const needs = Array.isArray(named) ? named.map(String) : [];
  const missing = needs.filter((need) => !known.has(need));
  const newer = typeof format === "number" && format > formatVersion;
  if (missing.length === 0 && !newer) return;
  const what = newer ? said`format ${format}` : missing.map((need) => `'${need}'`).join(", ");
  throw new Failure(
    "store.needs",
    said`The store ${layout.root} needs ${what}, which this version of Loam cannot read.`,
    {
      next: said`Update Loam. Nothing in the store was touched.`,
    },
  );
}

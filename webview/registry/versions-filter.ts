import type { VersionLine } from "../../src/protocol/model-lines.js";
import { modelWords } from "./model-words.js";
import { formatName, personName, versionName } from "./names.js";

/** What each version is found by, made when it is first looked for. */
const texts = new WeakMap<VersionLine, string>();

function textOf(version: VersionLine): string {
  const known = texts.get(version);
  if (known !== undefined) return known;
  const { number, aliases, approval, author, runName, flavor, description, tags, stage } = version;
  const made = [
    versionName(number),
    ...aliases,
    modelWords.approval[approval],
    personName(author),
    author,
    runName ?? "",
    formatName(flavor),
    stage === "None" ? "" : stage,
    description,
    ...Object.entries(tags).map(([key, value]) => `${key}=${value}`),
  ]
    .join("\n")
    .toLowerCase();
  texts.set(version, made);
  return made;
}

/** The versions in which each of the words stands: in number, aliases, approval, person, run, tags (`team=risk`) … */
export function versionsWith(versions: readonly VersionLine[], filter: string): readonly VersionLine[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return versions;
  return versions.filter((version) => {
    const text = textOf(version);
    return words.every((word) => text.includes(word));
  });
}

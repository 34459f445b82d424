import type { Dirent, Stats } from "node:fs";
import * as path from "node:path";
import {
  attributeOf,
  builtInMacros,
  parseAttributes,
  type AttributeLevel,
  type AttributeValue,
} from "./attributes.js";
import { entriesOf, readText, statOf, within } from "./disk.js";
import { fileReason, folderReason, isEnvironmentMark, isSource } from "./exclusions.js";
import { comparable, isIgnored, parseIgnore, type IgnoreLevel } from "./ignore-rules.js";
import type { LeftOutList } from "./left-out.js";
import { modes, type LeftOutReason } from "./model.js";
import type { Pace } from "../store/pace.js";
import { headCommit } from "./head.js";
import { repositoryAt } from "./repository.js";
import type { WorkTree } from "./work-tree.js";

/** A file, link or submodule that may go into the snapshot. */
export interface Candidate {
  readonly path: string;
  readonly kind: "file" | "link" | "submodule";
  readonly stat: Stats;
  /** The object of a submodule: the commit that it has checked out. */
  readonly commit: string | undefined;
  readonly attribute: (name: string) => AttributeValue;
}

interface Scope {
  /** Below the root, with a slash at the end; "" is the root. */
  readonly prefix: string;
  readonly folders: readonly string[];
  readonly ignore: readonly IgnoreLevel[];
  readonly attributes: readonly AttributeLevel[];
  /** In a folder that git ignores, only what is tracked all the same counts. */
  readonly trackedOnly: boolean;
}

/** More names than this are not looked at: the rest of the folders is left out. */
const mostEntries = 300_000;

/** Lists what a snapshot may hold, by the folder's rules alone; contents are not read. */
export class Walk {
  readonly #tree: WorkTree;
  readonly #leftOut: LeftOutList;
  readonly #macros = builtInMacros();
  readonly #foldCase: boolean;
  readonly #candidates: Candidate[] = [];
  readonly #queue: Scope[] = [];
  readonly #storeFolder: string;
  readonly #storeName: string;
  readonly #strongest: AttributeLevel;
  readonly #until: number;
  #seen = 0;
  #usesLfs = false;

  /** @param until what came later (Unix milliseconds) is left out unless git tracks it or it is source */
  constructor(tree: WorkTree, storeFolder: string, leftOut: LeftOutList, until = Infinity) {
    this.#tree = tree;
    this.#until = until;
    this.#leftOut = leftOut;
    this.#foldCase = tree.foldCase;
    this.#storeFolder = path.resolve(storeFolder);
    this.#storeName = path.basename(this.#storeFolder);
    this.#strongest = this.#attributeLevel(tree.strongestAttributes, 0);
  }

  /** The attributes of tracked files that were left out by name or size. */
  readonly attributesOfOthers = new Map<string, Candidate["attribute"]>();

  async run(pace: Pace): Promise<readonly Candidate[]> {
    this.#queue.push(this.#rootScope());
    for (let next = 0; next < this.#queue.length; next++) {
      const scope = this.#queue[next];
      if (!scope) break;
      const entries = entriesOf(within(this.#tree.root, scope.prefix));
      if (!entries) this.#leftOut.add(scope.prefix, "unreadable");
      else if (scope.prefix !== "" && entries.some((entry) => isEnvironmentMark(entry.name)))
        this.#leftOut.add(scope.prefix, "environment");
      else {
        const inner = this.#withOwnRules(scope, entries);
        for (const entry of entries) {
          this.#look(inner, entry);
          await pace.turn();
        }
      }
    }
    this.#noteSparse();
    return this.#candidates;
  }

  /** A sparse checkout leaves files of the repository away, on purpose. */
  #noteSparse(): void {
    const { index, root } = this.#tree;
    for (const folder of index?.sparseFolders ?? []) this.#leftOut.add(folder, "sparse");
    for (const [name, entry] of index?.entries ?? [])
      if (entry.skipWorktree && !statOf(within(root, name))) this.#leftOut.add(name, "sparse");
  }

  #rootScope(): Scope {
    const { ignoreTexts, globalAttributes } = this.#tree;
    return {
      prefix: "",
      folders: [],
      ignore: ignoreTexts.map((text) => ({ rules: parseIgnore(text, this.#foldCase), from: 0 })),
      attributes: [this.#attributeLevel(globalAttributes, 0)],
      trackedOnly: false,
    };
  }

  #attributeLevel(text: string, from: number): AttributeLevel {
    this.#usesLfs ||= text.includes("lfs");
    return { rules: parseAttributes(text, this.#foldCase, this.#macros), from };
  }

  #withOwnRules(scope: Scope, entries: readonly Dirent[]): Scope {
    const from = comparable(scope.prefix, false).length;
    // git does not follow a link here either
    const own = (name: string): string | undefined =>
      entries.some((entry) => entry.name === name && entry.isFile())
        ? readText(within(this.#tree.root, scope.prefix + name))
        : undefined;
    const ignore = own(".gitignore");
    const attributes = own(".gitattributes");
    return {
      ...scope,
      ignore:
        ignore === undefined
          ? scope.ignore
          : [...scope.ignore, { rules: parseIgnore(ignore, this.#foldCase), from }],
      attributes:
        attributes === undefined
          ? scope.attributes
          : [...scope.attributes, this.#attributeLevel(attributes, from)],
    };
  }

  #look(scope: Scope, entry: Dirent): void {
    const name = this.#tree.composesNames ? entry.name.normalize("NFC") : entry.name;
    const lower = name.toLowerCase();
    if (lower === ".git" || lower === ".loam") return;
    this.#seen++;
    if (this.#tree.isHome && scope.prefix === "" && this.#isPersonal(entry, name)) {
      this.#leftOut.add(entry.isDirectory() ? `${name}/` : name, "home");
      return;
    }
    const at = scope.prefix + name;
    if (entry.isDirectory()) this.#lookAtFolder(scope, name, at);
    else if (entry.isFile() || entry.isSymbolicLink()) this.#lookAtFile(scope, name, at, entry.isFile());
    else if (!scope.trackedOnly) this.#leftOut.add(at, "special");
  }

  /** Of a home folder only its own files are taken, and nothing that is hidden, but for what git tracks. */
  #isPersonal(entry: Dirent, name: string): boolean {
    const { tracked, trackedFolders } = this.#tree;
    return (entry.isDirectory() || name.startsWith(".")) && !tracked.has(name) && !trackedFolders.has(name);
  }

  #ignored(scope: Scope, name: string, at: string, isFolder: boolean): boolean {
    const subject = {
      path: comparable(at, this.#foldCase),
      name: comparable(name, this.#foldCase),
      isFolder,
    };
    return isIgnored(scope.ignore, subject);
  }

  #lookAtFolder(scope: Scope, name: string, at: string): void {
    const { tracked } = this.#tree;
    const folder = `${at}/`;
    if (name === this.#storeName && path.resolve(this.#tree.root, at) === this.#storeFolder) return;
    const submodule = tracked.get(at)?.mode === modes.commit;
    const ignored = scope.trackedOnly || (!submodule && this.#ignored(scope, name, at, true));
    const holdsTracked = this.#tree.trackedFolders.has(at);
    if (ignored && !submodule && !holdsTracked) {
      if (!scope.trackedOnly) this.#leftOut.add(folder, "ignored");
      return;
    }
    if (this.#tree.inGit && this.#lookAtSubmodule(at, submodule)) return;
    const reason = folderReason(name, scope.folders.at(-1) ?? "");
    if (reason !== undefined && (reason !== "output" || !holdsTracked)) {
      this.#leftOut.add(folder, reason);
      return;
    }
    if (this.#seen > mostEntries) this.#leftOut.add(folder, "total");
    else
      this.#queue.push({ ...scope, prefix: folder, folders: [...scope.folders, name], trackedOnly: ignored });
  }

  /** True where the folder is a repository of its own: only its commit is kept. */
  #lookAtSubmodule(at: string, tracked: boolean): boolean {
    const file = within(this.#tree.root, at);
    const inner = repositoryAt(file);
    if (!inner && !tracked) return false;
    const commit =
      (inner?.state === "found" ? headCommit(inner) : null) ?? this.#tree.tracked.get(at)?.id ?? undefined;
    const stat = statOf(file);
    if (stat && commit?.length === 40)
      this.#candidates.push({ path: at, kind: "submodule", stat, commit, attribute: () => undefined });
    this.#leftOut.add(`${at}/`, "submodule");
    return true;
  }

  #lookAtFile(scope: Scope, name: string, at: string, isFile: boolean): void {
    const tracked = this.#tree.tracked.has(at);
    if (!tracked && scope.trackedOnly) return;
    if (!tracked && this.#ignored(scope, name, at, false)) {
      this.#leftOut.add(at, "ignored");
      return;
    }
    const stat = statOf(within(this.#tree.root, at));
    if (!stat) {
      // Listed but not there: deleted just now, or a name that is no UTF-8.
      if (at.includes("\ufffd")) this.#leftOut.add(at, "name");
      return;
    }
    const attribute = (wanted: string): AttributeValue =>
      attributeOf(
        [...scope.attributes, this.#strongest],
        { path: comparable(at, this.#foldCase), name: comparable(name, this.#foldCase), isFolder: false },
        wanted,
      );
    const candidate: Candidate = {
      path: at,
      kind: isFile ? "file" : "link",
      stat,
      commit: undefined,
      attribute,
    };
    const reason = isFile ? this.#reasonOfFile(scope, name, candidate, tracked) : undefined;
    if (reason === undefined) this.#candidates.push(candidate);
    else {
      this.#leftOut.add(at, reason, stat.size);
      if (tracked) this.attributesOfOthers.set(at, attribute);
    }
  }

  #reasonOfFile(scope: Scope, name: string, file: Candidate, tracked: boolean): LeftOutReason | undefined {
    // source may be new only because an editor saves by renaming
    if (!tracked && file.stat.birthtimeMs > this.#until && !isSource(name)) return "later";
    const reason = fileReason(scope.folders, name, file.stat.size);
    // A pointer is shorter; a short file with its own content is kept as any other.
    const mayBeLfs = this.#usesLfs && tracked && file.stat.size >= 1024 && reason !== "secret";
    return mayBeLfs && file.attribute("filter") === "lfs" ? "lfs" : reason;
  }
}

import * as fs from "node:fs";
import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { isFolder, readText } from "./disk.js";
import {
  excludesFile,
  globalAttributesFile,
  homeFolder,
  isOff,
  isOn,
  readGitConfig,
  type GitConfig,
} from "./git-config.js";
import { readGitIndex, type GitIndex } from "./git-index.js";
import { comparable, isIgnored, parseIgnore, type IgnoreLevel } from "./ignore-rules.js";
import { findRepository, type Repository } from "./repository.js";
import { parentOf } from "./trees.js";

/** The folder that a snapshot is taken of, and what git says of it. Nothing of it is changed by reading. */
export interface WorkTree {
  readonly root: string;
  /** The folder asked for, below `root`; "" where they are one. */
  readonly folder: string;
  readonly repository: Repository;
  readonly inGit: boolean;
  /** The root is a person's home folder, or the whole disk: no project, whatever lies in it. */
  readonly isHome: boolean;
  readonly config: GitConfig;
  /** undefined where there is an index that cannot be read. */
  readonly index: GitIndex | undefined;
  readonly tracked: ReadonlyMap<string, { readonly mode: number; readonly id: string | null }>;
  readonly trackedFolders: ReadonlySet<string>;
  /** SHA-256 repositories name their objects by longer ids. */
  readonly algorithm: "sha1" | "sha256";
  readonly foldCase: boolean;
  readonly composesNames: boolean;
  readonly trustsModes: boolean;
  readonly hasLinks: boolean;
  /** The rules that hold everywhere, the weakest first. */
  readonly ignoreTexts: readonly string[];
  readonly globalAttributes: string;
  /** `info/attributes` overrules every `.gitattributes`. */
  readonly strongestAttributes: string;
}

/** @throws Failure `path.invalid` where the folder is missing or none. */
export function openWorkTree(folder: string): WorkTree {
  const real = realFolder(folder);
  const repository = findRepository(real);
  const inRepository = describe(real, repository);
  if (repository.state !== "found" || inRepository.folder === "") return inRepository;
  // Someone who keeps settings in a repository around the home folder has none for this folder.
  const { config, trackedFolders, isHome } = inRepository;
  const outside =
    !trackedFolders.has(inRepository.folder) &&
    (isHome || isOff(config, "status.showuntrackedfiles") || isIgnoredFolder(inRepository));
  return outside ? describe(real, { state: "none" }) : inRepository;
}

function realPath(file: string): string | undefined {
  try {
    return fs.realpathSync(file);
  } catch {
    return undefined;
  }
}

function realFolder(folder: string): string {
  const real = realPath(folder);
  if (real !== undefined && isFolder(real)) return real;
  throw new Failure("path.invalid", said`There is no folder ${folder}.`, {
    next: said`Name the folder that the code is in.`,
  });
}

function describe(folder: string, repository: Repository): WorkTree {
  const root = repository.state === "none" ? folder : repository.root;
  const found = repository.state === "found" ? repository : undefined;
  const config = readGitConfig(found?.commonDir);
  const algorithm = config.get("extensions.objectformat")?.toLowerCase() === "sha256" ? "sha256" : "sha1";
  const index = found ? readGitIndex(found.gitDir, algorithm === "sha1" ? 20 : 32) : undefined;
  const info = (name: string): string => (found && readText(path.join(found.commonDir, "info", name))) ?? "";
  return {
    root,
    folder: path.relative(root, folder).replaceAll(path.sep, "/"),
    repository,
    inGit: found !== undefined,
    isHome: root === path.dirname(root) || root === realPath(homeFolder()),
    config,
    index,
    tracked: index?.entries ?? new Map<string, never>(),
    trackedFolders: foldersOf(index?.entries.keys() ?? []),
    algorithm,
    foldCase: isOn(config, "core.ignorecase"),
    composesNames: isOn(config, "core.precomposeunicode"),
    trustsModes: process.platform !== "win32" && !isOff(config, "core.filemode"),
    hasLinks: !isOff(config, "core.symlinks"),
    ignoreTexts: [readText(excludesFile(config)) ?? "", info("exclude")],
    globalAttributes: readText(globalAttributesFile(config)) ?? "",
    strongestAttributes: info("attributes"),
  };
}

/** The tree with what HEAD has taken for tracked, where the index cannot be read. */
export const withTracked = (tree: WorkTree, tracked: WorkTree["tracked"]): WorkTree => ({
  ...tree,
  tracked,
  trackedFolders: foldersOf(tracked.keys()),
});

function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const one of paths)
    for (let folder = parentOf(one); folder !== "" && !folders.has(folder); folder = parentOf(folder))
      folders.add(folder);
  return folders;
}

/** Whether git ignores the folder asked for, or one above it. */
function isIgnoredFolder(tree: WorkTree): boolean {
  const levels: IgnoreLevel[] = tree.ignoreTexts.map((text) => ({
    rules: parseIgnore(text, tree.foldCase),
    from: 0,
  }));
  let at = "";
  for (const name of tree.folder.split("/")) {
    const text = readText(path.join(tree.root, at, ".gitignore"));
    const from = comparable(at, tree.foldCase).length;
    if (text !== undefined) levels.push({ rules: parseIgnore(text, tree.foldCase), from });
    at += name;
    const subject = {
      path: comparable(at, tree.foldCase),
      name: comparable(name, tree.foldCase),
      isFolder: true,
    };
    if (isIgnored(levels, subject)) return true;
    at += "/";
  }
  return false;
}

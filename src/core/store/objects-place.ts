import * as path from "node:path";
import { Failure, systemCode, toFailure } from "../base/failure.js";
import type { FilePort, Ports } from "../base/ports.js";
import { oneOf, said } from "../base/said.js";
import { Layout } from "./layout.js";
import { isShard } from "./object-names.js";
import { createFile, readJson, replaceFile } from "./whole-file.js";

/*
 * The objects of a store may lie on another disk. A person says so on this machine; what a clone brings, such as a link,
 * is not enough, since whoever made it would say where all data is written. Record and place each have the same random
 * mark: a folder belongs to one store, so that nobody's garbage is another's content.
 */

interface Placed {
  readonly at: string;
  readonly mark: string;
}

/** Stands beside the objects of a store that are kept elsewhere. */
export const markFile = "loam-objects.json";
const isMark = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
const recordOf = (root: string): string => path.join(root, "local", "objects.json");

function readRecord(files: FilePort, root: string): Placed | undefined {
  let value: unknown;
  try {
    value = readJson(files, recordOf(root));
  } catch (error) {
    const code = systemCode(error);
    if (code === "EACCES" || code === "EPERM") return undefined; // the store of somebody else
    throw error;
  }
  const { at, mark } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof at === "string" && path.isAbsolute(at) && isMark(mark) ? { at, mark } : undefined;
}

function markIn(files: FilePort, folder: string): string | undefined {
  const { mark } = (readJson(files, path.join(folder, markFile)) ?? {}) as Readonly<Record<string, unknown>>;
  return isMark(mark) ? mark : undefined;
}

/** The layout of a store, whose objects may lie elsewhere. Throws `store.damaged` where they are not there. */
export function layoutOf(files: FilePort, root: string): Layout {
  const placed = readRecord(files, path.resolve(root));
  if (!placed) return new Layout(root);
  if (markIn(files, placed.at) === placed.mark) return new Layout(root, placed.at);
  throw new Failure(
    "store.damaged",
    said`The contents of the store ${root} are kept in ${placed.at}, and are not there.`,
    {
      next: said`Bring that disk back, or say where they are now: \`loam init --objects FOLDER\`. Nothing in the store was touched.`,
    },
  );
}

/** Whether a link in the store is the one that leads to its objects. */
export const isObjectsLink = (layout: Layout, name: string): boolean =>
  name === "objects" && layout.isElsewhere;

/** Throws `store.damaged` where a folder in which something is to be written is a link: it may lead anywhere. */
export function refuseLink(files: FilePort, folder: string): void {
  if (files.stat(folder)?.kind !== "link") return;
  throw new Failure("store.damaged", said`${folder} is a link, and not a folder of the store's own.`, {
    next: said`Look where it leads, then put a folder in its place.`,
  });
}

/** Throws `store.damaged` where a clone has a link in place of a folder in which Loam writes and frees. */
export function checkLinks(files: FilePort, layout: Layout): void {
  const { root } = layout;
  const own = [path.join(root, "manifests"), path.join(root, "cache"), layout.at("objects", "packs")];
  for (const folder of [path.join(root, "objects"), ...own]) {
    if (files.stat(folder)?.kind !== "link" || files.realPath?.(folder) === layout.at("objects")) continue;
    throw new Failure("store.damaged", said`${folder} is a link, and not a folder of the store's own.`, {
      next: own.includes(folder)
        ? said`Look where it leads, then put a folder in its place. Nothing in the store was touched.`
        : said`Look where it leads. If you want contents to be kept there, say so: \`loam init --objects FOLDER\`; else put a folder in its place. Nothing in the store was touched.`,
    });
  }
}

/**
 * Has the objects of a store kept in a folder, as on a larger disk. What the store has already must stand there: it is
 * not moved. Returns the folder. Throws `path.invalid` where it is no place for them, `state.wrong` while objects stand
 * in the store.
 */
export function keepObjectsIn(ports: Ports, root: string, folder: string): string {
  const { files } = ports;
  try {
    files.makeFolder(folder);
    const at = files.realPath?.(folder) ?? path.resolve(folder);
    const known = readRecord(files, root);
    checkPlace(files, root, at, known);
    leaveOwn(files, root, at);
    const mark = markIn(files, at) ?? known?.mark ?? ports.random(16).toString("hex");
    createFile(ports, path.join(at, markFile), Buffer.from(`${JSON.stringify({ mark })}\n`));
    files.makeFolder(path.join(root, "local"), 0o700);
    replaceFile(ports, recordOf(root), Buffer.from(`${JSON.stringify({ at, mark })}\n`), { mode: 0o600 });
    return at;
  } catch (error) {
    throw toFailure(error, said`Cannot keep contents in ${folder}`);
  }
}

const mostNamed = 3;

function checkPlace(files: FilePort, root: string, at: string, known: Placed | undefined): void {
  const another = said`Name an empty folder, or the one to which you moved the objects of this store.`;
  const owner = markIn(files, at);
  const isOthers = owner !== undefined && owner !== known?.mark;
  if (
    isOthers ||
    files.stat(path.join(path.dirname(at), "format.json")) ||
    isWithin(realPath(files, root), at)
  )
    throw new Failure("path.invalid", said`${at} is the folder of a store already.`, { next: another });
  const foreign = files
    .list(at)
    .flatMap(({ name, kind }) =>
      name === markFile || (kind === "folder" && (isShard(name) || name === "packs")) ? [] : [name],
    );
  if (foreign.length > 0)
    throw new Failure(
      "path.invalid",
      said`${at} has what is none of a store's objects: ${oneOf(foreign.slice(0, mostNamed))}.`,
      {
        next: another,
      },
    );
}

const realPath = (files: FilePort, folder: string): string =>
  files.realPath?.(folder) ?? path.resolve(folder);

const isWithin = (folder: string, file: string): boolean => {
  const below = path.relative(folder, file);
  return below === "" || (!below.startsWith("..") && !path.isAbsolute(below));
};

/** What stands in the store itself would not be seen any more. */
function leaveOwn(files: FilePort, root: string, at: string): void {
  const own = path.join(root, "objects");
  const stat = files.stat(own);
  if (!stat || (stat.kind === "link" && files.realPath?.(own) === at)) return;
  const names = stat.kind === "folder" ? files.list(own) : undefined;
  const isEmpty = names?.every(({ name }) => files.list(path.join(own, name)).length === 0) === true;
  if (!isEmpty)
    throw new Failure("state.wrong", said`There are contents in ${own}.`, {
      next: said`Move all that is in it to ${at}, then say it again.`,
    });
}

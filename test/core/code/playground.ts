import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { nodePorts } from "../../../src/core/base/ports.js";
import type { Snapshot } from "../../../src/core/code/model.js";
import { takeSnapshot } from "../../../src/core/code/snapshot.js";

export const never = new AbortController().signal;

/** A test of what Windows does not have: links that anyone may make, modes, pipes, shell scripts. */
export const itOnPosix: (title: string, test: () => Promise<void>) => void =
  process.platform === "win32" ? () => undefined : (title, test) => void it(title, test);

/** A temporary folder with real git repositories, and git's own settings out of the way. */
export class Playground {
  readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "loam-code-")));
  readonly #environment = { ...process.env };

  constructor() {
    Object.assign(process.env, {
      HOME: this.at("home"),
      XDG_CONFIG_HOME: this.at("home", ".config"),
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "A",
      GIT_AUTHOR_EMAIL: "a@example.com",
      GIT_COMMITTER_NAME: "A",
      GIT_COMMITTER_EMAIL: "a@example.com",
    });
    delete process.env["GIT_CONFIG_GLOBAL"];
    fs.mkdirSync(this.at("home"));
  }

  dispose(): void {
    for (const name of Object.keys(process.env))
      if (!(name in this.#environment)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, this.#environment);
    fs.rmSync(this.root, { recursive: true, force: true });
  }

  at(...parts: readonly string[]): string {
    return path.join(this.root, ...parts);
  }

  get store(): string {
    return this.at("store");
  }

  write(files: Readonly<Record<string, string | Buffer>>, folder = "work"): void {
    for (const [name, content] of Object.entries(files)) {
      const file = this.at(folder, ...name.split("/"));
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
    }
  }

  remove(name: string, folder = "work"): void {
    fs.rmSync(this.at(folder, name), { recursive: true, force: true });
  }

  git(...args: readonly string[]): string {
    return this.gitIn("work", ...args);
  }

  gitIn(folder: string, ...args: readonly string[]): string {
    fs.mkdirSync(this.at(folder), { recursive: true });
    return execFileSync("git", ["-c", "protocol.file.allow=always", ...args], {
      cwd: this.at(folder),
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
    }).trimEnd();
  }

  /** A repository with one commit of some files. */
  repository(files: Readonly<Record<string, string | Buffer>>, folder = "work"): void {
    this.gitIn(folder, "init", "-q", "-b", "main");
    this.write(files, folder);
    this.gitIn(folder, "add", "-A", "-f");
    this.gitIn(folder, "commit", "-q", "-m", "one");
  }

  snapshot(folder = "work", until = Infinity): Promise<Snapshot> {
    return takeSnapshot({ folder: this.at(folder), storeFolder: this.store, ports: nodePorts, until }, never);
  }

  /** Changes a cache of the store as its writer would have written it. */
  editCache(name: string, edit: (value: CacheFile) => void): void {
    const file = path.join(this.store, "cache", name);
    const value = JSON.parse(fs.readFileSync(file, "utf8").slice(41)) as CacheFile;
    edit(value);
    const json = JSON.stringify(value);
    fs.writeFileSync(file, `${createHash("sha1").update(json).digest("hex")}\n${json}`);
  }

  /** Takes git off the PATH while `work` runs. */
  async withoutGit<T>(work: () => Promise<T>): Promise<T> {
    const before = process.env["PATH"];
    process.env["PATH"] = this.at("home");
    try {
      return await work();
    } finally {
      process.env["PATH"] = before;
    }
  }
}

export interface CacheFile {
  at: number;
  rows: [
    path: string,
    size: number,
    mtime: number,
    ctime: number,
    ino: number,
    mode: number,
    verdict: string,
  ][];
}

/** What stands in a folder and below; links are not followed. */
function* walk(folder: string): Generator<fs.Dirent, void> {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    yield entry;
    if (entry.isDirectory()) yield* walk(path.join(folder, entry.name));
  }
}

/** Every path below a folder with what could change: content, mode, and for files the time of the last write. */
export function fingerprint(folder: string): string[] {
  return [...walk(folder)]
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const stat = fs.lstatSync(file);
      const content = entry.isFile() ? createHash("sha256").update(fs.readFileSync(file)).digest("hex") : "";
      return [path.relative(folder, file), stat.mode, stat.ino, stat.mtimeMs, stat.ctimeMs, content].join(
        " ",
      );
    })
    .sort();
}

/** The files of a folder by path; links as their target. */
export function contents(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of walk(folder)) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).replaceAll(path.sep, "/");
    if (entry.isSymbolicLink()) found[name] = `-> ${fs.readlinkSync(file)}`;
    else if (entry.isFile()) found[name] = fs.readFileSync(file).toString("latin1");
  }
  return found;
}

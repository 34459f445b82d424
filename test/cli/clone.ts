import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Verb } from "../../src/cli/command.js";
import { emptyFolder } from "../core/tracking/bench-folder.js";
import { call } from "./call.js";

/** One person's clone of a repository with a store in it. */
export class Clone {
  readonly folder: string;

  constructor(origin: string, person: string) {
    this.folder = path.join(emptyFolder(), person);
    execFileSync("git", ["clone", "-q", origin, this.folder], { stdio: "pipe" });
    this.git("config", "user.name", person);
    this.git("config", "user.email", `${person.toLowerCase()}@example.org`);
  }

  git(...words: readonly string[]): string {
    return execFileSync("git", ["-C", this.folder, ...words], { encoding: "utf8", stdio: "pipe" }).trim();
  }

  write(name: string, text: string): void {
    const file = path.join(this.folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }

  /** What a verb tells programs in this clone. */
  async told(verb: Verb, words: readonly string[]): Promise<unknown> {
    const { out } = await call(verb, [...words, "--json", "--dir", this.folder]);
    return JSON.parse(out.trimEnd().split("\n").at(-1) ?? "null");
  }

  /** Brings the work of others and shares the own. */
  share(): void {
    this.git("pull", "-q", "--no-rebase", "--no-edit");
    this.git("push", "-q");
  }
}

/** An empty repository to clone from. */
export function emptyOrigin(): string {
  const origin = emptyFolder();
  execFileSync("git", ["init", "-q", "--bare", "-b", "main", origin]);
  return origin;
}

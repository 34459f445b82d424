import * as fs from "node:fs";
import * as path from "node:path";
import type * as vscode from "vscode";

/** A runtime that nothing was started from for so long is removed, unless a process still runs from it. */
const unusedMs = 24 * 3600 * 1000;

/**
 * The copy of `loam` from which processes run that outlive the window. VS Code deletes the folder of an extension
 * when it is updated, and with it would go the code of a training that runs on.
 */
export class Runtime {
  readonly #from: string;
  readonly #at: string;
  readonly #version: string;
  #made: Promise<string> | undefined;

  constructor(context: Pick<vscode.ExtensionContext, "extensionUri" | "globalStorageUri" | "extension">) {
    this.#from = path.join(context.extensionUri.fsPath, "dist");
    this.#at = path.join(context.globalStorageUri.fsPath, "runtime");
    this.#version = String((context.extension.packageJSON as { version?: unknown }).version);
  }

  /** Path of `cli.js` in the copy, which is made when first asked for. */
  commandLine(): Promise<string> {
    this.#made ??= this.#make().catch((error: unknown) => {
      this.#made = undefined;
      throw error;
    });
    return this.#made;
  }

  /** Notes that a process runs from the copy. */
  async note(commandLine: string, pid: number): Promise<void> {
    const uses = path.join(path.dirname(commandLine), "uses");
    await fs.promises.mkdir(uses, { recursive: true });
    await fs.promises.writeFile(path.join(uses, String(pid)), "");
  }

  async #make(): Promise<string> {
    const { mtimeMs } = await fs.promises.stat(path.join(this.#from, "cli.js"));
    const name = `${this.#version}-${Math.round(mtimeMs).toString(36)}`;
    const folder = path.join(this.#at, name);
    const file = path.join(folder, "cli.js");
    if (!fs.existsSync(file)) {
      const coming = `${folder}.${process.pid}.part`;
      await fs.promises.rm(coming, { recursive: true, force: true });
      const needed = (from: string): boolean =>
        !from.endsWith(".map") && !from.endsWith(".cjs") && !from.startsWith(path.join(this.#from, "pages"));
      await fs.promises.cp(this.#from, coming, { recursive: true, filter: needed });
      await fs.promises.writeFile(path.join(coming, "package.json"), '{"type":"module"}\n');
      try {
        await fs.promises.rename(coming, folder);
      } catch (error) {
        await fs.promises.rm(coming, { recursive: true, force: true });
        if (!fs.existsSync(file)) throw error; // else another window made it meanwhile
      }
    }
    void this.#removeUnused(name).catch(() => undefined); // what is left costs some megabytes
    return file;
  }

  async #removeUnused(used: string): Promise<void> {
    for (const name of await fs.promises.readdir(this.#at)) {
      if (name === used) continue;
      const folder = path.join(this.#at, name);
      const { mtimeMs } = await fs.promises.stat(folder);
      if (Date.now() - mtimeMs < unusedMs) continue;
      const pids = await fs.promises.readdir(path.join(folder, "uses")).catch(() => []);
      if (!pids.some((pid) => isAlive(Number(pid))))
        await fs.promises.rm(folder, { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

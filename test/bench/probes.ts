import * as esbuild from "esbuild";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import * as readline from "node:readline";
import { fileURLToPath } from "node:url";
import { outputOf, Owned } from "./processes.js";

const banner = [
  'import { createRequire as benchCreateRequire } from "node:module";',
  'import { fileURLToPath as benchFileURLToPath } from "node:url";',
  "const require = benchCreateRequire(import.meta.url);",
  'const __dirname = benchFileURLToPath(new URL(".", import.meta.url));',
  "const __filename = benchFileURLToPath(import.meta.url);",
].join(" ");

let bundled: Promise<string> | undefined;

/** `probe.ts` bundled as the product is, once a process. */
async function bundle(): Promise<string> {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "loam-probe-"));
  process.once("exit", () => {
    fs.rmSync(outdir, { recursive: true, force: true });
  });
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL("probe.ts", import.meta.url))],
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    splitting: true,
    minifySyntax: true,
    outExtension: { ".js": ".mjs" },
    banner: { js: banner },
    logLevel: "warning",
  });
  const wasm = createRequire(import.meta.url).resolve("sql.js/dist/sql-wasm.wasm");
  fs.copyFileSync(wasm, path.join(outdir, "sql-wasm.wasm"));
  return path.join(outdir, "probe.mjs");
}

const probeFile = (): Promise<string> => (bundled ??= bundle());

/** What a probe of one piece of work said. */
export async function probe<T>(...words: readonly string[]): Promise<T> {
  return JSON.parse(await outputOf(process.execPath, [await probeFile(), ...words])) as T;
}

/** A probe that goes on answering. */
export class Probe {
  readonly #owned: Owned;
  readonly #lines: AsyncIterator<string>;

  private constructor(owned: Owned) {
    this.#owned = owned;
    const { stdout } = owned.child;
    if (!stdout) throw new Error("no output of the probe");
    this.#lines = readline.createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  static async start(...words: readonly string[]): Promise<Probe> {
    const owned = new Owned(process.execPath, [await probeFile(), ...words], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    return new Probe(owned);
  }

  /** The next line of its output. */
  async told<T>(): Promise<T> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error(`the probe ended: ${await this.#owned.ended}`);
    return JSON.parse(next.value) as T;
  }

  send(text: string): void {
    this.#owned.child.stdin?.write(text);
  }

  /** Says that nothing more comes. */
  end(): void {
    this.#owned.child.stdin?.end();
  }

  async stop(): Promise<void> {
    this.end();
    await this.#owned.ended;
  }
}

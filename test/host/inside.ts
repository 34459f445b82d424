// A story's way into the extension host: probe.cjs, an extension that stands beside Loam there.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import type * as vscode from "vscode";

/** What a function finds that runs in the extension host. */
export interface Inside {
  readonly vscode: typeof vscode;
  /** Ends every engine as a bug would. Gives how many there were. */
  readonly crashEngines: () => Promise<number>;
  /** The longest times that the host stood still since it was last asked. */
  readonly longestPause: () => Pause;
}

/** In ms, each the longest by itself. */
export interface Pause {
  /** On the clock. */
  readonly wall: number;
  /** What the host's thread worked between two turns. */
  readonly busy: number;
  /** On the clock, less what the thread waited for a processor that others had (Linux). */
  readonly own: number;
}

/** An extension that stands in a folder of installed extensions without having been packaged. */
interface Extra {
  readonly publisher: string;
  readonly name: string;
  readonly main: string;
  readonly activationEvents: readonly string[];
}

const probe: Extra = {
  publisher: "loam-test",
  name: "probe",
  main: "probe.cjs",
  activationEvents: ["*"],
};

/** Stands in for the Python extension, which comes from no registry of packages: of its API, the part that Loam asks. */
const python: Extra = {
  publisher: "ms-python",
  name: "python",
  main: "python-extension.cjs",
  activationEvents: [],
};

interface Installed {
  readonly identifier: { readonly id: string };
  readonly version: string;
  readonly location: unknown;
  readonly relativeLocation: string;
}

function install(extensions: string, { publisher, name, main, activationEvents }: Extra): void {
  const folder = path.join(extensions, name);
  fs.mkdirSync(folder, { recursive: true });
  const manifest = {
    publisher,
    name,
    version: "1.0.0",
    engines: { vscode: "^1.100.0" },
    main: `./${main}`,
    activationEvents,
    extensionKind: ["workspace"],
    capabilities: { untrustedWorkspaces: { supported: true } },
  };
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  fs.copyFileSync(path.join(import.meta.dirname, main), path.join(folder, main));
  const list = path.join(extensions, "extensions.json");
  const installed = JSON.parse(fs.readFileSync(list, "utf8")) as Installed[];
  installed.push({
    identifier: { id: `${publisher}.${name}` },
    version: manifest.version,
    location: { $mid: 1, path: folder, scheme: "file" },
    relativeLocation: name,
  });
  fs.writeFileSync(list, JSON.stringify(installed));
}

/** Adds the probe to a folder of installed extensions. */
export function installProbe(extensions: string): void {
  install(extensions, probe);
}

/** Adds a Python extension that chooses the interpreter of the setting `python.defaultInterpreterPath`. */
export function installPythonExtension(extensions: string): void {
  install(extensions, python);
}

/** Runs a function in the extension host. It sees its arguments alone, which travel as JSON, as its result does. */
export async function runInside<A, T>(
  socketPath: string,
  work: (inside: Inside, argument: A) => T | Promise<T>,
  argument: A,
): Promise<T> {
  const text = await new Promise<string>((resolve, reject) => {
    const request = http.request({ socketPath, method: "POST", agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("end", () => {
        resolve(Buffer.concat(parts).toString());
      });
      response.once("error", reject);
    });
    request.once("error", reject);
    request.end(JSON.stringify({ source: work.toString(), argument }));
  });
  const told = JSON.parse(text) as { readonly result: T } | { readonly error: string };
  if ("error" in told) throw new Error(`In the extension host: ${told.error}`);
  return told.result;
}

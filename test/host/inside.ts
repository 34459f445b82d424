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
  /** The longest time that the host stood still since it was last asked, in ms: on the clock, and of it what it worked. */
  readonly longestPause: () => { readonly wall: number; readonly busy: number };
}

const manifest = {
  name: "probe",
  publisher: "loam-test",
  version: "1.0.0",
  engines: { vscode: "^1.100.0" },
  main: "./probe.cjs",
  activationEvents: ["*"],
  extensionKind: ["workspace"],
  capabilities: { untrustedWorkspaces: { supported: true } },
};

interface Installed {
  readonly identifier: { readonly id: string };
  readonly version: string;
  readonly location: unknown;
  readonly relativeLocation: string;
}

/** Adds the probe to a folder of installed extensions. */
export function installProbe(extensions: string): void {
  const folder = path.join(extensions, "probe");
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  fs.copyFileSync(path.join(import.meta.dirname, "probe.cjs"), path.join(folder, "probe.cjs"));
  const list = path.join(extensions, "extensions.json");
  const installed = JSON.parse(fs.readFileSync(list, "utf8")) as Installed[];
  installed.push({
    identifier: { id: `${manifest.publisher}.${manifest.name}` },
    version: manifest.version,
    location: { $mid: 1, path: folder, scheme: "file" },
    relativeLocation: "probe",
  });
  fs.writeFileSync(list, JSON.stringify(installed));
}

/** Runs a function in the extension host. It sees its arguments alone, which travel as JSON, as its result does. */
export async function runInside<A, T>(
  socketPath: string,
  work: (inside: Inside, argument: A) => T | Promise<T>,
  argument: A,
): Promise<T> {
  const text = await new Promise<string>((resolve, reject) => {
    const request = http.request({ socketPath, method: "POST" }, (response) => {
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

import * as os from "node:os";
import * as path from "node:path";
import { execFileSync } from "node:child_process";
import type { Ports } from "../base/ports.js";
import type { Layout } from "./layout.js";
import { sha256 } from "./canonical.js";
import { createFile, readJson, replaceFile } from "./whole-file.js";

/** A process that can be told from every other one, also after its pid was given away or the machine restarted. */
export interface ProcessIdentity {
  readonly machine: string;
  readonly boot: string;
  readonly pid: number;
  /** When it started, in the platform's own words; "" where that cannot be told. */
  readonly start: string;
}

let boot: string | undefined;

/** An id of this start of the machine. */
function bootId(ports: Ports): string {
  if (boot !== undefined) return boot;
  const linux = ports.files.readAll("/proc/sys/kernel/random/boot_id")?.toString("utf8").trim();
  // Elsewhere: when the machine started, to 10 s, since the two clocks behind it are read one after the other.
  boot = linux ?? `up-${Math.round((Date.now() / 1000 - os.uptime()) / 10)}`;
  return boot;
}

/**
 * Id of this machine as this store knows it: random, drawn when first asked for. A store on a network drive is used
 * by many machines with one `local/`, so the host's name is part of it; but not on a Mac, where that follows the network.
 */
function machineId(ports: Ports, layout: Layout): string {
  const drawn = drawnId(ports, layout.at("local", "machine.json"));
  return process.platform === "darwin" ? drawn : sha256(`${drawn} ${os.hostname()}`).slice(0, 32);
}

function drawnId(ports: Ports, file: string): string {
  const known = readId(ports, file);
  if (known !== undefined) return known;
  const id = ports.random(16).toString("hex");
  const bytes = Buffer.from(`${JSON.stringify({ id })}\n`);
  try {
    ports.files.makeFolder(path.dirname(file), 0o700); // a clone comes without it
    if (createFile(ports, file, bytes, { mode: 0o600 })) return id;
    const other = readId(ports, file);
    if (other !== undefined) return other;
    replaceFile(ports, file, bytes, { mode: 0o600 }); // what a power cut left of one
  } catch {
    return id; // a store that cannot be written: nothing of this process will be found there either
  }
  return readId(ports, file) ?? id;
}

function readId(ports: Ports, file: string): string | undefined {
  const id = (readJson(ports.files, file) as { id?: unknown } | null | undefined)?.id;
  return typeof id === "string" && /^[0-9a-f]{32}$/.test(id) ? id : undefined;
}

/** When a process started, or undefined where there is no such process. */
export function startOf(ports: Pick<Ports, "files">, pid: number): string | undefined {
  if (process.platform === "linux") {
    const stat = ports.files.readAll(`/proc/${pid}/stat`)?.toString("latin1");
    if (stat === undefined) return undefined;
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may hold spaces
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  }
  if (!answersSignals(pid)) return undefined;
  if (process.platform === "win32") return "";
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export function identifySelf(ports: Ports, layout: Layout): ProcessIdentity {
  const start = startOf(ports, process.pid) ?? "";
  return { machine: machineId(ports, layout), boot: bootId(ports), pid: process.pid, start };
}

/** Whether a process of this machine is still there; "elsewhere" for one of another machine, of which nothing can be said. */
export function isAlive(ports: Ports, self: ProcessIdentity, other: ProcessIdentity): boolean | "elsewhere" {
  if (other.machine !== self.machine) return "elsewhere";
  if (!sameBoot(self.boot, other.boot)) return false;
  if (other.pid === self.pid) return other.start === self.start;
  const start = startOf(ports, other.pid);
  return start !== undefined && (start === other.start || other.start === "" || start === "");
}

/** Reckoned times of a start may differ by some seconds, and the clock may have been set since. */
function sameBoot(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [/^up-(\d+)$/.exec(a)?.[1], /^up-(\d+)$/.exec(b)?.[1]];
  return left !== undefined && right !== undefined && Math.abs(Number(left) - Number(right)) <= 6;
}

export function asIdentity(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { machine, boot: bootText, pid, start } = value as Record<string, unknown>;
  if (typeof machine !== "string" || typeof bootText !== "string" || typeof start !== "string")
    return undefined;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { machine, boot: bootText, pid, start };
}

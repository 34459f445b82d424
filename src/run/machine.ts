import * as fs from "node:fs";
import * as os from "node:os";

/** Counters of the whole machine; what a platform does not tell is undefined. */
export interface MachineReading {
  readonly cpuBusyMs: number;
  readonly cpuTotalMs: number;
  readonly memoryTotal: number;
  readonly memoryAvailable: number;
  readonly network: { readonly received: number; readonly sent: number } | undefined;
}

/** Reads them from /proc on Linux, else from what Node knows. Units: milliseconds (only their ratio counts), bytes. */
export function readMachine(platform: NodeJS.Platform): MachineReading {
  const memory = { memoryTotal: os.totalmem(), memoryAvailable: os.freemem() };
  if (platform !== "linux") return { ...cpuFromNode(), ...memory, network: undefined };
  return {
    ...(parseCpu(readText("/proc/stat")) ?? cpuFromNode()),
    ...(parseMemory(readText("/proc/meminfo")) ?? memory),
    network: parseNetwork(readText("/proc/net/dev")),
  };
}

type CpuReading = Pick<MachineReading, "cpuBusyMs" | "cpuTotalMs">;

/** The first line of /proc/stat: user nice system idle iowait irq softirq steal (and guests, within user already). */
export function parseCpu(text: string): CpuReading | undefined {
  const found = /^cpu +(.*)$/m.exec(text);
  if (!found) return undefined;
  const times = (found[1] ?? "").split(/\s+/).slice(0, 8).map(Number);
  const total = times.reduce((sum, time) => sum + time, 0);
  const idle = (times[3] ?? 0) + (times[4] ?? 0);
  return { cpuBusyMs: (total - idle) * 10, cpuTotalMs: total * 10 };
}

function cpuFromNode(): CpuReading {
  let busy = 0;
  let total = 0;
  for (const { times } of os.cpus()) {
    const used = times.user + times.nice + times.sys + times.irq;
    busy += used;
    total += used + times.idle;
  }
  return { cpuBusyMs: busy, cpuTotalMs: total };
}

export function parseMemory(
  text: string,
): Pick<MachineReading, "memoryTotal" | "memoryAvailable"> | undefined {
  const bytes = (name: string): number | undefined => {
    const kilobytes = new RegExp(`^${name}: +(\\d+) kB`, "m").exec(text)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  };
  const memoryTotal = bytes("MemTotal");
  const memoryAvailable = bytes("MemAvailable") ?? bytes("MemFree");
  return memoryTotal === undefined || memoryAvailable === undefined
    ? undefined
    : { memoryTotal, memoryAvailable };
}

/** /proc/net/dev, without what the machine says to itself. */
export function parseNetwork(text: string): { readonly received: number; readonly sent: number } | undefined {
  const lines = text
    .split("\n")
    .slice(2)
    .filter((line) => line.includes(":"));
  if (lines.length === 0) return undefined;
  let received = 0;
  let sent = 0;
  for (const line of lines) {
    const [name = "", counts = ""] = line.split(":");
    if (name.trim() === "lo") continue;
    const fields = counts.trim().split(/\s+/).map(Number);
    received += fields[0] ?? 0;
    sent += fields[8] ?? 0;
  }
  return { received, sent };
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

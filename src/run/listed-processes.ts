import { execFile } from "node:child_process";
import type { ProcessRow } from "./process-row.js";

/** A process with what Windows says of its disk; the rest of the world says 0. */
export interface ListedProcess extends ProcessRow {
  readonly diskRead: number;
  readonly diskWritten: number;
}

/** Every process of the machine, from one call of the system's own program; an empty list where that fails. */
export function listProcesses(
  platform: NodeJS.Platform,
  signal: AbortSignal,
): Promise<readonly ListedProcess[]> {
  const [program, words, parse] =
    platform === "win32"
      ? ([
          "powershell.exe",
          ["-NoProfile", "-NonInteractive", "-Command", windowsQuery],
          parseWindows,
        ] as const)
      : (["ps", ["-axo", "pid=,ppid=,state=,rss=,time=,lstart=,comm="], parsePs] as const);
  return new Promise((resolve) => {
    const options = {
      signal,
      timeout: 20_000,
      maxBuffer: 32 * 1024 * 1024,
      windowsHide: true,
      env: { ...process.env, LC_ALL: "C" },
    };
    execFile(program, words, options, (error, stdout) => {
      resolve(error ? [] : parse(stdout));
    });
  });
}

/** Reads `ps -axo pid=,ppid=,state=,rss=,time=,lstart=,comm=` of macOS or Linux, in the C locale. */
export function parsePs(text: string): ListedProcess[] {
  const rows: ListedProcess[] = [];
  for (const line of text.split("\n")) {
    const found =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+([\d:.-]+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(
        line,
      );
    if (!found) continue;
    const [, pid = "", parent = "", state = "", kilobytes = "", time = "", started = "", name = ""] = found;
    rows.push({
      pid: Number(pid),
      parent: Number(parent),
      name: name.slice(name.lastIndexOf("/") + 1),
      state: state.startsWith("Z") ? "ended" : "alive",
      started: Date.parse(`${started} UTC`),
      cpuMs: clockMs(time),
      waitedCpuMs: 0,
      memoryBytes: Number(kilobytes) * 1024,
      threads: 1,
      diskRead: 0,
      diskWritten: 0,
    });
  }
  return rows;
}

/** `1-02:03:04`, `02:03:04`, `3:04.56` → milliseconds. */
function clockMs(time: string): number {
  const [days, clock] = time.includes("-") ? time.split("-") : ["0", time];
  const seconds = (clock ?? "").split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000);
}

const windowsQuery =
  "Get-CimInstance Win32_Process | ForEach-Object { '{0} {1} {2} {3} {4} {5} {6} {7} {8}' -f $_.ProcessId, " +
  "$_.ParentProcessId, $_.CreationDate.ToFileTimeUtc(), ($_.KernelModeTime + $_.UserModeTime), $_.WorkingSetSize, " +
  "$_.ThreadCount, $_.ReadTransferCount, $_.WriteTransferCount, $_.Name }";

/** Reads what `windowsQuery` prints: times in units of 100 ns. */
export function parseWindows(text: string): ListedProcess[] {
  const rows: ListedProcess[] = [];
  for (const line of text.split(/\r?\n/)) {
    const found = /^(\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (.*)$/.exec(line);
    if (!found) continue;
    const [
      pid = 0,
      parent = 0,
      started = 0,
      cpu = 0,
      memoryBytes = 0,
      threads = 0,
      diskRead = 0,
      diskWritten = 0,
    ] = found.slice(1, 9).map(Number);
    rows.push({
      pid,
      parent,
      name: found[9] ?? "",
      state: "alive",
      started,
      cpuMs: Math.round(cpu / 10_000),
      waitedCpuMs: 0,
      memoryBytes,
      threads,
      diskRead,
      diskWritten,
    });
  }
  return rows;
}

import * as fs from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { GpuReader } from "./gpu.js";
import { readDisk, readShared } from "./linux-processes.js";
import { listProcesses, type ListedProcess } from "./listed-processes.js";
import { readMachine, type MachineReading } from "./machine.js";
import type { SystemMetric } from "./system-metric.js";
import { ProcessTree } from "./process-tree.js";
import { TreeCounter } from "./tree-counter.js";

export interface SystemSource {
  /** The process that the launch started. */
  readonly pid: number;
  readonly platform: NodeJS.Platform;
  /** Its disk's use is among the metrics. */
  readonly folder: string;
  /** 5,000 where not given; on Windows, where a sample costs a second of a core, no less than 15,000. */
  readonly intervalMs?: number;
  readonly onSample: (metrics: readonly SystemMetric[]) => void;
}

const firstMs = 1000;
const megabyte = 1e6;
const percent = (part: number, whole: number): number => (whole > 0 ? (part / whole) * 100 : 0);

/**
 * Samples a launch and its machine, first after a second, then every few seconds, until `signal`. Names and units
 * of the machine are MLflow's (megabytes of 10^6); those of the process tree begin with `system/process_`, where 100
 * in `system/process_cpu_percentage` is one core, and disk and network count from the first sample on.
 */
export async function sampleSystem(source: SystemSource, signal: AbortSignal): Promise<void> {
  const asked = source.intervalMs ?? 5000;
  const intervalMs = source.platform === "win32" ? Math.max(15_000, asked) : asked;
  const gpu = new GpuReader(intervalMs);
  const sampler = new SystemSampler(source);
  try {
    await sampler.sample(signal);
    for (let wait = Math.min(firstMs, intervalMs); !signal.aborted; wait = intervalMs) {
      await sleep(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const metrics = [...(await sampler.sample(signal)), ...gpu.metrics()];
      if (!signal.aborted) source.onSample(metrics);
    }
  } finally {
    gpu.dispose();
  }
}

/** Turns counters into metrics; what is a rate is absent from the first sample. */
export class SystemSampler {
  readonly #source: Pick<SystemSource, "pid" | "platform" | "folder">;
  readonly #tree: ProcessTree;
  readonly #cpu = new TreeCounter();
  readonly #read = new TreeCounter();
  readonly #written = new TreeCounter();
  #firstNetwork: MachineReading["network"];
  #last: { readonly at: number; readonly cpuMs: number; readonly machine: MachineReading } | undefined;
  #statting = false;

  constructor(source: Pick<SystemSource, "pid" | "platform" | "folder">) {
    this.#source = source;
    this.#tree = new ProcessTree(source.pid, source.platform);
  }

  async sample(signal: AbortSignal): Promise<SystemMetric[]> {
    const machine = readMachine(this.#source.platform);
    const processes = await this.#processes(signal);
    const at = performance.now();
    const cpuMs = this.#cpu.add(
      processes.map((row) => ({ ...row, own: row.cpuMs, waited: row.waitedCpuMs })),
    );
    // of disk bytes the system does not say which came from children
    const read = this.#read.add(processes.map((row) => ({ ...row, own: 0, waited: row.diskRead })));
    const written = this.#written.add(processes.map((row) => ({ ...row, own: 0, waited: row.diskWritten })));
    const alive = processes.filter((row) => row.state === "alive");
    const last = this.#last;
    this.#last = { at, cpuMs, machine };
    this.#firstNetwork ??= machine.network;

    const metrics: [string, number | undefined][] = [
      ...machineMetrics(machine, last?.machine, this.#firstNetwork),
      ...(await this.#disk()),
    ];
    if (alive.length > 0) {
      const rate = last && at > last.at ? percent(cpuMs - last.cpuMs, at - last.at) : undefined;
      metrics.push(
        ["process_cpu_percentage", rate],
        ["process_memory_megabytes", memoryOf(alive) / megabyte],
        ["process_disk_read_megabytes", read / megabyte],
        ["process_disk_write_megabytes", written / megabyte],
        ["process_count", alive.length],
        ["process_threads", alive.reduce((sum, row) => sum + row.threads, 0)],
      );
    }
    return metrics.flatMap(([name, value]) =>
      value === undefined ? [] : [{ name: `system/${name}`, value }],
    );
  }

  async #processes(signal: AbortSignal): Promise<readonly MeasuredProcess[]> {
    const { platform } = this.#source;
    if (platform !== "linux")
      return this.#tree
        .among(await listProcesses(platform, signal))
        .map((row) => ({ ...row, sharedBytes: 0 }));
    return this.#tree.listNow().map((row) => {
      const disk = readDisk(row.pid);
      return {
        ...row,
        diskRead: disk?.read ?? 0,
        diskWritten: disk?.written ?? 0,
        sharedBytes: readShared(row.pid),
      };
    });
  }

  /** A network disk that does not answer holds up neither the sample nor, more than once, a thread. */
  async #disk(): Promise<[string, number][]> {
    if (this.#statting) return [];
    this.#statting = true;
    const asking = fs
      .statfs(this.#source.folder)
      .catch(() => undefined)
      .finally(() => {
        this.#statting = false;
      });
    const stat = await Promise.race([asking, sleep(500, undefined, { ref: false })]);
    if (!stat) return [];
    const used = (stat.blocks - stat.bfree) * stat.bsize;
    const available = stat.bavail * stat.bsize;
    return [
      ["disk_usage_percentage", percent(used, used + available)],
      ["disk_usage_megabytes", used / megabyte],
      ["disk_available_megabytes", available / megabyte],
    ];
  }
}

interface MeasuredProcess extends ListedProcess {
  readonly sharedBytes: number;
}

/** What is shared (libraries, the dataset in shared memory) counts once, by the process that shares most. */
function memoryOf(processes: readonly MeasuredProcess[]): number {
  let own = 0;
  let shared = 0;
  for (const row of processes) {
    own += Math.max(0, row.memoryBytes - row.sharedBytes);
    shared = Math.max(shared, row.sharedBytes);
  }
  return own + shared;
}

function machineMetrics(
  machine: MachineReading,
  before: MachineReading | undefined,
  firstNetwork: MachineReading["network"],
): [string, number | undefined][] {
  const used = machine.memoryTotal - machine.memoryAvailable;
  const busy =
    before && percent(machine.cpuBusyMs - before.cpuBusyMs, machine.cpuTotalMs - before.cpuTotalMs);
  const { network } = machine;
  return [
    ["cpu_utilization_percentage", busy === undefined ? undefined : Math.min(100, Math.max(0, busy))],
    ["system_memory_usage_megabytes", used / megabyte],
    ["system_memory_usage_percentage", percent(used, machine.memoryTotal)],
    ["network_receive_megabytes", network && (network.received - (firstNetwork?.received ?? 0)) / megabyte],
    ["network_transmit_megabytes", network && (network.sent - (firstNetwork?.sent ?? 0)) / megabyte],
  ];
}

import { spawn, type ChildProcess } from "node:child_process";
import * as readline from "node:readline";
import type { Disposable } from "../core/base/lifetime.js";
import type { SystemMetric } from "./system-metric.js";

const fields = "index,utilization.gpu,memory.used,memory.total,power.draw,power.limit";
const mebibyte = 1.048576; // nvidia-smi counts in MiB, the metrics in MB

/**
 * Follows the GPUs by one `nvidia-smi` that prints them every few seconds: to start it each time costs a second of a
 * core where the driver is not kept loaded. Without the program, or without a GPU, there are no metrics.
 */
export class GpuReader implements Disposable {
  readonly #child: ChildProcess;
  readonly #gpus = new Map<number, { readonly at: number; readonly metrics: readonly SystemMetric[] }>();
  readonly #freshMs: number;

  constructor(intervalMs: number, program = "nvidia-smi") {
    this.#freshMs = intervalMs * 3;
    const seconds = String(Math.max(1, Math.round(intervalMs / 1000)));
    const words = [`--query-gpu=${fields}`, "--format=csv,noheader,nounits", "-l", seconds];
    this.#child = spawn(program, words, { stdio: ["ignore", "pipe", "ignore"], windowsHide: true });
    this.#child.on("error", () => undefined); // most machines have none
    const { stdout } = this.#child;
    if (!stdout) return;
    readline.createInterface({ input: stdout }).on("line", (line) => {
      const gpu = parseGpu(line);
      if (gpu) this.#gpus.set(gpu.index, { at: performance.now(), metrics: gpu.metrics });
    });
  }

  /** The latest of each GPU; nothing of one that fell silent. */
  metrics(): SystemMetric[] {
    const now = performance.now();
    return [...this.#gpus.values()].flatMap((gpu) => (now - gpu.at > this.#freshMs ? [] : gpu.metrics));
  }

  dispose(): void {
    this.#child.kill();
  }
}

/** One line of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`; `[N/A]` for what a GPU does not say. */
export function parseGpu(
  line: string,
): { readonly index: number; readonly metrics: readonly SystemMetric[] } | undefined {
  const values = line.split(",").map((field) => (/^\s*-?[\d.]+\s*$/.test(field) ? Number(field) : NaN));
  const [index = NaN, utilization = NaN, used = NaN, total = NaN, power = NaN, limit = NaN] = values;
  if (!Number.isInteger(index) || values.length < 6) return undefined;
  const metrics: SystemMetric[] = [
    ["utilization_percentage", utilization],
    ["memory_usage_megabytes", used * mebibyte],
    ["memory_usage_percentage", (used / total) * 100],
    ["power_usage_watts", power],
    ["power_usage_percentage", (power / limit) * 100],
  ].flatMap(([name, value]) =>
    typeof value === "number" && Number.isFinite(value)
      ? [{ name: `system/gpu_${index}_${name}`, value }]
      : [],
  );
  return { index, metrics };
}

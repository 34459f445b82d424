/** One process of the system, in the units of every platform: milliseconds and bytes. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** `ended`: gone but for its exit status, which nobody fetched yet. */
  readonly state: "alive" | "ended";
  /** With the pid names the process for good; its unit is the platform's. */
  readonly started: number;
  readonly cpuMs: number;
  /** CPU time of children that it has waited for; 0 where the platform does not say. */
  readonly waitedCpuMs: number;
  readonly memoryBytes: number;
  readonly threads: number;
}

/** Metrics of the machine rather than of the model. */
export const isSystemMetric = (name: string): boolean => name.startsWith("system/");

const units: Readonly<Record<string, string>> = { percentage: "%", megabytes: "MB", watts: "W" };

/** The name of a metric of the machine for people, with its unit: `system/cpu_utilization_percentage` is `CPU utilization (%)`. */
export function systemTitle(name: string): string {
  const parts = name.replace(/^system\//, "").split("_");
  const unit = parts.length > 1 ? units[parts.at(-1) ?? ""] : undefined;
  const text = (unit === undefined ? parts : parts.slice(0, -1))
    .join(" ")
    .replace(/\b[cg]pu\b/g, (word) => word.toUpperCase())
    .replace(/^[a-z]/, (letter) => letter.toUpperCase());
  return unit === undefined ? text : `${text} (${unit})`;
}

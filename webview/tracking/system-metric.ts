/** Metrics of the machine rather than of the model. */
export const isSystemMetric = (name: string): boolean => name.startsWith("system/");

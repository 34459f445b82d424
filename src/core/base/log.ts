export type LogArea = "api" | "code" | "datasets" | "index" | "registry" | "run" | "server" | "store";
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Where log entries go: stderr of the command line, the editor's output channel, memory in tests. */
export interface Log {
  write(level: LogLevel, area: LogArea, message: string): void;
}

export const silentLog: Log = { write: () => undefined };

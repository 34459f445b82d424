import type { Disposable } from "../core/base/lifetime.js";
import { childrenOf } from "./linux-processes.js";
import type { LaunchedCommand } from "./spawn.js";

/**
 * Keeps this process alive through the signals that end a command, and hands them on where the command did not get
 * them from the terminal itself, so that it can record how the command took them. `onTerminate` is called for
 * SIGTERM: whoever sends that means the whole run.
 */
export function relaySignals(command: LaunchedCommand, onTerminate: () => void): Disposable {
  const listeners = new Map<NodeJS.Signals, () => void>([
    ["SIGINT", () => pass(command, "SIGINT")],
    ["SIGQUIT", () => pass(command, "SIGQUIT")],
    ["SIGUSR1", () => pass(command, "SIGUSR1")],
    ["SIGUSR2", () => pass(command, "SIGUSR2")],
    ["SIGHUP", () => undefined], // a login's end: the terminal tells the command itself, where it has one
    ["SIGTERM", onTerminate],
  ]);
  for (const [name, listener] of listeners) process.on(name, listener);
  return {
    dispose: () => {
      for (const [name, listener] of listeners) process.off(name, listener);
    },
  };
}

function pass(command: LaunchedCommand, name: NodeJS.Signals): void {
  if (command.bond === "group") return;
  // of its own session the command leads the process group, as in a terminal it would share ours
  const inside = command.bond === "pseudoTerminal" ? childrenOf(command.pid) : [-command.pid];
  const targets = inside.length > 0 ? inside : [command.pid];
  for (const target of targets) {
    try {
      process.kill(target, name);
    } catch {
      // it ended meanwhile
    }
  }
}

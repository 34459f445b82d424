import { isAlive } from "../store/machine.js";
import { lastSign, launchedRun, readRunFacts } from "./run-facts.js";
import type { RunState } from "./run-state.js";
import { isHolder } from "./runs.js";
import type { Tracking } from "./tracking.js";

/**
 * Marks runs as lost whose supervisor and command are both gone without having said how they ended: after a power
 * cut, or where both were killed. So too further runs that such a command made. Only runs that this machine
 * launched: of another machine's processes nothing is known. A run that another live process writes is left to that
 * one. Returns the ids of those that were marked.
 * @param ids candidates, such as `Searches.unfinishedLaunches` has them; unknown ids are passed over
 * @throws Failure `store.full`, `store.readOnly`, `store.io`
 */
export function markLost(tracking: Tracking, ids: readonly string[]): string[] {
  return ids.filter((id) => {
    const found = readRunFacts(tracking.store, id);
    if (!found || !isLost(tracking, found)) return false;
    const isOwned = tracking.runs.owned(id) !== undefined;
    const owner = tracking.runs.own(id);
    if (isHolder(owner)) return false;
    try {
      // Looked at again: the supervisor may have said how it ended just before its claim was free.
      if (!isLost(tracking, owner.state)) return false;
      owner.write({
        kind: "run.ended",
        by: "lost",
        status: "FAILED",
        end: lastSign(tracking.store, owner.state),
      });
      return true;
    } finally {
      if (!isOwned) tracking.runs.release(id);
    }
  });
}

function isLost(tracking: Tracking, run: RunState): boolean {
  if (run.end !== undefined || run.facts.get("run.ended")) return false;
  const launched = launchedRun(tracking.store, run);
  const launch = launched?.facts.get("launch.started");
  if (!launched || !launch) return false;
  const { ports, self } = tracking.store;
  const { machine, boot, pid, start } = launch;
  if (isAlive(ports, self, { machine, boot, pid, start }) !== false) return false;
  const child = launched.facts.get("child.started");
  return !child || isAlive(ports, self, { machine, boot, pid: child.pid, start: child.start }) === false;
}

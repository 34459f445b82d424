import * as path from "node:path";
import { toFailure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import type { Workbench } from "../core/workbench.js";

import type { Standing } from "./checkout-place.js";

const listed = 200;

/**
 * Takes a snapshot of the code around `folder` and writes it into the run; of code that was checked out it is there. A snapshot that cannot be taken is a note
 * of the run, not its failure.
 *
 * @param until when the command started, Unix milliseconds: what it writes is not its code
 */
export async function recordCode(
  workbench: Workbench,
  recorder: RunRecorder,
  standing: Standing,
  until: number,
  signal: AbortSignal,
): Promise<void> {
  const { store } = workbench;
  const { checkout } = standing;
  if (checkout) {
    const { commit, folder, root, head, branch, remote, ...counts } = checkout.code;
    const { changed, changedFiles, leftOut, files, bytes } = counts;
    recorder.write({
      kind: "code.recorded",
      ...{ commit, folder, root, changed, changedFiles, leftOut, files, bytes, tookMs: 0 },
      ...(head === undefined ? {} : { head }),
      ...(branch === undefined ? {} : { branch }),
      ...(remote === undefined ? {} : { remote }),
    });
    return;
  }
  try {
    const { takeSnapshot } = await import("../core/code/snapshot.js");
    const snapshot = await takeSnapshot(
      { folder: standing.folder, storeFolder: store.layout.root, ports: store.ports, until },
      signal,
    );
    const { head, changed } = snapshot;
    recorder.write({
      kind: "code.recorded",
      commit: snapshot.commit,
      folder: snapshot.folder,
      root: path.relative(workbench.folder, snapshot.root).replaceAll(path.sep, "/"),
      ...("commit" in head ? { head: head.commit } : {}),
      ...("branch" in head ? { branch: head.branch } : {}),
      ...("remote" in head && head.remote !== null ? { remote: head.remote } : {}),
      changed: changed.state === "known" ? changed.count : null,
      changedFiles: changed.state === "known" ? changed.files.slice(0, listed) : [],
      leftOut: snapshot.leftOut.byReason,
      files: snapshot.files,
      bytes: snapshot.bytes,
      tookMs: Math.round(snapshot.tookMs),
    });
    if (head.state === "unknown") {
      recorder.write({ kind: "recorder.note", text: `The repository's HEAD is unknown: ${head.reason}` });
    }
  } catch (error) {
    if (signal.aborted) return;
    recorder.write({
      kind: "recorder.note",
      text: `No code snapshot: ${toFailure(error, said`the code`).message}`,
    });
  }
}

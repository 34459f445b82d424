import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { entitiesOf, topNames } from "./entity-walk.js";
import { noteDamaged } from "./damaged.js";
import { checkFormat } from "./format.js";
import { joinCode } from "./join-code.js";
import { joinGrowing, joinManifests, joinObjects } from "./join-content.js";
import { joinEntity } from "./join-entity.js";
import { contentsGivenUp } from "./join-given-up.js";
import { joinLedger, lookAtLedger } from "./join-ledger.js";
import { Joining, type JoinReport } from "./join-report.js";
import type { Layout } from "./layout.js";
import { noteWhole } from "./named-files.js";
import { isObjectsLink } from "./objects-place.js";
import { Pace } from "./pace.js";
import type { Store } from "./store.js";
import { purgedElsewhere } from "./trash.js";
import { alone } from "./upkeep.js";

/**
 * Takes over what another store has: of each file that only grows the longer copy, of everything else the union,
 * without what was purged in either. The other store is only read, and nothing in it is believed. Cut off at any moment
 * it leaves a good store, and may be repeated. `otherRoot` is its `.loam` folder. Throws `store.none`, `store.needs`, or
 * `join.differs` where both are one store or one lies in the other.
 */
export async function joinStores(store: Store, otherRoot: string, signal: AbortSignal): Promise<JoinReport> {
  const joining = new Joining(store, otherRoot, new Pace(signal, said`joining`));
  checkOther(store, joining.other);
  return alone(store, said`Joining`, async () => {
    try {
      lookAtTop(joining);
      const facts = await lookAtLedger(joining); // first, as it says what was purged
      const givenUp = await contentsGivenUp(joining, facts);
      await joinObjects(joining, givenUp);
      await joinManifests(joining, givenUp);
      joining.report.purged += givenUp.left;
      await joinCode(joining);
      await joinLedger(joining, facts);
      const foreign = (file: string, why: string): void => {
        joining.leave(file, why);
      };
      for (const ref of entitiesOf(joining.files, joining.other, foreign)) {
        await joining.pace.turn();
        await joinEntity(joining, ref);
      }
      await joinGrowing(joining);
      await makeDurable(joining);
      await noteWhole(store, joining.pace);
      if (joining.report.mended > 0) noteDamaged(store, joining.damaged);
    } catch (error) {
      throw toFailure(error, said`Cannot join ${otherRoot}`);
    }
    joining.report.pending = await purgedElsewhere(store, signal);
    return joining.report;
  });
}

function checkOther(store: Store, other: Layout): void {
  const { files } = store.ports;
  const [here, there] = [files.stat(store.layout.root), files.stat(other.root)];
  if (there?.kind !== "folder") {
    throw new Failure("store.none", said`There is no store at ${other.root}.`, {
      next: said`Name the folder that holds the other \`.loam\`.`,
    });
  }
  const same = here?.ino === there.ino && here.ctimeMs === there.ctimeMs && there.ino !== 0;
  const apart = [path.relative(store.layout.root, other.root), path.relative(other.root, store.layout.root)];
  if (same || apart.some((way) => way === "" || !(way.startsWith("..") || path.isAbsolute(way)))) {
    throw new Failure(
      "join.differs",
      said`${other.root} is this store, or one of the two lies in the other.`,
      {
        next: said`Name a copy of the store, or another one.`,
      },
    );
  }
  checkFormat(store.ports, other);
}

function lookAtTop(joining: Joining): void {
  for (const { name, kind } of joining.files.list(joining.other.root)) {
    if (!topNames.has(name)) joining.leave(name, "not a part of a store");
    else if (kind === "link" && !isObjectsLink(joining.other, name)) joining.leave(name, "a link");
  }
}

/** So many files are synced at once. */
const together = 16;

async function makeDurable({ files, unsynced, pace }: Joining): Promise<void> {
  const pending = [...unsynced];
  const folders = new Set(pending.map((file) => path.dirname(file)));
  const worker = async (): Promise<void> => {
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      const fd = files.openAppend(file); // some platforms sync only what is open for writing
      try {
        await files.syncLater(fd);
      } finally {
        files.close(fd);
      }
      await pace.turn();
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  for (const folder of folders) files.syncFolder(folder);
}

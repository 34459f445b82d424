import type { Job, JobPorts } from "../base/ports.js";
import { Layout } from "../store/layout.js";
import { Objects } from "../store/objects.js";

/** The store in which a thread reads or writes for one piece of work. Each thread has files of its own there. */
export interface Lane {
  /** The `.loam` folder, and that of its objects. */
  readonly root: string;
  readonly objects: string;
  /** Drawn anew for each piece of work. */
  readonly session: string;
}

/** What a thread has open, by session. */
const lanes = new Map<string, Objects>();

export function objectsOf({ root, objects: place, session }: Lane, ports: JobPorts): Objects {
  let objects = lanes.get(session);
  // Jobs do not start jobs: nobody asks for these.
  const own = { ...ports, jobs: { width: 1, run: never, everywhere: never, dispose: () => undefined } };
  if (!objects) lanes.set(session, (objects = new Objects(own, new Layout(root, place))));
  return objects;
}

const never = (): Promise<never> => Promise.reject(new Error("a job starts no jobs"));

/** Ends a lane: what it has is made durable, or forgotten where `keep` is false. Bytes by which it made the store larger. */
export const endLane: Job<Lane & { readonly keep: boolean }, number> = {
  name: "datasets/end-lane",
  run: ({ session, keep }) => {
    const objects = lanes.get(session);
    lanes.delete(session);
    if (!objects) return 0;
    if (keep) objects.flush();
    else objects.drop();
    return objects.grown;
  },
};

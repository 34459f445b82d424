import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { isModelId, isRunId, isTraceId, isWriterId, monthOfUuid, type WriterId } from "./ids.js";

/** The rooms of a store in which each entity has a folder of its own with facts, points and files. */
export type EntityRoom = "runs" | "logged" | "traces";
export const entityRooms: readonly EntityRoom[] = ["runs", "logged", "traces"];

export interface EntityRef {
  readonly room: EntityRoom;
  readonly id: string;
}

const validIn: Record<EntityRoom, (id: string) => boolean> = {
  runs: isRunId,
  logged: isModelId,
  traces: isTraceId,
};

const shardOf: Record<EntityRoom, (id: string) => string> = {
  runs: monthOfUuid,
  logged: (id) => monthOfUuid(id.slice(2)),
  traces: (id) =>
    `t-${id
      .slice(-2)
      .toLowerCase()
      .replaceAll(/[^0-9a-z]/g, "_")}`,
};

export const isEntityId = (room: EntityRoom, id: string): boolean => validIn[room](id);

/** The folder between the room and the entity: the month of a run or model, two characters of a trace's id. */
export const shardOfEntity = (ref: EntityRef): string => shardOf[ref.room](ref.id);

export const entityKey = (ref: EntityRef): string => `${ref.room}/${ref.id}`;

/** The inverse of `entityKey`; undefined for anything that a store of ours would not write. */
export function parseEntityKey(key: string): EntityRef | undefined {
  const slash = key.indexOf("/");
  const room = entityRooms.find((one) => one === key.slice(0, slash));
  const id = key.slice(slash + 1);
  return room !== undefined && isEntityId(room, id) ? { room, id } : undefined;
}

/** Where things stand in a store. Pure: it computes names and touches nothing. */
export class Layout {
  /** The `.loam` folder, absolute. */
  readonly root: string;
  /** The folder of the objects, absolute: in the store, or where a person keeps them. */
  readonly objects: string;

  constructor(root: string, objects?: string) {
    this.root = path.resolve(root);
    this.objects = objects ?? path.join(this.root, "objects");
  }

  at(...parts: readonly string[]): string {
    return parts[0] === "objects"
      ? path.join(this.objects, ...parts.slice(1))
      : path.join(this.root, ...parts);
  }

  /** Whether objects lie beyond the store's folder, where nothing can be renamed to. */
  get isElsewhere(): boolean {
    return this.objects !== path.join(this.root, "objects");
  }

  /** Path below the root, with forward slashes, for messages and manifests. */
  relative(file: string): string {
    return path.relative(this.root, file).replaceAll(path.sep, "/");
  }

  entity(ref: EntityRef): string {
    if (!isEntityId(ref.room, ref.id))
      throw new Failure("value.invalid", said`'${ref.id}' is no id of ${ref.room}.`);
    return this.at(ref.room, shardOfEntity(ref), ref.id);
  }

  facts(ref: EntityRef, writer: WriterId): string {
    return path.join(this.entity(ref), `facts-${writer}.jsonl`);
  }

  points(ref: EntityRef, writer: WriterId): string {
    return path.join(this.entity(ref), `points-${writer}.bin`);
  }

  artifacts(ref: EntityRef): string {
    return path.join(this.entity(ref), "artifacts");
  }

  get format(): string {
    return this.at("format.json");
  }
  get ledger(): string {
    return this.at("ledger");
  }
  get local(): string {
    return this.at("local");
  }
  get localLedger(): string {
    return this.at("local", "ledger");
  }
  get live(): string {
    return this.at("local", "live");
  }
  get touched(): string {
    return this.at("local", "touched");
  }
  get cache(): string {
    return this.at("cache");
  }
}

/** What a file of an entity's folder is: a writer's facts, a writer's points, or anything else. */
export type EntityFile =
  { readonly kind: "facts" | "points"; readonly writer: WriterId } | { readonly kind: "other" };

export function entityFileOf(name: string): EntityFile {
  const match = /^(facts|points)-([0-9a-f]{8})\.(jsonl|bin)$/.exec(name);
  const [, kind, writer = "", ending] = match ?? [];
  if (!isWriterId(writer)) return { kind: "other" };
  if (kind === "facts" && ending === "jsonl") return { kind: "facts", writer };
  if (kind === "points" && ending === "bin") return { kind: "points", writer };
  return { kind: "other" };
}

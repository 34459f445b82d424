import * as path from "node:path";
import type { FilePort } from "../../../src/core/base/ports.js";
import { canonicalJson, sha256 } from "../../../src/core/store/canonical.js";
import { readEntity } from "../../../src/core/store/entity-reader.js";
import { entitiesOf, filesBelow } from "../../../src/core/store/entity-walk.js";
import { entityKey, type EntityRef, type Layout } from "../../../src/core/store/layout.js";
import { ledgerName } from "../../../src/core/store/ledger-file.js";
import { nameFromDisk } from "../../../src/core/store/names.js";
import type { Purged } from "../../../src/core/store/purged.js";
import { Experiments } from "../../../src/core/tracking/experiments.js";
import { runDocument, type RunDocument } from "../../../src/core/tracking/run-document.js";
import { RunState } from "../../../src/core/tracking/run-state.js";
import type { Side } from "./bench-store.js";

/** What one entity's files hold. */
export interface EntityContent {
  /** Canonical text by id. */
  readonly facts: Map<string, string>;
  /** How often each 32-byte record stands there. */
  readonly points: Map<string, number>;
  /** SHA-256 by path. */
  readonly artifacts: Map<string, string>;
}

export type StoreContent = Map<string, EntityContent>;

export function contentOf(files: FilePort, layout: Layout, ref: EntityRef, purged?: Purged): EntityContent {
  const points = new Map<string, number>();
  const add = (records: Buffer): void => {
    for (let at = 0; at < records.byteLength; at += 32) {
      const record = records.toString("hex", at, at + 32);
      points.set(record, (points.get(record) ?? 0) + 1);
    }
  };
  const read = readEntity(files, layout, ref, new Map(), add, undefined, purged);
  if (read.damaged.length > 0) throw new Error(`damaged: ${JSON.stringify(read.damaged)}`);
  const artifacts = new Map<string, string>();
  for (const { parts, file } of filesBelow(files, layout.artifacts(ref)))
    artifacts.set(parts.map(nameFromDisk).join("/"), sha256(files.readAll(file) ?? ""));
  return { facts: new Map(read.facts.map((fact) => [fact.id, canonicalJson(fact)])), points, artifacts };
}

/** Every entity that is not purged. */
export function allContent(files: FilePort, layout: Layout, purged: Purged): StoreContent {
  const all: StoreContent = new Map();
  for (const ref of entitiesOf(files, layout)) {
    if (!purged.isPurged(ref)) all.set(entityKey(ref), contentOf(files, layout, ref, purged));
  }
  return all;
}

export function ledgerNames(files: FilePort, layout: Layout): Set<string> {
  const names = new Set<string>();
  for (const month of files.list(layout.ledger))
    for (const { name } of files.list(path.join(layout.ledger, month.name)))
      names.add(ledgerName(name) ?? "");
  names.delete("");
  return names;
}

/** A run as anybody sees it who reads its files now. */
export function documentOf(files: FilePort, side: Side, id: string): RunDocument {
  const state = new RunState(id);
  const { layout, purged } = side.store;
  const read = readEntity(
    files,
    layout,
    { room: "runs", id },
    new Map(),
    (records) => {
      state.summaries.add(records);
    },
    undefined,
    purged,
  );
  for (const fact of read.facts) state.add(fact);
  return plain(runDocument(state, "active"));
}

/** Without what depends on the order in which things were met. */
export function plain(document: RunDocument): RunDocument {
  const byKey = <T extends { readonly key: string }>(items: readonly T[]): T[] =>
    items.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const { metrics, params, tags } = document.data;
  return { ...document, data: { metrics: byKey(metrics), params: byKey(params), tags: byKey(tags) } };
}

/** What of a store must be the same in two that were joined. */
export function foldedState(files: FilePort, side: Side): Readonly<Record<string, unknown>> {
  const { layout, purged } = side.store;
  const state: Record<string, unknown> = {};
  for (const [key, { facts, points, artifacts }] of allContent(files, layout, purged)) {
    if (facts.size === 0) continue;
    const own = [...artifacts].filter(([name]) => !name.includes(".joined-"));
    state[key] = {
      facts: [...facts].sort().map(([, text]) => text),
      points: [...points].sort(),
      artifacts: own.sort(),
      ...(key.startsWith("runs/") ? { document: documentOf(files, side, key.slice(5)) } : {}),
    };
  }
  const experiments = new Experiments(side.store);
  experiments.refresh();
  state["experiments"] = experiments.all().toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return state;
}

import * as path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { entityFiles } from "../store/entity-reader.js";
import { readFacts } from "../store/journal.js";
import { entityFileOf, isEntityId, type EntityRef } from "../store/layout.js";
import { columnsOf, isKeyText, readRecords, type SeriesName } from "../store/points.js";
import type { Store } from "../store/store.js";
import { comparePoints, PointColumns } from "./point-columns.js";

/** How long reading may keep the process from answering others. */
const sliceMs = 8;
/** Points of series that are kept for the next question: some 100 MB. */
const mostKept = 4_000_000;

/** All points that a run logged under one name, ordered by time, step and value; equal ones once. */
export interface Series {
  readonly points: PointColumns;
  /** What the points are about: `points.origin` counts in it. */
  readonly origins: readonly SeriesName[];
}

/** A part of a series: points `from` (included) to `to` (not included). */
export interface SeriesPage {
  readonly from: number;
  readonly to: number;
  /** Asks for what follows; absent at the end. */
  readonly next?: string;
}

interface Declared extends SeriesName {
  readonly key: string;
}

/** Reads series from the points of a store. What was read is kept for a while, since clients ask page by page. */
export class SeriesReader {
  readonly #store: Store;
  readonly #kept = new Map<string, { readonly state: string; readonly series: Series }>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The series of a run under a name; empty where there is no such run or name. */
  async read(run: string, name: string, signal?: AbortSignal): Promise<Series> {
    if (!isEntityId("runs", run)) return { points: new PointColumns(), origins: [] };
    const ref: EntityRef = { room: "runs", id: run };
    const sizes = entityFiles(this.#store.ports.files, this.#store.layout, ref);
    const state = JSON.stringify([...sizes]);
    const place = `${run}/${name}`;
    const known = this.#kept.get(place);
    this.#kept.delete(place);
    const series = known?.state === state ? known.series : await this.#read(ref, name, sizes.keys(), signal);
    this.#keep(place, { state, series });
    return series;
  }

  #keep(place: string, entry: { readonly state: string; readonly series: Series }): void {
    this.#kept.set(place, entry);
    let points = 0;
    for (const { series } of this.#kept.values()) points += series.points.length + 1000;
    for (const [oldest, { series }] of this.#kept) {
      if (points <= mostKept) break;
      this.#kept.delete(oldest);
      points -= series.points.length + 1000;
    }
  }

  async #read(ref: EntityRef, name: string, files: Iterable<string>, signal?: AbortSignal): Promise<Series> {
    signal?.throwIfAborted();
    const { ports, layout } = this.#store;
    const paths = [...files].map((file) => ({
      kind: entityFileOf(file).kind,
      file: path.join(layout.entity(ref), file),
    }));
    const declared = new Map<string, Declared>();
    for (const { kind, file } of paths) {
      if (kind !== "facts") continue;
      for (const fact of readFacts(ports.files, file).facts) {
        const one = fact.kind === "metric.declared" ? asDeclared(fact) : undefined;
        if (one?.name === name && !declared.has(one.key)) declared.set(one.key, one);
      }
    }
    const origins = [...declared.values()];
    const points = new PointColumns();
    if (origins.length === 0) return { points, origins };
    const words = keyWords(origins.map(({ key }) => key));
    let began = performance.now();
    for (const { kind, file } of paths) {
      if (kind !== "points") continue;
      for (const { records } of readRecords(ports.files, file)) {
        collect(records, words, points);
        if (performance.now() - began < sliceMs) continue;
        await nextTurn();
        signal?.throwIfAborted();
        began = performance.now();
      }
    }
    points.settle();
    return { points, origins };
  }
}

function asDeclared(fact: Readonly<Record<string, unknown>>): Declared | undefined {
  const { key, name } = fact;
  if (typeof key !== "string" || !isKeyText(key) || typeof name !== "string") return undefined;
  const textOf = (field: string): string | null => {
    const value = fact[field];
    return typeof value === "string" ? value : null;
  };
  return { key, name, model: textOf("model"), dataset: textOf("dataset"), digest: textOf("digest") };
}

/** The low and the high half of each key, since comparing numbers is many times faster than comparing BigInts. */
function keyWords(keys: readonly string[]): Uint32Array {
  const words = new Uint32Array(keys.length * 2);
  for (const [n, key] of keys.entries()) {
    words[2 * n] = Number.parseInt(key.slice(8), 16);
    words[2 * n + 1] = Number.parseInt(key.slice(0, 8), 16);
  }
  return words;
}

/** Adds the records of the wanted keys to `to`. */
function collect(records: Buffer, keys: Uint32Array, to: PointColumns): void {
  const { words, doubles } = columnsOf(records);
  const wanted = keys.length;
  const [firstLow, firstHigh] = keys;
  for (let at = 0; at < words.length; at += 8) {
    let origin = 0;
    if (words[at] !== firstLow || words[at + 1] !== firstHigh) {
      if (wanted === 2) continue;
      for (origin = 2; origin < wanted; origin += 2)
        if (words[at] === keys[origin] && words[at + 1] === keys[origin + 1]) break;
      if (origin >= wanted) continue;
    }
    const place = at >> 1;
    to.add(
      words[at + 2] ?? 0,
      words[at + 3] ?? 0,
      doubles[place + 2] ?? 0,
      doubles[place + 3] ?? 0,
      origin >> 1,
    );
  }
}

/**
 * The next `most` points of a series, or all. `token` is the `next` of the page before; it names the last point
 * there, so that points which come meanwhile shift nothing. Throws `page.token`.
 */
export function pageOf({ points }: Series, most = points.length, token?: string): SeriesPage {
  const from = token === undefined || token === "" ? 0 : after(points, token);
  const to = Math.min(points.length, from + most);
  if (to >= points.length || to === 0) return { from, to };
  const last = [points.time(to - 1), String(points.step(to - 1)), String(points.value(to - 1))];
  return { from, to, next: Buffer.from(JSON.stringify(last)).toString("base64url") };
}

/** The first point behind the one that a token names. */
function after(points: PointColumns, token: string): number {
  const mark = new PointColumns();
  try {
    const [time, step, value] = JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as unknown[];
    if (typeof time !== "number" || typeof step !== "string" || typeof value !== "string")
      throw new Error("fields");
    const bits = BigInt.asUintN(64, BigInt(step));
    mark.add(Number(bits & 0xffff_ffffn), Number(bits >> 32n), time, Number(value), 0);
  } catch {
    throw new Failure("page.token", said`Invalid page token: it was not made by this endpoint.`, {
      next: said`Ask for the first page again, without page_token.`,
    });
  }
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePoints(points, middle, mark, 0) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

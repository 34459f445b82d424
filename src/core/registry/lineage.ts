import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Datasets } from "../datasets/datasets.js";
import type { DatasetDetail, DatasetVersionSummary } from "../datasets/view.js";
import { metricsThatMatter } from "../tracking/metrics-that-matter.js";
import { dataOfRun } from "../tracking/run-data.js";
import { readRunFacts } from "../tracking/run-facts.js";
import type { RunRow } from "../tracking/run-lists.js";
import type { RunState } from "../tracking/run-state.js";
import type { Searches } from "../tracking/search.js";
import type { Tracking } from "../tracking/tracking.js";
import type { RunData } from "../tracking/view.js";
import { givenUpData } from "./given-up.js";
import type { Registry } from "./registry.js";
import type {
  FrozenData,
  GivenUpData,
  LineageEdge,
  LineageFocus,
  LineageGraph,
  LineageNode,
  ModelVersionDetail,
  ModelVersionSummary,
} from "./view.js";

interface Pillars {
  readonly datasets: Datasets;
  readonly tracking: Tracking;
  readonly registry: Registry;
}

/** The versions of data sets that a run read, each once, by name: what a version that is made of the run keeps of them. */
export function frozenDataOf(tracking: Tracking, run: RunState): readonly FrozenData[] {
  const found = new Map<string, FrozenData>();
  for (const { dataset, version } of dataOfRun(tracking, run)) {
    if (!dataset || !version) continue;
    const { id, number, content } = version;
    found.set(id, { dataset: dataset.id, version: id, name: dataset.name, number, content });
  }
  return [...found.values()].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : a.number - b.number,
  );
}

/** Files of one run that are in no version are told one by one up to so many. */
const mostFiles = 6;

/**
 * What a thing came from and what came of it, both ways, at most `most` nodes: what is nearest first. Throws
 * `dataset.notFound`, `run.notFound`, `version.notFound` where the focus is none.
 */
export async function lineageOf(
  pillars: Pillars,
  focus: LineageFocus,
  most: number,
  signal: AbortSignal,
): Promise<LineageGraph> {
  const searches = await pillars.tracking.searches();
  await searches.whenCaughtUp; // until then a run that is here would seem to be elsewhere
  const walk = new Walk(pillars, searches, most);
  await walk.from(focus, signal);
  return walk.graph();
}

class Walk {
  readonly #pillars: Pillars;
  readonly #searches: Searches;
  readonly #most: number;
  readonly #nodes = new Map<string, LineageNode>();
  readonly #edges = new Map<string, LineageEdge>();
  readonly #leftOut = new Set<string>();
  readonly #data = new Map<string, { dataset: DatasetDetail; version: DatasetVersionSummary }>();
  readonly #versions: readonly ModelVersionSummary[];
  /** What the index has of runs, by their ids; undefined for one that is not here. */
  readonly #rows = new Map<string, RunRow | undefined>();

  constructor(pillars: Pillars, searches: Searches, most: number) {
    this.#pillars = pillars;
    this.#searches = searches;
    this.#most = Math.max(most, 1);
    for (const dataset of pillars.datasets.all())
      for (const version of dataset.history) this.#data.set(version.id, { dataset, version });
    this.#versions = pillars.registry
      .all()
      .flatMap((model) => (model.deleted ? [] : model.history.filter(({ deleted }) => !deleted)));
  }

  async from(focus: LineageFocus, signal: AbortSignal): Promise<void> {
    if (focus.kind === "data") await this.#fromData(focus.version, signal);
    else if (focus.kind === "run") this.#fromRun(focus.run);
    else this.#fromVersion(focus.version);
  }

  async #fromData(id: string, signal: AbortSignal): Promise<void> {
    const found = this.#data.get(id);
    if (!found) throw new Failure("dataset.notFound", said`There is no version ${id} of any data set.`);
    const key = this.#addData(id);
    const runs = await this.#searches.runsOfVersion(found.dataset, found.version);
    signal.throwIfAborted();
    const registered = new Set(this.#versions.map(({ run }) => run));
    const [became, others] = [
      runs.filter(({ run }) => registered.has(run)),
      runs.filter(({ run }) => !registered.has(run)),
    ];
    this.#look([...became, ...others].slice(0, this.#most).map(({ run }) => run));
    for (const { run, changed } of [...became, ...others]) {
      this.#addRun(run, "");
      this.#join(key, `run:${run}`, "read", changed);
      this.#downFromRun(run);
    }
  }

  #fromRun(id: string): void {
    const run = readRunFacts(this.#pillars.tracking.store, id);
    if (!run) throw new Failure("run.notFound", said`Run with id=${id} not found`);
    this.#addRun(id, run.name);
    this.#upFromRun(run);
    this.#downFromRun(id);
  }

  #fromVersion(id: string): void {
    const found = this.#versions.find((version) => version.id === id);
    const detail = found && this.#pillars.registry.versionOf(found.model, id);
    if (!detail) throw new Failure("version.notFound", said`There is no version ${id} of any model.`);
    this.#addVersion(detail);
    this.#upFromVersion(detail, new Set());
    this.#downFromVersion(detail, new Set());
  }

  #upFromVersion(version: ModelVersionDetail, seen: Set<string>): void {
    const key = `version:${version.id}`;
    if (seen.has(key)) return;
    seen.add(key);
    const [, name, number] = /^models:\/([^/@]+)\/(\d+)$/.exec(version.source) ?? [];
    const origin = this.#versions.find((one) => one.name === name && String(one.number) === number);
    const detail = origin && this.#pillars.registry.versionOf(origin.model, origin.id);
    if (detail && detail.id !== version.id) {
      this.#addVersion(detail);
      this.#join(`version:${detail.id}`, key, "copied");
      this.#upFromVersion(detail, seen);
      return;
    }
    if (version.run !== null) {
      this.#addRun(version.run, version.runName ?? "");
      this.#join(`run:${version.run}`, key, "registered");
    }
    const run = version.run === null ? undefined : readRunFacts(this.#pillars.tracking.store, version.run);
    if (run) this.#upFromRun(run);
    else
      for (const { version: data } of version.data)
        this.#join(this.#addData(data), version.run === null ? key : `run:${version.run}`, "read");
    for (const one of givenUpData(this.#pillars.tracking.store, version)) this.#addGivenUp(one);
  }

  #upFromRun(run: RunState): void {
    const key = `run:${run.id}`;
    const untied: RunData[] = [];
    const given = this.#givenUpOf(run.id);
    for (const one of given) this.#join(this.#addGivenUp(one), key, "read");
    for (const data of dataOfRun(this.#pillars.tracking, run)) {
      if (given.some(({ content }) => content === data.sha256)) continue;
      if (data.version) this.#join(this.#addData(data.version.id), key, "read", data.changed);
      else untied.push(data);
    }
    for (const node of fileNodes(run.id, untied)) {
      this.#add(node);
      const changed = untied.some((data) => data.changed && (node.files > 1 || data.path === node.path));
      this.#join(node.key, key, "read", changed);
    }
    for (const { model } of run.facts.all("model.input")) {
      const used = this.#versions.find(({ logged }) => logged === model);
      if (!used || this.#nodes.has(`version:${used.id}`)) continue;
      this.#addVersion(used);
      this.#join(`version:${used.id}`, key, "used");
    }
  }

  #downFromRun(id: string): void {
    for (const version of this.#versions) {
      if (version.run !== id) continue;
      this.#addVersion(version);
      this.#join(`run:${id}`, `version:${version.id}`, "registered");
      this.#downFromVersion(version, new Set());
    }
  }

  #downFromVersion({ id, name, number }: ModelVersionSummary, seen: Set<string>): void {
    if (seen.has(id)) return;
    seen.add(id);
    for (const copy of this.#versions) {
      if (copy.id === id || copy.source !== `models:/${name}/${number}`) continue;
      this.#addVersion(copy);
      this.#join(`version:${id}`, `version:${copy.id}`, "copied");
      this.#downFromVersion(copy, seen);
    }
  }

  #addData(id: string): string {
    const key = `data:${id}`;
    const found = this.#data.get(id);
    if (!found) return key; // it is of another branch or clone
    const { dataset, version } = found;
    const { latest } = dataset;
    const hasNewer = latest && latest.number > version.number && latest.content !== version.content;
    this.#add({
      kind: "data",
      key,
      dataset: dataset.id,
      version: id,
      name: dataset.name,
      number: version.number,
      newest: hasNewer ? latest.number : version.number,
      size: version.size,
      givenUp: null,
    });
    return key;
  }

  /** The data that a run read, of which models stand and which was given up for ever: its facts alone say so. */
  #givenUpOf(run: string): readonly GivenUpData[] {
    const { registry, tracking } = this.#pillars;
    return this.#versions.flatMap(({ id, model, run: of }) => {
      const version = of === run ? registry.versionOf(model, id) : undefined;
      return version ? givenUpData(tracking.store, version) : [];
    });
  }

  #addGivenUp({ dataset, version, name, number, fact, at, author }: GivenUpData): string {
    const key = `data:${version}`;
    const givenUp = { fact, at, author };
    this.#add({ kind: "data", key, dataset, version, name, number, newest: number, size: 0, givenUp });
    return key;
  }

  /** Asks the index of many runs at once: each question takes in what others wrote meanwhile. */
  #look(ids: readonly string[]): void {
    for (const id of ids) this.#rows.set(id, undefined);
    for (const row of this.#searches.rows(ids)) this.#rows.set(row.document.info.run_id, row);
  }

  /** `name`: what is known of it where it is not here. */
  #addRun(id: string, name: string): void {
    const key = `run:${id}`;
    if (this.#nodes.has(key)) return;
    if (this.#nodes.size >= this.#most) {
      this.#leftOut.add(key);
      return;
    }
    if (!this.#rows.has(id)) this.#look([id]);
    const row = this.#rows.get(id);
    if (!row) {
      this.#add({ kind: "run", key, run: id, name, state: "elsewhere", headline: null });
      return;
    }
    const { info, data } = row.document;
    const metrics = Object.fromEntries(data.metrics.map((metric) => [metric.key, metric.value]));
    const [best] = metricsThatMatter([{ metrics }], [], 1);
    const value = best === undefined ? undefined : metrics[best];
    this.#add({
      kind: "run",
      key,
      run: id,
      name: info.run_name,
      state: row.state,
      headline: best === undefined || value === undefined ? null : { name: best, value },
    });
  }

  #addVersion({ id, model, name, number, aliases, approval }: ModelVersionSummary): void {
    this.#add({ kind: "version", key: `version:${id}`, model, version: id, name, number, aliases, approval });
  }

  #add(node: LineageNode): void {
    if (this.#nodes.has(node.key)) return;
    if (this.#nodes.size < this.#most) this.#nodes.set(node.key, node);
    else this.#leftOut.add(node.key);
  }

  #join(from: string, to: string, kind: LineageEdge["kind"], changed = false): void {
    const key = `${from} ${to}`;
    const known = this.#edges.get(key);
    this.#edges.set(key, { from, to, kind, changed: changed || known?.changed === true });
  }

  graph(): LineageGraph {
    const edges = [...this.#edges.values()].filter(
      ({ from, to }) => this.#nodes.has(from) && this.#nodes.has(to),
    );
    return { nodes: [...this.#nodes.values()], edges, leftOut: this.#leftOut.size };
  }
}

type FileNode = Extract<LineageNode, { kind: "file" }>;

function fileNodes(run: string, files: readonly RunData[]): readonly FileNode[] {
  if (files.length <= mostFiles)
    return files.map(({ path, size, dataset }) => ({
      kind: "file",
      key: `file:${path}`,
      path,
      files: 1,
      size,
      dataset: dataset?.name ?? null,
    }));
  return [
    {
      kind: "file",
      key: `files:${run}`,
      path: sharedFolder(files.map(({ path }) => path)),
      files: files.length,
      size: files.reduce((sum, { size }) => sum + size, 0),
      dataset: null,
    },
  ];
}

function sharedFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split("/").slice(0, -1));
  let length = first.length;
  for (const other of others)
    while (first.slice(0, length).join("/") !== other.slice(0, length).join("/")) length--;
  return first.slice(0, length).join("/");
}

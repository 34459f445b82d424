import type { Disposable } from "../base/lifetime.js";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { keepForContent, knownForContent } from "../code/cache-file.js";
import { canonicalJson, sha256 } from "../store/canonical.js";
import type { Datasets } from "./datasets.js";
import { findVersion } from "./find.js";
import type { DatasetChecked, DatasetId } from "./model.js";
import { suggestedRules } from "./propose-rules.js";
import { ruleColumn, ruleWords } from "./rule-words.js";
import { placeTable, storedTable, type PlacedTable, type TablePlace } from "./table-places.js";
import type { DiffPage, RowsOfDiff, TableFormat, Tabular, TellProgress } from "./tabular.js";
import type { CheckResult, Overlap, QualityRule, TableDiff, TableProfile } from "./view.js";

/** Raised when a profile says something else or more: those in the cache are of the one before. */
const profileRevision = 2;
/** Comparisons that can be made anew when their rows are gone. */
const mostComparisons = 20;

const profileName = (hash: string, format: TableFormat): string =>
  `${hash}-${format}-${profileRevision}.json`;

export interface Comparison {
  readonly before: PlacedTable;
  readonly after: PlacedTable;
  readonly keys: readonly string[] | null;
  readonly tolerance: { readonly absolute: number; readonly relative: number };
}

/** What stands in the tables of data sets. */
export class DataTables implements Disposable {
  readonly #datasets: Datasets;
  readonly #tabular: Tabular;
  readonly #comparisons = new Map<string, { readonly comparison: Comparison; handle: string }>();

  constructor(datasets: Datasets, tabular: Tabular) {
    this.#datasets = datasets;
    this.#tabular = tabular;
  }

  place(place: TablePlace, signal: AbortSignal): Promise<PlacedTable> {
    return placeTable(this.#datasets, place, signal);
  }

  /** The profile of a table: that of a version is made once and kept in the cache. */
  async profile(
    { table, hash }: PlacedTable,
    signal: AbortSignal,
    tell?: TellProgress,
  ): Promise<TableProfile> {
    const { store } = this.#datasets;
    const name = hash === undefined ? undefined : profileName(hash, table.format);
    const known = name === undefined ? undefined : knownForContent(store, "profiles", name);
    if (known !== undefined) return known as TableProfile;
    const profile = await this.#tabular.profile(table, signal, tell);
    if (name !== undefined) keepForContent(store, "profiles", name, profile);
    return profile;
  }

  /** The profile of a version's table where it was made before; nothing is read or brought to the disk for it. */
  knownProfile(place: TablePlace): TableProfile | undefined {
    const found = storedTable(this.#datasets, place);
    if (!found) return undefined;
    const name = profileName(found.hash, found.format);
    return knownForContent(this.#datasets.store, "profiles", name) as TableProfile | undefined;
  }

  /** Compares two tables row by row; the rows are asked for by `handle`. */
  async compare(
    comparison: Comparison,
    signal: AbortSignal,
    tell?: TellProgress,
  ): Promise<{ readonly diff: TableDiff; readonly handle: string }> {
    const made = await this.#make(comparison, signal, tell);
    this.#comparisons.set(made.handle, { comparison, handle: made.handle });
    for (const handle of [...this.#comparisons.keys()].slice(0, -mostComparisons))
      this.#comparisons.delete(handle);
    return made;
  }

  /** Rows of a comparison; made anew where they are gone, as after a while without a question. */
  async rows(page: DiffPage, signal: AbortSignal): Promise<RowsOfDiff> {
    const known = this.#comparisons.get(page.handle);
    try {
      return await this.#tabular.diffRows({ ...page, handle: known?.handle ?? page.handle }, signal);
    } catch (error) {
      if (!known || !(error instanceof Failure) || error.code !== "state.wrong") throw error;
      known.handle = (await this.#make(known.comparison, signal)).handle;
      return this.#tabular.diffRows({ ...page, handle: known.handle }, signal);
    }
  }

  #make({ before, after, keys, tolerance }: Comparison, signal: AbortSignal, tell?: TellProgress) {
    return this.#tabular.diff({ before: before.table, after: after.table, keys, tolerance }, signal, tell);
  }

  /** Rows of B that stand in A too; `columns` null: over all that both have. */
  overlap(
    {
      a,
      b,
      columns,
    }: { readonly a: PlacedTable; readonly b: PlacedTable; readonly columns: readonly string[] | null },
    signal: AbortSignal,
    tell?: TellProgress,
  ): Promise<Overlap> {
    return this.#tabular.overlap({ a: a.table, b: b.table, columns }, signal, tell);
  }

  /** Rules that a table suggests and keeps itself. */
  async proposeRules(placed: PlacedTable, signal: AbortSignal, tell?: TellProgress): Promise<QualityRule[]> {
    const suggested = suggestedRules(await this.profile(placed, signal, tell));
    const results = await this.ask(placed, suggested, signal, tell);
    return suggested.filter((_, at) => results[at]?.outcome === "passed");
  }

  /** Asks rules about a table. */
  async ask(
    { table }: PlacedTable,
    rules: readonly QualityRule[],
    signal: AbortSignal,
    tell?: TellProgress,
  ): Promise<CheckResult[]> {
    if (rules.length === 0) return [];
    const now = this.#datasets.store.ports.clock.now();
    const findings = await this.#tabular.check(table, rules, now, signal, tell);
    return rules.map((rule, at) => ({
      rule: ruleWords(rule),
      column: ruleColumn(rule),
      outcome: findings[at]?.outcome ?? "error",
      found: findings[at]?.found ?? "",
    }));
  }

  /**
   * Asks the rules of `loam.yaml` about a version and keeps what they say as a fact. A table that cannot be read fails
   * all of them, and that is kept too. None where there are no rules.
   */
  async check(
    dataset: DatasetId,
    version: string,
    signal: AbortSignal,
    tell?: TellProgress,
  ): Promise<readonly CheckResult[]> {
    const detail = this.#datasets.get(dataset);
    const { id } = findVersion(detail, version, "any");
    const { rulesFor } = await import("./quality-rules.js"); // YAML is loaded by those who ask
    const { rules, table: file } = rulesFor(this.#datasets.store, detail.name);
    if (rules.length === 0) return [];
    let results: readonly CheckResult[];
    try {
      const placed = await this.place({ dataset, version: id, file }, signal);
      results = await this.ask(placed, rules, signal, tell);
    } catch (error) {
      if (!(error instanceof Failure) || !ofTheData.has(error.code)) throw error;
      results = rules.map((rule) => ({
        rule: ruleWords(rule),
        column: ruleColumn(rule),
        outcome: "error",
        found: error.message,
      }));
    }
    this.#datasets.write<DatasetChecked>({
      kind: "dataset.checked",
      dataset,
      version: id,
      rules: sha256(canonicalJson(rules)),
      results,
    });
    return results;
  }

  /**
   * Asks the rules about a version that was just made. What goes wrong is logged and not thrown: the version is there
   * all the same, and can be checked again.
   */
  async checkNew(
    dataset: DatasetId,
    version: string,
    signal: AbortSignal,
    tell?: TellProgress,
  ): Promise<readonly CheckResult[]> {
    try {
      return await this.check(dataset, version, signal, tell);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const { text } = said`The rules were not asked: ${message}`;
      this.#datasets.store.ports.log.write("warn", "datasets", text);
      return [];
    }
  }

  dispose(): void {
    this.#tabular.dispose();
  }
}

/** What is wrong with the data, and not with this machine. */
const ofTheData: ReadonlySet<Failure["code"]> = new Set(["table.unreadable", "value.missing"]);

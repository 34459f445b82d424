import { compareFacts, type Fact } from "../store/fact.js";
import { Folded } from "../store/fold.js";
import { runFolds, type LifecycleStage, type RunFact, type RunStatus } from "./model.js";
import { comparePoint, Summaries, type Summary } from "./summary.js";
import { runShapes } from "./shapes.js";
import type { ShownState } from "./view.js";

/** The latest value of a metric of a run, over all its series of that name. */
export interface MetricState {
  readonly name: string;
  readonly series: string;
  readonly model: string | null;
  readonly dataset: string | null;
  readonly digest: string | null;
  readonly guessed: boolean;
  readonly summary: Summary;
}

const terminal: ReadonlySet<RunStatus> = new Set<RunStatus>(["FINISHED", "FAILED", "KILLED"]);
export const isTerminal = (status: RunStatus): boolean => terminal.has(status);

/** Badness of a state, for the page that shows the worse of two. */
const badness: Record<RunStatus, number> = { SCHEDULED: 0, RUNNING: 1, FINISHED: 2, KILLED: 3, FAILED: 4 };

const shownAs: Record<RunStatus, ShownState> = {
  SCHEDULED: "scheduled",
  RUNNING: "running",
  FINISHED: "finished",
  FAILED: "failed",
  KILLED: "killed",
};

/** A run folded from its facts and points. */
export class RunState {
  readonly id: string;
  readonly facts = new Folded<RunFact>(runFolds, runShapes);
  readonly summaries = new Summaries();

  constructor(id: string) {
    this.id = id;
  }

  add(fact: Fact): boolean {
    return this.facts.add(fact);
  }

  /** False for an id of which nothing says that it was created. */
  get exists(): boolean {
    return this.facts.get("run.created") !== undefined;
  }

  get experiment(): string {
    const moved = this.facts.get("experiment.set")?.experiment;
    return moved ?? this.facts.get("run.created")?.experiment ?? "0";
  }

  /** The name: set by itself or as the tag `mlflow.runName`, whichever came last. */
  get name(): string {
    const named = this.facts.get("name.set");
    const tagged = this.facts.get("tag.set", "mlflow.runName");
    const tagWins = typeof tagged?.value === "string" && (!named || compareFacts(named, tagged) < 0);
    return (tagWins ? tagged.value : named?.name) ?? this.facts.get("run.created")?.name ?? "";
  }

  get user(): string {
    return this.facts.get("user.set")?.user ?? this.facts.get("run.created")?.user ?? "";
  }

  /** Milliseconds since the epoch. */
  get start(): number {
    return this.facts.get("user.set")?.start ?? this.facts.get("run.created")?.start ?? 0;
  }

  /** What MLflow's clients are told: the client's own state, else the process's. */
  get status(): RunStatus {
    const { client, process } = this.#ends();
    if (!client) return process?.status ?? "RUNNING";
    if (isTerminal(client.status) || !process) return client.status;
    return process.clock > client.clock ? process.status : client.status;
  }

  /** What a person is shown: the worse of the client's and the process's state. */
  get shownState(): ShownState {
    const { process } = this.#ends();
    const status = this.#wasInterrupted() ? "KILLED" : this.status;
    if (!process || badness[process.status] < badness[status]) return shownAs[status];
    return process.by === "lost" ? "lost" : shownAs[process.status];
  }

  /** True where the client says that it failed since somebody stopped it: `with mlflow.start_run()` does on Ctrl-C. */
  #wasInterrupted(): boolean {
    const { client, process } = this.#ends();
    if (client?.status !== "FAILED") return false;
    const asked = this.facts.get("stop.asked");
    return (asked !== undefined && compareFacts(asked, client) < 0) || process?.signal === "SIGINT";
  }

  /** Milliseconds since the epoch; undefined while it runs. */
  get end(): number | undefined {
    const { client, process } = this.#ends();
    if (client && isTerminal(client.status)) return client.end ?? process?.end;
    return isTerminal(this.status) ? process?.end : undefined;
  }

  #ends(): {
    client: Extract<RunFact, { kind: "status.set" }> | undefined;
    process: Extract<RunFact, { kind: "run.ended" }> | undefined;
  } {
    return { client: this.facts.get("status.set"), process: this.facts.get("run.ended") };
  }

  /** The run's own lifecycle and the clock at which it was set; its experiment's may be later and then counts. */
  get lifecycle(): { readonly stage: LifecycleStage; readonly clock: number } {
    const fact = this.facts.get("lifecycle.set");
    return fact ? { stage: fact.stage, clock: fact.clock } : { stage: "active", clock: 0 };
  }

  /** The value that a client logged: it never changes. */
  param(key: string): string | undefined {
    return this.facts.get("param.logged", key)?.value;
  }

  /** What clients logged, and of the command's arguments those under other keys. */
  get params(): { readonly key: string; readonly value: string }[] {
    const logged = this.facts.all("param.logged");
    const given = this.facts.all("argument.given").filter((fact) => this.param(fact.key) === undefined);
    return [...logged, ...given].map(({ key, value }) => ({ key, value }));
  }

  tag(key: string): string | undefined {
    return this.facts.get("tag.set", key)?.value ?? undefined;
  }

  get tags(): { readonly key: string; readonly value: string }[] {
    const tags = this.facts
      .all("tag.set")
      .flatMap(({ key, value }) => (value === null ? [] : [{ key, value }]));
    const name = this.name;
    const others = tags.filter((tag) => tag.key !== "mlflow.runName");
    return name === "" ? others : [...others, { key: "mlflow.runName", value: name }];
  }

  /** Every series with points. What was guessed from the console counts only where nothing else logged. */
  get series(): MetricState[] {
    const all = this.#declaredSeries();
    const logged = all.some((one) => !one.guessed && !one.name.startsWith("system/"));
    return logged ? all.filter((one) => !one.guessed) : all;
  }

  #declaredSeries(): MetricState[] {
    const all: MetricState[] = [];
    for (const [key, summary] of this.summaries.entries()) {
      const declared = this.facts.get("metric.declared", key);
      if (!declared) continue; // its declaration was not read yet
      const { name, model, dataset, digest, guessed } = declared;
      all.push({ name, series: key, model, dataset, digest, guessed: guessed ?? false, summary });
    }
    return all;
  }

  /** The latest of each metric name. */
  get metrics(): MetricState[] {
    const latest = new Map<string, MetricState>();
    for (const one of this.series) {
      const known = latest.get(one.name);
      if (!known || isLater(one.summary, known.summary)) latest.set(one.name, one);
    }
    return [...latest.values()];
  }
}

const isLater = (a: Summary, b: Summary): boolean =>
  comparePoint(a.lastStep, a.lastTime, a.lastValue, b.lastStep, b.lastTime, b.lastValue) > 0;

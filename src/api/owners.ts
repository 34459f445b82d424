import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { Holder } from "../core/store/claims.js";
import { isModelHolder, type ModelRecorder } from "../core/tracking/logged-models.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import { isHolder } from "../core/tracking/runs.js";
import type { Tracking } from "../core/tracking/tracking.js";
import type { Answer, Received } from "./call.js";
import { Forwarder } from "./forward.js";
import { forwardedHeader, misdirected } from "./owner-call.js";

type Work<R> = (recorder: R) => Answer | Promise<Answer>;

/** How old this process's view of the experiments may be when it judges whether a run may be written. */
const staleMs = 100;
/** How long an owner that does not answer is waited for. */
const patienceMs = 3000;

/** Brings each write to the one process that may write what it is about. */
export class Owners {
  readonly #tracking: Tracking;
  readonly #forwarder = new Forwarder();
  #looked = Number.NEGATIVE_INFINITY;

  constructor(tracking: Tracking) {
    this.#tracking = tracking;
  }

  /** Does `work` here where this process may write the run; else has the run's owner answer the request. */
  run(id: string, received: Received, work: Work<RunRecorder>): Answer | Promise<Answer> {
    const owner = this.#tracking.runs.own(id);
    if (!isHolder(owner)) return work(owner);
    return this.#elsewhere(received, owner, `run ${id}`, async () => {
      const now = this.#tracking.runs.own(id);
      return isHolder(now) ? now : { answer: await work(now) };
    });
  }

  /** The same for what a deleted run, or one of a deleted experiment, refuses. */
  activeRun(id: string, received: Received, work: Work<RunRecorder>): Answer | Promise<Answer> {
    return this.run(id, received, (recorder) => {
      const now = performance.now();
      if (now - this.#looked > staleMs) {
        this.#looked = now;
        this.#tracking.experiments.look();
      }
      this.#tracking.runs.checkActive(recorder.state);
      return work(recorder);
    });
  }

  /** The same for a logged model. */
  model(id: string, received: Received, work: Work<ModelRecorder>): Answer | Promise<Answer> {
    const owner = this.#tracking.models.own(id);
    if (!isModelHolder(owner)) return work(owner);
    return this.#elsewhere(received, owner, `logged model ${id}`, async () => {
      const now = this.#tracking.models.own(id);
      return isModelHolder(now) ? now : { answer: await work(now) };
    });
  }

  async #elsewhere(
    received: Received,
    holder: Holder,
    what: string,
    here: () => Promise<Holder | { readonly answer: Answer }>,
  ): Promise<Answer> {
    if (received.headers[forwardedHeader] !== undefined)
      return { kind: "json", status: misdirected, text: "{}" };
    const until = performance.now() + patienceMs;
    for (let wait = 5; ; wait = Math.min(200, wait * 2)) {
      const owner = this.#tracking.store.live.get(holder.writer);
      const answer = owner && (await this.#forwarder.send(owner, received));
      if (answer) return answer;
      const now = await here();
      if ("answer" in now) return now.answer;
      if (performance.now() > until) {
        throw new Failure(
          "owner.gone",
          said`The ${what} is being written by another process (pid ${now.pid}), which does not answer.`,
          { next: said`Try again when that process has ended, or end it.` },
        );
      }
      holder = now;
      await sleep(wait);
    }
  }

  close(): void {
    this.#forwarder.close();
  }
}

import { toFailure } from "../core/base/failure.js";
import type { Disposable } from "../core/base/lifetime.js";
import { said } from "../core/base/said.js";
import type { Deliver } from "../core/registry/send-webhooks.js";
import type { Registry } from "../core/registry/registry.js";

const lookMs = 2000;
/** How long the end of a run waits for those who are told; what is not delivered by then is sent later. */
const patienceMs = 5000;

/** Tells webhooks of the models that a command registers over its endpoint, while it runs and when it has ended. */
export class RunWebhooks implements Disposable {
  readonly #registry: Registry;
  readonly #deliver: () => Promise<Deliver>;
  readonly #looking: NodeJS.Timeout;
  readonly #stop = new AbortController();
  #sending: Promise<number> | undefined;
  #saw = false;

  /** `deliver`: loaded when the first thing waits, as most runs register nothing. */
  constructor(registry: Registry, deliver: () => Promise<Deliver>) {
    this.#registry = registry;
    this.#deliver = deliver;
    this.#looking = setInterval(() => void this.#send(), lookMs);
    this.#looking.unref();
  }

  /** Sends what is due; how many wait still. */
  #send(): Promise<number> {
    this.#sending ??= this.#sendDue(this.#stop.signal).finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #sendDue(signal: AbortSignal): Promise<number> {
    const { webhooks, store } = this.#registry;
    try {
      if (webhooks.queued().length === 0) return 0;
      this.#saw = true;
      const { sendWebhooks } = await import("../core/registry/send-webhooks.js");
      return await sendWebhooks(this.#registry, await this.#deliver(), signal);
    } catch (error) {
      store.ports.log.write("warn", "run", toFailure(error, said`Sending webhooks`).message);
      return 0;
    }
  }

  /** Sends what the command left, for some seconds. A line where something still waits of what this run saw. */
  async finish(hurry: AbortSignal): Promise<readonly string[]> {
    clearInterval(this.#looking);
    const stop = (): void => {
      this.#stop.abort();
    };
    const enough = setTimeout(stop, patienceMs);
    hurry.addEventListener("abort", stop, { once: true });
    try {
      await this.#sending;
      const left = await this.#send();
      return left > 0 && this.#saw
        ? ["A webhook was not delivered yet: loam models webhooks list tells more."]
        : [];
    } finally {
      clearTimeout(enough);
    }
  }

  dispose(): void {
    clearInterval(this.#looking);
    this.#stop.abort();
  }
}

import * as crypto from "node:crypto";
import { Failure, systemCode, toFailure } from "../base/failure.js";
import type { Disposable } from "../base/lifetime.js";
import { said, type Said } from "../base/said.js";
import { isClaim } from "../store/claims.js";
import type { Fact } from "../store/fact.js";
import { groupedBy } from "../store/grouped.js";
import { factInWords } from "./audit-words.js";
import type { Registry } from "./registry.js";
import type { Queued } from "./webhooks.js";

/** One request to an address. */
export interface Delivery {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a request and answers with its status. Follows no redirect, and gives up by itself after some seconds. */
export type Deliver = (delivery: Delivery, signal: AbortSignal) => Promise<{ readonly status: number }>;

const mostTries = 8;
const firstWaitMs = 10_000;
const mostWaitMs = 6 * 3600 * 1000;
/** A delivery that was queued this long without its fact is of a write that was cut off. */
const factMs = 60_000;
const mostBody = 256 * 1024;

/**
 * Sends what is due: to each address one delivery after another, beside those to others, as one may be slow to answer.
 * Each delivery is tried by one process at a time. `early`: also what is to be sent again only later. Returns how many
 * wait still.
 */
export async function sendWebhooks(
  registry: Registry,
  deliver: Deliver,
  signal: AbortSignal,
  { early = false }: { readonly early?: boolean } = {},
): Promise<number> {
  const until = early ? Infinity : registry.store.ports.clock.now();
  const byHook = groupedBy(registry.webhooks.queued(), ([, { hook }]) => hook);
  await Promise.all([...byHook.values()].map((queue) => sendQueue(registry, queue, until, deliver, signal)));
  return registry.webhooks.queued().length;
}

async function sendQueue(
  registry: Registry,
  queue: ReturnType<Registry["webhooks"]["queued"]>,
  until: number,
  deliver: Deliver,
  signal: AbortSignal,
): Promise<void> {
  const { webhooks, store } = registry;
  for (const [name, { next }] of queue) {
    if (signal.aborted) break;
    if (next > until) continue;
    const claim = store.claims.take("webhook", name);
    if (!isClaim(claim)) continue; // another process is at it
    try {
      const queued = webhooks.waiting(name);
      if (queued && queued.next <= until) await send(registry, name, queued, deliver, signal);
    } finally {
      claim.release();
    }
  }
}

/** Whether who was asked had no more time: it was tried then, and is to be left alone for a while. */
const ranOut = (signal: AbortSignal): boolean =>
  (signal.reason as Error | undefined)?.name === "TimeoutError";

async function send(
  registry: Registry,
  name: string,
  queued: Queued,
  deliver: Deliver,
  signal: AbortSignal,
): Promise<void> {
  const { webhooks, store } = registry;
  const armed = webhooks.armed(queued.hook);
  const now = store.ports.clock.now();
  registry.look();
  const isWritten = store.ledger.publishedIds.has(queued.fact.id);
  if (!armed || (!isWritten && now - queued.queued > factMs)) {
    webhooks.drop(name);
    return;
  }
  if (!isWritten) return;
  const event = queued.fact.kind;
  const body = bodyOf(registry, name, queued.fact);
  const answer = await tried(deliver, deliveryOf(armed, name, event, body, now), signal);
  if (signal.aborted && answer.status === 0 && !ranOut(signal)) return; // nothing is known: the next one tries
  if (answer.status >= 200 && answer.status < 300) {
    webhooks.note(queued.hook, { at: now, event, outcome: "delivered", ...answer.words });
    webhooks.drop(name);
    return;
  }
  const tries = queued.tries + 1;
  if (isFinal(answer.status) || tries >= mostTries) {
    webhooks.note(queued.hook, { at: now, event, outcome: "failed", ...answer.words });
    webhooks.drop(name);
    return;
  }
  const wait = Math.min(mostWaitMs, firstWaitMs * 4 ** (tries - 1));
  webhooks.put(name, { ...queued, tries, next: now + wait });
  webhooks.note(queued.hook, { at: now, event, outcome: "waiting", ...answer.words });
}

/** How it went, in English and for other languages. */
interface Words {
  readonly told: string;
  readonly said: Said;
}

/** Redirects and mistakes of the request do not mend themselves. */
const isFinal = (status: number): boolean =>
  status >= 300 && status < 500 && status !== 408 && status !== 425 && status !== 429;

async function tried(
  deliver: Deliver,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly words: Words }> {
  const inWords = (status: number, words: Said) => ({ status, words: { told: words.text, said: words } });
  try {
    const { status } = await deliver(delivery, signal);
    const isRedirect = status >= 300 && status < 400;
    return inWords(status, isRedirect ? said`${status}: redirects are not followed` : said`${status}`);
  } catch (error) {
    return inWords(0, whyUnreached(error));
  }
}

/** Why no answer came, by the system's code; what nobody foresaw as the system says it. */
function whyUnreached(error: unknown): Said {
  const code = systemCode(error) ?? "";
  if (error instanceof Error && error.name === "TimeoutError") return said`it did not answer in time`;
  if (code === "ECONNREFUSED") return said`nothing answers at that address (${code})`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return said`its name is not known here (${code})`;
  if (code === "ECONNRESET" || code === "EPIPE") return said`the connection was cut off (${code})`;
  if (/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN)$/.test(code))
    return said`no way leads to it from here (${code})`;
  if (/CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_SSL|EPROTO/.test(code))
    return said`its certificate is not trusted, or it speaks no TLS (${code})`;
  const reason = error instanceof Error ? error.message : String(error);
  return said`it cannot be reached: ${reason.slice(0, 300)}`;
}

function bodyOf(registry: Registry, delivery: string, fact: Fact): string {
  const model = typeof fact["model"] === "string" ? registry.find(fact["model"]) : undefined;
  const number = (id: unknown): number | null =>
    (model && typeof id === "string" ? registry.versionOf(model.id, id)?.number : undefined) ?? null;
  const told = {
    delivery,
    event: fact.kind,
    at: fact.at,
    author: fact.author ?? "",
    text: factInWords(fact, number).text,
    model: model ? { id: model.id, name: model.name } : null,
    version: number(fact.kind === "version.registered" ? fact.id : fact["version"]),
  };
  const whole = JSON.stringify({ ...told, fact });
  return Buffer.byteLength(whole) <= mostBody ? whole : JSON.stringify({ ...told, fact: { id: fact.id } });
}

function deliveryOf(
  { url, secret }: { readonly url: string; readonly secret: string },
  delivery: string,
  event: string,
  body: string,
  now: number,
): Delivery {
  const timestamp = String(Math.floor(now / 1000));
  const signed = crypto.createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  return {
    url,
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "Loam",
      "x-loam-delivery": delivery,
      "x-loam-event": event,
      "x-loam-timestamp": timestamp,
      ...(secret === "" ? {} : { "x-loam-signature": `sha256=${signed}` }),
    },
  };
}

/** Sends a test to an address now, and says how it went. Throws `value.invalid` where there is none. */
export async function testWebhook(
  registry: Registry,
  id: string,
  deliver: Deliver,
  signal: AbortSignal,
): Promise<{ readonly delivered: boolean } & Words> {
  const armed = registry.webhooks.armed(id);
  if (!armed)
    throw new Failure("value.invalid", said`There is no webhook '${id.slice(0, 60)}'.`, {
      next: said`To see them: loam models webhooks list`,
    });
  const now = registry.store.ports.clock.now();
  const event = "test";
  const body = JSON.stringify({ delivery: `${id}-test`, event, at: now, text: "a test of this webhook" });
  const { status, words } = await tried(deliver, deliveryOf(armed, `${id}-test`, event, body, now), signal);
  const delivered = status >= 200 && status < 300;
  registry.webhooks.note(id, { at: now, event, outcome: delivered ? "delivered" : "failed", ...words });
  return { delivered, ...words };
}

const lookMs = 2000;

/** Sends webhooks while a process lives that others write beside. */
export class WebhookSender implements Disposable {
  readonly #looking: NodeJS.Timeout;
  readonly #stop = new AbortController();
  #busy = false;

  /** `registry`: undefined while there is no store yet. */
  constructor(registry: () => Registry | undefined, deliver: Deliver) {
    this.#looking = setInterval(() => void this.#look(registry(), deliver), lookMs);
    this.#looking.unref();
  }

  async #look(registry: Registry | undefined, deliver: Deliver): Promise<void> {
    if (this.#busy || !registry) return;
    this.#busy = true;
    try {
      await sendWebhooks(registry, deliver, this.#stop.signal);
    } catch (error) {
      registry.store.ports.log.write("warn", "store", toFailure(error, said`Sending webhooks`).message);
    } finally {
      this.#busy = false;
    }
  }

  dispose(): void {
    clearInterval(this.#looking);
    this.#stop.abort();
  }
}

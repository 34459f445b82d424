import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Fact } from "../store/fact.js";
import { groupedBy } from "../store/grouped.js";
import { isUlid, newUlid } from "../store/ids.js";
import { having, listOf, number, oneOf, optional, text, type Check } from "../store/shape.js";
import type { Store } from "../store/store.js";
import { readJson, removeQuietly, replaceFile } from "../store/whole-file.js";
import { registryKinds } from "./kinds.js";
import type { Webhook } from "./view.js";

/*
 * Everything stands in `local/webhooks`, which no clone brings: `<id>.json` an armed address, `<id>.last.json` how its last
 * delivery went, `queue/<id>-<fact>.json` what it is still to be told. A delivery is queued before its fact is written, so
 * that a kill in between loses none; it is sent once the fact is there.
 */

interface Armed {
  readonly url: string;
  readonly events: readonly string[];
  readonly secret: string;
  /** On another machine that has a copy of the folder it is not armed. */
  readonly machine: string;
}
const isArmed = having({ url: text, events: listOf(text), secret: text, machine: text });

/** A delivery that waits. `next`: not before, in ms since the epoch. */
export interface Queued {
  readonly hook: string;
  readonly fact: Fact;
  readonly queued: number;
  readonly tries: number;
  readonly next: number;
}
const isQueued = having({
  hook: text,
  fact: having({ id: text, kind: text, at: number }),
  queued: number,
  tries: number,
  next: number,
});

type Last = NonNullable<Webhook["lastDelivery"]>;
const isLast = having({
  at: number,
  event: text,
  outcome: oneOf(["delivered", "waiting", "failed"]),
  told: text,
  said: optional(having({ text, template: text, pieces: listOf((piece) => text(piece) || number(piece)) })),
});

const mostHooks = 50;
const mostUrl = 2000;

/** The addresses that are told of what happens to models, and what they are still to be told. */
export class Webhooks {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  #at(...parts: readonly string[]): string {
    return this.#store.layout.at("local", "webhooks", ...parts);
  }

  #read<T>(file: string, is: Check): T | undefined {
    const value = readJson(this.#store.ports.files, file);
    return is(value) ? (value as T) : undefined;
  }

  #ids(): string[] {
    return this.#store.ports.files
      .list(this.#at())
      .flatMap(({ name, kind }) =>
        kind === "file" && name.endsWith(".json") && isUlid(name.slice(0, -5)) ? [name.slice(0, -5)] : [],
      )
      .sort();
  }

  /** The armed address of an id; undefined where there is none, or it was armed on another machine. */
  armed(id: string): Armed | undefined {
    if (!isUlid(id)) return undefined;
    const armed = this.#read<Armed>(this.#at(`${id}.json`), isArmed);
    return armed?.machine === this.#store.self.machine ? armed : undefined;
  }

  /** All of them, the secrets left out. */
  list(): readonly Webhook[] {
    const byHook = groupedBy(this.queued(), ([, { hook }]) => hook);
    return this.#ids().flatMap((id): Webhook[] => {
      const hook = this.#read<Armed>(this.#at(`${id}.json`), isArmed);
      if (!hook) return [];
      const lastDelivery = this.#read<Last>(this.#at(`${id}.last.json`), isLast) ?? null;
      const active = hook.machine === this.#store.self.machine;
      const waiting = byHook.get(id)?.length ?? 0;
      return [{ id, url: shownUrl(hook.url), events: hook.events, active, waiting, lastDelivery }];
    });
  }

  /** Arms an address for this machine; "" is no secret. Throws `value.invalid`. */
  add(url: string, events: readonly string[], secret: string): string {
    checkUrl(url);
    const unknown = events.find((event) => !registryKinds.has(event));
    if (unknown !== undefined)
      throw new Failure("value.invalid", said`There is no event '${unknown.slice(0, 60)}'.`, {
        next: said`There are: ${[...registryKinds].sort().join(", ")}`,
      });
    if (this.#ids().length >= mostHooks)
      throw new Failure("value.tooLarge", said`There are ${mostHooks} webhooks already.`);
    const { ports, self } = this.#store;
    const id = newUlid(ports);
    const armed: Armed = { url, events: [...events], secret, machine: self.machine };
    this.#write(this.#at(`${id}.json`), armed);
    return id;
  }

  /** Disarms an address and drops what it was still to be told. Throws `value.invalid` where there is none. */
  remove(id: string): void {
    if (!this.#ids().includes(id))
      throw new Failure("value.invalid", said`There is no webhook '${id.slice(0, 60)}'.`, {
        next: said`To see them: loam models webhooks list`,
      });
    const { files } = this.#store.ports;
    try {
      files.remove(this.#at(`${id}.json`));
    } catch (error) {
      throw toFailure(error, said`Cannot remove the webhook`);
    }
    removeQuietly(files, this.#at(`${id}.last.json`));
    for (const [name, queued] of this.queued()) if (queued.hook === id) this.drop(name);
  }

  #write(file: string, value: unknown): void {
    try {
      this.#store.ports.files.makeFolder(path.dirname(file), 0o700);
      replaceFile(this.#store.ports, file, Buffer.from(JSON.stringify(value)), { mode: 0o600 });
    } catch (error) {
      throw toFailure(error, said`Cannot write ${path.basename(file)} of the webhooks`);
    }
  }

  /** Queues a fact that is about to be written for those that want it. What fails here keeps no fact from being written. */
  queue(fact: Fact): void {
    try {
      for (const hook of this.#ids()) {
        const armed = this.armed(hook);
        if (!armed || (armed.events.length > 0 && !armed.events.includes(fact.kind))) continue;
        const now = this.#store.ports.clock.now();
        this.put(`${hook}-${fact.id}`, { hook, fact, queued: now, tries: 0, next: now });
      }
    } catch (error) {
      this.#store.ports.log.write("warn", "store", toFailure(error, said`Cannot queue a webhook`).message);
    }
  }

  /** What waits, by name, the first queued first. */
  queued(): readonly (readonly [name: string, queued: Queued])[] {
    return this.#store.ports.files
      .list(this.#at("queue"))
      .flatMap(({ name, kind }) => {
        const queued =
          kind === "file" && name.endsWith(".json") ? this.waiting(name.slice(0, -5)) : undefined;
        return queued ? [[name.slice(0, -5), queued] as const] : [];
      })
      .sort(([, a], [, b]) => (a.fact.id < b.fact.id ? -1 : 1));
  }

  /** A delivery that waits, as it stands on the disk now. */
  waiting(name: string): Queued | undefined {
    return this.#read<Queued>(this.#at("queue", `${name}.json`), isQueued);
  }

  put(name: string, queued: Queued): void {
    this.#write(this.#at("queue", `${name}.json`), queued);
  }

  drop(name: string): void {
    removeQuietly(this.#store.ports.files, this.#at("queue", `${name}.json`));
  }

  /** Keeps how the last delivery to an address went. */
  note(id: string, last: Last): void {
    this.#write(this.#at(`${id}.last.json`), last);
  }
}

function checkUrl(given: string): void {
  const url = given.length <= mostUrl && URL.canParse(given) ? new URL(given) : undefined;
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new Failure("value.invalid", said`'${given.slice(0, 100)}' is no address of a webhook.`, {
      next: said`It begins with https:// or http://.`,
    });
  if (url.username !== "" || url.password !== "")
    throw new Failure("value.invalid", said`A webhook's address has no name and password in it.`, {
      next: said`Give it a secret instead: its requests are signed with that.`,
    });
}

/** An address for people: what stands behind `?` may be a key. */
function shownUrl(url: string): string {
  const [before = "", query] = url.split("?", 2);
  return query === undefined ? before : `${before}?…`;
}

import { readFailure, RemoteFailure, type WireFailure } from "./failure.js";

/** Carries messages to one other side. What is sent must be fit for structured cloning. */
export interface Wire {
  send(message: Message): void;
  /** Called once, before anything can arrive. */
  receive(listener: (message: unknown) => void): void;
}

export type Message =
  | { readonly kind: "request"; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly kind: "result"; readonly id: number; readonly result: unknown }
  | { readonly kind: "failure"; readonly id: number; readonly failure: WireFailure }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "event"; readonly name: string; readonly data: unknown };

/** A map of request → params and result, from which both sides of a wire derive. */
export type RequestMap<R> = {
  readonly [M in keyof R]: { readonly params: unknown; readonly result: unknown };
};

/** One function a request: a request without one does not compile. */
export type Handlers<R extends RequestMap<R>> = {
  readonly [M in keyof R]: (
    params: R[M]["params"],
    signal: AbortSignal,
  ) => Promise<R[M]["result"]> | R[M]["result"];
};

/** Answers any request by name. */
export type Answer = (method: string, params: unknown, signal: AbortSignal) => unknown;

/** The side of a channel that asks. */
export interface Asker<R extends RequestMap<R>> {
  request<M extends keyof R & string>(
    method: M,
    params: R[M]["params"],
    signal?: AbortSignal,
  ): Promise<R[M]["result"]>;
}

export interface ChannelOptions {
  /** Answers what the other side asks. Default: it may ask nothing. */
  readonly answer?: Answer;
  /** How a thrown thing is told. Default: its message, with the code `internal`. */
  readonly failure?: (error: unknown) => WireFailure;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (failure: RemoteFailure) => void;
  readonly settle: () => void;
}

/** The answers of a set of handlers; a method that none has is answered with the failure `method.unknown`. */
export function answers<R extends RequestMap<R>>(handlers: Handlers<R>): Answer {
  const byName = new Map<string, (params: never, signal: AbortSignal) => unknown>(Object.entries(handlers));
  return (method, params, signal) => {
    const handler = byName.get(method);
    if (!handler)
      throw new RemoteFailure({ code: "method.unknown", message: `There is no request ${method}.` });
    return handler(params as never, signal);
  };
}

/**
 * Requests, their cancellation, and events over a wire, in both directions. Every request is answered: with a result,
 * with the failure of its handler, with `cancelled` when its signal is given, or with `closed` when the channel goes.
 * `Asked`: what this side may ask · `Heard` and `Told`: events that come in and go out.
 */
export class Channel<Asked extends RequestMap<Asked>, Heard, Told> implements Asker<Asked> {
  readonly #wire: Wire;
  readonly #options: ChannelOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #answering = new Map<number, AbortController>();
  readonly #listeners = new Map<string, Set<(data: never) => void>>();
  #lastId = 0;
  #closed: RemoteFailure | undefined;

  constructor(wire: Wire, options: ChannelOptions = {}) {
    this.#wire = wire;
    this.#options = options;
    wire.receive((message) => {
      this.#receive(message);
    });
  }

  request<M extends keyof Asked & string>(
    method: M,
    params: Asked[M]["params"],
    signal?: AbortSignal,
  ): Promise<Asked[M]["result"]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(this.#closed);
        return;
      }
      if (signal?.aborted === true) {
        reject(cancelled(method));
        return;
      }
      const id = ++this.#lastId;
      const give = (): void => {
        if (!this.#pending.delete(id)) return;
        this.#wire.send({ kind: "cancel", id });
        reject(cancelled(method));
      };
      signal?.addEventListener("abort", give, { once: true });
      const settle = (): void => {
        this.#pending.delete(id);
        signal?.removeEventListener("abort", give);
      };
      this.#pending.set(id, { resolve, reject, settle });
      try {
        this.#wire.send({ kind: "request", id, method, params });
      } catch (error) {
        settle();
        reject(new RemoteFailure(failureOf(error))); // what cannot be cloned cannot be asked
      }
    });
  }

  emit<N extends keyof Told & string>(name: N, data: Told[N]): void {
    if (!this.#closed) this.#wire.send({ kind: "event", name, data });
  }

  /** Calls the listener for each event of that name until the returned function is called. */
  on<N extends keyof Heard & string>(name: N, listener: (data: Heard[N]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  /** Ends the channel: what was asked fails with `closed` and `why`, what is being answered is cancelled. */
  close(why: string): void {
    if (this.#closed) return;
    this.#closed = new RemoteFailure({ code: "closed", message: why });
    for (const pending of [...this.#pending.values()]) {
      pending.settle();
      pending.reject(this.#closed);
    }
    for (const answering of this.#answering.values()) answering.abort();
    this.#answering.clear();
    this.#listeners.clear();
  }

  #receive(message: unknown): void {
    if (this.#closed || !isMessage(message)) return;
    switch (message.kind) {
      case "request":
        void this.#answer(message.id, message.method, message.params);
        return;
      case "cancel":
        this.#answering.get(message.id)?.abort();
        return;
      case "event":
        for (const listener of [...(this.#listeners.get(message.name) ?? [])])
          listener(message.data as never);
        return;
      case "result":
      case "failure": {
        const pending = this.#pending.get(message.id);
        if (!pending) return; // cancelled meanwhile
        pending.settle();
        if (message.kind === "result") pending.resolve(message.result);
        else pending.reject(new RemoteFailure(readFailure(message.failure)));
      }
    }
  }

  async #answer(id: number, method: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    this.#answering.set(id, controller);
    let message: Message;
    try {
      const { answer } = this.#options;
      if (!answer)
        throw new RemoteFailure({ code: "method.unknown", message: `There is no request ${method}.` });
      message = { kind: "result", id, result: await answer(method, params, controller.signal) };
    } catch (error) {
      message = { kind: "failure", id, failure: this.#failureOf(error) };
    }
    this.#answering.delete(id);
    if (this.#closed) return;
    try {
      this.#wire.send(message);
    } catch (error) {
      this.#wire.send({ kind: "failure", id, failure: this.#failureOf(error) }); // a result that cannot be cloned
    }
  }

  #failureOf(error: unknown): WireFailure {
    return readFailure(
      error instanceof RemoteFailure ? error.wire : (this.#options.failure ?? failureOf)(error),
    );
  }
}

const cancelled = (method: string): RemoteFailure =>
  new RemoteFailure({ code: "cancelled", message: `Cancelled: ${method}.` });

const failureOf = (error: unknown): WireFailure => ({
  code: "internal",
  message: error instanceof Error ? error.message : String(error),
});

/** Whether something that arrived is a message: a page is no more trusted than any other client. */
function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null) return false;
  const { kind, id, method, name, failure } = value as Record<string, unknown>;
  if (kind === "event") return typeof name === "string";
  if (typeof id !== "number") return false;
  if (kind === "request") return typeof method === "string";
  if (kind === "failure") return typeof failure === "object" && failure !== null;
  return kind === "result" || kind === "cancel";
}

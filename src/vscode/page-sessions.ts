import { Channel, type Answer, type Message } from "../protocol/channel.js";
import type { PageEvents } from "../protocol/pages.js";

type PageChannel = Channel<Record<never, never>, Record<never, never>, PageEvents>;

/** A message with the load of the page that it belongs to: a page that was loaded anew counts its requests from 1 again. */
export interface PageMessage {
  readonly session: string;
  readonly message: unknown;
}

/**
 * The host's end of a page. Each load of the page has a channel of its own: what an earlier load asked is cancelled,
 * and no answer to it reaches the page that stands there now.
 */
export class PageSessions {
  readonly #post: (message: PageMessage) => void;
  readonly #answer: Answer;
  #session = "";
  #channel: PageChannel | undefined;
  #deliver: ((message: unknown) => void) | undefined;

  /** `post` sends to the page; `answer` answers its requests. */
  constructor(post: (message: PageMessage) => void, answer: Answer) {
    this.#post = post;
    this.#answer = answer;
  }

  /** Takes what arrived from the page. */
  receive(message: unknown): void {
    if (!isPageMessage(message)) return;
    if (message.session !== this.#session) this.#begin(message.session);
    this.#deliver?.(message.message);
  }

  /** Tells the page; nothing happens where none is loaded. */
  emit<N extends keyof PageEvents>(name: N, data: PageEvents[N]): void {
    this.#channel?.emit(name, data);
  }

  /** Ends what is being answered. */
  close(why: string): void {
    this.#channel?.close(why);
    this.#channel = undefined;
  }

  #begin(session: string): void {
    this.close("The page was loaded anew.");
    this.#session = session;
    const wire = {
      send: (message: Message) => {
        this.#post({ session, message });
      },
      receive: (listener: (message: unknown) => void) => {
        this.#deliver = listener;
      },
    };
    this.#channel = new Channel(wire, { answer: this.#answer });
  }
}

function isPageMessage(value: unknown): value is PageMessage {
  return (
    typeof value === "object" && value !== null && "session" in value && typeof value.session === "string"
  );
}

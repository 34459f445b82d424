import { useRef } from "preact/hooks";
import type { PageRequests } from "../src/protocol/pages.js";
import { useAnswer } from "./answer.js";
import type { Page } from "./bridge.js";

export interface LastAnswered<M extends keyof PageRequests> {
  /** What was answered last, with what was asked: it stays until something else is answered. */
  readonly last:
    { readonly params: PageRequests[M]["params"]; readonly result: PageRequests[M]["result"] } | undefined;
  readonly failure: string | undefined;
  readonly again: () => void;
}

/** As `useAnswer`, for what a person narrows down: the answer before stands there while the next one is awaited. */
export function useLastAnswer<M extends keyof PageRequests>(
  page: Page,
  method: M,
  params: PageRequests[M]["params"],
): LastAnswered<M> {
  const { result, failure, again } = useAnswer(page, method, params);
  const last = useRef<LastAnswered<M>["last"]>(undefined);
  if (result !== undefined && last.current?.result !== result) last.current = { params, result };
  return { last: last.current, failure, again };
}

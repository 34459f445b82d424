import { useEffect, useRef, useState } from "preact/hooks";
import { RemoteFailure } from "../src/protocol/failure.js";
import type { PageRequests } from "../src/protocol/pages.js";
import type { Progress } from "../src/protocol/work.js";
import { failureText, type Answered } from "./answer.js";
import type { Page } from "./bridge.js";

/** Requests that tell how far they are. */
export type LongRequest = {
  [M in keyof PageRequests]: "work" extends keyof PageRequests[M]["params"] ? M : never;
}[keyof PageRequests];

export interface LongAnswered<T> extends Answered<T> {
  /** The newest word of the work, while it is under way. */
  readonly progress: Progress | undefined;
  readonly isUnderWay: boolean;
  /** The person gave it up; `again` begins anew. */
  readonly isCancelled: boolean;
  readonly cancel: () => void;
}

interface State<T> {
  readonly key: string;
  readonly result: T | undefined;
  readonly failure: string | undefined;
  readonly isUnderWay: boolean;
  readonly isCancelled: boolean;
}

/**
 * The answer to a request that may take long, with its progress and a way to cancel it: asked when the part is first
 * shown, when its params change, and when `version` does; what was asked before is cancelled then. `params` undefined
 * asks nothing. What is not shown any more is cancelled too.
 */
export function useLongAnswer<M extends LongRequest>(
  page: Page,
  method: M,
  params: PageRequests[M]["params"] | undefined,
  version = 0,
): LongAnswered<PageRequests[M]["result"]> {
  type Result = PageRequests[M]["result"];
  const key = JSON.stringify([method, params]);
  const nothing: State<Result> = {
    key,
    result: undefined,
    failure: undefined,
    isUnderWay: params !== undefined,
    isCancelled: false,
  };
  const [state, setState] = useState(nothing);
  const [progress, setProgress] = useState<Progress>();
  const [tries, setTries] = useState(0);
  const cancelling = useRef<AbortController>(undefined);
  useEffect(() => {
    setProgress(undefined);
    if (params === undefined) return undefined;
    const work = crypto.randomUUID();
    const controller = new AbortController();
    cancelling.current = controller;
    const unheard = page.on("work/progressed", (told) => {
      if (told.work === work) setProgress(told);
    });
    setState((before) => ({
      ...(before.key === key ? before : nothing),
      isUnderWay: true,
      isCancelled: false,
    }));
    page.ask.request(method, { ...params, work }, controller.signal).then(
      (result: Result) => {
        if (!controller.signal.aborted) setState({ ...nothing, result, isUnderWay: false });
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const isCancelled = error instanceof RemoteFailure && error.code === "cancelled";
        const failure = isCancelled ? undefined : failureText(error);
        setState({ ...nothing, failure, isUnderWay: false, isCancelled });
      },
    );
    return () => {
      unheard();
      controller.abort();
    };
  }, [page, key, version, tries]);
  const current = state.key === key ? state : nothing; // of other params nothing is shown
  return {
    ...current,
    progress: current.isUnderWay ? progress : undefined,
    again: () => {
      setTries((count) => count + 1);
    },
    cancel: () => {
      cancelling.current?.abort();
      setState({ ...current, isUnderWay: false, isCancelled: true });
    },
  };
}

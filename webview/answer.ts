import { useEffect, useRef, useState } from "preact/hooks";
import { RemoteFailure } from "../src/protocol/failure.js";
import type { PageRequests } from "../src/protocol/pages.js";
import type { Page } from "./bridge.js";
import { Question } from "./question.js";
import * as l10n from "./l10n.js";

/** What went wrong and what to do next, as one text. */
export function failureText(error: unknown): string {
  if (!(error instanceof RemoteFailure)) return error instanceof Error ? error.message : String(error);
  const { message, next } = l10n.failure(error.wire);
  return next === undefined ? message : `${message} ${next}`;
}

export interface Answered<T> {
  /** What was last answered: it stays while it is asked anew. */
  readonly result: T | undefined;
  readonly failure: string | undefined;
  readonly again: () => void;
}

/**
 * The answer to a request: asked when the part is first shown, when its params change, and when `version` does.
 * `params` null asks nothing.
 */
export function useAnswer<M extends keyof PageRequests>(
  page: Page,
  method: M,
  params: PageRequests[M]["params"],
  version = 0,
): Answered<PageRequests[M]["result"]> {
  interface State {
    readonly key: string;
    readonly result: PageRequests[M]["result"] | undefined;
    readonly failure: string | undefined;
  }
  const key = JSON.stringify([method, params]);
  const [state, setState] = useState<State>({ key, result: undefined, failure: undefined });
  const [tries, setTries] = useState(0);
  const latest = useRef(params);
  latest.current = params;
  const question = useRef<Question<State["result"]> | undefined>(undefined);
  useEffect(() => {
    const asked = new Question<State["result"]>(
      (signal) => page.ask.request(method, latest.current, signal),
      {
        answered: (result) => {
          setState({ key, result, failure: undefined });
        },
        failed: (error) => {
          setState({ key, result: undefined, failure: failureText(error) });
        },
      },
    );
    question.current = asked;
    return () => {
      asked.close();
    };
  }, [page, key]);
  useEffect(() => {
    question.current?.ask();
  }, [page, key, version, tries]);
  const isCurrent = state.key === key; // of other params nothing is shown
  return {
    result: isCurrent ? state.result : undefined,
    failure: isCurrent ? state.failure : undefined,
    again: () => {
      setTries((count) => count + 1);
    },
  };
}

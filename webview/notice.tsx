import type { ComponentChildren, VNode } from "preact";
import { Button } from "./controls.js";
import { words } from "./words.js";

/** One sentence where something will stand, with the button that makes it so. */
export const Notice = ({ children }: { readonly children: ComponentChildren }): VNode => (
  <div class="notice muted">{children}</div>
);

interface FailedProps {
  /** What could not be done. */
  readonly what: string;
  readonly failure: string;
  readonly onAgain?: () => void;
}

/** A failure in the place of what failed. */
export const Failed = ({ what, failure, onAgain }: FailedProps): VNode => (
  <div class="notice notice-failed" role="alert">
    <p>
      {what} {failure}
    </p>
    {onAgain && <Button onClick={onAgain}>{words.tryAgain}</Button>}
  </div>
);

/** Lines of the layout to come; they show after 200 ms, before that nothing does. */
export const Skeleton = ({ lines }: { readonly lines: number }): VNode => (
  <div class="skeletons" role="status" aria-label={words.waiting}>
    {Array.from({ length: lines }, (_, at) => (
      <div key={at} class="skeleton" style={{ width: `${90 - ((at * 23) % 50)}%` }} />
    ))}
  </div>
);

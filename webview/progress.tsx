import "./progress.css";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { LongAnswered } from "./long-answer.js";
import { Button } from "./controls.js";
import { Notice, Skeleton } from "./notice.js";
import { percentText } from "./numbers.js";
import { words } from "./words.js";

/** Until then a skeleton stands for what is awaited. */
const patienceMs = 1000;

interface WorkingProps {
  /** What is being done; the work itself tells with what. */
  readonly what: string;
  /** Of the skeleton that stands there first. */
  readonly lines?: number;
  readonly answer: Pick<LongAnswered<unknown>, "progress" | "isCancelled" | "cancel" | "again">;
}

/** The place of what takes long: a skeleton at first, then what is being done with *Cancel*; once cancelled, the way back. */
export function Working({ what, lines = 6, answer }: WorkingProps): VNode {
  const { progress, isCancelled, cancel, again } = answer;
  const isPatient = usePatience(isCancelled);
  if (isCancelled)
    return (
      <Notice>
        <p>{words.cancelled}</p>
        <Button onClick={again}>{words.tryAgain}</Button>
      </Notice>
    );
  if (isPatient) return <Skeleton lines={lines} />;
  const { text = "", done = 0, total = null } = progress ?? {};
  const share = total === null || total <= 0 ? undefined : Math.min(1, done / total);
  return (
    <div class="working">
      <div class="working-line">
        <span class="working-text">
          {what} {text !== "" && <span class="muted">{text}</span>}
        </span>
        {share !== undefined && <span class="muted number">{percentText(share)}</span>}
        <Button onClick={cancel}>{words.cancel}</Button>
      </div>
      <ProgressBar label={what} share={share} />
    </div>
  );
}

interface ProgressBarProps {
  readonly label: string;
  /** undefined: nobody knows. */
  readonly share: number | undefined;
}

const ProgressBar = ({ label, share }: ProgressBarProps): VNode => (
  <div
    class={share === undefined ? "progress progress-unknown" : "progress"}
    role="progressbar"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={100}
    aria-valuenow={share === undefined ? undefined : Math.round(share * 100)}
  >
    <div class="progress-done" style={share === undefined ? undefined : { width: `${share * 100}%` }} />
  </div>
);

/** True at first and after each `anew`, until a second has passed. */
function usePatience(anew: boolean): boolean {
  const [isPatient, setPatient] = useState(true);
  useEffect(() => {
    setPatient(true);
    const timer = setTimeout(() => {
      setPatient(false);
    }, patienceMs);
    return () => {
      clearTimeout(timer);
    };
  }, [anew]);
  return isPatient;
}

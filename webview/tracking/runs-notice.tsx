import { useState } from "preact/hooks";
import type { WireFailure } from "../../src/protocol/failure.js";
import type { RunQuery, StoreState } from "../../src/protocol/tracking.js";
import type { Page } from "../bridge.js";
import { Button } from "../controls.js";
import * as l10n from "../l10n.js";
import { words } from "../words.js";
import { isTrusted } from "../trust.js";
import { runsWords } from "./runs-words.js";

/** What a person may type to have a first run. */
const firstCommand = "loam run -- python train.py";

interface Props {
  readonly store: StoreState | undefined;
  /** What kept the list from being read, where that was no mistake in the query. */
  readonly failure: WireFailure | undefined;
  readonly filtered: boolean;
  readonly stage: RunQuery["stage"];
  readonly onClear: () => void;
  readonly onAgain: () => void;
  readonly ask: Page["ask"];
}

/** What stands in the place of the grid when there is no row: why, and what helps. */
export function RunsNotice({ store, failure, filtered, stage, onClear, onAgain, ask }: Props) {
  const [copied, setCopied] = useState(false);
  const failed = store?.state === "failed" ? store.failure : failure;
  if (failed) {
    const { message, next } = l10n.failure(failed);
    return (
      <div class="runs-notice" role="alert">
        <p>
          {runsWords.failed} {message}
        </p>
        {next === undefined ? null : <p>{next}</p>}
        <Button onClick={onAgain}>{words.tryAgain}</Button>
      </div>
    );
  }
  if (filtered)
    return (
      <div class="runs-notice">
        <p>{runsWords.noMatch}</p>
        <Button onClick={onClear}>{runsWords.clear}</Button>
      </div>
    );
  if (stage !== "active")
    return (
      <div class="runs-notice">
        <p>{runsWords.emptyStage[stage]}</p>
        <Button onClick={onClear}>{runsWords.stages.active}</Button>
      </div>
    );
  return (
    <div class="runs-notice">
      <p>{store?.state === "none" ? runsWords.noStore : runsWords.empty}</p>
      {isTrusted && (
        <Button look="primary" icon="play" onClick={() => void ask.request("host/runFile", { file: null })}>
          {words.runPython}
        </Button>
      )}
      <p>{runsWords.orCommand}</p>
      <code>{firstCommand}</code>
      <Button
        icon={copied ? "check" : "copy"}
        onClick={() => {
          void ask.request("host/copy", { text: firstCommand });
          setCopied(true);
        }}
      >
        {copied ? runsWords.copied : runsWords.copyCommand}
      </Button>
    </div>
  );
}

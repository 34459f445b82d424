import { Button } from "../controls.js";
import { Chips, type Chip } from "./runs-chips.js";
import type { ListState } from "./runs-list.js";
import { runsWords } from "./runs-words.js";

interface Props {
  readonly list: ListState;
  /** Something else stands in the place of the list. */
  readonly isAbsent: boolean;
  readonly selected: number;
  readonly chips: readonly Chip[];
  readonly onFresh: () => void;
  readonly onCompare: () => void;
}

/** What is found and selected, what waits to be shown, and what is on. */
export function RunsLine({ list, isAbsent, selected, chips, onFresh, onCompare }: Props) {
  return (
    <div class="runs-line">
      <span class="runs-count" role="status">
        {list.source === undefined || isAbsent ? "" : runsWords.runs(list.total)}
        {selected > 0 ? ` · ${runsWords.selected(selected)}` : ""}
        {list.complete ? "" : ` · ${runsWords.reading}`}
      </span>
      {list.waiting ? (
        <button type="button" class="runs-fresh" onClick={onFresh}>
          {list.waiting.fresh > 0 ? runsWords.fresh(list.waiting.fresh) : runsWords.changed}
        </button>
      ) : null}
      <Chips chips={chips} />
      {selected > 1 ? (
        <Button look="primary" onClick={onCompare}>
          {runsWords.compareCount(selected)}
        </Button>
      ) : null}
    </div>
  );
}

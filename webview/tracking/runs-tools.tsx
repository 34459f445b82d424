import { IconButton } from "../controls.js";
import { runsWords } from "./runs-words.js";

interface Props {
  readonly grouped: boolean;
  readonly differences: boolean;
  readonly columns: boolean;
  readonly onGroup: () => void;
  readonly onDifferences: () => void;
  readonly onColumns: () => void;
  readonly onKeys: () => void;
  readonly onMore: () => void;
}

/** The buttons beside the query. */
export function RunsTools(props: Props) {
  return (
    <div class="runs-tools" role="toolbar" aria-label={runsWords.title}>
      <span class="runs-group">
        <IconButton
          icon="group-by-ref-type"
          label={`${runsWords.group} (g)`}
          pressed={props.grouped}
          onClick={props.onGroup}
        />
      </span>
      <IconButton
        icon="diff"
        label={runsWords.differences}
        pressed={props.differences}
        onClick={props.onDifferences}
      />
      <IconButton
        icon="list-selection"
        label={runsWords.columns}
        pressed={props.columns}
        onClick={props.onColumns}
      />
      <IconButton icon="keyboard" label={`${runsWords.keys} (?)`} onClick={props.onKeys} />
      <span class="runs-more">
        <IconButton icon="ellipsis" label={runsWords.more} onClick={props.onMore} />
      </span>
    </div>
  );
}

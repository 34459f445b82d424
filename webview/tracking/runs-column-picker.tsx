import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "../controls.js";
import { shownBy, usualLayout, withHidden, type ColumnLayout, type GridColumn } from "../grid/columns.js";
import { runsWords } from "./runs-words.js";

interface Props {
  readonly columns: readonly GridColumn[];
  readonly layout: ColumnLayout;
  readonly onLayout: (layout: ColumnLayout) => void;
  readonly onClose: () => void;
}

/** How many are listed at once: with more, a person types a part of the name. */
const mostListed = 200;
type Kind = keyof typeof runsWords.columnsOf;

const kindOf = ({ kind }: GridColumn): Kind =>
  kind === "metric" || kind === "param" || kind === "tag" ? kind : "run";

/** Which columns the grid shows, found by a part of their name. */
export function ColumnPicker({ columns, layout, onLayout, onClose }: Props) {
  const [text, setText] = useState("");
  const find = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => find.current?.focus(), []);
  const isShown = shownBy(layout);
  const choosable = columns.filter(({ fixed }) => fixed !== true);
  const found = choosable.filter(({ title }) => title.toLowerCase().includes(text.toLowerCase()));
  const listed = found.slice(0, mostListed);
  const showing = choosable.filter(isShown).length;
  const all = (): void => {
    const ids = columns.map(({ id }) => id);
    onLayout({ ...layout, hidden: [], shown: ids });
  };
  return (
    <div
      class="runs-side"
      role="dialog"
      aria-label={runsWords.columns}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div class="runs-side-head">
        <h2>{runsWords.columns}</h2>
        <span class="muted">{runsWords.columnsShown(showing, choosable.length)}</span>
        <IconButton icon="close" label={runsWords.close} onClick={onClose} />
      </div>
      <input
        ref={find}
        class="runs-find"
        type="text"
        spellcheck={false}
        aria-label={runsWords.columnsFind}
        placeholder={runsWords.columnsFind}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      <div class="runs-side-acts">
        <button type="button" class="link" onClick={all}>
          {runsWords.showAll}
        </button>
        <button
          type="button"
          class="link"
          onClick={() => {
            onLayout({ ...usualLayout, widths: layout.widths });
          }}
        >
          {runsWords.showUsual}
        </button>
      </div>
      <div class="runs-side-list" tabIndex={-1}>
        {(["run", "metric", "param", "tag"] as const).map((kind) => {
          const own = listed.filter((column) => kindOf(column) === kind);
          return own.length === 0 ? null : (
            <fieldset key={kind}>
              <legend>{runsWords.columnsOf[kind]}</legend>
              {own.map((column) => (
                <label key={column.id} class="runs-choice">
                  <input
                    type="checkbox"
                    checked={isShown(column)}
                    onChange={(event) => {
                      onLayout(withHidden(layout, column.id, !event.currentTarget.checked));
                    }}
                  />
                  <span title={column.title}>{column.title}</span>
                </label>
              ))}
            </fieldset>
          );
        })}
        {found.length > listed.length ? (
          <p class="muted">{runsWords.columnsShown(listed.length, found.length)}</p>
        ) : null}
      </div>
    </div>
  );
}

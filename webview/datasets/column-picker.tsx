import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Checkbox, TextField } from "../controls.js";
import { words } from "../words.js";
import { changesWords as said } from "./changes-words.js";

/** A list of more columns is filtered. */
const mostListed = 200;

interface ColumnPickerProps {
  /** What is asked, over the list and over what opens it. */
  readonly title: string;
  /** What stands now, which opens the list. */
  readonly text: string;
  readonly columns: readonly string[];
  readonly picked: readonly string[];
  /** What taking none says; undefined: one has to be picked. */
  readonly none?: string;
  readonly onPick: (columns: readonly string[]) => void;
  /** What stands where nobody picks. */
  readonly usual: { readonly text: string; readonly onPick: () => void };
}

/** Columns of a table, as a link that says which, and a list to pick others. */
export function ColumnPicker(props: ColumnPickerProps): VNode {
  const { title, text, columns, none, onPick, usual } = props;
  const [isOpen, setOpen] = useState(false);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set(props.picked));
  const [filter, setFilter] = useState("");
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  const close = (work: () => void): void => {
    dialog.current?.close();
    work();
  };
  const found = columns.filter((name) => name.toLowerCase().includes(filter.toLowerCase()));
  return (
    <>
      <button
        type="button"
        class="link"
        title={title}
        aria-haspopup="dialog"
        onClick={() => {
          setPicked(new Set(props.picked));
          setFilter("");
          setOpen(true);
        }}
      >
        {text}
      </button>
      {isOpen && (
        <dialog
          class="dialog"
          ref={dialog}
          aria-label={title}
          onClose={() => {
            setOpen(false);
          }}
        >
          <h2>{title}</h2>
          {columns.length > 12 && <TextField label={said.filterColumns} value={filter} onInput={setFilter} />}
          <div class="key-columns">
            {found.slice(0, mostListed).map((name) => (
              <Checkbox
                key={name}
                checked={picked.has(name)}
                onChange={(checked) => {
                  const next = new Set(picked);
                  if (checked) next.add(name);
                  else next.delete(name);
                  setPicked(next);
                }}
              >
                {name}
              </Checkbox>
            ))}
            {found.length > mostListed && <p class="muted">{words.more(found.length - mostListed)}</p>}
          </div>
          <div class="actions">
            <Button
              look="primary"
              disabled={picked.size === 0 && none === undefined}
              onClick={() => {
                close(() => {
                  onPick(columns.filter((name) => picked.has(name)));
                });
              }}
            >
              {picked.size === 0 ? (none ?? said.keysUse) : said.keysUse}
            </Button>
            <Button
              onClick={() => {
                close(usual.onPick);
              }}
            >
              {usual.text}
            </Button>
            <Button
              onClick={() => {
                close(() => undefined);
              }}
            >
              {words.cancel}
            </Button>
          </div>
        </dialog>
      )}
    </>
  );
}

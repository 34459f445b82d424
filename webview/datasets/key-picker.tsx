import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { TableDiff } from "../../src/protocol/datasets.js";
import { Button, Checkbox, TextField } from "../controls.js";
import { changesWords as said } from "./changes-words.js";
import { words } from "../words.js";

/** A list of more columns is filtered. */
const mostListed = 200;

interface KeyPickerProps {
  readonly diff: TableDiff;
  /** null: guessed; none: whole rows. */
  readonly onKeys: (keys: readonly string[] | null) => void;
}

/** By which columns rows are matched, and a way to say it otherwise. */
export function KeyPicker({ diff, onKeys }: KeyPickerProps): VNode {
  const [isOpen, setOpen] = useState(false);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set(diff.keys));
  const [filter, setFilter] = useState("");
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  const close = (keys?: readonly string[] | null): void => {
    dialog.current?.close();
    if (keys !== undefined) onKeys(keys);
  };
  const told = keysText(diff);
  const found = diff.shown.filter((name) => name.toLowerCase().includes(filter.toLowerCase()));
  return (
    <span class="key-picker">
      <span class="muted">{said.keys}</span>{" "}
      <button
        type="button"
        class="link"
        title={said.keysTitle}
        aria-haspopup="dialog"
        onClick={() => {
          setPicked(new Set(diff.keys));
          setFilter("");
          setOpen(true);
        }}
      >
        {told}
      </button>
      {isOpen && (
        <dialog
          class="dialog"
          ref={dialog}
          aria-label={said.keysTitle}
          onClose={() => {
            setOpen(false);
          }}
        >
          <h2>{said.keysTitle}</h2>
          {diff.shown.length > 12 && (
            <TextField label={said.filterColumns} value={filter} onInput={setFilter} />
          )}
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
              onClick={() => {
                close(diff.shown.filter((name) => picked.has(name)));
              }}
            >
              {picked.size === 0 ? said.keysContent : said.keysUse}
            </Button>
            <Button
              onClick={() => {
                close(null);
              }}
            >
              {said.keysGuess}
            </Button>
            <Button
              onClick={() => {
                close();
              }}
            >
              {words.cancel}
            </Button>
          </div>
        </dialog>
      )}
    </span>
  );
}

function keysText({ keys, keysFrom }: TableDiff): string {
  if (keysFrom === "content" || keys.length === 0) return said.wholeRows;
  return keysFrom === "guessed" ? said.guessed(keys.join(", ")) : keys.join(", ");
}

import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { WireFailure } from "../../src/protocol/failure.js";
import { IconButton } from "../controls.js";
import * as l10n from "../l10n.js";
import { words } from "../words.js";
import { completionsAt, type KnownWords } from "./query-completion.js";
import { mistakeAt } from "./query-text.js";
import { runsWords } from "./runs-words.js";

interface Props {
  readonly text: string;
  readonly known: KnownWords;
  /** What the grammar says against the text. */
  readonly mistake: WireFailure | undefined;
  readonly onText: (text: string) => void;
  /** The person is done: focus goes to what was found. */
  readonly onDone: () => void;
}

const listId = "query-completions";
const mistakeId = "query-mistake";
/** How much of the text is shown before and behind a mistake. */
const around = 40;

/** One line for a query, with what may follow offered below it, and the place of a mistake shown. */
export function QueryBar({ text, known, mistake, onText, onDone }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [cursor, setCursor] = useState<number>();
  const [at, setAt] = useState<number>();
  const place = useRef<number>(undefined);
  const offered = useMemo(
    () => (cursor === undefined ? undefined : completionsAt(text, cursor, known)),
    [text, cursor, known],
  );
  const items = offered?.items ?? [];
  const isOpen = items.length > 0;

  useLayoutEffect(() => {
    if (place.current === undefined) return;
    input.current?.setSelectionRange(place.current, place.current);
    place.current = undefined;
  }, [text]);
  useLayoutEffect(() => {
    if (at !== undefined) document.getElementById(`${listId}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const follow = (): void => {
    setCursor(input.current?.selectionStart ?? undefined);
    setAt(undefined);
  };
  const close = (): void => {
    setCursor(undefined);
    setAt(undefined);
  };
  const take = (index: number): void => {
    const item = items[index];
    if (!item || !offered) return;
    const rest = text.slice(offered.to);
    const put = item.text + (rest.startsWith(" ") ? "" : item.then);
    const next = text.slice(0, offered.from) + put + rest;
    const cursorThen = offered.from + item.text.length + item.then.length;
    place.current = cursorThen;
    setCursor(cursorThen);
    setAt(undefined);
    onText(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const count = items.length;
    if (isOpen && event.key === "ArrowDown") setAt(at === undefined ? 0 : (at + 1) % count);
    else if (isOpen && event.key === "ArrowUp")
      setAt(at === undefined ? count - 1 : (at + count - 1) % count);
    else if (isOpen && event.key === "Tab" && !event.shiftKey) take(at ?? 0);
    else if (event.key === "Enter" && isOpen && at !== undefined) take(at);
    else if (event.key === "Enter") {
      close();
      if (mistake === undefined) onDone();
    } else if (event.key === "Escape" && isOpen) close();
    else if (event.key === " " && event.ctrlKey) follow();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="query">
      <div class={mistake === undefined ? "query-field" : "query-field query-wrong"}>
        <span class="codicon codicon-filter" aria-hidden="true" />
        <input
          ref={input}
          type="text"
          role="combobox"
          spellcheck={false}
          autocomplete="off"
          aria-label={runsWords.query}
          aria-expanded={isOpen}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && at !== undefined ? `${listId}-${at}` : undefined}
          aria-invalid={mistake !== undefined}
          aria-describedby={mistake === undefined ? undefined : mistakeId}
          placeholder={runsWords.placeholder}
          value={text}
          onInput={(event) => {
            onText(event.currentTarget.value);
            follow();
          }}
          onClick={follow}
          onFocus={follow}
          onBlur={close}
          onKeyDown={onKeyDown}
          onKeyUp={(event) => {
            if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) follow();
          }}
        />
        {text === "" ? null : (
          <IconButton
            icon="close"
            label={runsWords.clear}
            onClick={() => {
              onText("");
              input.current?.focus();
            }}
          />
        )}
      </div>
      <div class="query-list" role="listbox" id={listId} aria-label={runsWords.query} hidden={!isOpen}>
        {items.map((item, index) => (
          <div
            key={item.text}
            id={`${listId}-${index}`}
            class="query-item"
            role="option"
            aria-selected={index === at}
            onPointerDown={(event) => {
              event.preventDefault(); // the field keeps the focus
              take(index);
            }}
          >
            <span class="query-item-text">{item.text}</span>
            <span class="query-item-kind">
              {item.detail ?? (item.kind === "word" ? "" : words.kinds[item.kind])}
            </span>
          </div>
        ))}
      </div>
      {mistake === undefined || isOpen ? null : <Mistake text={text} mistake={mistake} />}
    </div>
  );
}

/** What is wrong with the text, with a caret under the place. */
function Mistake({ text, mistake }: { readonly text: string; readonly mistake: WireFailure }) {
  const at = mistakeAt(mistake);
  const from = Math.max(0, (at ?? 0) - around);
  const shown = `${from > 0 ? "…" : ""}${text.slice(from, (at ?? 0) + around)}`;
  const before = (at ?? 0) - from + (from > 0 ? 1 : 0);
  return (
    <div class="query-mistake" id={mistakeId} role="status">
      {at === undefined ? null : (
        <pre aria-hidden="true">
          {shown}
          {"\n"}
          {" ".repeat(before)}
          <span class="query-caret">^</span>
        </pre>
      )}
      <span>{l10n.failure(mistake).message}</span>
    </div>
  );
}

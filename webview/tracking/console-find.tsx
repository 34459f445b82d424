import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "../controls.js";
import { runWords } from "./run-words.js";

const said = runWords.console;

interface ConsoleFindProps {
  readonly wanted: string;
  readonly onWanted: (wanted: string) => void;
  /** What was found, in words. */
  readonly told: string;
  readonly hasMatches: boolean;
  /** To the next place, or with -1 to the one before. */
  readonly onStep: (by: 1 | -1) => void;
  readonly onClose: () => void;
  /** Grows when a person asks to find while the box is open: the field takes the focus again. */
  readonly asked: number;
}

/** The box in the corner of a console that looks for text in it. */
export function ConsoleFind(props: ConsoleFindProps): VNode {
  const { wanted, onWanted, told, hasMatches, onStep, onClose, asked } = props;
  const field = useRef<HTMLInputElement>(null);
  // before anything else can happen: what is typed right after the key that opened the box belongs into it
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [asked]);
  const press = (event: KeyboardEvent): void => {
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter" && event.target === field.current) onStep(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="console-find" role="search" aria-label={said.find} onKeyDown={press}>
      <input
        ref={field}
        type="text"
        class="console-find-field"
        aria-label={said.find}
        placeholder={said.find}
        spellcheck={false}
        value={wanted}
        onInput={(event) => {
          onWanted(event.currentTarget.value);
        }}
      />
      <span class="console-find-told" role="status">
        {told}
      </span>
      <IconButton
        icon="arrow-up"
        label={said.before}
        disabled={!hasMatches}
        onClick={() => {
          onStep(-1);
        }}
      />
      <IconButton
        icon="arrow-down"
        label={said.next}
        disabled={!hasMatches}
        onClick={() => {
          onStep(1);
        }}
      />
      <IconButton icon="close" label={said.closeFind} onClick={onClose} />
    </div>
  );
}

import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { words } from "./words.js";

/** So many more come at a press. */
const step = 500;

interface Few<T> {
  readonly shown: readonly T[];
  /** What brings the rest, by its count; null where all are shown. */
  readonly more: VNode | null;
}

/** The first of many things, and what brings more of them. */
export function useFew<T>(all: readonly T[], first: number): Few<T> {
  const [asked, setAsked] = useState(0);
  const most = first + asked;
  if (all.length <= most) return { shown: all, more: null };
  const more = (
    <button
      type="button"
      class="link"
      onClick={() => {
        setAsked(asked + step);
      }}
    >
      {words.more(all.length - most)}
    </button>
  );
  return { shown: all.slice(0, most), more };
}

/** Brings the rest of a text of so many letters. */
export const WholeButton = (props: { readonly letters: number; readonly onPress: () => void }): VNode => (
  <button type="button" class="link" onClick={props.onPress}>
    {words.whole(props.letters)}
  </button>
);

/** Longer texts are cut first, at about so many characters. */
const mostLetters = 600;

/** A text that somebody wrote, of any length: its beginning, and the rest at a press. */
export function LongText({ text }: { readonly text: string }): VNode {
  const [isWhole, setWhole] = useState(false);
  if (isWhole || text.length <= mostLetters * 1.5) return <>{text}</>;
  return (
    <>
      {`${text.slice(0, mostLetters)}… `}
      <WholeButton
        letters={text.length}
        onPress={() => {
          setWhole(true);
        }}
      />
    </>
  );
}

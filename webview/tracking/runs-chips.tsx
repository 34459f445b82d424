import { runsWords } from "./runs-words.js";

export interface Chip {
  readonly icon: string;
  readonly text: string;
  readonly remove: () => void;
}

/** What is on, each with a cross that takes it off. */
export function Chips({ chips }: { readonly chips: readonly Chip[] }) {
  return (
    <ul class="chips">
      {chips.map(({ icon, text, remove }) => (
        <li class="chip" key={`${icon} ${text}`}>
          <span class={`codicon codicon-${icon}`} aria-hidden="true" />
          <span class="chip-text" title={text}>
            {text}
          </span>
          <button type="button" class="chip-remove" aria-label={runsWords.remove(text)} onClick={remove}>
            <span class="codicon codicon-close" aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

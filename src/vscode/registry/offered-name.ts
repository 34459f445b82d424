/** A name that stands in the list of models which also takes a name that is typed. */
export interface OfferedName {
  readonly name: string;
  /** No model has it yet: it is what was typed when the list was last drawn, or else a suggestion. */
  readonly isNew: boolean;
}

/**
 * The name that a person meant who pressed Enter on `chosen` with `typed` in the field; undefined where there is none.
 * Who types fast presses Enter before the list offers what they typed: the new name in it is then one they did not mean.
 */
export function nameOf(chosen: OfferedName | undefined, typed: string): string | undefined {
  const own = typed.trim();
  if (chosen && (!chosen.isNew || own === "")) return chosen.name;
  return own === "" ? undefined : own;
}

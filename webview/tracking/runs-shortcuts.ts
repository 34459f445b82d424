import { useEffect, useRef } from "preact/hooks";

/** What a key does on the whole page, by the key's name. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/** Lets single keys act wherever the focus is, also while nothing has it; not while a person types, nor while `off`. */
export function useShortcuts(shortcuts: Shortcuts, off: boolean): void {
  const pressed = useRef<(event: KeyboardEvent) => void>(undefined);
  pressed.current = (event) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === "text";
    if (off || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = shortcuts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => pressed.current?.(event);
    window.addEventListener("keydown", listener);
    return () => {
      window.removeEventListener("keydown", listener);
    };
  }, []);
}

import { useLayoutEffect, useRef, useState } from "preact/hooks";

export type MenuItem =
  | {
      readonly label: string;
      /** Name of a codicon. */
      readonly icon?: string;
      /** The key that does the same, as a person reads it. */
      readonly keys?: string;
      /** Shown with a tick where true. */
      readonly checked?: boolean;
      readonly run: () => void;
    }
  | "line";

export interface OpenMenu {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly items: readonly MenuItem[];
}

interface Props {
  readonly menu: OpenMenu;
  /** `chosen` is called once the menu is closed, so that focus is where it was. */
  readonly onClose: (chosen: (() => void) | undefined) => void;
}

/** A menu at a place of the page: arrows, Home, End and first letters walk it, Escape and Tab leave it. */
export function Menu({ menu, onClose }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const choices = menu.items.filter((item) => item !== "line");
  const [at, setAt] = useState(0);
  const [place, setPlace] = useState({ left: menu.x, top: menu.y });

  useLayoutEffect(() => {
    const box = list.current?.getBoundingClientRect();
    if (!box) return;
    setPlace({
      left: Math.max(4, Math.min(menu.x, window.innerWidth - box.width - 4)),
      top: Math.max(4, Math.min(menu.y, window.innerHeight - box.height - 4)),
    });
  }, [menu]);
  useLayoutEffect(() => {
    list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]")[at]?.focus();
  }, [at, menu]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const count = choices.length;
    const to: Readonly<Record<string, number>> = {
      ArrowDown: (at + 1) % count,
      ArrowUp: (at + count - 1) % count,
      Home: 0,
      End: count - 1,
    };
    const next =
      to[event.key] ??
      byLetter(
        choices.map(({ label }) => label),
        at,
        event.key,
      );
    if (next !== undefined) setAt(next);
    else if (event.key === "Enter" || event.key === " ") onClose(choices[at]?.run);
    else if (event.key === "Escape" || event.key === "Tab") onClose(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  let index = -1;
  return (
    <div
      class="menu-ground"
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) onClose(undefined);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
      }}
    >
      <div
        class="menu"
        role="menu"
        aria-label={menu.label}
        ref={list}
        style={{ left: `${place.left}px`, top: `${place.top}px` }}
        onKeyDown={onKeyDown}
      >
        {menu.items.map((item, place_) => {
          if (item === "line") return <div class="menu-line" role="separator" key={place_} />;
          const own = ++index;
          return (
            <div
              key={place_}
              class="menu-item"
              role={item.checked === undefined ? "menuitem" : "menuitemcheckbox"}
              aria-checked={item.checked}
              tabIndex={own === at ? 0 : -1}
              onPointerMove={() => {
                setAt(own);
              }}
              onClick={() => {
                onClose(item.run);
              }}
            >
              <span
                class={`codicon ${item.checked === true ? "codicon-check" : item.icon === undefined ? "" : `codicon-${item.icon}`}`}
                aria-hidden="true"
              />
              <span class="menu-label">{item.label}</span>
              {item.keys === undefined ? null : <span class="menu-keys">{item.keys}</span>}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The next label that begins with a typed letter, after the present one. */
function byLetter(labels: readonly string[], at: number, key: string): number | undefined {
  if (key.length !== 1 || key === " ") return undefined;
  for (let step = 1; step <= labels.length; step++) {
    const index = (at + step) % labels.length;
    if (labels[index]?.toLowerCase().startsWith(key.toLowerCase()) === true) return index;
  }
  return undefined;
}

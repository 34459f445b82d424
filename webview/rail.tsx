import "./rail.css";
import type { ComponentChildren, VNode } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "./controls.js";

/** A version in a rail: a line that names it, one with what else matters, and badges where it has some. */
export interface RailItem {
  readonly key: string;
  /** Such as `v4`. */
  readonly number: string;
  readonly text: string;
  /** The text only fills the place of one that nobody wrote. */
  readonly isQuiet?: boolean;
  /** Behind the text: a mark of how it stands. */
  readonly mark?: ComponentChildren;
  readonly more: string;
  readonly badges?: ComponentChildren;
  readonly title?: string;
}

interface RailProps {
  readonly label: string;
  readonly items: readonly RailItem[];
  readonly selected: string | undefined;
  readonly onSelect: (key: string) => void;
  /** What a right click, or `.`, offers for a version: called with where its menu belongs. */
  readonly onMenu?: (key: string, x: number, y: number) => void;
  /** Beside code: only the chosen one is seen until it is pressed. */
  readonly isFolded?: boolean;
}

const [lineHeight, edge] = [20, 5];
/** How far beyond the view versions are drawn. */
const beyond = 300;

const heightOf = ({ badges }: RailItem): number => (badges === undefined ? 2 : 3) * lineHeight + 2 * edge;

/** Versions one above the other, the newest first, in any number: arrows walk, Enter and Space choose. */
export function Rail(props: RailProps): VNode {
  const [isOpen, setOpen] = useState(false);
  if (props.isFolded !== true) return <RailList {...props} />;
  const chosen = props.items.find(({ key }) => key === props.selected) ?? props.items[0];
  return (
    <div class="rail-fold">
      <button
        type="button"
        class="rail-chosen"
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        <span class="spoken">{props.label}</span>
        <span class="rail-number">{chosen?.number}</span>
        <span class="rail-text">{chosen?.text}</span>
        {chosen?.mark}
        <Icon name={isOpen ? "chevron-up" : "chevron-down"} />
      </button>
      {isOpen && (
        <RailList
          {...props}
          onSelect={(key) => {
            setOpen(false);
            props.onSelect(key);
          }}
        />
      )}
    </div>
  );
}

function RailList({ label, items, selected, onSelect, onMenu }: RailProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const tops = useMemo(() => {
    const starts = [0];
    for (const item of items) starts.push((starts.at(-1) ?? 0) + heightOf(item));
    return starts;
  }, [items]);
  const chosen = Math.max(
    0,
    items.findIndex(({ key }) => key === selected),
  );
  const [walked, setWalked] = useState<string>();
  const wantsFocus = useRef(false);
  const found = items.findIndex(({ key }) => key === walked);
  const at = found < 0 ? chosen : found;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const measure = (): void => {
      setView({ top: element.scrollTop, height: element.clientHeight });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, []);
  const bringToView = (index: number): void => {
    const element = box.current;
    const [from, to] = [tops[index] ?? 0, tops[index + 1] ?? 0];
    if (!element) return;
    if (from < element.scrollTop) element.scrollTop = from;
    else if (to > element.scrollTop + element.clientHeight) element.scrollTop = to - element.clientHeight;
  };
  useLayoutEffect(() => {
    bringToView(chosen);
  }, [selected]);
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    box.current?.querySelector<HTMLElement>(`[aria-posinset="${at + 1}"]`)?.focus({ preventScroll: true });
  });

  const press = (event: KeyboardEvent): void => {
    const { key } = event;
    const item = items[at];
    const last = items.length - 1;
    const page = Math.max(1, Math.floor(view.height / (2 * lineHeight + 2 * edge)) - 1);
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: last,
    }[key];
    if (to !== undefined) {
      const next = Math.max(0, Math.min(last, to));
      wantsFocus.current = true;
      setWalked(items[next]?.key);
      bringToView(next);
    } else if (item && (key === "Enter" || key === " ")) onSelect(item.key);
    else if (item && onMenu && (key === "." || key === "ContextMenu" || (key === "F10" && event.shiftKey))) {
      const { left = 0, bottom = 0 } =
        box.current?.querySelector(`[aria-posinset="${at + 1}"]`)?.getBoundingClientRect() ?? {};
      onMenu(item.key, left + 16, bottom);
    } else return;
    event.preventDefault();
  };
  const isDrawn = (index: number): boolean =>
    index === at ||
    ((tops[index + 1] ?? 0) >= view.top - beyond && (tops[index] ?? 0) <= view.top + view.height + beyond);
  const first = firstAt(tops, view.top - beyond);
  const drawn: number[] = at < first ? [at] : [];
  for (let index = first; index < items.length && isDrawn(index); index++) drawn.push(index);
  if (at > (drawn.at(-1) ?? -1) && at < items.length) drawn.push(at);
  return (
    <div class="rail" ref={box} role="listbox" aria-label={label} onKeyDown={press}>
      <div class="rail-space" role="presentation" style={{ height: `${tops.at(-1) ?? 0}px` }}>
        {drawn.map((index) => {
          const item = items[index];
          if (!item) return null;
          return (
            <div
              key={item.key}
              class="rail-item"
              role="option"
              aria-selected={item.key === selected}
              aria-posinset={index + 1}
              aria-setsize={items.length}
              title={item.title}
              tabIndex={index === at ? 0 : -1}
              style={{ top: `${tops[index] ?? 0}px`, height: `${heightOf(item)}px` }}
              onClick={() => {
                setWalked(item.key);
                onSelect(item.key);
              }}
              onContextMenu={(event) => {
                if (!onMenu) return;
                event.preventDefault();
                setWalked(item.key);
                onMenu(item.key, event.clientX, event.clientY);
              }}
            >
              <span class="rail-line">
                <span class="rail-number">{item.number}</span>
                <span class={item.isQuiet === true ? "rail-text muted" : "rail-text"}>{item.text}</span>
                {item.mark}
              </span>
              <span class="rail-line muted">
                <span class="rail-text">{item.more}</span>
              </span>
              {item.badges !== undefined && <span class="rail-line rail-badges">{item.badges}</span>}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The first that ends behind `top`, by halving. */
function firstAt(tops: readonly number[], top: number): number {
  let [low, high] = [0, Math.max(0, tops.length - 2)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tops[middle + 1] ?? 0) < top) low = middle + 1;
    else high = middle;
  }
  return low;
}

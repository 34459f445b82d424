import type { ComponentChildren, VNode } from "preact";
import { LongText, useFew } from "./few.js";
import { countText } from "./numbers.js";

/** So many names a list of facts shows at first where nothing else is said. */
const mostRows = 500;

interface PartProps {
  readonly title: string;
  readonly count?: number;
  readonly children: ComponentChildren;
}

/** A part of a page under its title. */
export const Part = ({ title, count, children }: PartProps): VNode => (
  <section class="part" aria-label={title}>
    <h2>
      {title} {count !== undefined && count > 0 && <span class="muted">{countText(count)}</span>}
    </h2>
    {children}
  </section>
);

/** `words`: the value is a text of this page, and not what was recorded letter by letter. */
export type Fact = readonly [name: string, value: string, form?: "words"];

interface FactsProps {
  readonly rows: readonly Fact[];
  /** What is said where there are none. */
  readonly none: string;
  /** So many are shown at first. */
  readonly first?: number;
}

/** Names with their values. */
export function Facts({ rows, none, first = mostRows }: FactsProps): VNode {
  const { shown, more } = useFew(rows, first);
  if (rows.length === 0) return <p class="muted">{none}</p>;
  return (
    <>
      <dl class="facts">
        {shown.map(([name, value, form], at) => (
          <div key={`${name} ${at}`} class="fact-row">
            <dt title={name}>{name}</dt>
            <dd class={form === "words" ? "" : "code"}>
              <LongText text={value} />
            </dd>
          </div>
        ))}
      </dl>
      {more}
    </>
  );
}

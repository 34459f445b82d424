import "./histogram.css";
import type { VNode } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "./controls.js";
import { axisTexts, countText } from "./numbers.js";
import { words } from "./words.js";

interface SmallProps {
  readonly counts: readonly number[];
  readonly width: number;
  readonly height: number;
  /** Of values that lie on no axis: bars that stand apart, and are no wider than such. */
  readonly areParted?: boolean;
}

const [gap, widestParted] = [3, 22];

/** A distribution the size of a word; the cell that it stands in says what it shows. */
export function SmallHistogram({ counts, width, height, areParted }: SmallProps): VNode {
  const most = Math.max(...counts, 1);
  const room = width / Math.max(1, counts.length);
  const step = areParted === true ? Math.min(room, widestParted + gap) : room;
  const bar = Math.max(0.5, step - (areParted === true ? gap : 0.5)).toFixed(1);
  const bars = counts.map((count, at) => {
    const size = count === 0 ? 0 : Math.max(1, (count / most) * height);
    const left = (at * step).toFixed(1);
    return `M${left} ${height}v-${size.toFixed(1)}h${bar}v${size.toFixed(1)}z`;
  });
  return (
    <svg class="small-histogram" width={width} height={height} aria-hidden="true" focusable="false">
      <path d={bars.join("")} />
    </svg>
  );
}

interface HistogramProps {
  readonly title: string;
  /** Where each bin begins, and where the last one ends. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** How a place of the axis is told; default: as a number. */
  readonly told?: (edges: readonly number[]) => readonly string[];
}

/** How often values stand in each bin: arrows walk the bins, each is spoken, T shows a table in its place. */
export function Histogram({ title, edges, counts, told = axisTexts }: HistogramProps): VNode {
  const [at, setAt] = useState<number>();
  const [asTable, setAsTable] = useState(false);
  const [toggled, setToggled] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const texts = told(edges);
  const most = Math.max(...counts, 1);
  const all = counts.reduce((sum, count) => sum + count, 0);
  useLayoutEffect(() => {
    if (toggled) body.current?.querySelector<HTMLElement>("[tabindex]")?.focus(); // what had the focus is gone
  }, [asTable, toggled]);
  const binText = (bin: number): string => `${texts[bin] ?? ""} – ${texts[bin + 1] ?? ""}`;
  const said =
    at === undefined || at >= counts.length
      ? ""
      : words.histogram.bin(binText(at), counts[at] ?? 0, all === 0 ? 0 : (counts[at] ?? 0) / all);
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = counts.length - 1;
    const here = at ?? (event.key === "ArrowLeft" ? last + 1 : -1);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: last }[event.key];
    if (to !== undefined && !asTable) {
      setAt(Math.max(0, Math.min(last, to)));
      event.preventDefault();
    } else if (event.key === "t" || event.key === "T") {
      setAsTable(!asTable);
      setToggled(true);
    } else if (event.key === "Escape") setAt(undefined);
    else return;
    event.stopPropagation();
  };
  return (
    <figure class="histogram">
      <figcaption class="histogram-head">
        <h3 title={title}>{title}</h3>
        <IconButton
          icon="table"
          label={asTable ? words.chart.chart : words.chart.table}
          pressed={asTable}
          onClick={() => {
            setAsTable(!asTable);
          }}
        />
      </figcaption>
      <div ref={body} onKeyDown={press}>
        {asTable ? (
          <div class="histogram-table" tabIndex={0} role="group" aria-label={title}>
            <table class="plain-table">
              <thead>
                <tr>
                  <th scope="col">{words.kinds.value}</th>
                  <th scope="col" class="number">
                    {words.histogram.rows}
                  </th>
                </tr>
              </thead>
              <tbody>
                {counts.map((count, bin) => (
                  <tr key={bin}>
                    <th scope="row" class="number">
                      {binText(bin)}
                    </th>
                    <td class="number">{countText(count)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ) : (
          <div
            class="histogram-plot"
            tabIndex={0}
            role="application"
            aria-label={words.histogram.label(title, counts.length)}
            aria-description={words.histogram.keys}
            onPointerLeave={() => {
              setAt(undefined);
            }}
            onBlur={() => {
              setAt(undefined);
            }}
          >
            {counts.map((count, bin) => (
              <div
                key={bin}
                class={bin === at ? "histogram-bin at" : "histogram-bin"}
                onPointerEnter={() => {
                  setAt(bin);
                }}
              >
                <div
                  class={count > 0 ? "histogram-bar some" : "histogram-bar"}
                  style={{ height: `${(count / most) * 100}%` }}
                />
              </div>
            ))}
          </div>
        )}
      </div>
      {!asTable && (
        <div class="histogram-axis muted" aria-hidden="true">
          <span>{texts[0]}</span>
          <span>{texts.at(-1)}</span>
        </div>
      )}
      <p class="histogram-said muted" aria-live="polite">
        {said}
      </p>
    </figure>
  );
}

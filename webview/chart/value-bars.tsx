import type { VNode } from "preact";
import { columnTexts } from "../numbers.js";
import { seriesVariable } from "../series-colors.js";
import type { StyledRun } from "./chart-settings.js";
import type { AskedCurve } from "./curves.js";

interface ValueBarsProps {
  readonly runs: readonly StyledRun[];
  readonly curves: readonly AskedCurve[];
}

/** Whether all that there is to draw was logged once: a value a run is no course. */
export const areSingle = (curves: readonly AskedCurve[]): boolean =>
  curves.some(({ points }) => points > 0) && curves.every(({ points }) => points <= 1);

/** The value that each run logged once, with a bar from zero. */
export function ValueBars({ runs, curves }: ValueBarsProps): VNode {
  const values = runs.flatMap((run) => {
    const value = curves.find((curve) => curve.run === run.id)?.y[0];
    return value === undefined ? [] : [{ run, value }];
  });
  const texts = columnTexts(values.map(({ value }) => value));
  const sizes = values.map(({ value }) => (Number.isFinite(value) ? Math.abs(value) : 0));
  const greatest = Math.max(...sizes) || 1;
  return (
    <ul class="value-bars">
      {values.map(({ run, value }, at) => (
        <li key={run.id}>
          <span class="value-bar-name" title={run.name}>
            {run.name}
          </span>
          <span class="value-bar-room" aria-hidden="true">
            <span
              class={`value-bar ${value < 0 ? "value-bar-below" : ""}`}
              style={{
                width: `${((sizes[at] ?? 0) / greatest) * 100}%`,
                "--series": seriesVariable(run.style.color),
              }}
            />
          </span>
          <span class="number">{texts[at]}</span>
        </li>
      ))}
    </ul>
  );
}

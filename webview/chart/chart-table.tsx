import type { VNode } from "preact";
import { columnTexts } from "../numbers.js";
import { words } from "../words.js";
import type { ChartAxis, StyledRun } from "./chart-settings.js";
import { placesOf, valueAt } from "./curve-shape.js";
import type { AskedCurve } from "./curves.js";
import { axisName, axisText } from "./plot.js";

/** A table of more rows says less than the chart. */
const mostRows = 200;

interface ChartTableProps {
  readonly title: string;
  readonly axis: ChartAxis;
  readonly runs: readonly StyledRun[];
  readonly curves: readonly AskedCurve[];
}

/** A chart's points as a table: a row a place of the axis, evenly taken where there are many. */
export function ChartTable({ title, axis, runs, curves }: ChartTableProps): VNode {
  const places = placesOf(curves);
  const shown = places.length <= mostRows ? places : evenly(places, mostRows);
  const columns = runs.map(({ id }) => {
    const curve = curves.find((one) => one.run === id);
    const values = shown.map((place) => (curve ? valueAt(curve, place) : undefined));
    const texts = columnTexts(values.map((value) => value ?? Number.NaN));
    return values.map((value, at) => (value === undefined ? "" : (texts[at] ?? "")));
  });
  return (
    <div class="chart-table" tabIndex={0} role="group" aria-label={title}>
      <table>
        <caption class={shown.length === places.length ? "spoken" : "muted"}>
          {shown.length === places.length ? title : words.chart.sampled(shown.length, places.length)}
        </caption>
        <thead>
          <tr>
            <th scope="col">{axisName(axis)}</th>
            {runs.map(({ id, name }) => (
              <th key={id} scope="col" class="number">
                {runs.length === 1 ? title : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((place, row) => (
            <tr key={place}>
              <th scope="row" class="number">
                {axisText(axis, place)}
              </th>
              {columns.map((texts, at) => (
                <td key={runs[at]?.id} class="number">
                  {texts[row]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function evenly(places: readonly number[], most: number): number[] {
  return Array.from(
    { length: most },
    (_, at) => places[Math.round((at * (places.length - 1)) / (most - 1))] ?? 0,
  );
}

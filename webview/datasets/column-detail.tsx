import type { VNode } from "preact";
import type { ColumnProfile } from "../../src/protocol/datasets.js";
import { IconButton } from "../controls.js";
import { Histogram } from "../histogram.js";
import { countText, numberText, percentText } from "../numbers.js";
import { isTime, momentText, valueText } from "./cell-text.js";
import { datasetWords } from "./dataset-words.js";
import { profileWords as said } from "./profile-words.js";
import { missingShare, rowsOf } from "./missing-share.js";

/** At which the quantiles stand that a profile has. */
const quantileNames = ["1 %", "5 %", "25 %", "50 %", "75 %", "95 %", "99 %"];

interface ColumnDetailProps {
  readonly column: ColumnProfile;
  readonly onClose: () => void;
}

/** All that a profile has of one column. */
export function ColumnDetail({ column, onClose }: ColumnDetailProps): VNode {
  const { numbers, top } = column;
  const told = isTime(column) ? momentText : numberText;
  return (
    <section class="column-detail" aria-label={column.name}>
      <div class="column-head">
        <h2 title={column.name}>{column.name}</h2>
        <IconButton icon="close" label={said.close} onClick={onClose} />
      </div>
      {numbers && (
        <Histogram
          key={column.name}
          title={said.of(column.name)}
          edges={numbers.histogram.edges}
          counts={numbers.histogram.counts}
          {...(isTime(column) ? { told: (edges: readonly number[]) => edges.map(momentText) } : {})}
        />
      )}
      <dl class="facts">
        {factsOf(column).map(([name, value]) => (
          <div key={name} class="fact-row">
            <dt>{name}</dt>
            <dd class="figures">{value}</dd>
          </div>
        ))}
      </dl>
      {numbers && numbers.quantiles.length > 0 && (
        <section class="part" aria-label={said.quantiles}>
          <h3>{said.quantiles}</h3>
          <div class="scroll-x" tabIndex={0} role="group" aria-label={said.quantiles}>
            <table class="plain-table quantiles">
              <tbody>
                {numbers.quantiles.map((value, at) => (
                  <tr key={at}>
                    <th scope="row" class="number">
                      {quantileNames[at]}
                    </th>
                    <td class="number">{told(value)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
      {top.length > 0 && (
        <section class="part" aria-label={said.top}>
          <h3>{said.top}</h3>
          <ul class="top-values">
            {top.map(({ value, count: times }, at) => (
              <li key={at}>
                <span class="top-name code" title={valueText(value)}>
                  {value === "" ? '""' : valueText(value)}
                </span>
                <span class="top-room" aria-hidden="true">
                  <span
                    class="top-bar"
                    style={{ width: `${(times / Math.max(1, top[0]?.count ?? 1)) * 100}%` }}
                  />
                </span>
                <span class="number">{countText(times)}</span>
                <span class="number muted">{percentText(times / Math.max(1, rowsOf(column)))}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </section>
  );
}

function factsOf(column: ColumnProfile): readonly (readonly [string, string])[] {
  const { numbers, lengths, count, missing } = column;
  const facts: (readonly [string, string])[] = [
    [said.type, datasetWords.types[column.type]],
    [said.nativeType, column.nativeType],
    [said.values, countText(count)],
    [said.missing, missing === 0 ? "0" : `${countText(missing)} (${percentText(missingShare(column))})`],
    [
      said.distinct,
      column.distinctIsExact ? countText(column.distinct) : said.about(countText(column.distinct)),
    ],
  ];
  if (numbers && isTime(column))
    facts.push([said.least, momentText(numbers.min)], [said.greatest, momentText(numbers.max)]);
  else if (numbers) {
    facts.push(
      [said.least, numberText(numbers.min)],
      [said.greatest, numberText(numbers.max)],
      [said.mean, numberText(numbers.mean)],
    );
    if (numbers.deviation !== null) facts.push([said.deviation, numberText(numbers.deviation)]);
    if (numbers.zeros > 0) facts.push([said.zeros, countText(numbers.zeros)]);
    if (numbers.nonFinite > 0) facts.push([said.nonFinite, countText(numbers.nonFinite)]);
  }
  if (lengths)
    facts.push([
      said.length,
      said.characters(`${countText(lengths.min)}–${countText(lengths.max)}, ⌀ ${numberText(lengths.mean)}`),
    ]);
  return facts;
}

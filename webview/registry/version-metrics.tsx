import type { VNode } from "preact";
import type { VersionPage } from "../../src/protocol/registry.js";
import { useFew } from "../few.js";
import { asNumber, changeText, columnTexts } from "../numbers.js";
import { Part } from "../parts.js";
import { modelWords } from "./model-words.js";
import { versionName } from "./names.js";
import { outcomeOf } from "./version-answer.js";

const said = modelWords.metrics;
/** So many are shown at first: what tells most stands first. */
const few = 8;

type Metric = VersionPage["metrics"][number];

/** What a version reached, beside what the champion did. */
export function VersionMetrics({ shown }: { readonly shown: VersionPage }): VNode {
  const { metrics, champion } = shown;
  const { shown: seen, more } = useFew(metrics, few);
  const title = champion ? said.title : said.alone;
  if (metrics.length === 0)
    return (
      <Part title={title}>
        <p class="muted">{said.none}</p>
      </Part>
    );
  return (
    <Part title={title} count={metrics.length}>
      <div class="scroll-x" tabIndex={0} role="group" aria-label={title}>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">{said.name}</th>
              <th scope="col" class="number">
                {said.this}
              </th>
              {champion && (
                <>
                  <th scope="col" class="number">
                    {said.champion(versionName(champion.number))}
                  </th>
                  <th scope="col">{said.change}</th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {seen.map((metric) => (
              <MetricRow key={metric.name} metric={metric} beside={champion !== null} />
            ))}
          </tbody>
        </table>
      </div>
      {more}
    </Part>
  );
}

function MetricRow({ metric, beside }: { readonly metric: Metric; readonly beside: boolean }): VNode {
  const values = [metric.value, ...(metric.champion === null ? [] : [metric.champion])];
  const [own = "", theirs] = columnTexts(values);
  return (
    <tr>
      <th scope="row">{metric.name}</th>
      <td class="number" title={String(metric.value)}>
        <strong>{own}</strong>
      </td>
      {beside && (
        <>
          <td class="number" title={metric.champion === null ? said.missing : String(metric.champion)}>
            {theirs ?? "–"}
          </td>
          <td>
            <Change metric={metric} />
          </td>
        </>
      )}
    </tr>
  );
}

/** The difference with its sign, an arrow, and how it is, in words. */
function Change({ metric }: { readonly metric: Metric }): VNode {
  const outcome = outcomeOf(metric);
  if (outcome === "none") return <span class="muted">{said.missing}</span>;
  if (outcome === "same") return <span class="muted">{said.same}</span>;
  const [from = 0, to = 0] = [metric.champion ?? "NaN", metric.value].map(asNumber);
  const change = changeText(from, to);
  const arrow = to > from ? "↑" : "↓";
  if (outcome === "other") return <span class="change">{`${arrow} ${change}`}</span>;
  return <span class={`change change-${outcome}`}>{`${arrow} ${said[outcome](change)}`}</span>;
}

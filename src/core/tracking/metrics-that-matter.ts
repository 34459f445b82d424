import { isSystemMetric } from "./run-summary.js";

/** Whether a greater value of a metric is the better one, judged by its name; undefined where that says nothing. */
export function isMoreBetter(name: string): boolean | undefined {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  if (words.some((word) => lessIsBetter.has(word))) return false;
  if (words.some((word) => moreIsBetter.has(word))) return true;
  return undefined;
}

const moreIsBetter = new Set(
  "acc accuracy f1 f2 auc roc auroc auprc ap map precision recall sensitivity specificity r2 score iou dice bleu rouge rouge1 rougel meteor ndcg mrr hits reward return kappa mcc psnr ssim".split(
    " ",
  ),
);
const lessIsBetter = new Set(
  "loss error err rmse mse mae mape smape rmsle logloss nll perplexity ppl wer cer fpr fnr brier ece latency deviance distance fid".split(
    " ",
  ),
);
const heldOut = /(^|[^a-z])(test|val|valid|validation|eval|holdout|cv)([^a-z]|$)/i;
const training = /(^|[^a-z])(train|training)([^a-z]|$)/i;

/**
 * How soon a person wants to see a metric, judged by its name: the greater the sooner. Scores before losses, those
 * before others; held-out data before training's; the machine's own last.
 */
export function interestIn(name: string): number {
  if (isSystemMetric(name)) return -4;
  const more = isMoreBetter(name);
  const kind = more === undefined ? 0 : more ? 4 : 3;
  return kind + (heldOut.test(name) ? 1 : 0) - (training.test(name) ? 2 : 0);
}

/**
 * Names of the metrics to show of some runs: those that were asked about first, then those that most of the runs
 * have, at most `most`. The machine's own metrics only where they were asked about.
 */
export function metricsThatMatter(
  runs: readonly { readonly metrics: Readonly<Record<string, unknown>> }[],
  asked: readonly string[],
  most: number,
): string[] {
  const counts = new Map<string, number>();
  for (const { metrics } of runs)
    for (const name of Object.keys(metrics))
      if (!isSystemMetric(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const others = [...counts]
    .filter(([name]) => !asked.includes(name))
    .map(([name, count]) => ({ name, count, interest: interestIn(name) })) // once a name: it costs more than a comparison
    .sort((a, b) => b.count - a.count || b.interest - a.interest || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
  return [...asked, ...others].slice(0, Math.max(most, 0));
}

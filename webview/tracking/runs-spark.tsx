import { useEffect, useState } from "preact/hooks";
import { Sparkline } from "../grid/sparkline.js";
import { numberText } from "../numbers.js";
import { seriesColor } from "../../src/protocol/series-colors.js";
import { seriesVariable } from "../series-colors.js";
import type { RunCurves } from "./runs-curves.js";
import { runsWords } from "./runs-words.js";

export const sparkWidth = 84;

interface Props {
  readonly curves: RunCurves;
  readonly run: string;
  readonly metric: string;
}

/** A run's curve in its row. It draws itself when its points come, so that no row has to be drawn again for them. */
export function RunSpark({ curves, run, metric }: Props) {
  const [curve, setCurve] = useState(() => curves.get(run));
  useEffect(() => {
    const take = (): void => {
      setCurve(curves.get(run));
    };
    take();
    return curves.listen(take);
  }, [curves, run, metric]);
  if (!curve) return <span class="spark-waiting" />;
  const [first, last] = [curve.y[0], curve.y[curve.y.length - 1]];
  if (first === undefined || last === undefined)
    return (
      <span class="missing" title={runsWords.noCurve(metric)}>
        –
      </span>
    );
  const told = runsWords.curveOf(metric, numberText(first), numberText(last), curve.points);
  const color = seriesVariable(seriesColor(run));
  return (
    <span class="spark" title={told}>
      <Sparkline x={curve.x} y={curve.y} color={color} width={sparkWidth} height={18} />
      <span class="spoken">{told}</span>
    </span>
  );
}

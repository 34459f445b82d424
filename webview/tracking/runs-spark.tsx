import { Component } from "preact";
import type { RunCurve } from "../../src/protocol/tracking.js";
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
export class RunSpark extends Component<Props> {
  #drawn: RunCurve | undefined;
  #stop: (() => void) | undefined;

  override componentDidMount(): void {
    this.#stop = this.props.curves.listen(() => {
      if (this.props.curves.get(this.props.run) !== this.#drawn) this.forceUpdate();
    });
  }

  override componentWillUnmount(): void {
    this.#stop?.();
  }

  override shouldComponentUpdate({ curves, run, metric }: Readonly<Props>): boolean {
    return run !== this.props.run || metric !== this.props.metric || curves.get(run) !== this.#drawn;
  }

  override render({ curves, run, metric }: Readonly<Props>) {
    const curve = curves.get(run);
    this.#drawn = curve;
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
}

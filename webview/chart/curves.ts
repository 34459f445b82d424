import { useEffect, useRef, useState } from "preact/hooks";
import type { Asker } from "../../src/protocol/channel.js";
import type { PageRequests } from "../../src/protocol/pages.js";
import type { CurveQuery, RunCurve } from "../../src/protocol/tracking.js";
import { failureText } from "../answer.js";
import { Question } from "../question.js";
import type { AxisRange, ChartAxis, ChartRun } from "./chart-settings.js";
import type { CurvePoints } from "./curve-shape.js";

/** A run's curve along the chart's axis. */
export interface AskedCurve extends CurvePoints {
  readonly run: string;
  /** How many points the run has in the range, of which these show. */
  readonly points: number;
}

export interface CurvesState {
  /** What was last answered: it stays while more is asked for. */
  readonly curves: readonly AskedCurve[] | undefined;
  readonly failure: string | undefined;
}

interface CurvesWanted {
  readonly runs: readonly ChartRun[];
  readonly metric: string;
  readonly axis: ChartAxis;
  readonly pixels: number;
  readonly range: AxisRange | undefined;
}

/** Curves of a metric from the engine: asked anew when what is wanted changes, and when `version` does. */
export function useCurves(
  ask: Asker<PageRequests>,
  wanted: CurvesWanted,
  version: number,
): CurvesState & { readonly again: () => void } {
  const [state, setState] = useState<CurvesState>({ curves: undefined, failure: undefined });
  const [tries, setTries] = useState(0);
  const { runs, metric, axis, pixels, range } = wanted;
  const key = JSON.stringify([runs.map(({ id, start }) => [id, start]), metric, axis, pixels, range]);
  const latest = useRef(wanted);
  latest.current = wanted;
  const question = useRef<Question<readonly AskedCurve[]> | undefined>(undefined);
  useEffect(() => {
    const asked = new Question<readonly AskedCurve[]>((signal) => askCurves(ask, latest.current, signal), {
      answered: (curves) => {
        setState({ curves, failure: undefined });
      },
      failed: (error) => {
        setState((before) => ({ ...before, failure: failureText(error) }));
      },
    });
    question.current = asked;
    return () => {
      asked.close();
    };
  }, [ask, key]);
  useEffect(() => {
    if (pixels > 0) question.current?.ask();
  }, [ask, key, version, tries]);
  return {
    ...state,
    again: () => {
      setTries((count) => count + 1);
    },
  };
}

async function askCurves(
  ask: Asker<PageRequests>,
  { runs, metric, axis, pixels, range }: CurvesWanted,
  signal: AbortSignal,
): Promise<AskedCurve[]> {
  const query = (ids: readonly string[], part: AxisRange | undefined): Promise<readonly RunCurve[]> => {
    const params: CurveQuery = {
      runs: ids,
      metric,
      pixels,
      axis: axis === "step" ? "step" : "time",
      ...(part === undefined ? {} : { range: part }),
    };
    return ask.request("runs/curves", params, signal);
  };
  if (axis !== "elapsed")
    return [
      ...(await query(
        runs.map(({ id }) => id),
        range,
      )),
    ];
  // Each run counts from its own start.
  const answers = await Promise.all(
    runs.map(async ({ id, start }) => {
      const from = start ?? 0;
      const part = range && { from: range.from + from, to: range.to + from };
      const curves = await query([id], part);
      return curves.map((curve) => ({ ...curve, x: curve.x.map((at) => at - (start ?? curve.x[0] ?? 0)) }));
    }),
  );
  return answers.flat();
}

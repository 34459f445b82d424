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
  const zeros = useRef<ReadonlyMap<string, number>>(new Map());
  const latest = useRef(wanted);
  latest.current = wanted;
  const question = useRef<Question<Found> | undefined>(undefined);
  useEffect(() => {
    const asked = new Question<Found>((signal) => askCurves(ask, latest.current, zeros.current, signal), {
      answered: (found) => {
        zeros.current = found.zeros;
        setState({ curves: found.curves, failure: undefined });
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

interface Found {
  readonly curves: readonly AskedCurve[];
  /** From where each run counts its time; the same for all that is seen of a chart. */
  readonly zeros: ReadonlyMap<string, number>;
}

async function askCurves(
  ask: Asker<PageRequests>,
  { runs, metric, axis, pixels, range }: CurvesWanted,
  zeros: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<Found> {
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
  if (axis !== "elapsed") {
    const ids = runs.map(({ id }) => id);
    return { curves: await query(ids, range), zeros };
  }
  const found = new Map(zeros);
  // Each run counts from its own start, or from its first point: the machine is read before the program makes the run.
  const answers = await Promise.all(
    runs.map(async ({ id, start }) => {
      const known = zeros.get(id) ?? start ?? 0;
      const curves = await query([id], range && { from: range.from + known, to: range.to + known });
      return curves.map((curve) => {
        const first = curve.x[0];
        const zero = range || first === undefined ? known : Math.min(start ?? first, first);
        found.set(id, zero);
        return { ...curve, x: curve.x.map((at) => at - zero) };
      });
    }),
  );
  return { curves: answers.flat(), zeros: found };
}

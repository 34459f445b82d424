import * as fs from "node:fs";
import * as path from "node:path";

/** What of a run was acknowledged. */
export interface AckedRun {
  name: string;
  experiment: string;
  readonly points: Map<string, Set<number>>;
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
  /** The last of a tag that only grows. */
  progress: number;
  /** The last write of each artifact. */
  readonly artifacts: Map<string, number>;
  finished: boolean;
}

/** What one writer was told that it is kept. */
export interface Acked {
  readonly file: string;
  /** Of the writer; 0 where it did not come so far. */
  readonly pid: number;
  readonly ended: boolean;
  readonly runs: ReadonlyMap<string, AckedRun>;
  /** Names by id. */
  readonly experiments: ReadonlyMap<string, string>;
  /** What it printed. */
  readonly said: readonly string[];
  readonly refused: readonly { readonly status: number; readonly text: string; readonly path: string }[];
}

interface Line {
  readonly op: string;
  readonly run: string;
  readonly name: string;
  readonly experiment: string;
  readonly id: string;
  readonly key: string;
  readonly value: string;
  readonly steps: readonly [number, number];
  readonly n: number;
  readonly path: string;
  readonly line: string;
  readonly pid: number;
  readonly status: number;
  readonly text: string;
}

function linesOf(file: string): Line[] {
  const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

/** The process of a writer, once it has begun. */
export const writerPid = (file: string): number | undefined =>
  linesOf(file).find((line) => line.op === "began")?.pid;

/** Reads the notes of a writer. A last line that a kill cut off was told to nobody. */
export function readAcks(file: string): Acked {
  const runs = new Map<string, AckedRun>();
  const experiments = new Map<string, string>();
  const said: string[] = [];
  const refused: { status: number; text: string; path: string }[] = [];
  let [pid, ended] = [0, false];
  const empty = (): AckedRun => ({
    name: "",
    experiment: "0",
    points: new Map(),
    params: new Map(),
    tags: new Map(),
    progress: 0,
    artifacts: new Map(),
    finished: false,
  });
  for (const line of linesOf(file)) {
    const run = runs.get(line.run) ?? empty();
    if (typeof line.run === "string") runs.set(line.run, run);
    switch (line.op) {
      case "began":
        pid = line.pid;
        break;
      case "ended":
        ended = true;
        break;
      case "run":
        [run.name, run.experiment] = [line.name, line.experiment];
        break;
      case "experiment":
        experiments.set(line.id, line.name);
        break;
      case "points": {
        const steps = run.points.get(line.key) ?? new Set();
        for (let step = line.steps[0]; step < line.steps[1]; step++) steps.add(step);
        run.points.set(line.key, steps);
        break;
      }
      case "param":
        run.params.set(line.key, line.value);
        break;
      case "tag":
        run.tags.set(line.key, line.value);
        break;
      case "progress":
        run.progress = line.n;
        break;
      case "artifact":
        run.artifacts.set(line.path, line.n);
        break;
      case "finished":
        run.finished = true;
        break;
      case "said":
        said.push(line.line);
        break;
      case "refused":
        refused.push({ status: line.status, text: line.text, path: line.path });
        break;
      default:
        throw new Error(`${path.basename(file)} has a line of the unknown kind '${line.op}'.`);
    }
  }
  return { file, pid, ended, runs, experiments, said, refused };
}

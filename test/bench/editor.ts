import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Editor } from "../host/workbench.js";
import { packageExtension } from "../tooling/package.mjs";
import { below, type Bench, type Benchmark, type Budget, type Series } from "./benchmark.js";
import { allPainted, delays, notePainted, pageFrame } from "./chart-sights.js";
import { activation, hostMemory, whenActivated, whenQuiet } from "./extension-host.js";
import { LiveRuns } from "./live-runs.js";
import type { StoreShape } from "./make-store.js";
import { noteSights, whenSeen } from "./page-sights.js";
import { wallClock } from "./processes.js";
import { probe } from "./probes.js";
import { interleave, median, type Rounds, type Sample } from "./rounds.js";
import { imageOf, storeOf, tenThousand, wide } from "./stores.js";

const liveRuns = 8;
/** How many of them the Metrics view draws. */
const drawnRuns = 6;
const roundMs = 10_000;
const oneName = "at";

const script = `import mlflow

if __name__ == "__main__":
    mlflow.log_metric("at", 1)
`;

function row(
  bench: Bench,
  { leftOut, steal }: Rounds,
  what: string,
  values: Series,
  budget?: Budget,
  unit: "ms" | "MB" = "ms",
): void {
  bench.row({ what, unit, ours: { ...values, name: "loam" }, budget, leftOut, steal });
}

/** A window on a folder in which nothing asks for Loam: what it costs to start it, and what the host takes without it. */
async function ofEmptyFolder(bench: Bench): Promise<number> {
  bench.say("activating");
  const editor = await Editor.open({ folder: bench.folder(), probe: true });
  try {
    const without: number[] = [];
    const rounds = await interleave(
      [
        {
          name: "loam",
          round: async () => {
            await editor.reload();
            await whenQuiet(editor);
            without.push(await hostMemory(editor));
            return { ...(await activation(editor)) };
          },
        },
      ],
      bench.rounds,
    );
    row(bench, rounds, "activation: the host's thread", rounds.of("loam", "cpu"), below(100));
    row(bench, rounds, "activation: on the clock", rounds.of("loam", "wall"), below(100));
    row(bench, rounds, "of it loading the code", rounds.of("loam", "load"));
    row(bench, rounds, "of it activate()", rounds.of("loam", "call"));
    const size = fs.statSync(path.join("dist", "extension.cjs")).size / 1e6;
    row(bench, rounds, "the one file that is loaded", { name: "loam", values: [size] }, undefined, "MB");
    return median(without);
  } finally {
    await editor.close();
  }
}

/** A copy of a store that may be written to. */
async function copyOf(bench: Bench, shape: StoreShape): Promise<string> {
  const store = await storeOf(shape, bench.say);
  if (!fs.existsSync(imageOf(store))) await probe("open", store);
  const folder = path.join(bench.folder(), "folder");
  fs.cpSync(store, folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "train.py"), script);
  return folder;
}

/** Opening the window again and again: its first rows, and what the host takes once it has caught up. */
async function opened(bench: Bench, editor: Editor, of: string, without: number): Promise<void> {
  bench.say(`opening a window on ${of}`);
  await noteSights(editor.page.context(), { rows: { of: ".pane-body .monaco-list-row", saying: "^run-" } });
  await editor.sideBar("Loam");
  await editor.rows("run-").first().waitFor();
  const round = async (): Promise<Sample> => {
    await editor.reloadWindow();
    const rows = await whenSeen(editor.page.mainFrame(), "rows");
    const began = await editor.page.evaluate(() => performance.timeOrigin);
    const activated = await whenActivated(editor);
    await whenQuiet(editor);
    const memory = (await hostMemory(editor)) - without;
    return { rows, since: began + rows - activated, memory };
  };
  const rounds = await interleave([{ name: "loam", round }], bench.rounds);
  row(
    bench,
    rounds,
    `${of}: window opened → first rows, the editor's start included`,
    rounds.of("loam", "rows"),
  );
  row(bench, rounds, `${of}: Loam's start → first rows`, rounds.of("loam", "since"));
  const budget = of.includes("20 columns") ? below(300) : undefined;
  row(bench, rounds, `${of}: memory that Loam adds to the host`, rounds.of("loam", "memory"), budget, "MB");
}

/** Delays of the points that were painted within a time. */
function within(
  written: readonly number[],
  painted: Awaited<ReturnType<typeof allPainted>>,
  from: number,
  to: number,
): readonly number[] {
  const before = painted.filter(({ at }) => at < from).slice(-1);
  return delays(written, [...before, ...painted.filter(({ at }) => at >= from && at <= to)]);
}

/** Eight live runs, with the Runs view, the Metrics view and a run's page open. */
async function live(bench: Bench, editor: Editor, folder: string, of: string): Promise<void> {
  bench.say(`${liveRuns} live runs beside ${of}`);
  await editor.openFile("train.py");
  const runs = await LiveRuns.start(folder, path.join(folder, "train.py"), liveRuns);
  await editor.inside(({ vscode }) => vscode.commands.executeCommand("loam.metrics.focus"), null);
  const metrics = await pageFrame(editor.page, "metrics", oneName);
  await editor
    .rows(`live-${liveRuns - 1}`)
    .first()
    .waitFor();
  await editor.inside(
    ({ vscode }, id) =>
      vscode.commands.executeCommand(
        "loam.runs.openById",
        vscode.workspace.workspaceFolders?.[0]?.uri.toString(),
        id,
      ),
    runs.ids.at(-1),
  );
  const run = await pageFrame(editor.page, "run", oneName);
  for (const frame of [run, metrics]) await notePainted(frame, oneName);
  await sleep(2000); // what was begun by opening the pages is no part of what is measured
  const spans: { readonly from: number; readonly to: number }[] = [];
  const round = async (): Promise<Sample> => {
    await editor.inside(({ longestPause }) => longestPause(), null);
    const from = wallClock();
    await sleep(roundMs);
    const pause = await editor.inside(({ longestPause }) => longestPause(), null);
    spans.push({ from, to: wallClock() });
    return { ...pause };
  };
  const rounds = await interleave([{ name: "loam", round }], bench.rounds);
  const memory = await hostMemory(editor);
  const painted = { run: await allPainted(run), metrics: await allPainted(metrics) };
  await editor.picture("bench-live");
  const times = await runs.end();
  const what = `${liveRuns} live runs beside ${of}`;
  row(bench, rounds, `${what}: longest pause of the host on the clock`, rounds.of("loam", "wall"));
  const own = "less what its thread waited for a processor";
  row(bench, rounds, `${what}: ${own}`, rounds.of("loam", "own"), below(50));
  row(bench, rounds, `${what}: what the host worked at a time`, rounds.of("loam", "busy"), below(50));
  const newest = times
    .slice(-drawnRuns)
    .flat()
    .sort((a, b) => a - b);
  for (const [page, written] of [
    ["run", times.at(-1) ?? []],
    ["metrics", newest],
  ] as const) {
    const all = spans.map(({ from, to }) => within(written, painted[page], from, to));
    const name = page === "run" ? "a run's page" : "the Metrics view";
    const series = (values: readonly number[]): Series => ({ name: "loam", values });
    row(bench, rounds, `${what}: point written → drawn in ${name}, half of them`, series(all.map(median)));
    const worst = all.map((one) => one.reduce((a, b) => Math.max(a, b), 0));
    row(bench, rounds, `${what}: the latest of them`, series(worst), below(1000));
  }
  row(
    bench,
    rounds,
    `${what}: memory of the whole host`,
    { name: "loam", values: [memory] },
    undefined,
    "MB",
  );
}

async function ofStore(bench: Bench, shape: StoreShape, of: string, without: number): Promise<void> {
  const folder = await copyOf(bench, shape);
  const editor = await Editor.open({ folder, probe: true });
  try {
    await opened(bench, editor, of, without);
    await live(bench, editor, folder, of);
  } finally {
    await editor.close();
  }
}

async function measure(bench: Bench): Promise<void> {
  process.env["LOAM_VSIX"] = await packageExtension();
  const without = await ofEmptyFolder(bench);
  for (const [shape, of] of [
    [tenThousand, "10,000 runs × 20 columns"],
    [wide, "10,000 runs × 200 columns"],
  ] as const) {
    try {
      await ofStore(bench, shape, of, without);
    } catch (error) {
      bench.unmeasured(of, error);
    }
  }
}

export const editor: Benchmark = {
  name: "editor",
  about: "Loam in the real editor: start, pauses of the host, memory, live runs",
  measure,
};
